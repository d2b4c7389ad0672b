// cambi on the GPU: pictures -> levels and mask -> filtered and halved from scale to scale -> confidences of all scales -> the
// largest of them, selected digit by digit. Here are the entry points.
#include "metric/cambi/cambi_confidences.cuh"
#include "metric/cambi/cambi_planes.cuh"
#include "metric/cambi/cambi_selection.cuh"

using vmaf::cambi::Args;
using vmaf::cambi::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kPrepareThreads)
    cambi_prepare_u8(const Args __grid_constant__ args) {
    vmaf::cambi::prepare<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kPrepareThreads)
    cambi_prepare_u16(const Args __grid_constant__ args) {
    vmaf::cambi::prepare<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_0(const Args __grid_constant__ args) {
    vmaf::cambi::filter<0>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_1(const Args __grid_constant__ args) {
    vmaf::cambi::filter<1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_2(const Args __grid_constant__ args) {
    vmaf::cambi::filter<2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_3(const Args __grid_constant__ args) {
    vmaf::cambi::filter<3>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_4(const Args __grid_constant__ args) {
    vmaf::cambi::filter<4>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_1(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_2(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_4(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 4>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_8(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 8>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_16(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 16>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_32(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 32>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_1(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_2(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_4(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 4>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_8(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 8>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_16(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 16>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_32(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 32>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads) cambi_count_0(const Args __grid_constant__ args) {
    vmaf::cambi::count_digit<0>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads) cambi_count_1(const Args __grid_constant__ args) {
    vmaf::cambi::count_digit<1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads) cambi_count_2(const Args __grid_constant__ args) {
    vmaf::cambi::count_digit<2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads)
    cambi_sum_largest(const Args __grid_constant__ args) {
    vmaf::cambi::sum_largest(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads)
    cambi_draw_heatmaps(const Args __grid_constant__ args) {
    vmaf::cambi::draw_heatmaps(args);
}
