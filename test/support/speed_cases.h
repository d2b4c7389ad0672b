// What SpEED's backends are compared on beyond the options' ends: filters of every reach, scaling of small planes, long rows.
#pragma once

#include <vector>

#include "metric/speed/speed.h"
#include "support/pictures.h"

namespace vmaf::test {

struct SpeedCase {
    const Metric* metric;
    PictureFormat format;
    OptionStrings options;
};

inline std::vector<SpeedCase> speed_cases() {
    constexpr auto kGrey = VMAF_PIX_FMT_YUV400P, kFull = VMAF_PIX_FMT_YUV444P;
    std::vector<SpeedCase> cases{
        {&kSpeedTemporal, {kGrey, 8, 20, 20}, {{"speed_prescale", "4"}}},  // one block
        {&kSpeedChroma, {kFull, 8, 3000, 112}, {}},  // more columns than a thread block has threads
        {&kSpeedChroma, {kFull, 10, 112, 1500}, {}},
        {&kSpeedChroma,
         {VMAF_PIX_FMT_YUV422P, 12, 811, 322},
         {{"speed_prescale", "0.6"}, {"speed_prescale_method", "lanczos4"}, {"speed_kernelscale", "3"}}},
        {&kSpeedTemporal, {kGrey, 16, 321, 259}, {{"speed_use_ref_diff", "true"}, {"speed_kernelscale", "2"}}},
    };
    for (const char* scale : {"0.444444", "1.6", "3.71134"})
        cases.push_back({&kSpeedChroma, {kFull, 8, 256, 241}, {{"speed_kernelscale", scale}}});
    for (const char* method : {"nearest", "bilinear", "bicubic", "lanczos4"})
        cases.push_back({&kSpeedTemporal,
                         {kGrey, 10, 64, 61},
                         {{"speed_prescale", "4"}, {"speed_prescale_method", method}, {"speed_kernelscale", "0.5"}}});
    return cases;
}

}  // namespace vmaf::test
