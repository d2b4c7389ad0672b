// vif on the GPU: a scale's pictures -> the sums of its statistic, and the pictures of the next scale.
//
// Both filters are products with banded matrices of taps, on byte planes: a 16-bit value is two bytes, a square four, a
// tap two, and the sums of equal weight (256^k) share an accumulator. Rows filtered vertically come out of the matrix
// unit in the very lanes and order in which the horizontal product wants them, so a warp needs no memory in between. It
// goes to the right in steps of 16 columns, keeping the 16 columns before, 8 of which lie left of its outputs and 8
// under them.
#include <type_traits>

#include "cuda/kernel/byte_matrix.h"
#include "metric/vif/vif_cuda.h"
#include "metric/vif/vif_input.cuh"
#include "metric/vif/vif_math.h"

namespace vmaf::vif {
namespace {

using cuda::ByteMatrixA;
using cuda::ByteMatrixB;
using cuda::MatrixSums;

constexpr int kThreads = Tuning::kWarps * cuda::kWarp;

struct SharedLogTable {
    uint4 words[sizeof(LogTable) / sizeof(uint4)];
    __device__ const uint16_t* entries() const { return reinterpret_cast<const uint16_t*>(words); }
};

/// The low and the high bytes of a filter's taps, as the A of a vertical product: row m gives output row m from the
/// rows m to m + 16 of the input.
struct Taps {
    ByteMatrixA low, high;

    /// B of the horizontal product that gives the columns 8 * half to 8 * half + 7: the same band, seen the other way.
    __device__ __forceinline__ ByteMatrixB across_low(int half) const { return half_of(low, half); }
    __device__ __forceinline__ ByteMatrixB across_high(int half) const { return half_of(high, half); }

 private:
    __device__ __forceinline__ static ByteMatrixB half_of(const ByteMatrixA& a, int half) {
        return {{half == 0 ? a.word[0] : a.word[1], half == 0 ? a.word[2] : a.word[3]}};
    }
};

/// The taps that make the next scale: outputs are every second row (or column). Rows 0 to 7 of A hold the low bytes of
/// the taps of eight outputs, rows 8 to 15 the high bytes of the same.
struct NextTaps {
    ByteMatrixA down;

    __device__ __forceinline__ ByteMatrixB across_low() const { return {{down.word[0], down.word[2]}}; }
    __device__ __forceinline__ ByteMatrixB across_high() const { return {{down.word[1], down.word[3]}}; }
};

__device__ __forceinline__ ByteMatrixA load_matrix(const uint32_t (&words)[4]) {
    const uint4 w = *reinterpret_cast<const uint4*>(words);
    return {{w.x, w.y, w.z, w.w}};
}

/// Sums of products of byte planes: of[k] has the weight 256^k.
template <int kWeights>
struct WeightedSums {
    MatrixSums of[kWeights];

    __device__ __forceinline__ explicit WeightedSums(uint32_t start) {
#pragma unroll
        for (int k = 0; k < kWeights; ++k) of[k] = cuda::filled(k == 0 ? start : 0);
    }

    /// Element i modulo 2^32. of[0] holds the rounding.
    __device__ __forceinline__ uint32_t whole(int i) const {
        uint32_t sum = of[0].word[i];
#pragma unroll
        for (int k = 1; k < kWeights; ++k) sum += of[k].word[i] << (8 * k);
        return sum;
    }

