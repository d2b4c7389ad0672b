// The pipeline from pictures to Sums: every kind of memory, every strategy, every order of execution that events allow.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "cuda/engine/batch_runner.h"
#include "emulated.h"
#include "toy_session.h"

namespace vmaf::test {
namespace {

using Memory = VmafRef::Memory;

/// Fresh counters, and nothing left behind at the end.
class PipelineTest : public testing::Test {
 protected:
    void SetUp() override {
        std::string why;
        if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
        if (emulator()) emulator()->reset();
    }
    void TearDown() override {
        if (!emulator()) return;
        emulator()->schedule(nullptr);
        const VmafEmulatorCounts left = emulator()->counts();
        EXPECT_EQ(left.device_allocations, 0u);
        EXPECT_EQ(left.pinned_allocations, 0u);
        EXPECT_EQ(left.streams, 0u);
        EXPECT_EQ(left.events, 0u);
        EXPECT_EQ(left.modules, 0u);
        EXPECT_EQ(left.contexts, 0u);
    }
};

TEST_F(PipelineTest, EveryKindOfMemoryGivesTheCpusSums) {
    for (const unsigned bpc : {8u, 10u, 16u})
        for (const Memory memory : {Memory::kHost, Memory::kPinnedHost, Memory::kDevice})
            for (const bool misaligned : {false, true}) {
                if (misaligned && memory != Memory::kDevice) continue;
                ToySession session{.memory = memory, .misaligned = misaligned};
                session.format.bpc = bpc;
                EXPECT_EQ(run_toy(session), expected_sums(session))
                    << bpc << " bit, memory " << static_cast<int>(memory) << (misaligned ? ", misaligned" : "");
            }
}

TEST_F(PipelineTest, EveryOrderThatEventsAllowGivesTheSameSums) {
    VMAF_NEED_EMULATOR();
    ToySession session{.format = {VMAF_PIX_FMT_YUV420P, 8, 17, 11}, .frames = 100};
    const std::vector<ToySums> expected = expected_sums(session);
    for (session.memory = Memory::kHost; session.memory <= Memory::kDevice;
         session.memory = Memory(int(session.memory) + 1))
        for (session.max_batch = 1; session.max_batch <= 9; session.max_batch *= 3)
            for (const char* schedule : {"lazy", "random:1", "random:2", "random:3"}) {
                emulator()->schedule(schedule);
                EXPECT_EQ(run_toy(session), expected) << schedule << ", memory " << static_cast<int>(session.memory)
                                                      << ", batches of " << session.max_batch;
            }
}

TEST_F(PipelineTest, EveryBatchSizeGivesTheSameSums) {
    ToySession session{.frames = 45};
    const std::vector<ToySums> expected = expected_sums(session);
    for (session.max_batch = 1; session.max_batch <= cuda::kMaxBatch; session.max_batch = session.max_batch * 2 + 1)
        for (const char* dispatch : {"adaptive", "batched", "serial"}) {
            session.dispatch = dispatch;
            EXPECT_EQ(run_toy(session), expected) << session.max_batch << ", " << dispatch;
        }
}

TEST(Batches, HoldFewLargeFramesAndManySmallOnes) {
    const auto capacity = [](unsigned w, unsigned h) { return cuda::batch_capacity({VMAF_PIX_FMT_YUV420P, 8, w, h}); };
    EXPECT_EQ(capacity(7680, 4320), 1u);
    EXPECT_EQ(capacity(3840, 2160), 2u);
    EXPECT_EQ(capacity(1920, 1080), 8u);
    EXPECT_EQ(capacity(576, 324), cuda::kMaxBatch);
    EXPECT_EQ(capacity(1, 1), cuda::kMaxBatch);
    EXPECT_EQ(capacity(1u << 20, 1u << 16), 1u);
}

TEST_F(PipelineTest, SkippedFramesStillServeAsPreviousReferences) {
    const ToySession session{.frames = 31, .subsample = 3};
    EXPECT_EQ(run_toy(session), expected_sums(session));
}

TEST_F(PipelineTest, StrategiesChangeTheTimelineAndNoScore) {
    VMAF_NEED_EMULATOR();
    ToySession session{.frames = 64};
    const std::vector<ToySums> expected = expected_sums(session);
    const auto launches = [&](const char* dispatch) {
        session.dispatch = dispatch;
        emulator()->reset();
        EXPECT_EQ(run_toy(session), expected) << dispatch;
        return emulator()->launch_log();
    };
    EXPECT_EQ(launches("serial").size(), 64u);
    EXPECT_EQ(launches("adaptive,toy=serial").size(), 64u);
    EXPECT_EQ(launches("batched").size(), 64 / cuda::kMaxBatch);
    EXPECT_EQ(launches("serial,toy=batched").size(), 64 / cuda::kMaxBatch);
    const size_t adaptive = launches("").size();
    EXPECT_GE(adaptive, 64 / cuda::kMaxBatch);
    EXPECT_LE(adaptive, 64u);
}

/// Launches a batch for each frame of the session before any of them runs, with a metric's default options, and compares with the CPU.
void expect_the_cpus_sums(const Metric& metric, const ToySession& session) {
    const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
    const PassSpec pass{.metric = &metric, .variants = {OptionValues(metric.options, {})}};
    std::vector<std::byte> sums(metric.result_size(pass.variants, session.format)), expected(sums.size());
    const auto cpu = metric.make_cpu(pass.variants, session.format, CpuFeatures{});
    ToySession on_host = session;
    on_host.memory = Memory::kHost;
    std::vector<Picture> pictures;
    for (unsigned i = 0; i < 2 * session.frames; ++i) pictures.push_back(toy_picture(context, session, i));

    const cuda::Current current(*context);
    cuda::BatchRunner runner(std::make_unique<cuda::Device>(context), session.format,
                             cuda::DispatchPolicy(session.dispatch));
    runner.add_passes({&pass, 1});
    std::vector<cuda::BatchRunner::Flight> flights(session.frames);
    for (unsigned i = 0; i < session.frames; ++i) {
        cuda::BatchFrame frame;
        frame.pictures = {.index = i, .ref = pictures[2 * i].view(), .dis = pictures[2 * i + 1].view()};
        frame.sums = sums.data();
        flights[i].frames = {frame};
        runner.launch(flights[i]);
    }
    runner.synchronize();
    for (unsigned i = 0; i < session.frames; ++i) {
        const Picture ref = toy_picture(context, on_host, 2 * i), dis = toy_picture(context, on_host, 2 * i + 1);
        cpu->extract({.index = i, .ref = ref.view(), .dis = dis.view()}, expected.data());
        runner.collect(flights[i]);
        EXPECT_TRUE(sums == expected) << metric.name << ", frame " << i;
    }
}

TEST_F(PipelineTest, BatchesThatTakeExtractorsInTurnOverlapAndScoreTheSame) {
    const auto expect_streams = [](size_t expected) {
        if (!emulator()) return;
        std::set<const void*> streams;
        for (const VmafEmulatorLaunch& launch : emulator()->launch_log()) streams.insert(launch.stream);
        EXPECT_EQ(streams.size(), expected);
        emulator()->reset();
    };
    for (const char* name : {"adm", "vif"}) {
        for (const std::string& schedule : schedules()) {
            SCOPED_TRACE(schedule);
            const Scheduled scheduled(schedule);
            expect_the_cpus_sums(*find_metric(name), {.frames = 10, .memory = Memory::kDevice});
            expect_streams(2);
        }
        expect_the_cpus_sums(*find_metric(name), {.frames = 3, .dispatch = "serial", .memory = Memory::kDevice});
        expect_streams(1);
    }
}

TEST_F(PipelineTest, UnknownStrategiesAreRefusedByName) {
    for (const char* text : {"fast", "adaptive,vif=", "vif=quick"}) try {
            const cuda::DispatchPolicy policy(text);
            FAIL() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), EINVAL);
            EXPECT_NE(std::string(error.what()).find("VMAF_CUDA_DISPATCH"), std::string::npos);
        }
    EXPECT_EQ(cuda::DispatchPolicy("batched,vif=serial").of("vif"), cuda::Strategy::kSerial);
    EXPECT_EQ(cuda::DispatchPolicy("batched,vif=serial").of("adm"), cuda::Strategy::kBatched);
}

