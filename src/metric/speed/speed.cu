// SpEED on the GPU: planes -> reduced planes -> their detail -> window sums -> eigenvalues and factors -> variances and
// entropies of blocks -> scores. Each step is a kernel over all planes of a batch; from the second on all data is small.
#include "cuda/kernel/kernel.h"
#include "metric/speed/speed_cuda.h"

namespace vmaf::speed {
namespace {

struct WarpTeam {
    template <class Body>
    __device__ __forceinline__ void each(int begin, int end, Body&& body) const {
        for (int i = begin + static_cast<int>(threadIdx.x); i < end; i += cuda::kWarp) body(i);
    }
    __device__ __forceinline__ bool leads() const { return threadIdx.x == 0; }
    __device__ __forceinline__ void sync() const { __syncwarp(); }
};

struct BlockTeam {
    template <class Body>
    __device__ __forceinline__ void each(int begin, int end, Body&& body) const {
        for (int i = begin + static_cast<int>(threadIdx.x); i < end; i += static_cast<int>(blockDim.x)) body(i);
    }
    __device__ __forceinline__ bool leads() const { return threadIdx.x == 0; }
    __device__ __forceinline__ void sync() const { __syncthreads(); }
};

/// False for the change from a picture that is not there.
__device__ __forceinline__ bool has_source(const Args& args, int source) {
    for (int i = 0; i < args.planes_per_source; i++)
        if (!args.planes[source * args.planes_per_source + i].data) return false;
    return true;
}

__device__ __forceinline__ size_t reduced_samples(const Args& args) {
    return static_cast<size_t>(args.x.reduced) * static_cast<size_t>(args.y.reduced);
}

__device__ __forceinline__ int block_count(const Args& args) { return args.x.blocks * args.y.blocks; }

// ---- filters

/// The scaled plane of a source.
template <class T, bool kResamples>
class Scaler {
 public:
    __device__ Scaler(const Args& args, int source)
        : args_(args),
          plane_(args.planes[source * args.planes_per_source]),
          subtracted_(args.planes_per_source > 1 ? args.planes[source * args.planes_per_source + 1]
                                                 : cuda::PlaneArg{}) {}

    __device__ __forceinline__ float at(int x, int y) const {
        if constexpr (!kResamples) return sample(x, y);
        const int columns = args_.x.taps, rows = args_.y.taps;
        float sum = 0, weights = 0;
        for (int j = 0; j < rows; j++) {
            const int row = args_.y.index[y * rows + j];
            const float row_weight = args_.y.weight[y * rows + j];
            for (int i = 0; i < columns; i++) {
                const float weight = args_.x.weight[x * columns + i] * row_weight;
                weights += weight;
                sum += sample(args_.x.index[x * columns + i], row) * weight;
            }
        }
        return args_.normalises ? sum / weights : sum;
    }

 private:
    __device__ __forceinline__ float sample(int x, int y) const {
        int value = plane_.row<T>(y)[x];
        if (subtracted_.data) value -= subtracted_.row<T>(y)[x];
        return static_cast<float>(value) * args_.unit - args_.offset;
    }

