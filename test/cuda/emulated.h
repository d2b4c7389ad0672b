// Access to the emulator's controls when the driver is the emulator; tests that need them skip, in words, on a real GPU.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cuda/driver/device.h"
#include "emulator/emulator.h"

namespace vmaf::test {

/// The emulator behind the loaded driver.
struct Emulator {
    VmafEmulatorReset* reset;
    VmafEmulatorFail* fail;
    VmafEmulatorSchedule* schedule;
    VmafEmulatorScheduleName* schedule_name;
    VmafEmulatorGetCounts* counts;
    VmafEmulatorLaunches* launches;
    VmafEmulatorCalls* calls;
    VmafEmulatorEntries* entries;
    VmafEmulatorMemory* memory;
    VmafEmulatorDevices* devices;

    std::vector<VmafEmulatorLaunch> launch_log() const;
};

/// Driver calls that give something back: what they fail to free stays allocated, so only the next session is checked.
inline const std::set<std::string> kReleases = {
    "cuMemFree_v2",        "cuMemFreeHost",      "cuStreamDestroy_v2", "cuEventDestroy_v2",
    "cuCtxPushCurrent_v2", "cuCtxPopCurrent_v2", "cuModuleUnload",     "cuDevicePrimaryCtxRelease"};

/// Null on a real driver, or without any.
const Emulator* emulator();

/// Orders of execution to try one after the other: the lazy one, and `random_ones` that VMAF_EMULATOR_SEED chooses.
std::vector<std::string> schedules(unsigned random_ones = 3);

/// Has the emulator run queued work in that order until the end of the scope. Nothing on a real driver.
class Scheduled {
 public:
    explicit Scheduled(const std::string& schedule) {
        if (emulator()) emulator()->schedule(schedule.c_str());
    }
    ~Scheduled() {
        if (emulator()) emulator()->schedule(nullptr);
    }
    Scheduled(const Scheduled&) = delete;
    Scheduled& operator=(const Scheduled&) = delete;
};

/// Device 0, or null with the reason in `why`.
std::unique_ptr<cuda::Device> open_device(std::string* why);

/// Tests of one class that need a device, and are skipped where there is none.
template <class Test = testing::Test>
class OnDevice : public Test {
 protected:
    void SetUp() override {
        std::string why;
        device_ = open_device(&why);
        if (!device_) GTEST_SKIP() << "no GPU to test on: " << why;
    }

    std::unique_ptr<cuda::Device> device_;
};

}  // namespace vmaf::test

/// Opens a device in a test, or skips the test and says why.
#define VMAF_OPEN_DEVICE(device)                                                          \
    std::string why_not;                                                                  \
    const std::unique_ptr<vmaf::cuda::Device> device = vmaf::test::open_device(&why_not); \
    if (!device) GTEST_SKIP() << "no GPU to test on: " << why_not

#define VMAF_NEED_EMULATOR()     \
    if (!vmaf::test::emulator()) \
    GTEST_SKIP() << "this test steers the emulator, and the driver here is a real one or missing"