/// A pipeline whose frames the test submits one by one.
struct Stepwise {
    explicit Stepwise(const ToySession& s)
        : session(s), context(cuda::Context::primary(cuda::Driver::load(), 0)), sink(s.frames) {
        pipeline = std::make_unique<cuda::Pipeline>(
            std::make_unique<cuda::Device>(context),
            cuda::PipelineConfig{.format = s.format, .policy = cuda::DispatchPolicy(s.dispatch), .copy_helpers = 0},
            sink);
        add_passes({toy_pass()});
    }
    void add_passes(const std::vector<PassSpec>& passes) { pipeline->add_passes(passes); }
    uint64_t submit(unsigned i) {
        cuda::FrameJob job{.index = i, .tag = &sink.frames[i]};
        job.ref = toy_picture(context, session, 2 * i);
        job.dis = toy_picture(context, session, 2 * i + 1);
        job.sums = reinterpret_cast<std::byte*>(&sink.frames[i].sums);
        return pipeline->submit(std::move(job));
    }

    ToySession session;
    std::shared_ptr<const cuda::Context> context;
    ToySink sink;
    std::unique_ptr<cuda::Pipeline> pipeline;
};

TEST_F(PipelineTest, WaitingForOneFrameStartsABatchThatIsNotFull) {
    const ToySession session{.frames = 3, .dispatch = "batched"};
    const std::vector<ToySums> expected = expected_sums(session);
    Stepwise steps(session);
    for (unsigned i = 0; i < 3; ++i) {
        steps.pipeline->wait(steps.submit(i));
        EXPECT_TRUE(steps.sink.frames[i].done);
        EXPECT_EQ(steps.sink.frames[i].sums, expected[i]) << i;
    }
}

