// float_motion's blur on vectors.
#include "base/mirror.h"
#include "metric/motion/float_motion.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/motion/float_motion_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/float/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::float_motion::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

void blur(const PictureView& picture, unsigned p, const Plan& plan, int y, BlurRows& rows, float* out) {
    const int taps = static_cast<int>(plan.taps.size()), reach = taps / 2;
    with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
        const Plane<T> plane = picture.plane<T>(p);
        const int w = static_cast<int>(plane.w), h = static_cast<int>(plane.h);
        for (; rows.ready <= std::min(y + reach, h - 1); rows.ready++)
            convert_row(plane.row(static_cast<unsigned>(rows.ready)), w, plan.samples, rows.samples.row(rows.ready));
        const float* around[BlurRows::kMostTaps];
        for (int k = 0; k < taps; k++) around[k] = rows.samples.row(mirror_centre(y + k - reach, h));
        filter_down(around, plan.taps.data(), taps, w, rows.line.data());
        rows.line.reflect_ends(reach, w);
        filter_along(rows.line.data() - reach, plan.taps.data(), taps, w, out);
    });
}

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, blur);
}

}  // namespace
}  // namespace vmaf::float_motion::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<float_motion::Sums>, HWY_TARGET> = float_motion::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> float_motion::make_simd(Variants variants, const PictureFormat& format,
                                                   const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
