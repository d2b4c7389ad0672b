// Pictures as clients have them -> as kernels read them, as picture/unpack.h does it in host memory.
#pragma once

#include "cuda/driver/device.h"
#include "cuda/kernel/plane_tiles.h"
#include "picture/unpack.h"

namespace vmaf::cuda {

/// From one format and layout to plain planes of the same format or a deeper one.
class Unpack {
 public:
    Unpack(const PictureFormat& from, SampleLayout layout, const PictureFormat& to, Device& device);

    /// Puts one launch on the stream, which reads planes `first` to `planes` - 1 of `from` and writes those of `to`, both in device memory.
    void enqueue(const PictureView& from, const PictureView& to, unsigned first, unsigned planes,
                 CUstream stream) const;

 private:
    SampleLayout layout_;
    PictureTiles tiles_;
    SampleShift shift_;
    Kernel kernel_;
};

/// The kernels of unpacking.
extern const KernelSet kUnpackKernels;

}  // namespace vmaf::cuda
