// Pictures at a greater depth on the GPU, as picture/lift.h makes them in host memory.
#pragma once

#include "cuda/driver/device.h"
#include "cuda/kernel/plane_tiles.h"
#include "picture/picture_format.h"

namespace vmaf::cuda {

/// From one format to the same at a greater depth.
class DepthLift {
 public:
    DepthLift(const PictureFormat& from, const PictureFormat& to, Device& device);

    /// Puts one launch on the stream, which reads planes 0 to `planes` - 1 of `from` and writes those of `to`, both in device memory.
    void enqueue(const PictureView& from, const PictureView& to, unsigned planes, CUstream stream) const;

 private:
    PictureTiles tiles_;
    int shift_;
    Kernel kernel_;
};

/// The kernels of lifting.
extern const KernelSet kDepthLiftKernels;

}  // namespace vmaf::cuda
