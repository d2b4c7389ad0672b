// One reference against many encodes on one device: what passes make of it is made once, and every value is that of separate reads.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cuda/engine/device_references.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

constexpr unsigned kEncodes = 3, kFrames = kSanitized ? 5 : 7;
/// Of references alone, in two steps, and neither.
const std::vector<const char*> kExtractors = {"motion", "float_motion", "ssimulacra2", "butteraugli", "psnr"};

/// True if encode e takes part in the call for frame t.
using Takes = std::function<bool(unsigned e, unsigned t)>;
bool all_take(unsigned, unsigned) { return true; }

/// A context on the GPU, or without one.
class Encode {
 public:
    explicit Encode(bool gpu, const std::vector<const char*>& extractors = kExtractors) {
        if (gpu) {
            VmafCudaState* state = nullptr;
            EXPECT_EQ(vmaf_cuda_state_init(&state, {}), 0) << vmaf_last_error();
            EXPECT_EQ(vmaf_cuda_import_state(*context_, state), 0) << vmaf_last_error();
        }
        for (const char* extractor : extractors) EXPECT_EQ(context_->use(extractor), 0);
    }
    Context& context() { return *context_; }
    void close() { context_.reset(); }

    /// Every score, to the last bit; empty if the context has failed.
    std::string scores() {
        if (context_->flush() != 0) return {};
        const std::string path = testing::TempDir() + "cuda_encodes_test.csv";
        const VmafReportOptions options = {VMAF_OUTPUT_FORMAT_CSV, VMAF_REPORT_PRECISION_MAX, 0};
        EXPECT_EQ(vmaf_write_report(*context_, path.c_str(), &options), 0) << vmaf_last_error();
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

 private:
    std::unique_ptr<Context> context_ = std::make_unique<Context>();
};

VmafPicture encoded(unsigned e, unsigned t) { return make_picture(t, 3 * e + 3); }

/// Reads frame t against those who take part; false if one of them refused.
bool read_together(std::vector<Encode>& encodes, unsigned t, const Takes& takes) {
    std::vector<VmafContext*> contexts;
    std::vector<VmafPicture> pictures;
    for (unsigned e = 0; e < encodes.size(); e++) {
        if (!takes(e, t)) continue;
        contexts.push_back(encodes[e].context());
        pictures.push_back(encoded(e, t));
    }
    VmafPicture ref = make_picture(t, 0);
    return vmaf_read_encodes(contexts.data(), static_cast<unsigned>(contexts.size()), &ref, pictures.data(), t) == 0;
}

std::vector<Encode> encodes_on(bool gpu) {
    std::vector<Encode> encodes;
    for (unsigned e = 0; e < kEncodes; e++) encodes.emplace_back(gpu);
    return encodes;
}

std::vector<std::string> scores_of(std::vector<Encode>& encodes) {
    std::vector<std::string> scores;
    for (Encode& encode : encodes) scores.push_back(encode.scores());
    return scores;
}

/// The CPU's, each context with pictures of its own.
std::vector<std::string> expected(const Takes& takes) {
    auto encodes = encodes_on(false);
    for (unsigned e = 0; e < kEncodes; e++)
        for (unsigned t = 0; t < kFrames; t++) {
            if (!takes(e, t)) continue;
            VmafPicture ref = make_picture(t, 0), dis = encoded(e, t);
            EXPECT_EQ(vmaf_read_pictures(encodes[e].context(), &ref, &dis, t), 0);
        }
    return scores_of(encodes);
}

std::vector<std::string> together(const Takes& takes) {
    auto encodes = encodes_on(true);
    for (unsigned t = 0; t < kFrames; t++) EXPECT_TRUE(read_together(encodes, t, takes)) << vmaf_last_error();
    return scores_of(encodes);
}

/// Frames of all launches since the last reset, by kernel.
std::map<std::string, unsigned> work_done() {
    std::map<std::string, unsigned> frames;
    for (const VmafEmulatorLaunch& launch : emulator()->launch_log()) frames[launch.kernel] += launch.frames;
    return frames;
}

class CudaEncodes : public OnDevice<> {};

TEST_F(CudaEncodes, HaveTheScoresOfSeparateReads) {
    const Takes late = [](unsigned e, unsigned t) { return e != 1 || t >= kFrames / 2; };
    const Takes skipping = [](unsigned e, unsigned t) { return e == 0 || t % 3 != e; };
    const Takes short_ones = [](unsigned e, unsigned t) { return t < kFrames - 2 * e; };
    for (const Takes& takes : {Takes(all_take), late, skipping, short_ones}) {
        const std::vector<std::string> cpu = expected(takes);
        for (const std::string& schedule : schedules(1)) {
            const Scheduled scheduled(schedule);
            EXPECT_EQ(together(takes), cpu) << schedule;
        }
    }
}

/// A context that read a frame of its own between looks back at another reference than the others.
TEST_F(CudaEncodes, MayHaveReadOtherFramesBefore) {
    const auto run = [](bool gpu) {
        auto encodes = encodes_on(gpu);
        for (unsigned t = 0; t < kFrames; t++) {
            EXPECT_TRUE(read_together(encodes, t, all_take)) << vmaf_last_error();
            if (t % 3 == 0) continue;
            EXPECT_EQ(encodes[t % 2].context().read(100 + t, 50 + t), 0);
        }
        return scores_of(encodes);
    };
    EXPECT_EQ(run(true), run(false));
}

/// Frames of the launches behind the first frame, by which all contexts know of each other.
std::map<std::string, unsigned> work_behind_the_first(std::vector<Encode>& encodes) {
    EXPECT_TRUE(read_together(encodes, 0, all_take)) << vmaf_last_error();
    for (Encode& encode : encodes) EXPECT_FALSE(std::isnan(encode.context().value("psnr_y", 0)));
    const auto before = work_done();
    for (unsigned t = 1; t < kFrames; t++) EXPECT_TRUE(read_together(encodes, t, all_take)) << vmaf_last_error();
    scores_of(encodes);
    auto work = work_done();
    for (const auto& [kernel, frames] : before) work[kernel] -= frames;
    return work;
}

TEST_F(CudaEncodes, HaveTheReferencesSideMadeOnce) {
    VMAF_NEED_EMULATOR();
    constexpr unsigned kBehind = kFrames - 1;
    for (const std::string& schedule : schedules(2)) {
        const Scheduled scheduled(schedule);
        emulator()->reset();
        auto encodes = encodes_on(true);
        auto work = work_behind_the_first(encodes);
        EXPECT_EQ(work["motion_sad_u8"], kBehind);
        EXPECT_EQ(work["ssimulacra2_pixels_u8"], kBehind * (1 + kEncodes));
        EXPECT_EQ(work["ssimulacra2_rows"], 0u);
        EXPECT_EQ(work["butteraugli_light_u8"], kBehind * (1 + kEncodes));
        EXPECT_EQ(work["butteraugli_low_band"], 0u);
        EXPECT_EQ(work["butteraugli_reference_low_band"], 2 * kBehind);  // at both sizes
        EXPECT_EQ(work["butteraugli_distorted_low_band"], 2 * kBehind * kEncodes);
        encodes.clear();
        EXPECT_EQ(emulator()->counts().device_allocations, 0u);
        EXPECT_EQ(emulator()->counts().pinned_allocations, 0u);
        emulator()->reset();
        auto alone = encodes_on(true);
        alone.erase(alone.begin() + 1, alone.end());
        auto own = work_behind_the_first(alone);
        EXPECT_EQ(own["ssimulacra2_reference_rows"], 0u);
        EXPECT_EQ(own["butteraugli_low_band"], 2 * kBehind);
        for (const auto& [kernel, frames] : own) {
            if (kernel.starts_with("float_motion")) {
                EXPECT_EQ(work[kernel], frames) << kernel;
            }
        }
        alone.clear();
        emulator()->reset();
    }
}

/// Where a context alone has a pass, it computes pairs as ever.
TEST_F(CudaEncodes, MakeNothingThatNobodyElseWants) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    std::vector<Encode> encodes;
    encodes.emplace_back(true, std::vector<const char*>{"ssimulacra2", "psnr"});
    encodes.emplace_back(true, std::vector<const char*>{"motion", "psnr"});
    for (unsigned t = 0; t < kFrames; t++) EXPECT_TRUE(read_together(encodes, t, all_take)) << vmaf_last_error();
    scores_of(encodes);
    auto work = work_done();
    EXPECT_EQ(work["ssimulacra2_pixels_u8"], 2 * kFrames);
    EXPECT_EQ(work["ssimulacra2_reference_rows"], 0u);
    EXPECT_EQ(work["motion_sad_u8"], kFrames);
    emulator()->reset();
}

