// Samples above their bit depth: the planes of a batch -> for each frame, the set of planes that hold some.
#include "cuda/engine/sample_check_args.h"
#include "cuda/kernel/kernel.h"
#include "cuda/kernel/row_units.h"

namespace vmaf::cuda {
namespace {

/// The bits of a thread's samples, or-ed together, two by two.
__device__ __forceinline__ uint32_t bits_of(const UnitColumn& column, const PlaneArg& plane) {
    Unit units[Tiling::kUnitsPerThread] = {};
#pragma unroll
    for (int i = 0; i < Tiling::kUnitsPerThread; i++)
        if (column.holds(i)) units[i] = column.load(plane, i);
    Unit all = {};
#pragma unroll
    for (int i = 0; i < Tiling::kUnitsPerThread; i++)
        for (int word = 0; word < 4; word++) all.words[word] |= units[i].words[word];
    column.trim(all);
    return all.words[0] | all.words[1] | all.words[2] | all.words[3];
}

}  // namespace
}  // namespace vmaf::cuda

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    sample_check_u16(const vmaf::cuda::SampleCheckArgs __grid_constant__ args) {
    using namespace vmaf::cuda;
    const int block = static_cast<int>(blockIdx.x), p = args.tiles.plane_of(block);
    const UnitColumn column(args.tiles.planes[p], block, sizeof(uint16_t));
    const PlanePairArg& planes = args.frames[blockIdx.z][p];
    unsigned found = 0;
    if (planes.ref.data && bits_of(column, planes.ref) & args.spare_bits) found |= 1u << p;
    if (planes.dis.data && bits_of(column, planes.dis) & args.spare_bits) found |= 8u << p;
    if (found) atomicOr(args.found + blockIdx.z, found);
}