    /// Element i without its lowest `shift` bits, 0 to 16, modulo 2^32.
    __device__ __forceinline__ uint32_t shifted(int i, int shift) const {
        const uint32_t low = of[0].word[i] + (of[1].word[i] << 8);
        if constexpr (kWeights == 2) {
            return low >> shift;
        } else {
            uint32_t high = of[2].word[i];
#pragma unroll
            for (int k = 3; k < kWeights; ++k) high += of[k].word[i] << (8 * (k - 2));
            // As a product: a multiply-add, where shift and sum would be two instructions.
            return (low >> shift) + high * (1u << (16 - shift));
        }
    }
};

__device__ __forceinline__ uint32_t rounding(int shift) { return (1u << shift) >> 1; }

template <int kPlanes>
__device__ __forceinline__ void filter_down(const ByteMatrixB (&plane)[kPlanes], const Taps& taps,
                                            WeightedSums<kPlanes + 1>& sums) {
#pragma unroll
    for (int p = 0; p < kPlanes; ++p) {
        sums.of[p] = multiply_add(taps.low, plane[p], sums.of[p]);
        sums.of[p + 1] = multiply_add(taps.high, plane[p], sums.of[p + 1]);
    }
}

/// Byte planes of the products of the samples of one column.
__device__ __forceinline__ void product_planes(const Samples<uint8_t>& a, const Samples<uint8_t>& b, int half, int c,
                                               uint32_t (&plane)[2]) {
    uint32_t pair[2];  // two products of 16 bits each
#pragma unroll
    for (int i = 0; i < 2; ++i) {
        const uint32_t x = a.column[half][c] >> (16 * i), y = b.column[half][c] >> (16 * i);
        pair[i] = (x & 0xff) * (y & 0xff) + (x & 0xff00) * (y & 0xff00);
    }
    plane[0] = __byte_perm(pair[0], pair[1], 0x6420);
    plane[1] = __byte_perm(pair[0], pair[1], 0x7531);
}

__device__ __forceinline__ void product_planes(const Samples<uint16_t>& a, const Samples<uint16_t>& b, int half, int c,
                                               uint32_t (&plane)[4]) {
    uint32_t product[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) product[i] = a.at(half, c, i) * b.at(half, c, i);
    cuda::transpose_bytes(product, plane);
}

/// Vertically filtered values of a step as byte planes, in the order of A's words: row `group` and row `group + 8`,
/// columns 4 * member and the three behind it.
template <int kPlanes>
struct Rows {
    uint32_t plane[kPlanes][2];
};

/// Filters one quantity down; planes_of(half, column, words) gives its input. Of a mean, whose sum has 32 bits, the last
/// step leaves out kMeanBytes bytes instead of a shift.
template <int kIn, int kOut, int kMeanBytes, class PlanesOf>
__device__ __forceinline__ void quantity_down(const Taps& taps, int shift, uint32_t (*out)[2], PlanesOf planes_of) {
    constexpr bool kMean = kOut == 2;
    constexpr int kBytesOut = kMean ? kMeanBytes : 0;
    uint32_t value[2][4];
#pragma unroll
    for (int c = 0; c < 2; ++c) {
        ByteMatrixB plane[kIn];
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            uint32_t words[kIn];
            planes_of(half, c, words);
#pragma unroll
            for (int p = 0; p < kIn; ++p) plane[p].word[half] = words[p];
        }
        WeightedSums<kIn + 1> sums(rounding(shift));
        filter_down(plane, taps, sums);
#pragma unroll
        for (int i = 0; i < 4; ++i)
            value[i >> 1][2 * (i & 1) + c] =
                kMean ? sums.whole(i) >> (kBytesOut > 0 ? 0 : shift) : sums.shifted(i, shift);
    }
#pragma unroll
    for (int row = 0; row < 2; ++row) {
        uint32_t words[kOut];
        cuda::transpose_bytes<kBytesOut>(value[row], words);
#pragma unroll
        for (int p = 0; p < kOut; ++p) out[p][row] = words[p];
    }
}

/// First planes of the quantities in Rows of moments.
enum MomentPlane { kMeanRef = 0, kMeanDis = 2, kRefRef = 4, kDisDis = 8, kRefDis = 12, kMomentPlanes = 16 };

template <int kMeanBytes, class Sample>
__device__ __forceinline__ void moments_down(const Samples<Sample>& ref, const Samples<Sample>& dis, const Taps& taps,
                                             VerticalShifts shifts, Rows<kMomentPlanes>& out) {
    constexpr int kBytes = sizeof(Sample);
    const auto mean = [&](const Samples<Sample>& s, MomentPlane at) {
        quantity_down<kBytes, 2, kMeanBytes>(
            taps, shifts.mean, out.plane + at,
            [&](int half, int c, uint32_t(&words)[kBytes]) { s.planes(half, c, words); });
    };
    const auto product = [&](const Samples<Sample>& a, const Samples<Sample>& b, MomentPlane at) {
        quantity_down<2 * kBytes, 4, 0>(
            taps, shifts.square, out.plane + at,
            [&](int half, int c, uint32_t(&words)[2 * kBytes]) { product_planes(a, b, half, c, words); });
    };
    mean(ref, kMeanRef);
    mean(dis, kMeanDis);
    product(ref, ref, kRefRef);
    product(dis, dis, kDisDis);
    product(ref, dis, kRefDis);
}

/// The A of a horizontal product: a plane of the step before and of the step itself.
template <int kPlanes>
__device__ __forceinline__ ByteMatrixA joined(const Rows<kPlanes>& before, const Rows<kPlanes>& now, int p) {
    return {{before.plane[p][0], before.plane[p][1], now.plane[p][0], now.plane[p][1]}};
}

/// Filters kPlanes planes from `first` on across, to eight columns.
template <int kPlanes, int kAll>
__device__ __forceinline__ WeightedSums<kPlanes + 1> across(const Rows<kAll>& before, const Rows<kAll>& now, int first,
                                                            const ByteMatrixB& low, const ByteMatrixB& high,
                                                            uint32_t start) {
    WeightedSums<kPlanes + 1> sums(start);
#pragma unroll
    for (int p = 0; p < kPlanes; ++p) {
        const ByteMatrixA plane = joined(before, now, first + p);
        sums.of[p] = multiply_add(plane, low, sums.of[p]);
        sums.of[p + 1] = multiply_add(plane, high, sums.of[p + 1]);
    }
    return sums;
}

/// The moments of a lane's four pixels in columns 8 * half to 8 * half + 7 of the outputs, in the order of MatrixSums.
__device__ __forceinline__ void moments_across(const Rows<kMomentPlanes>& before, const Rows<kMomentPlanes>& now,
                                               const Taps& taps, int half, Moments (&out)[4]) {
    const ByteMatrixB low = taps.across_low(half), high = taps.across_high(half);
    const auto mean = [&](MomentPlane first, uint32_t Moments::*member) {
        const auto sums = across<2>(before, now, first, low, high, 0);
#pragma unroll
        for (int i = 0; i < 4; ++i) out[i].*member = sums.shifted(i, 0);
    };
    const auto square = [&](MomentPlane first, uint32_t Moments::*member) {
        const auto sums = across<4>(before, now, first, low, high, rounding(kHorizontalShift));
#pragma unroll
        for (int i = 0; i < 4; ++i) out[i].*member = sums.shifted(i, kHorizontalShift);
    };
    mean(kMeanRef, &Moments::mean_ref);
    mean(kMeanDis, &Moments::mean_dis);
    square(kRefRef, &Moments::ref_ref);
    square(kDisDis, &Moments::dis_dis);
    square(kRefDis, &Moments::ref_dis);
}

/// A lane's sums over its way. The logarithms stay below 2^15 a pixel, a block's sums below 2^31.
template <int kLimits>
struct LaneSums {
    int32_t den_log = 0, flat = 0, num_log[kLimits] = {};
    int64_t flat_distortion = 0;

