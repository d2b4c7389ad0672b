// Several devices in one session: whatever their number, speed and failures, the scores are those of one run on the CPU.
#include "session/accelerator_group.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "api/handles.h"
#include "base/error.h"
#include "support/client_frames.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

/// Computes passes with the CPU's code on a thread of its own, frame by frame, looking back at what it was given.
class FakeDevice final : public Accelerator {
 public:
    struct Manner {
        unsigned number = 0;
        unsigned pause = 0;       ///< microseconds for a frame
        unsigned lasts = 100000;  ///< frames, neighbours too, until it fails
    };
    struct Tally {
        std::atomic<unsigned> frames = 0, neighbours = 0;
    };

    FakeDevice(const Manner& manner, Tally& tally) : manner_(manner), tally_(tally) {}
    ~FakeDevice() override {
        {
            const std::lock_guard lock(mutex_);
            if (!failure_) failure_ = std::make_exception_ptr(Error(ECANCELED, "the fake device ended"));
        }
        changed_.notify_all();
        worker_.request_stop();
        worker_.join();
    }

    std::string_view backend() const override { return "fake"; }
    std::string describe() const override { return cat("fake ", manner_.number); }
    bool serves(const Metric&) const override { return true; }
    std::string why_unreadable(const VmafRef&) const override { return "another device"; }
    bool holds(const Picture&) const override { return false; }
    void start(const PictureFormat& format, Listener& listener, unsigned ahead) override {
        format_ = format;
        listener_ = &listener;
        capacity_ = 3 + ahead;
    }
    void add_passes(std::span<const PassSpec> added) override {
        drain();
        for (const PassSpec& pass : added) {
            passes_.push_back(pass);
            lookback_ = std::max({lookback_, previous_refs(pass.needs), previous_dis(pass.needs)});
        }
    }
    void submit(Frame& frame) override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return failure_ || queue_.size() < capacity_; });
        if (failure_) std::rethrow_exception(failure_);
        queue_.push_back({&frame, frame.ref.share(), frame.dis.share()});
        changed_.notify_all();
    }
    void follow(const Accelerator&) override { ADD_FAILURE() << "no picture lies on a device"; }
    void hurry() override {}
    void finish() override {
        drain();
        earlier_.clear();
    }
    bool failed() const override {
        const std::lock_guard lock(mutex_);
        return failure_ != nullptr;
    }
    unsigned frames_in_flight() const override { return capacity_; }
    unsigned pictures_wanted(const PictureFormat&, VmafRef::Memory) const override { return 8; }
    Picture to_host(const Picture& picture, unsigned) override { return picture.share(); }
    Picture allocate(const PictureFormat& format, VmafRef::Memory) override { return Picture::allocate(format); }

 private:
    struct Job {
        Frame* frame;
        Picture ref, dis;
    };

    void drain() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return failure_ || queue_.empty(); });
        if (failure_) std::rethrow_exception(failure_);
    }

    void work(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return failure_ || !queue_.empty(); })) {
            if (queue_.empty()) {
                if (stop.stop_requested()) return;
                changed_.wait(lock, stop, [] { return false; });
                continue;
            }
            if (!failure_ && manner_.lasts-- == 0)
                failure_ = std::make_exception_ptr(Error(EIO, cat("fake ", manner_.number, " is broken")));
            const std::exception_ptr failure = failure_;
            Job job = std::move(queue_.front());
            lock.unlock();
            if (!failure) compute(job);
            Frame& frame = *job.frame;
            earlier_.push_front(std::move(job));
            if (earlier_.size() > kMaxLookback) earlier_.pop_back();
            if (failure) earlier_.clear();
            listener_->part_done(frame, failure);
            lock.lock();
            queue_.pop_front();
            changed_.notify_all();
        }
    }

    void compute(const Job& job) {
        const Frame& frame = *job.frame;
        if (manner_.pause) std::this_thread::sleep_for(std::chrono::microseconds(manner_.pause));
        ++(frame.neighbour ? tally_.neighbours : tally_.frames);
        if (frame.neighbour) return;
        FramePictures pictures{.index = frame.index, .ref = job.ref.view(), .dis = job.dis.view()};
        for (unsigned i = 0; i < std::min<size_t>(lookback_, earlier_.size()); i++) {
            const Job& before = earlier_[i];
            if (before.ref) pictures.previous[i].ref = before.ref.view();
            if (before.dis) pictures.previous[i].dis = before.dis.view();
        }
        for (const PassSpec& pass : passes_)
            if (frame.sampled || pass.every_frame())
                pass.metric->make_cpu(pass.variants, format_, {})
                    ->extract(pictures, job.frame->sums.data() + pass.sums_offset);
    }

    Manner manner_;
    Tally& tally_;
    PictureFormat format_;
    Listener* listener_ = nullptr;
    std::vector<PassSpec> passes_;
    unsigned lookback_ = 0;
    size_t capacity_ = 0;
    std::deque<Job> earlier_;   // the worker's; the latest first
    mutable std::mutex mutex_;  // covers what follows
    std::condition_variable_any changed_;
    std::deque<Job> queue_;
    std::exception_ptr failure_;
    std::jthread worker_{[this](const std::stop_token& stop) { work(stop); }};
};

