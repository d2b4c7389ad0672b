// Host side of what float_ssim's and float_ms_ssim's kernels have in common: planes of floats in device memory, and launches
// over them.
#pragma once

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ssim/ssim_windows_cuda.h"

namespace vmaf::ssim {

/// Planes of floats of a batch: the reference's and the distorted one of each frame, one after the other.
class FloatPlanes {
 public:
    FloatPlanes() = default;
    FloatPlanes(int w, int h, unsigned frames, cuda::Device& device)
        : pitch_((static_cast<size_t>(w) * sizeof(float) + kRowAlignment - 1) / kRowAlignment * kRowAlignment),
          plane_(pitch_ * static_cast<size_t>(h)),
          memory_(device.allocate(2 * plane_ * frames)) {}

    cuda::PlanePairArg frame(size_t i) const {
        const auto* const ref = reinterpret_cast<const std::byte*>(memory_.address()) + 2 * i * plane_;
        return {{ref, static_cast<int>(pitch_)}, {ref + plane_, static_cast<int>(pitch_)}};
    }

 private:
    static constexpr size_t kRowAlignment = 16;

    size_t pitch_ = 0, plane_ = 0;  ///< bytes
    cuda::Buffer memory_;
};

/// Blocks of kColumns x kThreadRows threads, each block for kColumns x kRows of w x h results of each of `planes`.
template <unsigned kColumns, unsigned kRows, unsigned kThreadRows>
cuda::LaunchShape launch_shape(int w, int h, unsigned planes) {
    return {{cuda::tiles(static_cast<unsigned>(w), kColumns), cuda::tiles(static_cast<unsigned>(h), kRows), planes},
            {kColumns, kThreadRows}};
}

/// Puts the windows over args.frames on the batch's stream.
inline void launch_windows(const cuda::Kernel& kernel, const cuda::Batch& batch, const WindowArgs& args) {
    using T = WindowTuning;
    const auto frames = static_cast<unsigned>(batch.frames.size());
    cuda::launch(kernel,
                 launch_shape<T::kColumns, T::kRows, T::kThreadRows>(args.x.positions, args.y.positions, frames),
                 batch.stream, args);
}

}  // namespace vmaf::ssim
