// float_adm on vectors: wavelet bands of both pictures, then row by row their decoupling, masking and terms, whose sums run from left
// to right over nine rows at a time.
//
// Lanes are columns, so that every sum runs in the order of docs/numerics/float_adm.md.
#include <algorithm>
#include <vector>

#include "metric/adm/float_adm.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/adm/float_adm_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/float/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::float_adm::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

constexpr int kTerms = 3 * kBands;  // reference, restored, additive
constexpr int kMargin = 2;          // of lines, for the wavelet and for masks
constexpr int kKept = 4;            // rows under a mask, and one

HWY_INLINE F32 low_pass(F32 s0, F32 s1, F32 s2, F32 s3) {
    const F32 first = hn::Add(hn::Mul(hn::Set(f32, kTap0), s0), hn::Mul(hn::Set(f32, kTap1), s1));
    return hn::Add(hn::Add(first, hn::Mul(hn::Set(f32, kTap2), s2)), hn::Mul(hn::Set(f32, kTap3), s3));
}
HWY_INLINE F32 high_pass(F32 s0, F32 s1, F32 s2, F32 s3) {
    const F32 first = hn::Add(hn::Mul(hn::Set(f32, kTap3), s0), hn::Mul(hn::Set(f32, -kTap2), s1));
    return hn::Add(hn::Add(first, hn::Mul(hn::Set(f32, kTap1), s2)), hn::Mul(hn::Set(f32, -kTap0), s3));
}

void reflect_ends(float* line, int w) { extend(line, kMargin, w, mirror_centre_low_face_high); }

HWY_INLINE F32 restored(F32 o, F32 t) {
    const F32 ratio = hn::Div(t, hn::Add(o, hn::Set(f32, kLeastDivisor)));
    return hn::Mul(hn::Min(hn::Max(ratio, hn::Zero(f32)), hn::Set(f32, 1)), o);
}

HWY_INLINE F32 enhanced(F32 r, F32 t, F32 gain_limit) {
    const F32 limit = hn::Mul(r, gain_limit), zero = hn::Zero(f32);
    const F32 below = hn::IfThenElse(hn::Lt(r, zero), hn::Max(limit, t), r);
    return hn::IfThenElse(hn::Gt(r, zero), hn::Min(limit, t), below);
}

/// A part of the distorted picture, the latest rows of its contrasts, and what masks the other part.
struct Part {
    explicit Part(int w)
        : contrast{{w, kKept, 0}, {w, kKept, 0}, {w, kKept, 0}}, own(w, kKept, kMargin), three(w, kKept, 0) {}

    Rows contrast[kBands], own, three;
};

/// Wavelet bands of one picture at one scale, and the next scale's picture.
struct Level {
    Level() = default;
    explicit Level(const ScalePlan& plan) : low(plan.w, plan.h, 0) {
        for (Rows& rows : band) rows = Rows(plan.w, plan.h, 0);
    }

    Rows low, band[kBands];
};

