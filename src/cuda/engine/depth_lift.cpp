// Launches the lifting of pictures.
#include "cuda/engine/depth_lift.h"

#include "cuda/driver/launch.h"
#include "cuda/engine/depth_lift_args.h"
#include "cuda/engine/extractor.h"

extern "C" const unsigned char vmaf_cuda_image_depth_lift[];

namespace vmaf::cuda {

namespace {

constexpr const char *kFromBytes = "depth_lift_u8", *kFromWords = "depth_lift_u16";
constexpr const char* kNames[] = {kFromBytes, kFromWords};

}  // namespace

const KernelSet kDepthLiftKernels{"depth_lift", vmaf_cuda_image_depth_lift, kNames};

DepthLift::DepthLift(const PictureFormat& from, const PictureFormat& to, Device& device)
    : tiles_(picture_tiles(to, to.planes())),
      shift_(static_cast<int>(to.bpc - from.bpc)),
      kernel_(device.kernel(kDepthLiftKernels, from.sample_bytes() == 1 ? kFromBytes : kFromWords)) {}

void DepthLift::enqueue(const PictureView& from, const PictureView& to, unsigned planes, CUstream stream) const {
    DepthLiftArgs args{};
    args.tiles = tiles_;
    args.shift = shift_;
    for (unsigned p = 0; p < planes; ++p)
        args.planes[p] = {from.data[p], const_cast<void*>(to.data[p]), from.stride[p], to.stride[p]};
    const int blocks = planes > 1 ? tiles_.blocks : tiles_.planes[1].first;
    launch(kernel_, {{static_cast<unsigned>(blocks), 1, 1}, {Tiling::kColumns, Tiling::kRows}}, stream, args);
}

}  // namespace vmaf::cuda