    /// Of a pixel that counts and is not flat. Without branches, so that the long chains of several pixels overlap: a
    /// pixel without a channel gets a harmless one, whose gain of 0 adds nothing.
    __device__ __forceinline__ void add_textured(const Covariance& c, const ScaleArgs& args, const uint16_t* table) {
        den_log += reference_information(c, table);
        const Channel ch = channel({c.ref, c.dis, has_channel(c) ? c.cross : 0});
#pragma unroll
        for (int i = 0; i < kLimits; ++i) num_log[i] += distorted_information(ch, c.ref, args.gain_limit[i], table);
    }

    /// Of any pixel, without branches too.
    __device__ __forceinline__ void add(const Covariance& c, bool counts, const ScaleArgs& args,
                                        const uint16_t* table) {
        const bool is_flat = vif::is_flat(c), textured = counts && !is_flat;
        flat += counts && is_flat;
        flat_distortion += counts && is_flat ? c.dis : 0;
        const Covariance safe{is_flat ? kNoise : c.ref, c.dis, textured && has_channel(c) ? c.cross : 0};
        const int32_t information = reference_information(safe, table);
        den_log += textured ? information : 0;
        const Channel ch = channel(safe);
#pragma unroll
        for (int i = 0; i < kLimits; ++i) num_log[i] += distorted_information(ch, safe.ref, args.gain_limit[i], table);
    }

    /// The same for a pixel that is flat or does not count.
    __device__ __forceinline__ void add_flat(const Covariance& c, bool counts) {
        flat += counts;
        flat_distortion += counts ? c.dis : 0;
    }

