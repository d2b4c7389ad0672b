// motion on the GPU: two luma planes -> their SAD. A warp goes down a strip eight columns a lane; differences of the
// last five rows stay in registers, and what the horizontal blur needs of a neighbour comes by shuffles.
#include "cuda/kernel/byte_dot.h"
#include "cuda/kernel/sample_group.h"
#include "metric/motion/motion_cuda.h"
#include "metric/motion/motion_math.h"

namespace vmaf::motion {
namespace {

using cuda::kGroup;
using cuda::SampleGroup;

/// What the vertical blur keeps of a row: the differences of eight columns.
template <class T>
struct Row {
    int difference[kGroup];

    Row() = default;
    __device__ __forceinline__ Row(const SampleGroup<T>& previous, const SampleGroup<T>& current) {
#pragma unroll
        for (int i = 0; i < kGroup; i++) difference[i] = previous[i] - current[i];
    }
    /// Of five rows downwards, column i.
    __device__ __forceinline__ static int blurred(const Row& a, const Row& b, const Row& c, const Row& d, const Row& e,
                                                  int i, unsigned bpc) {
        return blur(a.difference[i], b.difference[i], c.difference[i], d.difference[i], e.difference[i],
                    vertical_shift(bpc));
    }
};

/// Of bytes it keeps the samples themselves, the two of a column side by side: a dot product subtracts them.
template <>
struct Row<uint8_t> {
    uint32_t pairs[kGroup / 2];  ///< of two columns, the previous picture's sample first

    Row() = default;
    __device__ __forceinline__ Row(const SampleGroup<uint8_t>& previous, const SampleGroup<uint8_t>& current) {
#pragma unroll
        for (int i = 0; i < kGroup / 4; i++) {
            pairs[2 * i] = __byte_perm(previous.words[i], current.words[i], 0x5140);
            pairs[2 * i + 1] = __byte_perm(previous.words[i], current.words[i], 0x7362);
        }
    }
    __device__ __forceinline__ static int blurred(const Row& a, const Row& b, const Row& c, const Row& d, const Row& e,
                                                  int i, unsigned) {
        constexpr unsigned kShift = vertical_shift(8);
        int sum = 1 << (kShift - 1);
        sum = a.weighted<kFarTap>(i, sum);
        sum = b.weighted<kNearTap>(i, sum);
        sum = c.weighted<kCentreTap>(i, sum);
        sum = d.weighted<kNearTap>(i, sum);
        sum = e.weighted<kFarTap>(i, sum);
        return sum >> kShift;
    }

 private:
    template <int kTap>
    __device__ __forceinline__ int weighted(int i, int sum) const {
        constexpr int kFactors = cuda::factor_pair(kTap, -kTap);
        return i % 2 == 0 ? cuda::dot_of_lower_bytes(kFactors, pairs[i / 2], sum)
                          : cuda::dot_of_upper_bytes(kFactors, pairs[i / 2], sum);
    }
};

/// Rows of both planes as groups, from a row on downwards; the next row is under way while one is worked on. Where the
/// group lies beyond an edge it is some other: RowEdges puts that right.
template <class T>
class RowPairs {
 public:
    __device__ __forceinline__ RowPairs(const Args& args, int x, int first)
        : frame_(args.frames[blockIdx.z]), x_(min(max(x, 0), (args.w - 1) / kGroup * kGroup)), row_(first), h_(args.h) {
        fetch();
    }

    __device__ __forceinline__ Row<T> take() {
        const Row<T> row(previous_, current_);
        fetch();
        return row;
    }

 private:
    __device__ __forceinline__ void fetch() {
        const int y = row_ >= 0 && row_ < h_ ? row_ : mirror_centre(row_, h_);
        row_++;
        previous_ = cuda::load_group(frame_.previous.row<T>(y) + x_);
        current_ = cuda::load_group(frame_.current.row<T>(y) + x_);
    }

