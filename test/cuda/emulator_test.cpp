// The kernels' vocabulary against plain loops, on the emulator and on GPUs alike; and what the emulator must notice.
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "cuda/driver/launch.h"
#include "cuda/driver/stream.h"
#include "emulated.h"
#include "probe_intrinsics.h"

extern "C" const unsigned char vmaf_cuda_image_probe[];

namespace vmaf::test {
namespace {

constexpr const char* kNames[] = {"probe_intrinsics",    "probe_warp",      "probe_sums_u32",
                                  "probe_sums_i32",      "probe_sums_u64",  "probe_neighbour",
                                  "probe_race",          "probe_divergent", "probe_two_barriers",
                                  "probe_uninitialised", "probe_dynamic",   "probe_exact_integers"};
const cuda::KernelSet kProbeKernels{"probe", vmaf_cuda_image_probe, kNames};

std::vector<uint32_t> random_words(size_t count, unsigned seed) {
    std::vector<uint32_t> words(count);
    std::mt19937 random(seed);
    for (uint32_t& word : words) word = static_cast<uint32_t>(random());
    return words;
}

struct Outcome {
    std::vector<uint32_t> out;
    std::vector<uint64_t> totals;
};

/// One launch: `in` on the device, `outputs` words and 8 totals back. Throws if the launch failed.
Outcome run_probe(cuda::Device& device, const char* name, const std::vector<uint32_t>& in, size_t outputs,
                  cuda::LaunchShape shape, int count = 0) {
    const cuda::Current current(*device.context());
    const cuda::Driver& driver = device.context()->driver();
    Outcome outcome{std::vector<uint32_t>(std::max<size_t>(1, outputs)), std::vector<uint64_t>(8)};
    const cuda::Buffer input = device.upload(in.data(), in.size() * 4);
    const cuda::Buffer out = device.upload(outcome.out.data(), outcome.out.size() * 4);
    const cuda::Buffer totals = device.upload(outcome.totals.data(), 64);
    const cuda::Stream stream(device.context());
    const cuda::Kernel kernel = device.kernel(kProbeKernels, name);
    if (shape.dynamic_shared > 48 << 10) kernel.allow_dynamic_shared(shape.dynamic_shared);
    cuda::launch(kernel, shape, stream.get(),
                 ProbeArgs{input.as<uint32_t>(), out.as<uint32_t>(), totals.as<uint64_t>(), count});
    stream.synchronize();
    VMAF_CUDA_TRY(driver, cuMemcpyDtoH, outcome.out.data(), out.address(), outcome.out.size() * 4);
    VMAF_CUDA_TRY(driver, cuMemcpyDtoH, outcome.totals.data(), totals.address(), 64);
    return outcome;
}

TEST(Vocabulary, IntrinsicsGiveWhatTheHostGives) {
    VMAF_OPEN_DEVICE(device);
    constexpr int kTriples = 1000;
    const auto in = random_words(3 * kTriples, 1);
    const auto got = run_probe(*device, "probe_intrinsics", in, kIntrinsics * kTriples,
                               {{cuda::tiles(kTriples, 128)}, {128}}, kTriples)
                         .out;
    for (int i = 0; i < kTriples; ++i) {
        uint32_t expected[kIntrinsics];
        try_intrinsics(in[3 * i], in[3 * i + 1], in[3 * i + 2], expected);
        for (int k = 0; k < kIntrinsics; ++k)
            ASSERT_EQ(got[kIntrinsics * i + k], expected[k]) << "intrinsic " << k << ", inputs " << i;
    }
}

TEST(Vocabulary, WarpOperationsGiveWhatLoopsGive) {
    VMAF_OPEN_DEVICE(device);
    const auto in = random_words(64, 2);
    const auto got = run_probe(*device, "probe_warp", in, 64 * kWarpResults, {{1}, {64}}).out;
    for (int t = 0; t < 64; ++t) {
        const uint32_t* warp = in.data() + t / 32 * 32;
        const int lane = t % 32, group = lane / 8 * 8;
        const uint32_t v = warp[lane];
        uint32_t ballot = 0, sum = 0, sevens = 0;
        uint64_t wide = 0;
        for (int i = 0; i < 32; ++i) {
            ballot |= (warp[i] & 1) << i;
            sum += warp[i];
            wide += uint64_t{warp[i]} << 20;
            sevens += warp[i] == 7;
        }
        const uint32_t expected[kWarpResults] = {warp[v % 32],
                                                 warp[group + v % 8],
                                                 warp[lane ^ 5],
                                                 (lane ^ 12) / 8 <= lane / 8 ? warp[lane ^ 12] : v,
                                                 lane >= 3 ? warp[lane - 3] : v,
                                                 lane - 3 >= group ? warp[lane - 3] : v,
                                                 lane + 3 < 32 ? warp[lane + 3] : v,
                                                 lane + 3 < group + 8 ? warp[lane + 3] : v,
                                                 ballot,
                                                 (sevens ? 1u : 0u) | (sevens ? 0u : 2u),
                                                 sum,
                                                 static_cast<uint32_t>(wide >> 16)};
        for (int k = 0; k < kWarpResults; ++k)
            ASSERT_EQ(got[kWarpResults * t + k], expected[k]) << "operation " << k << ", thread " << t;
    }
}

template <class T>
void check_sums(cuda::Device& device, const char* name, int values) {
    for (const unsigned threads : {32u, 64u, 256u, 1024u})
        for (const unsigned blocks : {1u, 3u}) {
            const auto in = random_words(static_cast<size_t>(values) * threads, threads);
            const auto totals = run_probe(device, name, in, 0, {{blocks}, {threads}}).totals;
            for (int k = 0; k < values; ++k) {
                T of_block = 0;
                for (unsigned t = 0; t < threads; ++t)
                    of_block = static_cast<T>(of_block + static_cast<T>(in[values * t + k]));
                EXPECT_EQ(totals[k], static_cast<uint64_t>(of_block) * blocks) << name << ", " << threads << " threads";
            }
        }
}

TEST(Vocabulary, BlockSumsGiveWhatLoopsGive) {
    VMAF_OPEN_DEVICE(device);
    check_sums<uint32_t>(*device, "probe_sums_u32", 3);
    check_sums<uint64_t>(*device, "probe_sums_u64", 5);
    std::vector<uint32_t> negative(64, static_cast<uint32_t>(-3));
    EXPECT_EQ(run_probe(*device, "probe_sums_i32", negative, 0, {{2}, {64}}).totals[0],
              static_cast<uint64_t>(int64_t{-3 * 128}));
}

TEST(Vocabulary, DynamicSharedMemoryHoldsWhatTheLaunchAsksFor) {
    VMAF_OPEN_DEVICE(device);
    for (const unsigned words : {16u, 12u << 10, 15u << 10}) {
        const auto in = random_words(words, 3);
        const auto out =
            run_probe(*device, "probe_dynamic", in, words, {{1}, {256}, words * 4}, static_cast<int>(words)).out;
        EXPECT_TRUE(std::equal(out.begin(), out.end(), in.rbegin())) << words;
    }
}

TEST(Vocabulary, IntegersAreExactForEveryReciprocal) {
    VMAF_OPEN_DEVICE(device);
    constexpr int kCount = 1 << 15;
    const auto in = random_words(kCount, 5);
    const auto got = run_probe(*device, "probe_exact_integers", in, 3 * kCount, {{kCount / 256}, {256}}, kCount).out;
    for (int i = 0; i < kCount; ++i) {
        const int64_t product = int64_t{static_cast<int32_t>(in[i])} * static_cast<int32_t>(in[kCount - 1 - i]);
        ASSERT_EQ(got[3 * i], (1u << 30) / static_cast<uint32_t>(i + 1)) << i + 1;
        ASSERT_EQ(static_cast<int64_t>(uint64_t{got[3 * i + 2]} << 32 | got[3 * i + 1]), product) << i;
    }
}

// What follows are faults that only the emulator is sure to show.

class EmulatorTest : public testing::Test {
 protected:
    void SetUp() override {
        VMAF_NEED_EMULATOR();
        emulator()->reset();
    }
    void TearDown() override {
        if (emulator()) emulator()->schedule(nullptr);
    }
    void expect_launch_failure(const char* kernel, unsigned threads) {
        VMAF_OPEN_DEVICE(device);
        try {
            run_probe(*device, kernel, random_words(64, 4), 64, {{1}, {threads}});
            FAIL() << kernel;
        } catch (const cuda::Error& error) {
            EXPECT_EQ(error.code(), EIO) << error.what();
        }
    }
};

TEST_F(EmulatorTest, NoticesBarriersThatNotAllThreadsReach) {
    expect_launch_failure("probe_divergent", 64);
    expect_launch_failure("probe_two_barriers", 64);
}

TEST_F(EmulatorTest, RunsThreadsInOrdersThatShowAMissingBarrier) {
    VMAF_OPEN_DEVICE(device);
    const auto in = random_words(64, 5);
    const auto right = [&](const char* kernel, int runs) {
        int count = 0;
        for (int i = 0; i < runs; ++i) {
            const auto out = run_probe(*device, kernel, in, 64, {{1}, {64}}).out;
            int same = 0;
            for (unsigned t = 0; t < 64; ++t) same += out[t] == in[t ^ 33];
            count += same == 64;
        }
        return count;
    };
    emulator()->schedule("random:1");
    EXPECT_EQ(right("probe_neighbour", 8), 8);
    EXPECT_EQ(right("probe_race", 8), 0);
}

TEST_F(EmulatorTest, FillsSharedMemoryWithGarbage) {
    VMAF_OPEN_DEVICE(device);
    for (const uint32_t word : run_probe(*device, "probe_uninitialised", {0}, 64, {{1}, {64}}).out)
        EXPECT_EQ(word, 0xA5A5A5A5u);
}

TEST_F(EmulatorTest, RefusesLaunchesThatAGpuWouldRefuse) {
    VMAF_OPEN_DEVICE(device);
    const std::vector<uint32_t> in(64);
    EXPECT_THROW(run_probe(*device, "probe_neighbour", in, 64, {{1}, {2048}}), cuda::Error);
    EXPECT_THROW(run_probe(*device, "probe_neighbour", in, 64, {{1, 1, 70000}, {64}}), cuda::Error);
    EXPECT_THROW(run_probe(*device, "probe_neighbour", in, 64, {{1}, {64}, 1 << 20}), cuda::Error);
    EXPECT_THROW(device->kernel(kProbeKernels, "probe_missing"), Error);
}

TEST_F(EmulatorTest, ShowsAMissingEventAsStaleData) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    const cuda::Driver& driver = device->context()->driver();
    const std::vector<uint32_t> zeros(4);
    for (const bool ordered : {true, false}) {
        const cuda::Buffer source = device->upload(zeros.data(), 16), copy = device->upload(zeros.data(), 16);
        const cuda::Stream writer(device->context()), reader(device->context());
        const cuda::Event written(device->context());
        const Scheduled lazily("lazy");
        VMAF_CUDA_TRY(driver, cuMemsetD8Async, source.address(), 7, 16, writer.get());
        written.record(writer.get());
        if (ordered) reader.wait(written);
        VMAF_CUDA_TRY(driver, cuMemcpyDtoDAsync, copy.address(), source.address(), 16, reader.get());
        reader.synchronize();
        std::vector<uint32_t> result(4);
        VMAF_CUDA_TRY(driver, cuMemcpyDtoH, result.data(), copy.address(), 16);
        EXPECT_EQ(result[0], ordered ? 0x07070707u : 0u);
    }
}

TEST_F(EmulatorTest, RefusesAsynchronousCopiesThatLeaveTheirMemory) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    const cuda::Functions& cu = device->context()->driver().functions();
    const cuda::Buffer buffer = device->allocate(64);
    const cuda::PinnedBuffer pinned(device->context(), 64);
    const cuda::Stream stream(device->context());
    std::vector<char> pageable(64);
    EXPECT_EQ(cu.cuMemcpyHtoDAsync(buffer.address(), pinned.data(), 64, stream.get()), CUDA_SUCCESS);
    EXPECT_NE(cu.cuMemcpyHtoDAsync(buffer.address() + 1, pinned.data(), 64, stream.get()), CUDA_SUCCESS);
    EXPECT_NE(cu.cuMemcpyHtoDAsync(buffer.address(), pinned.data() + 1, 64, stream.get()), CUDA_SUCCESS);
    EXPECT_NE(cu.cuMemcpyHtoDAsync(buffer.address(), pageable.data(), 64, stream.get()), CUDA_SUCCESS)
        << "pageable memory";
    EXPECT_NE(cu.cuMemsetD8Async(buffer.address(), 0, 65, stream.get()), CUDA_SUCCESS);
}

}  // namespace
}  // namespace vmaf::test