    /// Adds the block's sums to the frame's.
    __device__ void store(RawSums* out) const {
        const int64_t distortion[] = {flat_distortion};
        cuda::add_block_sums(distortion, &out->flat_distortion);
        int32_t values[2 + kLimits] = {den_log, flat};
#pragma unroll
        for (int i = 0; i < kLimits; ++i) values[2 + i] = num_log[i];
        cuda::add_block_sums(values, &out->den_log);
    }
};

/// Vertically filtered rows of the next scale, 16 bits: word 0 of a plane is the reference's, word 1 the distorted
/// picture's.
using NextRows = Rows<2>;

template <int kMeanBytes, class Sample>
__device__ __forceinline__ void next_down(const Samples<Sample>& ref, const Samples<Sample>& dis, const NextTaps& taps,
                                          int shift, NextRows& out) {
    constexpr int kBytes = sizeof(Sample);
    const MatrixSums start{{rounding(shift), rounding(shift), 0, 0}};
#pragma unroll
    for (int picture = 0; picture < 2; ++picture) {
        const Samples<Sample>& samples = picture == 0 ? ref : dis;
        uint32_t value[4];
#pragma unroll
        for (int c = 0; c < 2; ++c) {
            uint32_t upper[kBytes], lower[kBytes];
            samples.planes(0, c, upper);
            samples.planes(1, c, lower);
            MatrixSums
                sums[kBytes];  // of a byte plane; rows 0 to 7: with the low bytes of the taps, 8 to 15: the high ones
#pragma unroll
            for (int p = 0; p < kBytes; ++p)
                sums[p] = multiply_add(taps.down, {{upper[p], lower[p]}}, p == 0 ? start : cuda::filled(0));
#pragma unroll
            for (int i = 0; i < 2; ++i) {
                const uint32_t low = sums[0].word[i] + (sums[0].word[2 + i] << 8);
                if constexpr (kBytes == 1)
                    value[2 * i + c] = low;
                else  // below 2^32 as a whole
                    value[2 * i + c] = (low + (sums[1].word[i] << 8) + (sums[1].word[2 + i] << 16)) >>
                                       (kMeanBytes > 0 ? 0 : shift);  // as in quantity_down
            }
        }
        uint32_t words[2];
        cuda::transpose_bytes<kMeanBytes>(value, words);
        out.plane[0][picture] = words[0];
        out.plane[1][picture] = words[1];
    }
}

/// Writes the next scale's 8 x 8 samples that belong to a step, both pictures.
__device__ __forceinline__ void store_next(const NextRows& before, const NextRows& now, const NextTaps& taps,
                                           const ScaleArgs& args, const Place& place) {
    const auto sums = across<2>(before, now, 0, taps.across_low(), taps.across_high(), rounding(kHorizontalShift));
    const int column = place.x / 2 + 2 * place.lane.member, row = place.y / 2 + place.lane.group;
    // A pair may reach one sample into the row's padding.
    if (column >= args.w / 2 || row >= args.h / 2) return;
    std::byte* ref = args.next + blockIdx.z * args.next_size + static_cast<size_t>(row) * args.next_pitch + 2 * column;
#pragma unroll
    for (int picture = 0; picture < 2; ++picture) {
        const uint32_t left = sums.shifted(2 * picture, kHorizontalShift),
                       right = sums.shifted(2 * picture + 1, kHorizontalShift);
        *reinterpret_cast<uint32_t*>(ref + picture * (args.next_size / 2)) = left | right << 16;
    }
}

/// The statistic of a step's pixels: 16 x 16 from (x, y) on, eight columns at a time.
template <int kLimits>
__device__ __forceinline__ void add_step(const Rows<kMomentPlanes>& before, const Rows<kMomentPlanes>& now,
                                         const Taps& taps, const ScaleArgs& args, const Place& place,
                                         LaneSums<kLimits>& sums) {
    const uint16_t* table = cuda::block_shared<SharedLogTable>().entries();
    const bool inside = place.x + kStep <= args.w && place.y + kStep <= args.h;
#pragma unroll 1
    for (int half = 0; half < 2; ++half) {
        Moments moments[4];
        moments_across(before, now, taps, half, moments);
        Covariance c[4];
        bool any_texture = false, any_flat = !inside;
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            c[i] = covariance(moments[i]);
            any_texture |= !is_flat(c[i]);
            any_flat |= is_flat(c[i]);
        }
        if (!__any_sync(0xffffffffu, any_flat)) {
#pragma unroll
            for (int i = 0; i < 4; ++i) sums.add_textured(c[i], args, table);
            continue;
        }
        const bool textured = __any_sync(0xffffffffu, any_texture);
        bool counts[4];
#pragma unroll
        for (int i = 0; i < 4; ++i)
            counts[i] = place.y + place.lane.group + 8 * (i >> 1) < args.h &&
                        place.x + 8 * half + 2 * place.lane.member + (i & 1) < args.w;
        if (textured) {
#pragma unroll
            for (int i = 0; i < 4; ++i) sums.add(c[i], counts[i], args, table);
        } else {
#pragma unroll
            for (int i = 0; i < 4; ++i) sums.add_flat(c[i], counts[i]);
        }
    }
}