    const Args& args_;
    const cuda::PlaneArg plane_, subtracted_;
};

/// Column sums under the smoothing filter, for each sample of the block.
struct SmoothedColumns {
    float at[Tuning::kSmoothed][kMostSmoothingTaps];
};

template <class T, bool kResamples>
__device__ __forceinline__ void smooth(const Args& args) {
    auto& columns = cuda::block_shared<SmoothedColumns>();
    const int source = static_cast<int>(blockIdx.z), y = static_cast<int>(blockIdx.y);
    if (!has_source(args, source)) return;
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kSmoothed,
              count = min(Tuning::kSmoothed, args.x.reduced - x0);
    const int taps = args.smoothing_taps, radius = taps / 2;
    const Scaler<T, kResamples> scaled(args, source);
    for (int i = static_cast<int>(threadIdx.x); i < count * taps; i += Tuning::kSmoothThreads) {
        const int x = i / taps, tap = i % taps;
        const int column = mirror_centre(kReduction * (x0 + x) + tap - radius, args.x.scaled);
        float sum = 0;
        for (int j = 0; j < taps; j++)
            sum += args.smoothing[j] * scaled.at(column, mirror_centre(kReduction * y + j - radius, args.y.scaled));
        columns.at[x][tap] = sum;
    }
    __syncthreads();
    const int x = static_cast<int>(threadIdx.x);
    if (x >= count) return;
    float sum = 0;
    for (int i = 0; i < taps; i++) sum += args.smoothing[i] * columns.at[x][i];
    args.smoothed[static_cast<size_t>(source) * reduced_samples(args) +
                  static_cast<size_t>(y) * static_cast<size_t>(args.x.reduced) + static_cast<size_t>(x0 + x)] = sum;
}

__device__ __forceinline__ void subtract_local_mean(const Args& args) {
    const int source = static_cast<int>(blockIdx.z), w = args.x.reduced, h = args.y.reduced;
    const int x = static_cast<int>(blockIdx.x) * Tuning::kDetailColumns + static_cast<int>(threadIdx.x);
    const int y = static_cast<int>(blockIdx.y) * Tuning::kDetailRows + static_cast<int>(threadIdx.y);
    if (!has_source(args, source) || x >= w || y >= h) return;
    const size_t plane = static_cast<size_t>(source) * reduced_samples(args);
    const float* in = args.smoothed + plane;
    const int radius = args.mean_taps / 2;
    float sum = 0;
    for (int i = 0; i < args.mean_taps; i++) {
        const int column = mirror_centre(x + i - radius, w);
        float of_column = 0;
        for (int j = 0; j < args.mean_taps; j++)
            of_column += args.local_mean[j] * in[mirror_centre(y + j - radius, h) * w + column];
        sum += args.local_mean[i] * of_column;
    }
    args.detail[plane + static_cast<size_t>(y * w + x)] = in[y * w + x] - sum;
}

// ---- window sums

/// Column sums of one displacement, by row at which the window starts, and those at which windows start and end.
struct WindowColumns {
    double at[kSide][Tuning::kWindowColumns];
    double first[kSide][kSide], behind[kSide][kSide];
};

/// Products of a plane's samples with those at a displacement, or the samples themselves.
struct Products {
    const float* plane;
    int w, beyond;  ///< samples from the one to the other
    bool alone;

