// Where cambi's kernels leave a frame's raw result.
#pragma once

#include "cuda/kernel/kernel.h"
#include "metric/cambi/cambi_cuda.h"

namespace vmaf::cambi {

__device__ __forceinline__ Totals& totals_of(const Args& args) {
    return *reinterpret_cast<Totals*>(args.raw + blockIdx.z * args.raw_stride);
}

__device__ __forceinline__ Selected& selected_of(const Args& args, int variant) {
    return reinterpret_cast<Selected*>(&totals_of(args) + 1)[variant];
}

}  // namespace vmaf::cambi
