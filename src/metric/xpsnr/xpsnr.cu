// xpsnr on the GPU: the planes of a frame -> activities and squared errors of blocks.
#include "cuda/kernel/kernel.h"
#include "metric/xpsnr/xpsnr_cuda.h"
#include "metric/xpsnr/xpsnr_math.h"

namespace vmaf::xpsnr {
namespace {

/// Wide enough for what a thread adds up.
template <class T>
using ThreadSum = std::conditional_t<sizeof(T) == 1, uint32_t, uint64_t>;

/// Two or four neighbouring samples of a row, in memory order; zeros by default.
template <class T, int kCount>
struct Group {
    uint32_t words[(kCount * sizeof(T) + 3) / 4] = {};

    __device__ __forceinline__ int32_t operator[](int i) const {
        const int bit = i * 8 * static_cast<int>(sizeof(T));
        return static_cast<int32_t>(words[bit / 32] >> bit % 32 & ((1u << 8 * sizeof(T)) - 1));
    }
};

/// The group at column x, a multiple of its size.
template <int kCount, class T>
__device__ __forceinline__ Group<T, kCount> load_group(const T* row, int x) {
    if constexpr (kCount * sizeof(T) == 8) {
        const uint2 v = __ldg(reinterpret_cast<const uint2*>(row + x));
        return {{v.x, v.y}};
    } else if constexpr (kCount * sizeof(T) == 4) {
        return {{__ldg(reinterpret_cast<const unsigned*>(row + x))}};
    } else {
        return {{__ldg(reinterpret_cast<const unsigned short*>(row + x))}};
    }
}

/// Four samples of luma; zeros where there is no picture.
template <class T>
__device__ __forceinline__ Group<T, Tuning::kLumaGroup> luma_group(const cuda::PlaneArg& plane, int x, int y) {
    if (!plane.data) return {};
    return load_group<Tuning::kLumaGroup>(plane.row<T>(y), x);
}

/// The samples of a block in a plane.
struct Rectangle {
    int x0, y0, x1, y1;

    __device__ Rectangle(const BlocksArg& blocks, int block)
        : x0(block % blocks.columns * blocks.width),
          y0(block / blocks.columns * blocks.height),
          x1(min(x0 + blocks.width, blocks.w)),
          y1(min(y0 + blocks.height, blocks.h)) {}
};

/// Calls body(x, y) for all groups of kWidth columns and kHeight rows in the rectangle. The threads share the work.
template <int kWidth, int kHeight, class Body>
__device__ __forceinline__ void for_groups(const Rectangle& area, Body body) {
    const int columns = (area.x1 - area.x0 + kWidth - 1) / kWidth, rows = (area.y1 - area.y0 + kHeight - 1) / kHeight;
    for (int i = cuda::thread_in_block(); i < columns * rows; i += cuda::block_threads())
        body(area.x0 + i % columns * kWidth, area.y0 + i / columns * kHeight);
}

/// Squared errors of the first `count` samples of two groups.
template <class T, int kCount>
__device__ __forceinline__ ThreadSum<T> errors(const Group<T, kCount>& ref, const Group<T, kCount>& dis, int count) {
    ThreadSum<T> sum = 0;
#pragma unroll
    for (int i = 0; i < kCount; i++)
        if (i < count) sum += squared_error(static_cast<uint32_t>(ref[i]), static_cast<uint32_t>(dis[i]));
    return sum;
}

/// What a thread adds up of luma.
template <class T>
struct LumaSums {
    ThreadSum<T> spatial = 0, temporal = 0, sse = 0;
};

/// One row of four samples.
template <class T>
struct Fine {
    static constexpr int kRows = 1;

    static __device__ __forceinline__ void add(const LumaArgs& args, int x, int y, LumaSums<T>& sums) {
        const LumaArgs::Frame& frame = args.frames[blockIdx.z];
        const int w = args.blocks.w, h = args.blocks.h, count = min(w - x, Tuning::kLumaGroup);
        const auto ref = luma_group<T>(frame.ref, x, y), before = luma_group<T>(frame.before, x, y),
                   earlier = luma_group<T>(frame.earlier, x, y);
        sums.sse += errors(ref, luma_group<T>(frame.dis, x, y), count);
#pragma unroll
        for (int i = 0; i < Tuning::kLumaGroup; i++)
            if (i < count) sums.temporal += change(args.order, ref[i], before[i], earlier[i]);
        if (y < 1 || y + 1 >= h) return;

        int32_t around[3][Tuning::kLumaGroup + 2];
#pragma unroll
        for (int row = 0; row < 3; row++) {
            const T* const samples = frame.ref.row<T>(y + row - 1);
            const auto group = row == 1 ? ref : load_group<Tuning::kLumaGroup>(samples, x);
            around[row][0] = __ldg(samples + max(x - 1, 0));
#pragma unroll
            for (int i = 0; i < Tuning::kLumaGroup; i++) around[row][1 + i] = group[i];
            around[row][1 + Tuning::kLumaGroup] = __ldg(samples + min(x + Tuning::kLumaGroup, w - 1));
        }
#pragma unroll
        for (int i = 0; i < Tuning::kLumaGroup; i++)
            if (x + i >= 1 && x + i + 1 < w)
                sums.spatial += fine_activity([&around, i](int dx, int dy) { return around[1 + dy][1 + i + dx]; });
    }
};

/// Two cells beside each other.
template <class T>
struct Coarse {
    static constexpr int kRows = 2;

