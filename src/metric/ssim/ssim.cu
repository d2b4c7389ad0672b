// float_ssim on the GPU: luma planes -> decimated float planes, unless the scale is 1 -> sums of similarity terms.
#include "metric/ssim/ssim_cuda.h"
#include "metric/ssim/ssim_windows.cuh"

namespace vmaf::ssim {
namespace {

/// A decimated sample, the sum of a box; `column` and `row` map positions in the box into the plane.
template <class T, class Column, class Row>
__device__ __forceinline__ float box(const cuda::PlaneArg& plane, int scale, unsigned bpc, Column column, Row row) {
    const float unit = sample_unit(bpc), weight = box_weight(scale);
    if ((scale & (scale - 1)) == 0 && scale <= 16) {  // the weight is a power of two: no product rounds, integers do
        unsigned sum = 0;
        for (int j = 0; j < scale; j++) {
            const T* samples = plane.row<T>(row(j));
            for (int i = 0; i < scale; i++) sum += samples[column(i)];
        }
        return static_cast<float>(sum) * (unit * weight);
    }
    double sum = 0;
    for (int i = 0; i < scale; i++) {
        double of_column = 0;
        for (int j = 0; j < scale; j++)
            of_column += static_cast<double>(static_cast<float>(plane.row<T>(row(j))[column(i)]) * unit * weight);
        sum += of_column;
    }
    return static_cast<float>(sum);
}

template <class T>
__device__ __forceinline__ void decimate(const DecimationArgs& args) {
    const int x = static_cast<int>(blockIdx.x * DecimationTuning::kColumns + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * DecimationTuning::kRows + threadIdx.y);
    if (x >= args.x.decimated || y >= args.y.decimated) return;
    const int frame = static_cast<int>(blockIdx.z) / 2;
    const cuda::PlaneArg& plane = blockIdx.z % 2 ? args.frames[frame].dis : args.frames[frame].ref;
    const int scale = args.scale, left = x * scale - scale / 2, top = y * scale - scale / 2;
    const int w = args.x.source, h = args.y.source;
    float value;
    if (left >= 0 && top >= 0 && left + scale <= w && top + scale <= h)
        value = box<T>(
            plane, scale, args.bpc, [=](int i) { return left + i; }, [=](int j) { return top + j; });
    else
        value = box<T>(
            plane, scale, args.bpc, [=](int i) { return mirror_face(left + i, w); },
            [=](int j) { return mirror_face(top + j, h); });
    const cuda::PlaneArg& out = blockIdx.z % 2 ? args.decimated[frame].dis : args.decimated[frame].ref;
    const_cast<float*>(out.row<float>(y))[x] = value;
}

/// No sample is negative.
template <class T>
__device__ __forceinline__ void windows_of_all_terms(const WindowArgs& args) {
    windows<T, false, kFactorsAndSsim>(args);
}

}  // namespace
}  // namespace vmaf::ssim

using vmaf::ssim::DecimationArgs;
using vmaf::ssim::DecimationTuning;
using vmaf::ssim::WindowArgs;
using vmaf::ssim::WindowTuning;

extern "C" __global__ void __launch_bounds__(DecimationTuning::kThreads)
    ssim_decimate_u8(const DecimationArgs __grid_constant__ args) {
    vmaf::ssim::decimate<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(DecimationTuning::kThreads)
    ssim_decimate_u16(const DecimationArgs __grid_constant__ args) {
    vmaf::ssim::decimate<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(WindowTuning::kThreads)
    ssim_windows_u8(const WindowArgs __grid_constant__ args) {
    vmaf::ssim::windows_of_all_terms<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(WindowTuning::kThreads)
    ssim_windows_u16(const WindowArgs __grid_constant__ args) {
    vmaf::ssim::windows_of_all_terms<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(WindowTuning::kThreads)
    ssim_windows_f32(const WindowArgs __grid_constant__ args) {
    vmaf::ssim::windows_of_all_terms<float>(args);
}
