// Every driver call fails once in a client's session: the client gets a negative code and words, and its next session works.
#include <gtest/gtest.h>

#include <span>
#include <sstream>

#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/samples.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

constexpr unsigned kW = 24, kH = 18, kFrames = 3;
struct Asked {
    const char *extractor, *feature;
};
constexpr Asked kAll[] = {{"motion", "VMAF_integer_feature_motion2_score"},
                          {"psnr", "psnr_cb"},
                          {"adm", "VMAF_integer_feature_adm2_score"},
                          {"vif", "VMAF_integer_feature_vif_scale0_score"},
                          {"float_ssim", "float_ssim"}};
constexpr std::span<const Asked> kAsked{kAll, kSanitized ? 2 : std::size(kAll)};

struct Outcome {
    int code = 0;       ///< of the first call that failed
    std::string error;  ///< in its words
    std::vector<double> scores;
};

/// A whole session of a client that stops at the first error and cleans up.
class Client {
 public:
    Outcome run() {
        if (prepare() && feed()) query();
        if (context_) {
            EXPECT_EQ(vmaf_close(context_), 0);
        }
        return outcome_;
    }

 private:
    bool ok(int code) {
        if (code == 0) return true;
        outcome_.code = code;
        outcome_.error = vmaf_last_error();
        return false;
    }

    bool prepare() {
        VmafConfiguration cfg = {};
        cfg.log_level = VMAF_LOG_LEVEL_NONE;
        VmafCudaState* state = nullptr;
        if (!ok(vmaf_init(&context_, cfg)) || !ok(vmaf_cuda_state_init(&state, {}))) return false;
        if (!ok(vmaf_cuda_import_state(context_, state))) {
            EXPECT_EQ(vmaf_cuda_state_free(state), 0);
            return false;
        }
        for (const Asked& asked : kAsked)
            if (!ok(vmaf_use_feature(context_, asked.extractor, nullptr))) return false;
        return ok(vmaf_cuda_preallocate_pictures(
            context_, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED}));
    }

    bool fetch(VmafPicture& picture, unsigned seed) {
        if (!ok(vmaf_cuda_fetch_preallocated_picture(context_, &picture))) return false;
        write_samples(picture, [seed](unsigned, unsigned x, unsigned y) { return x * 11 + y * 7 + seed * (x ^ y); });
        return true;
    }

    bool feed() {
        for (unsigned t = 0; t < kFrames; t++) {
            VmafPicture ref = {}, dis = {};
            const bool read =
                fetch(ref, 2 * t) && fetch(dis, 2 * t + 1) && ok(vmaf_read_pictures(context_, &ref, &dis, t));
            if (read) continue;
            for (VmafPicture* picture : {&ref, &dis})
                if (picture->ref) {
                    EXPECT_EQ(vmaf_picture_unref(picture), 0);
                }
            return false;
        }
        return ok(vmaf_read_pictures(context_, nullptr, nullptr, 0));
    }

    void query() {
        for (const Asked& asked : kAsked)
            for (unsigned t = 0; t < kFrames; t++) {
                double score = 0;
                if (!ok(vmaf_feature_score_at_index(context_, asked.feature, &score, t))) return;
                outcome_.scores.push_back(score);
            }
    }

    VmafContext* context_ = nullptr;
    Outcome outcome_;
};

class SessionFaults : public testing::TestWithParam<bool> {
 protected:
    void SetUp() override { VMAF_NEED_EMULATOR(); }
    void TearDown() override {
        if (emulator()) emulator()->reset();
    }
};

std::vector<std::string> entries_of_a_session(std::vector<double>& scores) {
    emulator()->reset();
    const Outcome outcome = Client().run();
    EXPECT_EQ(outcome.code, 0) << outcome.error;
    scores = outcome.scores;
    std::istringstream names(emulator()->entries());
    std::vector<std::string> entries;
    for (std::string name; std::getline(names, name);) entries.push_back(name);
    return entries;
}

TEST_P(SessionFaults, ReachTheClientAsErrors) {
    std::vector<double> scores;
    const std::vector<std::string> entries = entries_of_a_session(scores);
    ASSERT_EQ(scores.size(), kAsked.size() * kFrames);
    for (const std::string& entry : entries) {
        for (const size_t nth : {1u, 2u, 10u}) {
            const std::string what = entry + ", call " + std::to_string(nth);
            emulator()->reset();
            emulator()->fail(entry.c_str(), nth, 719, GetParam());
            const Outcome outcome = Client().run();
            const bool failed = emulator()->calls(entry.c_str()) >= nth;
            emulator()->fail(nullptr, 0, 0, 0);
            if (kReleases.count(entry)) continue;
            EXPECT_EQ(outcome.code < 0, failed) << what;
            EXPECT_EQ(outcome.error.find(entry.substr(0, entry.find('_'))) != std::string::npos, failed)
                << what << ": " << outcome.error;
            const VmafEmulatorCounts left = emulator()->counts();
            EXPECT_EQ(left.device_allocations + left.pinned_allocations + left.streams + left.events + left.contexts,
                      0u)
                << what;
        }
        emulator()->reset();
        const Outcome next = Client().run();
        EXPECT_EQ(next.code, 0) << "after " << entry << ": " << next.error;
        EXPECT_EQ(next.scores, scores) << "after " << entry;
    }
}

INSTANTIATE_TEST_SUITE_P(Client, SessionFaults, testing::Bool(),
                         [](const auto& info) { return std::string(info.param ? "ForGood" : "Once"); });

}  // namespace
}  // namespace vmaf::test
