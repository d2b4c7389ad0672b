// A session and its accelerator: what is planned is taken as a whole or not at all, also while frames are in work.
#include "session/accelerator.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "picture/lending.h"
#include "session/session.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

/// Computes passes with the CPU's code. Keeps its frames until somebody hurries, as a device does that waits for full batches.
class SlowAccelerator final : public Accelerator {
 public:
    ~SlowAccelerator() override { hurry(); }

    std::string_view backend() const override { return "slow"; }
    std::string describe() const override { return "slow"; }
    bool serves(const Metric& metric) const override { return metric.name != "motion"; }
    std::string why_unreadable(const VmafRef&) const override { return "another device"; }
    bool holds(const Picture&) const override { return false; }

    void start(const PictureFormat& format, Listener& listener, unsigned) override {
        format_ = format;
        listener_ = &listener;
        passes.clear();
    }
    void add_passes(std::span<const PassSpec> added) override {
        hurry();
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return frames_.empty(); });
        calls++;
        if (failures && failures--) fail(ENOMEM, "the slow device has no room");
        passes.insert(passes.end(), added.begin(), added.end());
    }
    void submit(Frame& frame) override {
        for (const PassSpec& pass : passes) {
            if (!frame.sampled && !pass.every_frame()) continue;
            const FramePictures pictures{.index = frame.index, .ref = frame.ref.view(), .dis = frame.dis.view()};
            pass.metric->make_cpu(pass.variants, format_, {})->extract(pictures, frame.sums.data() + pass.sums_offset);
        }
        const std::lock_guard lock(mutex_);
        frames_.push_back(&frame);
    }
    void hurry() override {
        {
            const std::lock_guard lock(mutex_);
            hurried_ = true;
        }
        changed_.notify_all();
    }
    void follow(const Accelerator&) override {}
    void finish() override {}
    bool failed() const override { return false; }
    unsigned frames_in_flight() const override { return 4; }
    unsigned pictures_wanted(const PictureFormat&, VmafRef::Memory) const override { return 4; }
    Picture to_host(const Picture& picture, unsigned) override { return picture.share(); }
    Picture allocate(const PictureFormat& format, VmafRef::Memory) override { return Picture::allocate(format); }

    std::vector<PassSpec> passes;
    unsigned failures = 0;  ///< calls of add_passes() that fail from now on
    unsigned calls = 0;     ///< of add_passes()

 private:
    void finish_frames(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return hurried_; })) {
            while (!frames_.empty()) {
                Frame* const frame = frames_.front();
                lock.unlock();
                listener_->part_done(*frame, nullptr);
                lock.lock();
                frames_.pop_front();
            }
            hurried_ = false;
            changed_.notify_all();
        }
    }

    PictureFormat format_;
    Listener* listener_ = nullptr;
    std::mutex mutex_;  // covers what follows
    std::condition_variable_any changed_;
    std::deque<Frame*> frames_;
    bool hurried_ = false;
    std::jthread worker_{[this](const std::stop_token& stop) { finish_frames(stop); }};
};

constexpr const char* kPsnr = "psnr_y";
constexpr const char* kVif = "VMAF_integer_feature_vif_scale0_score";

class WithAccelerator : public ::testing::TestWithParam<unsigned> {
 protected:
    WithAccelerator() : session({.log_level = VMAF_LOG_LEVEL_NONE, .n_threads = GetParam()}) {
        auto made = std::make_unique<SlowAccelerator>();
        slow = made.get();
        session.use_accelerator(std::move(made));
    }
    void read(unsigned index, unsigned w = kW, unsigned h = kH) {
        VmafPicture ref = make_picture(index, 0, w, h), dis = make_picture(index, 9, w, h);
        try {
            session.read(ref, dis, index);
        } catch (...) {
            vmaf_picture_unref(&ref), vmaf_picture_unref(&dis);
            throw;
        }
    }
    std::vector<std::string_view> passes() const {
        std::vector<std::string_view> names;
        for (const PassSpec& pass : slow->passes) names.push_back(pass.metric->name);
        return names;
    }
    /// What a session on the CPU gives.
    static double expected(const char* extractor, const char* feature, unsigned index) {
        Context cpu;
        EXPECT_EQ(cpu.use(extractor), 0);
        EXPECT_EQ(cpu.read(index), 0);
        EXPECT_EQ(cpu.flush(), 0);
        return cpu.value(feature, index);
    }

    Session session;
    SlowAccelerator* slow;
};

TEST_P(WithAccelerator, AFailureLeavesNoPassBehind) {
    session.use_feature("psnr", {});
    session.use_feature("vif", {});
    session.use_feature("motion", {});
    slow->failures = 2;
    EXPECT_THROW(read(0), Error);
    session.use_feature("float_ssim", {});
    EXPECT_THROW(read(0), Error);
    read(0);
    read(1);
    session.flush();
    EXPECT_EQ(passes(), (std::vector<std::string_view>{"psnr", "vif", "float_ssim"}));
    for (const unsigned index : {0u, 1u}) {
        EXPECT_EQ(session.feature_score(kPsnr, index), expected("psnr", kPsnr, index));
        EXPECT_EQ(session.feature_score(kVif, index), expected("vif", kVif, index));
    }
}

TEST_P(WithAccelerator, PassesComeLaterWhileFramesAreInWork) {
    session.use_feature("psnr", {});
    read(0);
    read(1);
    session.use_feature("vif", {});
    slow->failures = 1;
    EXPECT_THROW(read(2), Error);
    EXPECT_EQ(passes(), std::vector<std::string_view>{"psnr"});
    read(2);
    read(3);
    session.flush();
    EXPECT_EQ(passes(), (std::vector<std::string_view>{"psnr", "vif"}));
    for (unsigned index = 0; index < 4; index++)
        EXPECT_EQ(session.feature_score(kPsnr, index), expected("psnr", kPsnr, index));
    EXPECT_THROW(session.feature_score(kVif, 1), Error);
    EXPECT_EQ(session.feature_score(kVif, 3), expected("vif", kVif, 3));
}

TEST_P(WithAccelerator, IsLeftAloneByPassesOnTheCpu) {
    session.use_feature("psnr", {});
    read(0);
    session.use_feature("motion", {});
    read(1);
    EXPECT_EQ(slow->calls, 1u);
    session.flush();
}

TEST_P(WithAccelerator, AFormatThatAMetricRefusesIsNotTheSessions) {
    session.use_feature("psnr", {});
    session.use_feature("speed_chroma", {});
    EXPECT_THROW(read(0, 16, 16), Error);
    EXPECT_EQ(slow->calls, 0u);
    read(0, 640, 480);
    session.flush();
    EXPECT_GT(session.feature_score(kPsnr, 0), 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, WithAccelerator, ::testing::Values(0, 3));

}  // namespace
}  // namespace vmaf::test