    const Args::Frame& frame_;
    const int x_;
    int row_, h_;
    SampleGroup<T> previous_, current_;
};

constexpr int kWindow = kGroup + 2 * kRadius;

/// The mirrored columns beyond the left and right edge, made of a row's column sums: a column that is another's mirror
/// image has its sum.
class RowEdges {
 public:
    __device__ __forceinline__ RowEdges(int x, int w) : x_(x), w_(w) {
        const bool reaches_right = x < w && x + kGroup + kRadius > w;
        any_ = __any_sync(0xffffffffu, x == 0 || reaches_right);
    }
    /// Whether the warp has any columns near an edge.
    __device__ __forceinline__ bool any() const { return any_; }
    /// `window` holds the columns from x - kRadius on.
    __device__ __forceinline__ void reflect(int (&window)[kWindow]) const {
        if (!any_) return;
        // By value: a choice between array elements in place would put the array into memory.
        const auto choose = [](bool first, int a, int b) { return first ? a : b; };
        if (w_ <= kRadius) {  // one or two columns
            const int first = window[kRadius], last = choose(w_ == 2, window[kRadius + 1], first);
#pragma unroll
            for (int i = 0; i < kWindow; i++) window[i] = i % 2 ? last : first;
            return;
        }
        const int end = w_ - x_ + kRadius;
#pragma unroll
        for (int i = 2; i < kWindow; i++) window[i] = choose(i == end, window[i - 2], window[i]);
#pragma unroll
        for (int i = 4; i < kWindow; i++) window[i] = choose(i == end + 1, window[i - 4], window[i]);
        window[0] = choose(x_ == 0, window[4], window[0]);
        window[1] = choose(x_ == 0, window[3], window[1]);
    }

 private:
    int x_, w_;
    bool any_;
};

/// Blurs a row of column sums across the lanes, and adds the absolute values of the first `count` of this lane's group to `sad`.
__device__ __forceinline__ unsigned add_row(const int (&v)[kGroup], const RowEdges& edges, int count, unsigned sad) {
    int window[kWindow];
#pragma unroll
    for (int i = 0; i < kRadius; i++) {
        window[i] = __shfl_up_sync(0xffffffffu, v[kGroup - kRadius + i], 1);
        window[kGroup + kRadius + i] = __shfl_down_sync(0xffffffffu, v[i], 1);
    }
#pragma unroll
    for (int i = 0; i < kGroup; i++) window[kRadius + i] = v[i];
    edges.reflect(window);

    int blurred[kGroup];
#pragma unroll
    for (int i = 0; i < kGroup; i++)
        blurred[i] = blur(window[i], window[i + 1], window[i + 2], window[i + 3], window[i + 4], kHorizontalShift);
    if (edges.any())  // rare, so the others shall not compare column by column
#pragma unroll
        for (int i = 0; i < kGroup; i++) blurred[i] = i < count ? blurred[i] : 0;
#pragma unroll
    for (int i = 0; i < kGroup; i++) sad = __sad(blurred[i], 0, sad);
    return sad;
}

/// The SAD of a strip's rows first .. end - 1.
template <class T>
__device__ unsigned strip_sad(const Args& args, int x, int count, int first, int end, unsigned bpc) {
    RowPairs<T> rows(args, x, first - kRadius);
    const RowEdges edges(x, args.w);
    Row<T> window[5];  // rows y - 2 .. y + 2, by row modulo 5
#pragma unroll
    for (int k = 0; k < 4; k++) window[k] = rows.take();

    unsigned sad = 0;
    for (int base = first; base < end; base += 5)
#pragma unroll
        for (int k = 0; k < 5; k++) {
            if (base + k >= end) break;
            window[(k + 4) % 5] = rows.take();
            int sums[kGroup];
#pragma unroll
            for (int i = 0; i < kGroup; i++)
                sums[i] = Row<T>::blurred(window[k], window[(k + 1) % 5], window[(k + 2) % 5], window[(k + 3) % 5],
                                          window[(k + 4) % 5], i, bpc);
            sad = add_row(sums, edges, count, sad);
        }
    return count > 0 ? sad : 0;
}

template <class T>
__device__ __forceinline__ void motion_sad(const Args& args, unsigned bpc) {
    if (!args.frames[blockIdx.z].previous.data) return;
    const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
    const int x = static_cast<int>(blockIdx.x) * Tuning::kWarpColumns + (lane - 1) * kGroup;
    const int first = (static_cast<int>(blockIdx.y) * Tuning::kWarps + warp) * args.rows;
    const int end = min(first + args.rows, args.h);
    const bool scored = lane >= 1 && lane <= 30;
    const int count = scored ? max(0, min(args.w - x, kGroup)) : 0;

    const unsigned sums[] = {first < end ? strip_sad<T>(args, x, count, first, end, bpc) : 0};
    cuda::add_block_sums(sums, reinterpret_cast<uint64_t*>(args.raw + blockIdx.z * args.raw_stride));
}

}  // namespace
}  // namespace vmaf::motion

extern "C" __global__ void __launch_bounds__(vmaf::motion::Tuning::kThreads)
    motion_sad_u8(const vmaf::motion::Args __grid_constant__ args) {
    vmaf::motion::motion_sad<uint8_t>(args, 8);
}
extern "C" __global__ void __launch_bounds__(vmaf::motion::Tuning::kThreads)
    motion_sad_u16(const vmaf::motion::Args __grid_constant__ args) {
    vmaf::motion::motion_sad<uint16_t>(args, args.bpc);
}
