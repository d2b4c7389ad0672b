// The pictures of a batch whose pixels a kernel reads in linear light, for the kernels and their host side.
#pragma once

#include "cuda/kernel/frame_args.h"
#include "metric/colour/conversion.h"

namespace vmaf::cuda {
struct Batch;
}

namespace vmaf::colour {

struct BatchPictures {
    cuda::PlanePairArg frames[cuda::kMaxBatch][3];
    Conversion conversion;
};

/// Of a batch in device memory, which outlives what is launched with them. Planes that the conversion does without stay null.
BatchPictures batch_pictures(const cuda::Batch& batch, const Conversion& conversion);

}  // namespace vmaf::colour
