// A context of the C API and pictures for it, for tests that go through the API.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "libvmaf/libvmaf.h"
#include "support/samples.h"

namespace vmaf::test {

inline constexpr unsigned kW = 64, kH = 48;

/// A textured frame that moves with `t`; `damage` is added noise.
inline VmafPicture make_picture(unsigned t, unsigned damage, unsigned w = kW, unsigned h = kH, unsigned bpc = 8) {
    uint32_t noise = 12345 + t;
    return test::api_picture({VMAF_PIX_FMT_YUV420P, bpc, w, h}, [&](unsigned, unsigned x, unsigned y) {
        noise = noise * 1664525 + 1013904223;
        const unsigned value = (((x + 3 * t) * 7 ^ (y * 5)) + (damage ? (noise >> 24) % damage : 0)) & 0xff;
        return value << (bpc - 8);
    });
}

/// A context that closes itself.
class Context {
 public:
    explicit Context(unsigned threads = 0, unsigned subsample = 1, VmafLogLevel level = VMAF_LOG_LEVEL_NONE) {
        VmafConfiguration cfg = {};
        cfg.log_level = level;
        cfg.n_threads = threads;
        cfg.n_subsample = subsample;
        EXPECT_EQ(vmaf_init(&context_, cfg), 0);
    }
    ~Context() { EXPECT_EQ(vmaf_close(context_), 0); }
    operator VmafContext*() const { return context_; }

    int read(unsigned index, unsigned t) {
        VmafPicture ref = make_picture(t, 0), dis = make_picture(t, 9);
        const int result = vmaf_read_pictures(context_, &ref, &dis, index);
        EXPECT_EQ(result == 0, ref.ref == nullptr);  // cleared on success, the caller's on failure
        EXPECT_EQ(result == 0, dis.ref == nullptr);
        if (result) vmaf_picture_unref(&ref), vmaf_picture_unref(&dis);
        return result;
    }
    int read(unsigned index) { return read(index, index); }
    int flush() { return vmaf_read_pictures(context_, nullptr, nullptr, 0); }
    int use(const char* feature) { return vmaf_use_feature(context_, feature, nullptr); }

    /// The value, or not-a-number with the error in `error`.
    double value(const char* feature, unsigned index) {
        double v = NAN;
        error = vmaf_feature_score_at_index(context_, feature, &v, index);
        return v;
    }
    int error = 0;

 private:
    VmafContext* context_ = nullptr;
};

}  // namespace vmaf::test
