// Every driver call fails once: an error in words comes out, nothing leaks, and the next session works.
#include <gtest/gtest.h>

#include <sstream>

#include "emulated.h"
#include "toy_session.h"

namespace vmaf::test {
namespace {

constexpr int kUnspecifiedFailure = 719;  // CUDA_ERROR_LAUNCH_FAILED

ToySession small_session(VmafRef::Memory memory) {
    return {.format = {VMAF_PIX_FMT_YUV420P, 8, 9, 5}, .frames = 12, .dispatch = "serial", .memory = memory};
}

std::vector<std::string> entries_of(const ToySession& session) {
    emulator()->reset();
    run_toy(session);
    std::istringstream names(emulator()->entries());
    std::vector<std::string> entries;
    for (std::string name; std::getline(names, name);) entries.push_back(name);
    return entries;
}

void expect_nothing_left(const std::string& what) {
    const VmafEmulatorCounts left = emulator()->counts();
    EXPECT_EQ(
        left.device_allocations + left.pinned_allocations + left.streams + left.events + left.modules + left.contexts,
        0u)
        << what;
}

/// Empty: it worked.
std::string error_of(const ToySession& session) {
    try {
        run_toy(session);
        return {};
    } catch (const Error& error) {
        EXPECT_GT(error.code(), 0);
        return error.what();
    }
}

void expect_clean_session(const ToySession& session, const std::string& after) {
    emulator()->reset();
    EXPECT_EQ(run_toy(session), expected_sums(session)) << "after " << after;
}

class Faults : public testing::TestWithParam<std::tuple<VmafRef::Memory, bool>> {
 protected:
    void SetUp() override { VMAF_NEED_EMULATOR(); }
    void TearDown() override {
        if (emulator()) emulator()->reset();
    }
};

TEST_P(Faults, OfEveryCallAreReportedAndLeaveNothingBehind) {
    const auto [memory, for_good] = GetParam();
    const ToySession session = small_session(memory);
    for (const std::string& entry : entries_of(session))
        for (const size_t nth : {1u, 2u, 10u}) {
            if (entry == "cuCtxPopCurrent_v2" || entry == "cuDevicePrimaryCtxRelease")
                continue;  // have no use for failing
            emulator()->reset();
            emulator()->fail(entry.c_str(), nth, kUnspecifiedFailure, for_good);
            const std::string what = entry + ", call " + std::to_string(nth) + (for_good ? " and all later" : "");
            const std::string error = error_of(session);
            const bool reached = emulator()->calls(entry.c_str()) >= nth;
            if (reached && !kReleases.count(entry)) {
                EXPECT_NE(error.find(entry.substr(0, entry.find('_'))), std::string::npos) << what << ": " << error;
            }
            emulator()->fail(nullptr, 0, 0, 0);
            if (!kReleases.count(entry)) expect_nothing_left(what);
            expect_clean_session(session, what);
        }
}

std::string case_name(const testing::TestParamInfo<Faults::ParamType>& info) {
    const char* memory[] = {"Host", "Pinned", "Device"};
    return std::string(memory[static_cast<int>(std::get<0>(info.param))]) +
           (std::get<1>(info.param) ? "ForGood" : "Once");
}

INSTANTIATE_TEST_SUITE_P(Calls, Faults,
                         testing::Combine(testing::Values(VmafRef::Memory::kHost, VmafRef::Memory::kPinnedHost,
                                                          VmafRef::Memory::kDevice),
                                          testing::Bool()),
                         case_name);

TEST(Fault, TooLittleMemorySaysWhatWasWantedAndFree) {
    VMAF_NEED_EMULATOR();
    const ToySession session{.frames = 10};
    for (const size_t limit : {0u, 1000u, 20000u}) {
        emulator()->reset();
        emulator()->memory(limit);
        try {
            run_toy(session);
            FAIL() << limit;
        } catch (const cuda::Error& error) {
            EXPECT_EQ(error.code(), ENOMEM);
            EXPECT_NE(std::string(error.what()).find("bytes of device memory are free"), std::string::npos)
                << error.what();
        }
        emulator()->memory(size_t{1} << 30);
        expect_nothing_left("a session without memory");
        expect_clean_session(session, "a session without memory");
    }
}

TEST(Fault, NoDeviceIsItsOwnError) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    emulator()->devices(0);
    try {
        cuda::Driver::load();
        FAIL();
    } catch (const cuda::Error& error) {
        EXPECT_EQ(error.code(), ENODEV);
        EXPECT_NE(std::string(error.what()).find("cuInit failed with 100"), std::string::npos) << error.what();
    }
    emulator()->devices(1);
    EXPECT_EQ(cuda::device_count(*cuda::Driver::load()), 1);
}

TEST(Fault, InitialisationFailuresCarryTheirNumber) {
    VMAF_NEED_EMULATOR();
    struct Case {
        int result, code;
        const char* text;
    };
    for (const Case& c : {Case{999, EIO, "cuInit failed with 999"},
                          {803, ENOTSUP, "differ in version"},
                          {35, ENOTSUP, "update"},
                          {100, ENODEV, "--gpus"}}) {
        emulator()->reset();
        emulator()->fail("cuInit", 1, c.result, 0);
        try {
            cuda::Driver::load();
            FAIL() << c.result;
        } catch (const cuda::Error& error) {
            EXPECT_EQ(error.code(), c.code) << error.what();
            EXPECT_NE(std::string(error.what()).find(c.text), std::string::npos) << error.what();
        }
        emulator()->reset();
    }
}

TEST(Fault, AGpuWithoutKernelsIsNamed) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    emulator()->fail("cuModuleLoadData", 1, 209, 0);
    try {
        run_toy({.frames = 1});
        FAIL();
    } catch (const cuda::Error& error) {
        EXPECT_EQ(error.code(), ENOTSUP);
        EXPECT_NE(std::string(error.what()).find("emulated GPU 0 (compute capability"), std::string::npos)
            << error.what();
    }
    emulator()->reset();
}

TEST(Fault, AnUnknownDeviceIsRefusedWithTheRange) {
    std::string why;
    if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
    const auto driver = cuda::Driver::load();
    try {
        cuda::Context::primary(driver, 99);
        FAIL();
    } catch (const cuda::Error& error) {
        EXPECT_EQ(error.code(), ENODEV);
        EXPECT_NE(std::string(error.what()).find("there is no device 99: choose 0 to "), std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace vmaf::test