TEST_F(PipelineTest, HurryStartsABatchThatIsNotFull) {
    const ToySession session{.frames = 2, .dispatch = "batched"};
    Stepwise steps(session);
    const uint64_t number = steps.submit(0);
    steps.pipeline->hurry();
    steps.pipeline->wait(number);
    EXPECT_EQ(steps.sink.done, 1u);
}

TEST_F(PipelineTest, FramesThatNeverStartAreReportedWhenTheSessionEnds) {
    const ToySession session{.frames = 5, .dispatch = "batched"};
    Stepwise steps(session);
    for (unsigned i = 0; i < 5; ++i) steps.submit(i);
    steps.pipeline.reset();
    EXPECT_EQ(steps.sink.done + steps.sink.failed, 5u);
    EXPECT_EQ(steps.sink.failed, 5u);
}

TEST_F(PipelineTest, PassesMayBeAddedBetweenFrames) {
    const ToySession session{.frames = 6};
    const std::vector<ToySums> expected = expected_sums(session);
    Stepwise steps(session);
    std::vector<ToySums> both(12);
    for (unsigned i = 0; i < 6; ++i) {
        if (i == 3) steps.add_passes({toy_pass(sizeof(ToySums))});
        cuda::FrameJob job{.index = i, .tag = &steps.sink.frames[i]};
        job.ref = toy_picture(steps.context, session, 2 * i);
        job.dis = toy_picture(steps.context, session, 2 * i + 1);
        job.sums = reinterpret_cast<std::byte*>(&both[2 * i]);
        steps.pipeline->submit(std::move(job));
    }
    steps.pipeline->finish();
    for (unsigned i = 0; i < 6; ++i) {
        EXPECT_EQ(both[2 * i], expected[i]) << i;
        EXPECT_EQ(both[2 * i + 1], i < 3 ? ToySums{} : expected[i]) << i;
    }
}

TEST_F(PipelineTest, FramesCostNoAllocationLoadOrSynchronisation) {
    VMAF_NEED_EMULATOR();
    const ToySession session{.frames = 400, .memory = Memory::kPinnedHost};
    Stepwise steps(session);
    std::vector<Picture> pictures;  // made beforehand: a client's pool
    for (unsigned i = 0; i < 8; ++i) pictures.push_back(toy_picture(steps.context, session, i));
    VmafEmulatorCounts warm{};
    for (unsigned i = 0; i < session.frames; ++i) {
        if (i == 300) {
            steps.pipeline->wait(i - 1);
            warm = emulator()->counts();
        }
        cuda::FrameJob job{.index = i, .tag = &steps.sink.frames[i]};
        job.ref = pictures[2 * i % 8].share();
        job.dis = pictures[(2 * i + 1) % 8].share();
        job.sums = reinterpret_cast<std::byte*>(&steps.sink.frames[i].sums);
        steps.pipeline->submit(std::move(job));
    }
    steps.pipeline->finish();
    EXPECT_EQ(emulator()->counts().costly_calls, warm.costly_calls);
    EXPECT_EQ(emulator()->counts().device_bytes, warm.device_bytes);
}

