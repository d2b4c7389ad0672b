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

constexpr int kMostTaps = 5;

void blur(const PictureView& picture, unsigned p, const Plan& plan, Rows& out) {
    const int taps = static_cast<int>(plan.taps.size()), reach = taps / 2;
    with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
        const Plane<T> plane = picture.plane<T>(p);
        const int w = static_cast<int>(plane.w), h = static_cast<int>(plane.h);
        Rows samples(w, kMostTaps, 0);
        Line line(w);
        int converted = 0;
        for (int y = 0; y < h; y++) {
            for (; converted <= std::min(y + reach, h - 1); converted++)
                convert_row(plane.row(static_cast<unsigned>(converted)), w, plan.samples, samples.row(converted));
            const float* rows[kMostTaps];
            for (int k = 0; k < taps; k++) rows[k] = samples.row(mirror_centre(y + k - reach, h));
            filter_down(rows, plan.taps.data(), taps, w, line.data());
            line.reflect_ends(reach, w);
            filter_along(line.data() - reach, plan.taps.data(), taps, w, out.row(y));
        }
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
