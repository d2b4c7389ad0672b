// Planes of floats in device memory, and pictures that are samples of the engine's or such planes: what the kernels of the metrics on
// floats and their host sides agree on.
#pragma once

#include <cstddef>

#include "cuda/kernel/frame_args.h"
#include "metric/float/samples.h"

namespace vmaf {

/// The luma of a batch of frame pairs at one scale.
struct PictureSource {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    int w, h;
    SampleScale samples;  ///< of what are no floats yet
};

/// Floats from row to row of a plane that kernels make: rows start at multiples of 16 bytes.
constexpr int float_pitch(int w) { return (w + 3) / 4 * 4; }

/// Floats of such a plane.
constexpr size_t float_plane(int w, int h) { return static_cast<size_t>(float_pitch(w)) * static_cast<size_t>(h); }

/// Two of them, one behind the other, as the pictures of a frame.
inline cuda::PlanePairArg float_pair(const float* planes, int w, int h) {
    const int pitch = float_pitch(w) * static_cast<int>(sizeof(float));
    return {{planes, pitch}, {planes + float_plane(w, h), pitch}};
}

}  // namespace vmaf
