// motion on the GPU: two luma planes -> their SAD. A warp goes down a strip eight columns a lane; differences of the
// last five rows stay in registers, and what the horizontal blur needs of a neighbour comes by shuffles.
#include "cuda/kernel/sample_group.h"
#include "metric/motion/motion_cuda.h"
#include "metric/motion/motion_math.h"

namespace vmaf::motion {
namespace {

using cuda::GroupColumns;
using cuda::kGroup;
using cuda::SampleGroup;

/// Rows of both planes as groups, from a row on downwards; the next row is under way while one is worked on.
template <class T>
class RowPairs {
 public:
    __device__ RowPairs(const Args::Frame& frame, const GroupColumns& columns, int first, int h)
        : frame_(frame), columns_(columns), row_(first), h_(h) {
        fetch();
    }

    __device__ __forceinline__ void take_difference(int (&out)[kGroup]) {
#pragma unroll
        for (int i = 0; i < kGroup; i++) out[i] = previous_[i] - current_[i];
        fetch();
    }

 private:
    __device__ __forceinline__ void fetch() {
        const int y = row_ >= 0 && row_ < h_ ? row_ : mirror_centre(row_, h_);
        row_++;
        previous_ = columns_.load(frame_.previous.row<T>(y));
        current_ = columns_.load(frame_.current.row<T>(y));
    }

    const Args::Frame frame_;
    const GroupColumns& columns_;
    int row_, h_;
    SampleGroup<T> previous_, current_;
};

/// Blurs a row of column sums across the lanes: the sum of absolute values of the first `count` of this lane's group.
__device__ __forceinline__ unsigned row_sad(const int (&v)[kGroup], int count) {
    int window[kGroup + 2 * kRadius];
#pragma unroll
    for (int i = 0; i < kRadius; i++) {
        window[i] = __shfl_up_sync(0xffffffffu, v[kGroup - kRadius + i], 1);
        window[kGroup + kRadius + i] = __shfl_down_sync(0xffffffffu, v[i], 1);
    }
#pragma unroll
    for (int i = 0; i < kGroup; i++) window[kRadius + i] = v[i];

    unsigned magnitude[kGroup], sum = 0;
#pragma unroll
    for (int i = 0; i < kGroup; i++)
        magnitude[i] = static_cast<unsigned>(
            abs(blur(window[i], window[i + 1], window[i + 2], window[i + 3], window[i + 4], kHorizontalShift)));
    const bool partial = count > 0 && count < kGroup;  // rare, so the others shall not compare column by column
#pragma unroll
    for (int i = 0; i < kGroup; i++) sum += !partial || i < count ? magnitude[i] : 0;
    return sum;
}

/// The SAD of a strip's rows first .. end - 1.
template <class T>
__device__ unsigned strip_sad(const Args& args, int x, int count, int first, int end, unsigned bpc) {
    const GroupColumns columns(x, args.w, kRadius, cuda::MirrorCentre{});
    RowPairs<T> rows(args.frames[blockIdx.z], columns, first - kRadius, args.h);
    int differences[5][kGroup];  // of rows y - 2 .. y + 2, by row modulo 5
#pragma unroll
    for (int k = 0; k < 4; k++) rows.take_difference(differences[k]);

    unsigned sad = 0;
    for (int base = first; base < end; base += 5)
#pragma unroll
        for (int k = 0; k < 5; k++) {
            if (base + k >= end) break;
            rows.take_difference(differences[(k + 4) % 5]);
            int sums[kGroup];
#pragma unroll
            for (int i = 0; i < kGroup; i++)
                sums[i] = blur(differences[k][i], differences[(k + 1) % 5][i], differences[(k + 2) % 5][i],
                               differences[(k + 3) % 5][i], differences[(k + 4) % 5][i], vertical_shift(bpc));
            sad += row_sad(sums, count);
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
