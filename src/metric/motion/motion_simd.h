// The SAD of motion on vectors.
#pragma once

#include <cstdint>
#include <vector>

#include "base/cpu.h"
#include "picture/picture_format.h"

namespace vmaf::motion {

/// The SAD of the luma planes of two pictures of one format. `scratch` belongs to the caller and is passed again from
/// frame to frame.
using SadFunction = uint64_t (*)(const PictureView& previous, const PictureView& current,
                                 std::vector<int32_t>& scratch);

/// For the best instruction set of `cpu`; null if there is none that this build was compiled for.
SadFunction vector_sad(const CpuFeatures& cpu);

}  // namespace vmaf::motion