class SimdExtractor final : public Extractor {
 public:
    SimdExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants[0], format),
          gain_limits_(variants),
          source_(plan_.scale[0].source_w, plan_.scale[0].source_h, 0),
          lines_(plan_.scale[0].source_w + 2 * kMostLanes, 2, kMargin),
          parts_{Part(plan_.scale[0].w), Part(plan_.scale[0].w)},
          terms_(plan_.scale[0].w, kTerms, 0) {
        for (int s = 0; s < kScales; s++)
            for (Level& level : levels_[s]) level = Level(plan_.scale[s]);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        const PictureView* pictures[2] = {&frame.ref, &frame.dis};
        for (int i = 0; i < 2; i++) {
            convert(*pictures[i]);
            for (int s = 0; s < kScales; s++)
                transform(plan_.scale[s], s > 0 ? levels_[s - 1][i].low : source_, levels_[s][i]);
        }
        std::vector<Sums> sums(gain_limits_.distinct.size());
        for (size_t i = 0; i < sums.size(); i++)
            for (int s = plan_.first_scale(); s < kScales; s++)
                sum_scale(plan_.scale[s], levels_[s], static_cast<float>(gain_limits_.distinct[i]), sums[i].scale[s]);
        for (size_t i = 0; i < gain_limits_.of_variant.size(); i++)
            store_sums(out, i, sums[gain_limits_.of_variant[i]]);
    }

 private:
    void convert(const PictureView& picture) {
        with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> plane = picture.plane<T>(0);
            for (int y = 0; y < static_cast<int>(plane.h); y++)
                convert_row(plane.row(y), static_cast<int>(plane.w), plan_.samples, source_.row(y));
        });
    }

    void transform(const ScalePlan& plan, const Rows& in, Level& out) {
        float *low = lines_.row(0), *high = lines_.row(1);
        for (int y = 0; y < plan.h; y++) {
            const float* row[4];
            for (int i = 0; i < 4; i++) row[i] = in.row(mirror_centre_low_face_high(2 * y - 1 + i, plan.source_h));
            for (int x = 0; x < plan.source_w; x += lanes()) {
                const F32 s0 = hn::LoadU(f32, row[0] + x), s1 = hn::LoadU(f32, row[1] + x);
                const F32 s2 = hn::LoadU(f32, row[2] + x), s3 = hn::LoadU(f32, row[3] + x);
                hn::StoreU(low_pass(s0, s1, s2, s3), f32, low + x);
                hn::StoreU(high_pass(s0, s1, s2, s3), f32, high + x);
            }
            reflect_ends(low, plan.source_w);
            reflect_ends(high, plan.source_w);
            for (int x = 0; x < plan.w; x += lanes()) {
                F32 s0, s1, s2, s3;
                hn::LoadInterleaved2(f32, low + 2 * x - 1, s0, s1);
                hn::LoadInterleaved2(f32, low + 2 * x + 1, s2, s3);
                hn::StoreU(low_pass(s0, s1, s2, s3), f32, out.low.row(y) + x);
                hn::StoreU(high_pass(s0, s1, s2, s3), f32, out.band[kVertical].row(y) + x);
                hn::LoadInterleaved2(f32, high + 2 * x - 1, s0, s1);
                hn::LoadInterleaved2(f32, high + 2 * x + 1, s2, s3);
                hn::StoreU(low_pass(s0, s1, s2, s3), f32, out.band[kHorizontal].row(y) + x);
                hn::StoreU(high_pass(s0, s1, s2, s3), f32, out.band[kDiagonal].row(y) + x);
            }
        }
    }

    void sum_scale(const ScalePlan& plan, const Level (&levels)[2], float gain_limit, ScaleSums& sums) {
        float* totals[kTerms];
        for (int b = 0; b < kBands; b++) {
            totals[b] = &sums.reference[b];
            totals[kBands + b] = &sums.restored[b];
            totals[2 * kBands + b] = &sums.additive[b];
        }
        int ready = std::max(plan.top - 1, 0);
        for (int y = plan.top; y < plan.bottom; y++) {
            for (; ready < std::min(y + 2, plan.h); ready++) decouple(plan, levels, gain_limit, ready);
            put_terms(plan, levels[0], y);
            const float* row[kTerms];
            float of_row[kTerms] = {};
            for (int i = 0; i < kTerms; i++) row[i] = terms_.row(i);
            for (int x = plan.left; x < plan.right; x++)
                for (int i = 0; i < kTerms; i++) of_row[i] += row[i][x];
            for (int i = 0; i < kTerms; i++) *totals[i] += of_row[i];
        }
    }

    /// The weighted parts of row y, and what they contribute to masks.
    void decouple(const ScalePlan& plan, const Level (&levels)[2], float gain_limit, int y) {
        const F32 limit = hn::Set(f32, gain_limit), alignment = hn::Set(f32, kAlignment), zero = hn::Zero(f32);
        for (int x = 0; x < plan.w; x += lanes()) {
            const auto load = [&](int i, int b) HWY_ATTR { return hn::LoadU(f32, levels[i].band[b].row(y) + x); };
            const F32 oh = load(0, kHorizontal), ov = load(0, kVertical), th = load(1, kHorizontal),
                      tv = load(1, kVertical);
            const F32 dot = hn::Add(hn::Mul(oh, th), hn::Mul(ov, tv));
            const F32 ref = hn::Add(hn::Mul(oh, oh), hn::Mul(ov, ov)), dis = hn::Add(hn::Mul(th, th), hn::Mul(tv, tv));
            const auto enhances =
                hn::And(hn::Ge(dot, zero), hn::Ge(hn::Mul(dot, dot), hn::Mul(hn::Mul(alignment, ref), dis)));
            const auto split = [&](F32 o, F32 t, int b, F32& kept, F32& added) HWY_ATTR {
                const F32 whole = restored(o, t), weight = hn::Set(f32, plan.weight[b]);
                const F32 part = hn::IfThenElse(enhances, enhanced(whole, t, limit), whole);
                kept = hn::Abs(hn::Mul(weight, part));
                added = hn::Abs(hn::Mul(weight, hn::Sub(t, part)));
                hn::StoreU(kept, f32, parts_[0].contrast[b].row(y) + x);
                hn::StoreU(added, f32, parts_[1].contrast[b].row(y) + x);
            };
            F32 rh, rv, rd, ah, av, ad;
            split(oh, th, kHorizontal, rh, ah);
            split(ov, tv, kVertical, rv, av);
            split(load(0, kDiagonal), load(1, kDiagonal), kDiagonal, rd, ad);
            hn::StoreU(hn::Add(hn::Add(rh, rv), rd), f32, parts_[0].own.row(y) + x);
            hn::StoreU(hn::Add(hn::Add(ah, av), ad), f32, parts_[1].own.row(y) + x);
        }
        for (Part& part : parts_) {
            float* own = part.own.row(y);
            reflect_ends(own, plan.w);
            for (int x = 0; x < plan.w; x += lanes()) {
                const F32 two = hn::Add(hn::LoadU(f32, own + x - 1), hn::LoadU(f32, own + x));
                hn::StoreU(hn::Add(two, hn::LoadU(f32, own + x + 1)), f32, part.three.row(y) + x);
            }
        }
    }

    void put_terms(const ScalePlan& plan, const Level& ref, int y) {
        const auto cube = [](F32 x) HWY_ATTR { return hn::Mul(hn::Mul(x, x), x); };
        const int above = mirror_centre_low_face_high(y - 1, plan.h),
                  below = mirror_centre_low_face_high(y + 1, plan.h);
        for (int x = 0; x < plan.w; x += lanes()) {
            for (int b = 0; b < kBands; b++) {
                const F32 contrast =
                    hn::Abs(hn::Mul(hn::Set(f32, plan.weight[b]), hn::LoadU(f32, ref.band[b].row(y) + x)));
                hn::StoreU(cube(contrast), f32, terms_.row(b) + x);
            }
            for (int i = 0; i < 2; i++) {
                const Part& mask = parts_[1 - i];
                F32 threshold =
                    hn::Add(hn::LoadU(f32, mask.three.row(above) + x), hn::LoadU(f32, mask.three.row(y) + x));
                threshold = hn::Add(threshold, hn::LoadU(f32, mask.three.row(below) + x));
                threshold = hn::Mul(hn::Add(threshold, hn::LoadU(f32, mask.own.row(y) + x)), hn::Set(f32, kMaskShare));
                if (!plan_.masks) threshold = hn::Zero(f32);
                for (int b = 0; b < kBands; b++) {
                    const F32 remains = hn::Sub(hn::LoadU(f32, parts_[i].contrast[b].row(y) + x), threshold);
                    hn::StoreU(cube(hn::Max(remains, hn::Zero(f32))), f32, terms_.row(kBands * (i + 1) + b) + x);
                }
            }
        }
    }

    Plan plan_;
    adm::GainLimits gain_limits_;
    Rows source_, lines_;
    Level levels_[kScales][2];  ///< of the reference, of the distorted picture
    Part parts_[2];             ///< restored, additive
    Rows terms_;                ///< of one row, in the order of ScaleSums
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return std::make_unique<SimdExtractor>(variants, format);
}

}  // namespace
}  // namespace vmaf::float_adm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<float_adm::Sums>, HWY_TARGET> = float_adm::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> float_adm::make_simd(Variants variants, const PictureFormat& format,
                                                const CpuFeatures& cpu) {
    if (!Plan(variants[0], format).power.is_cube()) return nullptr;
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