constexpr unsigned kFrames = 40;

struct Asked {
    const char *extractor, *feature;
};
/// Passes that look back at no, one and two pictures, of the reference and of both sides, and scorers with five-frame windows.
constexpr Asked kAsked[] = {{"psnr", "psnr_y"},
                            {"motion", "VMAF_integer_feature_motion2_score"},
                            {"float_motion", "VMAF_feature_motion2_score"},
                            {"xpsnr", "xpsnr_y"},
                            {"vif", "VMAF_integer_feature_vif_scale0_score"}};

/// A client's frames, which it learns to have got back. Outlives the context.
class Clip {
 public:
    ~Clip() {
        for (VmafPicture& picture : pictures_) vmaf_picture_unref(&picture);
    }
    VmafPicture frame(unsigned t, unsigned damage) {
        const VmafPicture& picture = pictures_.emplace_back(make_picture(t, damage));
        VmafFrame frame = {};
        frame.size = sizeof frame;
        frame.pix_fmt = picture.pix_fmt;
        frame.bpc = picture.bpc;
        frame.w = picture.w[0];
        frame.h = picture.h[0];
        for (unsigned p = 0; p < 3; p++) frame.data[p] = picture.data[p], frame.stride[p] = picture.stride[p];
        frame.release = Returned::one;
        frame.release_data = &returned_;
        VmafPicture wrapped = {};
        EXPECT_EQ(vmaf_picture_wrap(&wrapped, &frame), 0);
        return wrapped;
    }
    unsigned returned() const { return returned_.count; }

 private:
    std::deque<VmafPicture> pictures_;
    Returned returned_;
};

/// What a client does with its context, devices or not.
struct ClientRun {
    unsigned threads = 0, subsample = 1;
    std::vector<size_t> asked;       ///< of kAsked, from the first frame on
    std::vector<size_t> asked_late;  ///< from `late` on
    unsigned late = kFrames;
    bool curious = false;  ///< asks for scores while frames come

    std::vector<double> feed(Context& context, Clip& clip) const {
        use(context, asked);
        for (unsigned t = 0; t < kFrames; t++) {
            if (t == late) use(context, asked_late);
            VmafPicture ref = clip.frame(t, 0), dis = clip.frame(t, 9);
            if (vmaf_read_pictures(context, &ref, &dis, t)) {
                vmaf_picture_unref(&ref), vmaf_picture_unref(&dis);
                break;
            }
            if (curious && t % 7 == 6 && !asked.empty()) context.value(kAsked[asked[0]].feature, t - 3);
        }
        flushed = context.flush();
        std::vector<double> values;
        for (const auto& list : {asked, asked_late})
            for (const size_t i : list)
                for (unsigned t = 0; t < kFrames; t++) {
                    const double value = context.value(kAsked[i].feature, t);
                    values.push_back(context.error ? -1 : value);
                }
        return values;
    }

    mutable int flushed = 0;

 private:
    static void use(Context& context, const std::vector<size_t>& extractors) {
        for (const size_t i : extractors) {
            EXPECT_EQ(context.use(kAsked[i].extractor), 0);
        }
    }
};

std::vector<double> on_the_cpu(const ClientRun& run) {
    Clip clip;
    Context context(0, run.subsample);
    return run.feed(context, clip);
}

/// What is said of devices.
struct Logged {
    std::mutex mutex;
    std::vector<std::string> lines;
    static void one(void* data, VmafLogLevel, const char* text) {
        auto& log = *static_cast<Logged*>(data);
        const std::lock_guard lock(log.mutex);
        if (std::string(text).ends_with("its frames go to the others")) log.lines.emplace_back(text);
    }
};

struct Group {
    std::vector<FakeDevice::Manner> manners;
    unsigned chunk = 1;
    std::vector<FakeDevice::Tally> tallies = std::vector<FakeDevice::Tally>(manners.size());
    Logged log;

    std::vector<double> run(const ClientRun& run) {
        Clip clip;
        Context context(run.threads, run.subsample, VMAF_LOG_LEVEL_WARNING);
        VmafContext* const vmaf = context;
        vmaf_set_log_callback(vmaf, Logged::one, &log);
        std::vector<std::unique_ptr<Accelerator>> devices;
        for (size_t i = 0; i < manners.size(); i++) {
            manners[i].number = static_cast<unsigned>(i);
            devices.push_back(std::make_unique<FakeDevice>(manners[i], tallies[i]));
        }
        vmaf->session.use_accelerator(
            std::make_unique<AcceleratorGroup>(std::move(devices), vmaf->session.log(), chunk));
        std::vector<double> values = run.feed(context, clip);
        returned_at_flush = clip.returned();
        return values;
    }
    unsigned returned_at_flush = 0;
};

