// The squared errors of psnr on vectors.
#pragma once

#include <cstdint>

#include "base/cpu.h"
#include "picture/picture_format.h"

namespace vmaf::psnr {

/// Sum of squared errors of plane p of two pictures of one format.
using SseFunction = uint64_t (*)(const PictureView& ref, const PictureView& dis, unsigned p);

/// For the best instruction set of `cpu`; null if there is none that this build was compiled for.
SseFunction vector_sse(const CpuFeatures& cpu);

}  // namespace vmaf::psnr