    __device__ __forceinline__ double at(int x, int y) const {
        const float* sample = plane + y * w + x;
        const auto value = static_cast<double>(*sample);
        return alone ? value : value * static_cast<double>(sample[beyond]);
    }
};

/// The column sums at x, for all rows at which the window can start.
__device__ __forceinline__ void add_column(const Products& products, Displacement d, int x, int h,
                                           double (&sums)[kSide]) {
    double sum = 0;
#pragma unroll 4
    for (int y = 0; y < h; y++) sum += products.at(x, y);
    sums[0] = sum;
#pragma unroll
    for (int row = 1; row < kSide; row++) {
        if (row >= kSide - d.rows) break;
        sum = sum - products.at(x, row - 1) + products.at(x, row - 1 + h);
        sums[row] = sum;
    }
}

__device__ __forceinline__ void sum_windows(const Args& args) {
    auto& columns = cuda::block_shared<WindowColumns>();
    const int source = static_cast<int>(blockIdx.z), number = static_cast<int>(blockIdx.x);
    if (!has_source(args, source)) return;
    const bool alone = number == kDisplacements;
    const Displacement d = alone ? Displacement{0, 0} : displacement(number);
    const int w = args.x.blocks * kSide - (kSide - 1), h = args.y.blocks * kSide - (kSide - 1);
    const Products products{args.detail + static_cast<size_t>(source) * reduced_samples(args), args.x.reduced,
                            d.rows * args.x.reduced + d.columns, alone};
    const int first = d.first(), last = d.last(), thread = static_cast<int>(threadIdx.x);
    double sum = 0;  // in thread r, of the leftmost window that starts at row r
    for (int begin = first; begin < last + w; begin += Tuning::kWindowColumns) {
        const int x = begin + thread;
        if (x < last + w) {
            double sums[kSide] = {};
            add_column(products, d, x, h, sums);
#pragma unroll
            for (int row = 0; row < kSide; row++) {
                columns.at[row][thread] = sums[row];
                if (x < last) columns.first[row][x] = sums[row];
                if (x >= first + w) columns.behind[row][x - w] = sums[row];
            }
        }
        __syncthreads();
        if (thread < kSide)
            for (int i = 0; i < Tuning::kWindowColumns && begin + i < first + w; i++) sum += columns.at[thread][i];
        __syncthreads();
    }
    if (thread >= kSide - d.rows) return;
    for (int x = first; x <= last; x++) {
        const int window = kSide * thread + x;
        if (alone)
            args.windows[source].of_window[window] = sum;
        else
            args.windows[source].of_product[window][window + kSide * d.rows + d.columns] = sum;
        if (x < last) sum = sum - columns.first[thread][x] + columns.behind[thread][x];
    }
}

// ---- matrices

struct EigenvalueMemory {
    Matrix work;
    Vector diagonal, off_diagonal, v, x;
};

struct FactorMemory {
    Matrix covariance;
    FactorScratch scratch;
};

__device__ __forceinline__ void load_covariance(const Args& args, int source, Matrix& out) {
    const double samples = static_cast<double>(args.x.blocks * kSide - (kSide - 1)) *
                           static_cast<double>(args.y.blocks * kSide - (kSide - 1));
    for (int i = static_cast<int>(threadIdx.x); i < kOrder * kOrder; i += Tuning::kDecomposeThreads)
        out[i / kOrder][i % kOrder] = covariance(args.windows[source], samples, i / kOrder, i % kOrder);
    __syncthreads();
}

/// The work of one warp: nearly all of it is a chain of dependent operations.
__device__ __forceinline__ void find_eigenvalues(const Args& args, int source) {
    auto& memory = cuda::block_shared<EigenvalueMemory>();
    load_covariance(args, source, memory.work);
    if (threadIdx.x >= cuda::kWarp) return;
    const WarpTeam team;
    make_tridiagonal(memory.work, memory.diagonal, memory.off_diagonal, memory.v, memory.x, team);
    diagonalise(memory.diagonal, memory.off_diagonal, team);
    Decomposition& out = args.decompositions[source];
    team.each(0, kOrder, [&](int i) { out.eigenvalues[i] = memory.diagonal[i]; });
    if (team.leads()) out.tiny_eigenvalue = has_tiny_eigenvalue(memory.diagonal);
}

__device__ __forceinline__ void find_factors(const Args& args, int source) {
    auto& memory = cuda::block_shared<FactorMemory>();
    load_covariance(args, source, memory.covariance);
    const BlockTeam team;
    Decomposition& out = args.decompositions[source];
    factorise(memory.covariance, out.factors, memory.scratch, team);
    if (team.leads()) out.tiny_pivot = has_tiny_pivot(out.factors.r);
}

__device__ __forceinline__ void decompose(const Args& args) {
    const int source = static_cast<int>(blockIdx.z);
    if (!has_source(args, source)) return;
    if (blockIdx.x == 0)
        find_eigenvalues(args, source);
    else
        find_factors(args, source);
}

// ---- blocks and scores

struct LocalMemory {
    Vector eigenvalues;
    Factors factors;
};

__device__ __forceinline__ void find_locals(const Args& args) {
    auto& memory = cuda::block_shared<LocalMemory>();
    const int source = static_cast<int>(blockIdx.z), thread = static_cast<int>(threadIdx.x);
    if (!has_source(args, source)) return;
    const Decomposition& in = args.decompositions[source];
    if (in.singular()) return;
    for (int i = thread; i < kOrder * kOrder; i += Tuning::kLocalThreads) {
        memory.factors.q[i / kOrder][i % kOrder] = in.factors.q[i / kOrder][i % kOrder];
        memory.factors.r[i / kOrder][i % kOrder] = in.factors.r[i / kOrder][i % kOrder];
        if (i < kOrder) memory.eigenvalues[i] = in.eigenvalues[i];
    }
    __syncthreads();
    const int block = static_cast<int>(blockIdx.x) * Tuning::kLocalThreads + thread;
    if (block >= block_count(args)) return;
    const float* corner =
        args.detail + static_cast<size_t>(source) * reduced_samples(args) +
        static_cast<size_t>(block / args.x.blocks * kSide * args.x.reduced + block % args.x.blocks * kSide);
    float samples[kOrder];
#pragma unroll
    for (int i = 0; i < kOrder; i++) samples[i] = corner[i / kSide * args.x.reduced + i % kSide];
    const float scale = variance(memory.factors, samples);
    args.locals[static_cast<size_t>(source) * static_cast<size_t>(block_count(args)) + static_cast<size_t>(block)] = {
        scale, entropy(memory.eigenvalues, scale, args.sigma)};
}

struct Differences {
    float at[Tuning::kScoreThreads];
};

__device__ __forceinline__ void score(const Args& args) {
    auto& differences = cuda::block_shared<Differences>();
    const int plane = static_cast<int>(blockIdx.x), frame = static_cast<int>(blockIdx.z);
    const int source = 2 * (frame * args.planes_per_frame + plane), thread = static_cast<int>(threadIdx.x);
    if (!has_source(args, source) || !has_source(args, source + 1)) return;
    PlaneScore& out = reinterpret_cast<PlaneScore*>(args.raw + static_cast<size_t>(frame) * args.raw_stride)[plane];
    if (args.decompositions[source].singular() || args.decompositions[source + 1].singular()) {
        if (thread == 0) out.singular = 1;
        return;
    }
    const int blocks = block_count(args);
    const Local *ref = args.locals + static_cast<size_t>(source) * static_cast<size_t>(blocks), *dis = ref + blocks;
    float sum = 0;
    for (int begin = 0; begin < blocks; begin += Tuning::kScoreThreads) {
        if (begin + thread < blocks)
            differences.at[thread] = local_difference(args.weights, ref[begin + thread], dis[begin + thread]);
        __syncthreads();
        if (thread == 0)
            for (int i = 0; i < Tuning::kScoreThreads && begin + i < blocks; i++) sum += differences.at[i];
        __syncthreads();
    }
    if (thread == 0) out.score = mean_difference(sum, blocks);
}

}  // namespace
}  // namespace vmaf::speed

using vmaf::speed::Args;
using vmaf::speed::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kSmoothThreads)
    speed_smooth_u8(const Args __grid_constant__ args) {
    vmaf::speed::smooth<uint8_t, false>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kSmoothThreads)
    speed_smooth_u16(const Args __grid_constant__ args) {
    vmaf::speed::smooth<uint16_t, false>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kSmoothThreads)
    speed_smooth_scaled_u8(const Args __grid_constant__ args) {
    vmaf::speed::smooth<uint8_t, true>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kSmoothThreads)
    speed_smooth_scaled_u16(const Args __grid_constant__ args) {
    vmaf::speed::smooth<uint16_t, true>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kDetailThreads) speed_detail(const Args __grid_constant__ args) {
    vmaf::speed::subtract_local_mean(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kWindowColumns) speed_windows(const Args __grid_constant__ args) {
    vmaf::speed::sum_windows(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kDecomposeThreads)
    speed_decompose(const Args __grid_constant__ args) {
    vmaf::speed::decompose(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kLocalThreads) speed_locals(const Args __grid_constant__ args) {
    vmaf::speed::find_locals(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kScoreThreads) speed_score(const Args __grid_constant__ args) {
    vmaf::speed::score(args);
}