/// Leaves only so much of the memory for references, as long as it lives.
class MemoryLeft {
 public:
    MemoryLeft(const cuda::Device& device, size_t left)
        : memory_(cuda::reference_memory_of(*device.context())), size_(device.info().memory / 8 - left) {
        taken_ = memory_->take({.device = this}, size_, [this] { return std::make_unique<Taken>(size_); });
        EXPECT_NE(taken_, nullptr);
    }

 private:
    struct Taken final : PreparedReference {
        explicit Taken(size_t size) : size_(size) {}
        size_t bytes() const override { return size_; }

     private:
        size_t size_;
    };

    std::shared_ptr<ReferenceMemory> memory_;
    size_t size_;
    std::shared_ptr<PreparedReference> taken_;
};

/// Enough for the references of two or three frames.
constexpr size_t kLittle = size_t{1} << 20;

/// Frames beyond what references may take up are computed as pairs.
TEST_F(CudaEncodes, DoWithoutMemory) {
    const std::vector<std::string> cpu = expected(all_take);
    for (const size_t left : {size_t{0}, kLittle}) {
        const MemoryLeft little(*device_, left);
        if (emulator()) emulator()->reset();
        EXPECT_EQ(together(all_take), cpu);
        if (!emulator()) continue;
        auto work = work_done();
        EXPECT_EQ(work["ssimulacra2_reference_rows"] == 0, left == 0);
        EXPECT_GT(work["butteraugli_low_band"], 0u);
        emulator()->reset();
    }
}