__device__ __forceinline__ void load_log_table(const uint16_t* table) {
    auto& shared = cuda::block_shared<SharedLogTable>();
    for (int i = cuda::thread_in_block(); i < static_cast<int>(std::size(shared.words)); i += kThreads)
        shared.words[i] = reinterpret_cast<const uint4*>(table)[i];
    __syncthreads();
}

/// What a kernel reads: scale 0 of 8 bits, of more, or a scale below.
enum class Input { kBytes, kDeep, kScaled };

template <Input kInput, int kLimits>
__device__ __forceinline__ void vif_scale(const ScaleArgs& args) {
    using Sample = std::conditional_t<kInput == Input::kBytes, uint8_t, uint16_t>;
    load_log_table(args.log_table);
    const int lane = cuda::lane_in_warp(), warp = cuda::thread_in_block() / cuda::kWarp;
    const int begin = static_cast<int>(blockIdx.x) * args.steps * kStep;
    Place place{begin - kStep, (static_cast<int>(blockIdx.y) * Tuning::kWarps + warp) * kStep, {lane / 4, lane % 4}};
    const int end = place.y < args.h ? min(args.w, begin + args.steps * kStep) : begin - kStep;
    // As constants, where there is one choice, they cost less.
    const VerticalShifts shifts = kInput == Input::kBytes  ? VerticalShifts{8, 0}
                                  : kInput == Input::kDeep ? VerticalShifts{args.mean_shift, args.square_shift}
                                                           : VerticalShifts{16, 16};
    constexpr int kMeanBytes = kInput == Input::kBytes ? 1 : kInput == Input::kDeep ? 0 : 2;
    const LaneTaps& lane_taps = args.taps[lane];
    const Taps taps{load_matrix(lane_taps.low), load_matrix(lane_taps.high)};
    const NextTaps next_taps{load_matrix(lane_taps.next)};
    Reader<Sample> reader(args, cuda::block_shared<Tiles<Sample>>().of_warp[warp], place);
    LaneSums<kLimits> sums;
    Rows<kMomentPlanes> before = {}, now = {};
    NextRows next_before = {}, next_now = {};

    if (place.x < end) reader.fetch(place.x + kReach);
    // The first step only fills `before`.
    for (; place.x < end; place.x += kStep) {
        Samples<Sample> ref, dis;
        reader.read(place.lane, ref, dis);
        if (place.x + kStep < end) reader.fetch(place.x + kReach + kStep);
        if (args.next) {
            next_down<kMeanBytes>(ref, dis, next_taps, shifts.mean, next_now);
            if (place.x >= begin) store_next(next_before, next_now, next_taps, args, place);
            next_before = next_now;
        }
        if (args.raw) {
            moments_down<kMeanBytes>(ref, dis, taps, shifts, now);
            if (place.x >= begin) add_step(before, now, taps, args, place, sums);
            before = now;
        }
    }
    if (args.raw) sums.store(reinterpret_cast<RawSums*>(args.raw + blockIdx.z * args.raw_stride));
}

}  // namespace
}  // namespace vmaf::vif

#define VMAF_VIF_KERNEL(name, input, limits)                                                                  \
    extern "C" __global__ void __launch_bounds__(vmaf::vif::kThreads, vmaf::vif::Tuning::kBlocksPerProcessor) \
        name(const vmaf::vif::ScaleArgs __grid_constant__ args) {                                             \
        vmaf::vif::vif_scale<vmaf::vif::Input::input, limits>(args);                                          \
    }

VMAF_VIF_KERNEL(vif_bytes_1, kBytes, 1)
VMAF_VIF_KERNEL(vif_bytes_2, kBytes, 2)
VMAF_VIF_KERNEL(vif_deep_1, kDeep, 1)
VMAF_VIF_KERNEL(vif_deep_2, kDeep, 2)
VMAF_VIF_KERNEL(vif_scaled_1, kScaled, 1)
VMAF_VIF_KERNEL(vif_scaled_2, kScaled, 2)