class AcceleratorGroups : public testing::TestWithParam<unsigned> {
 protected:
    std::mt19937 random{GetParam()};
    unsigned pick(unsigned from, unsigned to) { return std::uniform_int_distribution<unsigned>(from, to)(random); }

    ClientRun any_run() {
        ClientRun run{.threads = pick(0, 2), .subsample = pick(1, 3), .curious = pick(0, 1) == 1};
        for (size_t i = 0; i < std::size(kAsked); i++)
            if (pick(0, 1)) (pick(0, 3) ? run.asked : run.asked_late).push_back(i);
        if (run.asked.empty()) run.asked.push_back(1), std::erase(run.asked_late, 1);
        if (!run.asked_late.empty()) run.late = pick(1, kFrames - 1);
        return run;
    }
};

TEST_P(AcceleratorGroups, GiveTheScoresOfOneRun) {
    const ClientRun run = any_run();
    Group group{.manners = {}, .chunk = pick(1, 6)};
    for (unsigned count = pick(2, 4); count > 0; count--) group.manners.push_back({.pause = pick(0, 3) * 50});
    group.tallies = std::vector<FakeDevice::Tally>(group.manners.size());
    EXPECT_EQ(group.run(run), on_the_cpu(run));
    EXPECT_EQ(run.flushed, 0);
    EXPECT_EQ(group.returned_at_flush, 2 * kFrames);
    EXPECT_TRUE(group.log.lines.empty());
}

TEST_P(AcceleratorGroups, DoTheWorkOfThoseThatFail) {
    const ClientRun run = any_run();
    Group group{.manners = {}, .chunk = pick(1, 6)};
    for (unsigned count = pick(2, 4); count > 0; count--)
        group.manners.push_back({.pause = pick(0, 2) * 50, .lasts = pick(0, 1) ? pick(0, 12) : 100000});
    group.manners[pick(0, static_cast<unsigned>(group.manners.size()) - 1)].lasts = 100000;
    group.tallies = std::vector<FakeDevice::Tally>(group.manners.size());
    EXPECT_EQ(group.run(run), on_the_cpu(run));
    EXPECT_EQ(run.flushed, 0);
    EXPECT_EQ(group.returned_at_flush, 2 * kFrames);
    std::set<std::string> lines(group.log.lines.begin(), group.log.lines.end());
    EXPECT_EQ(lines.size(), group.log.lines.size()) << "a device is reported once";
    for (const std::string& line : lines) EXPECT_NE(line.find(" is broken; "), std::string::npos) << line;
}

INSTANTIATE_TEST_SUITE_P(Random, AcceleratorGroups, testing::Range(0u, 25u));

TEST(AcceleratorGroup, SpreadsFramesByChunksToWhoeverHasLeastToDo) {
    const ClientRun run{.asked = {1}};
    // Slower than any client hands frames in.
    Group group{.manners = {{.pause = 8000}, {.pause = 8000}, {.pause = 80000}}, .chunk = 2};
    group.tallies = std::vector<FakeDevice::Tally>(3);
    group.run(run);
    const auto& tallies = group.tallies;
    EXPECT_EQ(tallies[0].frames + tallies[1].frames + tallies[2].frames, kFrames);
    for (const unsigned quick : {0u, 1u}) {
        EXPECT_GE(tallies[quick].frames, 8u);
        EXPECT_GT(tallies[quick].frames, tallies[2].frames);
    }
    EXPECT_GE(tallies[2].frames, 2u);
    EXPECT_LE(tallies[0].neighbours + tallies[1].neighbours + tallies[2].neighbours, kFrames / 2);
}

TEST(AcceleratorGroup, GivesNoNeighboursWhereNothingLooksBack) {
    const ClientRun run{.asked = {0, 4}};
    Group group{.manners = {{}, {}}, .chunk = 1};
    group.tallies = std::vector<FakeDevice::Tally>(2);
    group.run(run);
    EXPECT_EQ(group.tallies[0].neighbours + group.tallies[1].neighbours, 0u);
}

TEST(AcceleratorGroup, FailsWithItsLastDevice) {
    const ClientRun run{.asked = {1}};
    Group group{.manners = {{.lasts = 3}, {.pause = 100, .lasts = 9}}, .chunk = 2};
    group.tallies = std::vector<FakeDevice::Tally>(2);
    group.run(run);
    EXPECT_EQ(run.flushed, -EIO);
    EXPECT_NE(std::string(vmaf_last_error()).find("is broken"), std::string::npos) << vmaf_last_error();
    EXPECT_EQ(group.log.lines.size(), 1u);
}

}  // namespace
}  // namespace vmaf::test