    static __device__ __forceinline__ void add(const LumaArgs& args, int x, int y, LumaSums<T>& sums) {
        const LumaArgs::Frame& frame = args.frames[blockIdx.z];
        const int w = args.blocks.w, h = args.blocks.h, count = min(w - x, Tuning::kLumaGroup);
        sums.sse += errors(luma_group<T>(frame.ref, x, y), luma_group<T>(frame.dis, x, y), count);
        if (y + 1 >= h) return;
        sums.sse += errors(luma_group<T>(frame.ref, x, y + 1), luma_group<T>(frame.dis, x, y + 1), count);
#pragma unroll
        for (int i = 0; i < Tuning::kLumaGroup; i += 2)
            if (i + 1 < count)
                sums.temporal += change(args.order, cell(frame.ref, x, y, i), cell(frame.before, x, y, i),
                                        cell(frame.earlier, x, y, i));
        if (y >= 2 && y + 3 < h) add_spatial(frame.ref, x, y, w, sums);
    }

 private:
    static __device__ __forceinline__ int32_t cell(const cuda::PlaneArg& plane, int x, int y, int i) {
        const auto upper = luma_group<T>(plane, x, y), lower = luma_group<T>(plane, x, y + 1);
        return upper[i] + upper[i + 1] + lower[i] + lower[i + 1];
    }

    static __device__ __forceinline__ void add_spatial(const cuda::PlaneArg& ref, int x, int y, int w,
                                                       LumaSums<T>& sums) {
        constexpr int kRight = 2 + Tuning::kLumaGroup;
        int32_t around[6][2 + kRight];
#pragma unroll
        for (int row = 0; row < 6; row++) {
            const T* const samples = ref.row<T>(y + row - 2);
            const auto left = load_group<2>(samples, max(x - 2, 0));
            const auto group = load_group<Tuning::kLumaGroup>(samples, x);
            const auto right = load_group<2>(samples, x + Tuning::kLumaGroup < w ? x + Tuning::kLumaGroup : x);
#pragma unroll
            for (int i = 0; i < 2; i++) around[row][i] = left[i], around[row][kRight + i] = right[i];
#pragma unroll
            for (int i = 0; i < Tuning::kLumaGroup; i++) around[row][2 + i] = group[i];
        }
#pragma unroll
        for (int i = 0; i < Tuning::kLumaGroup; i += 2)
            if (x + i >= 2 && x + i + 3 < w)
                sums.spatial += coarse_activity([&around, i](int dx, int dy) { return around[2 + dy][2 + i + dx]; });
    }
};

template <class T, template <class> class Filter>
__device__ __forceinline__ void luma_blocks(const LumaArgs& args) {
    const int block = static_cast<int>(blockIdx.x);
    LumaSums<T> sums;
    for_groups<Tuning::kLumaGroup, Filter<T>::kRows>(Rectangle(args.blocks, block),
                                                     [&](int x, int y) { Filter<T>::add(args, x, y, sums); });
    const uint64_t values[] = {sums.spatial, sums.temporal, sums.sse};
    const uint64_t sum = cuda::block_sum(values);
    Block& result = reinterpret_cast<Block*>(args.raw + blockIdx.z * args.raw_stride)[block];
    switch (cuda::thread_in_block()) {
        case 0: result.spatial = sum; break;
        case 1: result.temporal = sum; break;
        case 2: result.sse[0] = sum; break;
        default: break;
    }
}

template <class T>
__device__ __forceinline__ void chroma_blocks(const ChromaArgs& args) {
    const int index = static_cast<int>(blockIdx.x), p = index < args.blocks.count ? 0 : 1;
    const int block = index - p * args.blocks.count;
    const cuda::PlanePairArg& planes = args.frames[blockIdx.z][p];
    ThreadSum<T> sse = 0;
    for_groups<Tuning::kChromaGroup, 1>(Rectangle(args.blocks, block), [&](int x, int y) {
        sse += errors(load_group<Tuning::kChromaGroup>(planes.ref.row<T>(y), x),
                      load_group<Tuning::kChromaGroup>(planes.dis.row<T>(y), x), args.blocks.w - x);
    });
    const uint64_t values[] = {sse};
    const uint64_t sum = cuda::block_sum(values);
    if (cuda::thread_in_block() == 0)
        reinterpret_cast<Block*>(args.raw + blockIdx.z * args.raw_stride)[block].sse[1 + p] = sum;
}

}  // namespace
}  // namespace vmaf::xpsnr

extern "C" __global__ void __launch_bounds__(vmaf::xpsnr::Tuning::kMostThreads)
    xpsnr_fine_u8(const vmaf::xpsnr::LumaArgs __grid_constant__ args) {
    vmaf::xpsnr::luma_blocks<uint8_t, vmaf::xpsnr::Fine>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::xpsnr::Tuning::kMostThreads)
    xpsnr_fine_u16(const vmaf::xpsnr::LumaArgs __grid_constant__ args) {
    vmaf::xpsnr::luma_blocks<uint16_t, vmaf::xpsnr::Fine>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::xpsnr::Tuning::kMostThreads)
    xpsnr_coarse_u8(const vmaf::xpsnr::LumaArgs __grid_constant__ args) {
    vmaf::xpsnr::luma_blocks<uint8_t, vmaf::xpsnr::Coarse>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::xpsnr::Tuning::kMostThreads)
    xpsnr_coarse_u16(const vmaf::xpsnr::LumaArgs __grid_constant__ args) {
    vmaf::xpsnr::luma_blocks<uint16_t, vmaf::xpsnr::Coarse>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::xpsnr::Tuning::kMostThreads)
    xpsnr_chroma_u8(const vmaf::xpsnr::ChromaArgs __grid_constant__ args) {
    vmaf::xpsnr::chroma_blocks<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::xpsnr::Tuning::kMostThreads)
    xpsnr_chroma_u16(const vmaf::xpsnr::ChromaArgs __grid_constant__ args) {
    vmaf::xpsnr::chroma_blocks<uint16_t>(args);
}