/// Frames that come when those before are done find the memory that these have left.
TEST_F(CudaEncodes, RecycleTheirMemory) {
    VMAF_NEED_EMULATOR();
    const MemoryLeft little(*device_, kLittle);
    emulator()->reset();
    auto encodes = encodes_on(true);
    std::map<std::string, unsigned> first;
    for (unsigned t = 0; t < kFrames; t++) {
        EXPECT_TRUE(read_together(encodes, t, all_take)) << vmaf_last_error();
        for (Encode& encode : encodes) EXPECT_FALSE(std::isnan(encode.context().value("psnr_y", t)));
        if (t == 0) first = work_done();
    }
    auto work = work_done();
    EXPECT_EQ(work["ssimulacra2_rows"], first["ssimulacra2_rows"]);
    EXPECT_EQ(work["butteraugli_low_band"], first["butteraugli_low_band"]);
    emulator()->reset();
}

TEST_F(CudaEncodes, DoWithoutMemoryThatTheDeviceLacks) {
    VMAF_NEED_EMULATOR();
    const auto memory = std::make_shared<ReferenceMemory>(1 << 20);
    emulator()->fail("cuMemAlloc_v2", 1, 2, false);
    EXPECT_EQ(cuda::take_reference(*memory, device_->context(), {}, 1 << 10), nullptr);
    emulator()->fail("cuMemAlloc_v2", 1, 1, false);
    const auto other = std::make_shared<ReferenceMemory>(1 << 20);
    EXPECT_THROW(cuda::take_reference(*other, device_->context(), {}, 1 << 10), Error);
    emulator()->reset();
}

/// A call of the driver fails in one context; the others have all their results.
TEST_F(CudaEncodes, FailAlone) {
    VMAF_NEED_EMULATOR();
    const std::vector<std::string> cpu = expected(all_take);
    for (const char* entry : {"cuLaunchKernel", "cuEventRecord", "cuStreamWaitEvent", "cuMemcpyDtoHAsync_v2"})
        for (const size_t nth : kSanitized ? std::vector<size_t>{7} : std::vector<size_t>{2, 11, 30}) {
            auto encodes = encodes_on(true);
            for (unsigned t = 0; t < 2; t++) EXPECT_TRUE(read_together(encodes, t, all_take)) << vmaf_last_error();
            emulator()->fail(entry, nth, 999, false);
            for (unsigned t = 2; t < kFrames; t++) read_together(encodes, t, all_take);
            const std::vector<std::string> scores = scores_of(encodes);
            emulator()->fail(nullptr, 0, 0, false);
            unsigned failed = 0;
            for (unsigned e = 0; e < kEncodes; e++) {
                failed += scores[e].empty();
                if (!scores[e].empty()) {
                    EXPECT_EQ(scores[e], cpu[e]) << entry << ' ' << nth;
                }
            }
            EXPECT_LE(failed, 1u) << entry << ' ' << nth;
        }
    emulator()->reset();
}

/// A context that closes with frames in work leaves what it has made to the others.
TEST_F(CudaEncodes, CloseAtAnyTime) {
    const std::vector<std::string> cpu = expected(all_take);
    for (const unsigned end : {1u, kFrames / 2}) {
        auto encodes = encodes_on(true);
        for (unsigned t = 0; t < kFrames; t++) {
            if (t == end) encodes[0].close();
            EXPECT_TRUE(read_together(encodes, t, [end](unsigned e, unsigned i) { return e > 0 || i < end; }));
        }
        for (unsigned e = 1; e < kEncodes; e++) EXPECT_EQ(encodes[e].scores(), cpu[e]);
    }
}

}  // namespace
}  // namespace vmaf::test
