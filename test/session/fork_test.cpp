// A child of fork() has one thread, and what the others held stays held in its copy: the library must not wait for that.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "libvmaf/model.h"
#include "support/context.h"
#include "support/fork.h"

namespace vmaf::test {
namespace {

/// A session from its beginning to its end. `threads` of its own.
bool scores(unsigned threads) {
    Context context(threads);
    if (context.use("psnr") || context.use("motion")) return false;
    for (unsigned i = 0; i < 4; i++)
        if (context.read(i)) return false;
    return context.flush() == 0 && context.value("psnr_y", 3) > 0;
}

bool allocates() {
    for (unsigned w = 64; w <= 1024; w *= 2) {
        VmafPicture picture;
        if (vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV420P, 8, w, w)) return false;
        if (vmaf_picture_unref(&picture)) return false;
    }
    return true;
}

bool logs() {
    VmafModelConfig config = {};
    VmafModel* model = nullptr;
    return vmaf_model_load(&model, &config, "none") == -EINVAL && !model;
}

/// Threads that do one thing after the other until this ends.
class Busy {
 public:
    explicit Busy(const std::vector<std::function<void()>>& work) {
        for (const auto& body : work)
            threads_.emplace_back([this, body] {
                while (!stop_) body();
            });
    }
    ~Busy() {
        stop_ = true;
        for (std::thread& thread : threads_) thread.join();
    }

 private:
    std::atomic<bool> stop_{false};
    std::vector<std::thread> threads_;
};

void say_nothing(void*, enum VmafLogLevel, const char*) {}

class Fork : public ::testing::Test {
 protected:
    void SetUp() override {
        if (!kForksWithThreads) GTEST_SKIP() << "the sanitizer does not follow a process with threads through fork()";
    }
};

TEST_F(Fork, ChildrenOfABusyProcessScore) {
    Context context(2), shared;
    ASSERT_EQ(context.use("psnr"), 0);
    ASSERT_EQ(shared.use("psnr"), 0);
    ASSERT_EQ(vmaf_set_log_callback(shared, say_nothing, nullptr), 0);
    unsigned frame = 0;
    const Busy busy({[] { allocates(); }, [] { logs(); }, [&] { context.read(frame++); },
                     [&] { vmaf_use_feature(shared, "none", nullptr); }, [] { scores(1); }});
    for (unsigned i = 0; i < 150; i++) {
        ASSERT_TRUE(child_does([&] {
            if (vmaf_read_pictures(context, nullptr, nullptr, 0) != -EINVAL) return false;
            const int used = vmaf_use_feature(shared, "motion", nullptr);
            return (used == 0 || used == -EINVAL) && allocates() && logs() && scores(0) && scores(2);
        })) << "fork "
            << i;
    }
}

/// A callback that a thread stays in for as long as a test wants it to.
class Stay {
 public:
    static void in(void* stay, enum VmafLogLevel, const char*) {
        static_cast<Stay*>(stay)->inside_.count_down();
        static_cast<Stay*>(stay)->over_.wait();
    }
    void wait_until_inside() { inside_.wait(); }
    void end() { over_.count_down(); }

 private:
    std::latch inside_{1}, over_{1};
};

/// Another thread is inside a call on the context, in the log's callback, when the process forks.
class ForkDuringACall : public Fork, public ::testing::WithParamInterface<unsigned> {};

TEST_P(ForkDuringACall, TheContextIsRefusedAndCanBeClosed) {
    VmafContext* context = nullptr;
    VmafConfiguration cfg = {};
    cfg.n_threads = GetParam();
    cfg.log_level = VMAF_LOG_LEVEL_ERROR;
    ASSERT_EQ(vmaf_init(&context, cfg), 0);
    const Context quiet;  // calls without a context are silent again
    Stay stay;
    ASSERT_EQ(vmaf_set_log_callback(context, Stay::in, &stay), 0);
    std::thread other([&] { EXPECT_EQ(vmaf_use_feature(context, "none", nullptr), -EINVAL); });
    stay.wait_until_inside();
    EXPECT_TRUE(child_does([&] {
        const bool refused = vmaf_use_feature(context, "none", nullptr) == -EINVAL;
        const bool named = std::string(vmaf_last_error()).find("fork()") != std::string::npos;
        return refused && named && vmaf_close(context) == 0 && scores(GetParam());
    }));
    stay.end();
    other.join();
    EXPECT_EQ(vmaf_use_feature(context, "psnr", nullptr), 0);
    EXPECT_EQ(vmaf_close(context), 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, ForkDuringACall, ::testing::Values(0u, 2u));

/// A daemon that opens its context first, then forks.
TEST_F(Fork, AContextWithoutThreadsGoesOnInTheChild) {
    Context context;
    ASSERT_EQ(context.use("psnr"), 0);
    ASSERT_EQ(context.read(0), 0);
    const VmafPictureConfiguration pool = {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, 2};
    ASSERT_EQ(vmaf_preallocate_pictures(context, pool), 0);
    const auto goes_on = [&] {
        VmafPicture ref, dis;
        return vmaf_fetch_preallocated_picture(context, &ref) == 0 &&
               vmaf_fetch_preallocated_picture(context, &dis) == 0 && vmaf_read_pictures(context, &ref, &dis, 1) == 0 &&
               context.flush() == 0 && context.value("psnr_y", 0) > 0 && context.value("psnr_y", 1) > 0;
    };
    EXPECT_TRUE(child_does(goes_on));
    EXPECT_TRUE(child_does([&] { return child_does(goes_on); }));
    EXPECT_TRUE(goes_on());
}

/// Another thread waits for a picture of the pool when the process forks.
TEST_F(Fork, PicturesOfAPoolThatIsWaitedFor) {
    Context context;
    const VmafPictureConfiguration pool = {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, 2};
    ASSERT_EQ(vmaf_preallocate_pictures(context, pool), 0);
    std::vector<VmafPicture> held(16);
    std::atomic<unsigned> count{0};
    std::atomic<bool> enough{false};
    std::thread other([&] {
        while (vmaf_fetch_preallocated_picture(context, &held[count]) == 0 && !enough) count++;
    });
    for (unsigned seen = 0; seen == 0 || seen != count; std::this_thread::sleep_for(std::chrono::milliseconds(100)))
        seen = count;
    const unsigned fetched = count;
    EXPECT_TRUE(child_does([&] {
        for (unsigned i = 0; i < fetched; i++)
            if (vmaf_picture_unref(&held[i])) return false;
        return vmaf_close(context) == 0 && scores(0);
    }));
    enough = true;
    for (unsigned i = 0; i < fetched; i++) EXPECT_EQ(vmaf_picture_unref(&held[i]), 0);
    other.join();
    EXPECT_EQ(vmaf_picture_unref(&held[fetched]), 0);
}

}  // namespace
}  // namespace vmaf::test