/// Runs a session of device pictures that are filled on `stream` without waiting.
void run_behind(CUstream stream, Stepwise& steps, const std::vector<ToySums>& expected) {
    const ToySession& session = steps.session;
    const auto fill = [&](Picture& to, const Picture& from) {
        to = empty_device_picture(steps.context, session);
        CUDA_MEMCPY2D copy{};
        copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        copy.srcDevice = reinterpret_cast<CUdeviceptr>(from.view().data[0]);
        copy.srcPitch = static_cast<size_t>(from.view().stride[0]);
        copy.dstDevice = reinterpret_cast<CUdeviceptr>(to.view().data[0]);
        copy.dstPitch = static_cast<size_t>(to.view().stride[0]);
        copy.WidthInBytes = session.format.w * session.format.sample_bytes();
        copy.Height = session.format.h;
        VMAF_CUDA_TRY(steps.context->driver(), cuMemcpy2DAsync, &copy, stream);
    };
    for (unsigned i = 0; i < session.frames; ++i) {
        const Picture ref = toy_picture(steps.context, session, 2 * i),
                      dis = toy_picture(steps.context, session, 2 * i + 1);
        VMAF_CUDA_TRY(steps.context->driver(), cuStreamSynchronize, cuda::default_stream());
        ToySink::Frame& frame = steps.sink.frames[i];
        cuda::FrameJob job{.index = i, .written = {stream}, .tag = &frame};
        fill(job.ref, ref);
        fill(job.dis, dis);
        job.sums = reinterpret_cast<std::byte*>(&frame.sums);
        steps.pipeline->wait(steps.pipeline->submit(std::move(job)));
        EXPECT_EQ(frame.sums, expected[i]) << "frame " << i;
    }
}

TEST_F(PipelineTest, DevicePicturesAreReadAfterTheirWritersStream) {
    for (const std::string& schedule : schedules())
        for (const bool misaligned : {false, true})
            for (const bool by_default : {false, true}) {
                SCOPED_TRACE(schedule + (misaligned ? ", misaligned" : "") + (by_default ? ", default stream" : ""));
                const Scheduled scheduled(schedule);
                const ToySession session{.frames = 10, .memory = Memory::kDevice, .misaligned = misaligned};
                Stepwise steps(session);
                const cuda::Current current(*steps.context);
                const cuda::Stream client(steps.context);
                run_behind(by_default ? cuda::default_stream() : client.get(), steps, expected_sums(session));
            }
}

TEST_F(PipelineTest, SessionsShareAContextFromManyThreads) {
    const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
    std::vector<std::vector<ToySums>> results(4);
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                results[t] = run_toy({.format = {VMAF_PIX_FMT_YUV420P, 8, 20 + t, 30}, .frames = 40}, context);
            });
    }
    for (unsigned t = 0; t < 4; ++t)
        EXPECT_EQ(results[t], expected_sums({.format = {VMAF_PIX_FMT_YUV420P, 8, 20 + t, 30}, .frames = 40}));
}

TEST_F(PipelineTest, AForeignContextServesAndIsLeftAlone) {
    const auto driver = cuda::Driver::load();
    CUcontext handle = nullptr;
    VMAF_CUDA_TRY(*driver, cuCtxCreate, &handle, 0, 0);
    CUcontext popped = nullptr;
    VMAF_CUDA_TRY(*driver, cuCtxPopCurrent, &popped);
    const ToySession session{.frames = 5};
    EXPECT_EQ(run_toy(session, cuda::Context::foreign(driver, handle)), expected_sums(session));
    EXPECT_EQ(driver->functions().cuCtxDestroy(handle), CUDA_SUCCESS) << "the context was still the client's";
}

TEST_F(PipelineTest, SessionsMayComeAndGo) {
    const ToySession session{.frames = 3};
    const std::vector<ToySums> expected = expected_sums(session);
    for (unsigned i = 0; i < 50; ++i) ASSERT_EQ(run_toy(session), expected) << "session " << i;
}

}  // namespace
}  // namespace vmaf::test
