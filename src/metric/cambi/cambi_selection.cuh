// The largest confidences on the GPU, selected digit by digit of their ranks, and heatmaps.
#pragma once

#include "metric/cambi/cambi_results.cuh"

namespace vmaf::cambi {

struct Chunk {
    int scale;
    const float* values;
    int count;
    uint64_t pooled;
    bool needed;  ///< not all positive confidences are pooled
};

__device__ __forceinline__ Chunk chunk_of(const Args& args, int variant) {
    Chunk chunk{0, nullptr, 0, 0, false};
    while (chunk.scale + 1 < kScales && static_cast<int>(blockIdx.x) >= args.scale[chunk.scale + 1].first_chunk)
        chunk.scale++;
    const ScaleArg& scale = args.scale[chunk.scale];
    const size_t begin = static_cast<size_t>(static_cast<int>(blockIdx.x) - scale.first_chunk) * Tuning::kCountValues;
    chunk.values = args.confidences + blockIdx.z * args.plane + scale.offset + begin;
    const size_t left = static_cast<size_t>(scale.w) * scale.h - begin;
    chunk.count = static_cast<int>(left < Tuning::kCountValues ? left : Tuning::kCountValues);
    chunk.pooled = args.pooled[(variant * 2 + args.role) * kScales + chunk.scale];
    chunk.needed = totals_of(args).scale[args.role][chunk.scale].positives > chunk.pooled;
    return chunk;
}

__device__ __forceinline__ uint32_t* bins_of(const Args& args, int variant, int scale) {
    return args.bins + blockIdx.z * args.frame_bins + static_cast<size_t>(variant * kScales + scale) * kBins;
}

/// The digits of the smallest rank that is pooled, as far as they are known, and how many ranks are above what they allow.
struct Known {
    uint32_t prefix;
    uint64_t above;
};

struct WarpCounts {
    uint32_t counts[Tuning::kCountThreads / cuda::kWarp];
};

/// Finds the next digit from the counts of ranks with that prefix. All threads of the block call it.
template <int kDigit>
__device__ Known with_digit(const Known& known, const uint32_t* bins, uint64_t pooled) {
    constexpr int kLast = (1 << digit_bits(kDigit)) - 1, kEach = (kLast + 1) / Tuning::kCountThreads;
    auto& found = cuda::block_shared<Known>();
    auto& of_warp = cuda::block_shared<WarpCounts>().counts;
    const int thread = cuda::thread_in_block(), lane = thread % cuda::kWarp, warp = thread / cuda::kWarp;
    bins += first_bin(kDigit);
    // Thread 0 has the largest digits.
    uint32_t counts[kEach], sum = 0;
#pragma unroll
    for (int i = 0; i < kEach; i++) sum += counts[i] = bins[kLast - thread * kEach - i];
    uint32_t up_to = sum;
#pragma unroll
    for (int distance = 1; distance < cuda::kWarp; distance *= 2) {
        const uint32_t other = __shfl_up_sync(0xffffffffu, up_to, distance);
        if (lane >= distance) up_to += other;
    }
    if (lane == cuda::kWarp - 1) of_warp[warp] = up_to;
    __syncthreads();
    uint64_t above = known.above + up_to - sum;
    for (int i = 0; i < warp; i++) above += of_warp[i];
#pragma unroll
    for (int i = 0; i < kEach; i++) {
        if (above < pooled && above + counts[i] >= pooled)
            found = {known.prefix << digit_bits(kDigit) | static_cast<uint32_t>(kLast - thread * kEach - i), above};
        above += counts[i];
    }
    __syncthreads();
    const Known result = found;
    __syncthreads();
    return result;
}

/// The first kDigit digits.
template <int kDigit>
__device__ __forceinline__ Known known_digits(const uint32_t* bins, uint64_t pooled) {
    Known known{0, 0};
    if constexpr (kDigit > 0) known = with_digit<0>(known, bins, pooled);
    if constexpr (kDigit > 1) known = with_digit<1>(known, bins, pooled);
    if constexpr (kDigit > 2) known = with_digit<2>(known, bins, pooled);
    return known;
}

struct BinScratch {
    uint32_t bins[1024];
};

/// Counts the ranks of the confidences by digit kDigit, of those whose digits before it are the wanted ones.
template <int kDigit>
__device__ __forceinline__ void count_digit(const Args& args) {
    constexpr int kCount = 1 << digit_bits(kDigit);
    const int variant = static_cast<int>(blockIdx.y);
    const Chunk chunk = chunk_of(args, variant);
    if (!chunk.needed) return;
    uint32_t* bins = bins_of(args, variant, chunk.scale);
    const Known known = known_digits<kDigit>(bins, chunk.pooled);
    auto& scratch = cuda::block_shared<BinScratch>();
    for (int i = cuda::thread_in_block(); i < kCount; i += Tuning::kCountThreads) scratch.bins[i] = 0;
    __syncthreads();
    for (int i = cuda::thread_in_block(); i < chunk.count; i += Tuning::kCountThreads) {
        const float value = chunk.values[i];
        if (!(value > 0)) continue;
        const uint32_t digits = rank(value) >> digit_shift(kDigit);
        if (digits >> digit_bits(kDigit) == known.prefix) atomicAdd(&scratch.bins[digits & (kCount - 1)], 1u);
    }
    __syncthreads();
    for (int i = cuda::thread_in_block(); i < kCount; i += Tuning::kCountThreads)
        if (scratch.bins[i]) atomicAdd(bins + first_bin(kDigit) + i, scratch.bins[i]);
}

__device__ __forceinline__ void sum_largest(const Args& args) {
    const int variant = static_cast<int>(blockIdx.y);
    const Chunk chunk = chunk_of(args, variant);
    if (!chunk.needed) return;
    const Known known = known_digits<kDigits>(bins_of(args, variant, chunk.scale), chunk.pooled);
    int64_t sum[1] = {};
    for (int i = cuda::thread_in_block(); i < chunk.count; i += Tuning::kCountThreads) {
        const float value = chunk.values[i];
        if (value > 0 && rank(value) > known.prefix) sum[0] += static_cast<int64_t>(fixed_point(value));
    }
    Selected::Scale& selected = selected_of(args, variant).scale[args.role][chunk.scale];
    cuda::add_block_sums(sum, &selected.sum);
    if (cuda::thread_in_block() == 0 && static_cast<int>(blockIdx.x) == args.scale[chunk.scale].first_chunk) {
        selected.above = known.above;
        selected.rank = known.prefix;
    }
}

__device__ __forceinline__ void draw_heatmaps(const Args& args) {
    const Chunk chunk = chunk_of(args, 0);
    const ScaleArg& scale = args.scale[chunk.scale];
    const float* first = args.confidences + blockIdx.z * args.plane + scale.offset;
    auto* out = reinterpret_cast<uint16_t*>(args.raw + blockIdx.z * args.raw_stride + args.heatmaps) + scale.heatmap +
                (chunk.values - first);
    for (int i = cuda::thread_in_block(); i < chunk.count; i += Tuning::kCountThreads)
        out[i] = heat(chunk.values[i], args.heat_scaling);
}

}  // namespace vmaf::cambi
