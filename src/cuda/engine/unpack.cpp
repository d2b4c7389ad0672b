// Launches the unpacking of pictures.
#include "cuda/engine/unpack.h"

#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "cuda/engine/unpack_args.h"

extern "C" const unsigned char vmaf_cuda_image_unpack[];

namespace vmaf::cuda {

namespace {

constexpr const char *kBytes = "unpack_u8", *kWords = "unpack_u16", *kBytesToWords = "unpack_u8_u16";
constexpr const char* kNames[] = {kBytes, kWords, kBytesToWords};

const char* kernel_between(const PictureFormat& from, const PictureFormat& to) {
    if (from.sample_bytes() == 2) return kWords;
    return to.sample_bytes() == 1 ? kBytes : kBytesToWords;
}

}  // namespace

const KernelSet kUnpackKernels{"unpack", vmaf_cuda_image_unpack, kNames};

Unpack::Unpack(const PictureFormat& from, SampleLayout layout, const PictureFormat& to, Device& device)
    : layout_(layout),
      tiles_(picture_tiles(to, to.planes())),
      shift_(SampleShift::between(layout, from.bpc, to.bpc)),
      kernel_(device.kernel(kUnpackKernels, kernel_between(from, to))) {}

void Unpack::enqueue(const PictureView& from, const PictureView& to, unsigned first, unsigned planes,
                     CUstream stream) const {
    UnpackArgs args{};
    args.tiles = tiles_;
    args.first_block = tiles_.planes[first].first;
    args.down = shift_.down;
    args.up = shift_.up;
    for (unsigned p = first; p < planes; ++p)
        args.planes[p] = {from.data[p], const_cast<void*>(to.data[p]), from.stride[p], to.stride[p],
                          static_cast<int>(layout_.step(p))};
    const int end = planes > 1 ? tiles_.blocks : tiles_.planes[1].first;
    if (end > args.first_block)
        launch(kernel_, {{static_cast<unsigned>(end - args.first_block), 1, 1}, {Tiling::kColumns, Tiling::kRows}},
               stream, args);
}

}  // namespace vmaf::cuda
