// Launches the check of samples.
#include "cuda/engine/sample_check.h"

#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "cuda/engine/sample_check_args.h"

extern "C" const unsigned char vmaf_cuda_image_sample_check[];

namespace vmaf::cuda {

namespace {

constexpr const char* kName = "sample_check_u16";
constexpr const char* kNames[] = {kName};
constexpr uint32_t kTwoSamples = 0x00010001;

static_assert(plane_bit(Side::kReference, 2) == 1u << 2 && plane_bit(Side::kDistorted, 0) == 8u, "as in the kernel");

}  // namespace

const KernelSet kSampleCheckKernels{"sample_check", vmaf_cuda_image_sample_check, kNames};

SampleCheck::SampleCheck(const PictureFormat& format, Device& device)
    : tiles_(picture_tiles(format, format.planes())),
      spare_bits_((0xffff & ~peak_sample(format.bpc)) * kTwoSamples),
      kernel_(device.kernel(kSampleCheckKernels, kName)) {}

void SampleCheck::enqueue(std::span<const BatchFrame> frames, CUdeviceptr found, CUstream stream) const {
    SampleCheckArgs args{};
    args.tiles = tiles_;
    args.spare_bits = spare_bits_;
    args.found = reinterpret_cast<uint32_t*>(static_cast<uintptr_t>(found));
    PlaneSet all = 0;
    for (size_t i = 0; i < frames.size(); ++i) {
        const BatchFrame& frame = frames[i];
        all |= frame.planes;
        for (unsigned p = 0; p < 3; ++p) {
            if (frame.planes & plane_bit(Side::kReference, p)) args.frames[i][p].ref = plane_arg(frame.pictures.ref, p);
            if (frame.planes & plane_bit(Side::kDistorted, p)) args.frames[i][p].dis = plane_arg(frame.pictures.dis, p);
        }
    }
    if (!all) return;
    constexpr PlaneSet kLuma = plane_bit(Side::kReference, 0) | plane_bit(Side::kDistorted, 0);
    const int blocks = all & ~kLuma ? tiles_.blocks : tiles_.planes[1].first;
    const Extent grid = {static_cast<unsigned>(blocks), 1, static_cast<unsigned>(frames.size())};
    launch(kernel_, {grid, {Tiling::kColumns, Tiling::kRows}}, stream, args);
}

}  // namespace vmaf::cuda
