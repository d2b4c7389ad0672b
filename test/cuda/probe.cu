// Kernels that use the vocabulary rightly, to compare with plain loops, and wrongly, for the emulator to notice.
#include "base/exact_integers.h"
#include "cuda/kernel/kernel.h"
#include "probe_intrinsics.h"

using namespace vmaf::cuda;
using vmaf::test::ProbeArgs;

namespace {

struct Shared {
    uint32_t words[64];
};

template <class T, int kCount>
__device__ void sums(const ProbeArgs& args) {
    T values[kCount];
    for (int i = 0; i < kCount; ++i) values[i] = static_cast<T>(args.in[kCount * thread_in_block() + i]);
    add_block_sums(values, args.totals);
}

}  // namespace

extern "C" __global__ void probe_intrinsics(const ProbeArgs __grid_constant__ args) {
    const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < args.count)
        vmaf::test::try_intrinsics(args.in[3 * i], args.in[3 * i + 1], args.in[3 * i + 2],
                                   args.out + vmaf::test::kIntrinsics * i);
}

extern "C" __global__ void probe_exact_integers(const ProbeArgs __grid_constant__ args) {
    const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (i >= args.count) return;
    const auto a = static_cast<int32_t>(args.in[i]), b = static_cast<int32_t>(args.in[args.count - 1 - i]);
    const auto product = static_cast<uint64_t>(vmaf::wide_product(a, b));
    args.out[3 * i] = vmaf::bounded_reciprocal(static_cast<uint32_t>(i) + 1);
    args.out[3 * i + 1] = static_cast<uint32_t>(product);
    args.out[3 * i + 2] = static_cast<uint32_t>(product >> 32);
}

extern "C" __global__ void probe_warp(const ProbeArgs __grid_constant__ args) {
    constexpr unsigned kAll = 0xffffffffu;
    const unsigned v = args.in[thread_in_block()];
    uint32_t* out = args.out + vmaf::test::kWarpResults * thread_in_block();
    out[0] = __shfl_sync(kAll, v, static_cast<int>(v));
    out[1] = __shfl_sync(kAll, v, static_cast<int>(v), 8);
    out[2] = __shfl_xor_sync(kAll, v, 5);
    out[3] = __shfl_xor_sync(kAll, v, 12, 8);
    out[4] = __shfl_up_sync(kAll, v, 3);
    out[5] = __shfl_up_sync(kAll, v, 3, 8);
    out[6] = __shfl_down_sync(kAll, v, 3);
    out[7] = __shfl_down_sync(kAll, v, 3, 8);
    out[8] = __ballot_sync(kAll, v & 1);
    out[9] = static_cast<uint32_t>(__any_sync(kAll, v == 7) ? 1 : 0) |
             static_cast<uint32_t>(__all_sync(kAll, v != 7) ? 2 : 0);
    out[10] = warp_sum(v);
    out[11] = static_cast<uint32_t>(warp_sum(static_cast<uint64_t>(v) << 20) >> 16);
}

extern "C" __global__ void probe_sums_u32(const ProbeArgs __grid_constant__ args) { sums<uint32_t, 3>(args); }
extern "C" __global__ void probe_sums_i32(const ProbeArgs __grid_constant__ args) { sums<int32_t, 1>(args); }
extern "C" __global__ void probe_sums_u64(const ProbeArgs __grid_constant__ args) { sums<uint64_t, 5>(args); }

/// Right whatever the threads' order: a barrier stands between writing and reading.
extern "C" __global__ void probe_neighbour(const ProbeArgs __grid_constant__ args) {
    auto& shared = block_shared<Shared>();
    shared.words[threadIdx.x] = args.in[threadIdx.x];
    __syncthreads();
    args.out[threadIdx.x] = shared.words[threadIdx.x ^ 33];
}

/// Wrong: the barrier is missing.
extern "C" __global__ void probe_race(const ProbeArgs __grid_constant__ args) {
    auto& shared = block_shared<Shared>();
    shared.words[threadIdx.x] = args.in[threadIdx.x];
    args.out[threadIdx.x] = shared.words[threadIdx.x ^ 33];
}

/// Wrong: some threads never reach the barrier.
extern "C" __global__ void probe_divergent(const ProbeArgs __grid_constant__ args) {
    if (threadIdx.x < 32) return;
    __syncthreads();
    args.out[0] = 1;
}

/// Wrong: two barriers in two branches.
extern "C" __global__ void probe_two_barriers(const ProbeArgs __grid_constant__ args) {
    if (threadIdx.x < 32) {
        __syncthreads();
    } else {
        __syncthreads();
    }
    args.out[0] = 1;
}

/// Wrong: reads shared memory that nothing wrote.
extern "C" __global__ void probe_uninitialised(const ProbeArgs __grid_constant__ args) {
    args.out[threadIdx.x] = block_shared<Shared>().words[threadIdx.x];
}

/// Wrong if the launch gives less dynamic shared memory than args.count words.
extern "C" __global__ void probe_dynamic(const ProbeArgs __grid_constant__ args) {
    auto* words = dynamic_shared<uint32_t>();
    for (int i = thread_in_block(); i < args.count; i += block_threads()) words[i] = args.in[i];
    __syncthreads();
    for (int i = thread_in_block(); i < args.count; i += block_threads()) args.out[i] = words[args.count - 1 - i];
}
