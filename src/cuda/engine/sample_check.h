// Samples above their bit depth on the GPU: a kernel beside those of the metrics finds the planes that hold some.
#pragma once

#include <cstdint>
#include <span>

#include "cuda/driver/device.h"
#include "cuda/engine/batch_frame.h"
#include "cuda/kernel/plane_tiles.h"

namespace vmaf::cuda {

/// For depths whose words can hold more than a sample.
class SampleCheck {
 public:
    SampleCheck(const PictureFormat& format, Device& device);

    /// Puts one launch on the stream. found[i] in device memory, a PlaneSet that is empty before, becomes the set of those among frame
    /// i's planes that hold samples above their depth.
    void enqueue(std::span<const BatchFrame> frames, CUdeviceptr found, CUstream stream) const;

 private:
    PictureTiles tiles_;
    uint32_t spare_bits_;
    Kernel kernel_;
};

/// The kernel of the check.
extern const KernelSet kSampleCheckKernels;

}  // namespace vmaf::cuda
