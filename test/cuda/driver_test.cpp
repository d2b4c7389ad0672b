// What a machine without a usable driver is told. The program is run with a library path that holds no driver, or a crippled one.
#include <gtest/gtest.h>

#include <dlfcn.h>

#include <cstdlib>

#include "cuda/driver/driver.h"

namespace vmaf::test {
namespace {

/// "none" or "old": what the library path holds.
bool driver_is(std::string_view kind) {
    const char* given = std::getenv("VMAF_TEST_DRIVER");
    return given && kind == given;
}

TEST(Driver, MissingLibraryIsToldWithThePlacesTried) {
    if (!driver_is("none")) GTEST_SKIP() << "run with VMAF_TEST_DRIVER=none";
    if (void* present = dlopen("libcuda.so.1", RTLD_LAZY)) {
        dlclose(present);
        GTEST_SKIP() << "this machine has a driver outside LD_LIBRARY_PATH";
    }
    for (int attempt = 0; attempt < 2; ++attempt) try {
            cuda::Driver::load();
            FAIL();
        } catch (const cuda::Error& error) {
            const std::string text = error.what();
            EXPECT_EQ(error.code(), ENOSYS);
            EXPECT_NE(text.find("libcuda not found: tried libcuda.so.1 in LD_LIBRARY_PATH="), std::string::npos)
                << text;
            EXPECT_NE(text.find("/usr/lib/wsl/lib/libcuda.so.1"), std::string::npos) << text;
            EXPECT_NE(text.find("cannot open shared object file"), std::string::npos) << text;
        }
}

TEST(Driver, AGivenLibraryIsTakenInsteadOfAllOthers) {
    if (!driver_is("none")) GTEST_SKIP() << "run with VMAF_TEST_DRIVER=none";
    ASSERT_EQ(setenv("VMAF_CUDA_LIBRARY", "/nonexistent/driver.so", 1), 0);
    try {
        cuda::Driver::load();
        FAIL();
    } catch (const cuda::Error& error) {
        const std::string text = error.what();
        EXPECT_EQ(error.code(), ENOSYS);
        EXPECT_NE(text.find("tried VMAF_CUDA_LIBRARY=/nonexistent/driver.so (/nonexistent/driver.so: cannot open"),
                  std::string::npos)
            << text;
        EXPECT_EQ(text.find("wsl"), std::string::npos) << text;
    }
    ASSERT_EQ(setenv("VMAF_CUDA_LIBRARY", VMAF_OLD_DRIVER, 1), 0);
    try {
        cuda::Driver::load();
        FAIL();
    } catch (const cuda::Error& error) {
        EXPECT_NE(std::string(error.what()).find("it is too old"), std::string::npos) << error.what();
    }
    unsetenv("VMAF_CUDA_LIBRARY");
}

TEST(Driver, LibraryWithoutNeededEntryPointsIsTooOld) {
    if (!driver_is("old")) GTEST_SKIP() << "run with VMAF_TEST_DRIVER=old";
    try {
        cuda::Driver::load();
        FAIL();
    } catch (const cuda::Error& error) {
        const std::string text = error.what();
        EXPECT_EQ(error.code(), ENOTSUP);
        EXPECT_NE(text.find("has no cuDeviceGetCount: it is too old; update"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace vmaf::test
