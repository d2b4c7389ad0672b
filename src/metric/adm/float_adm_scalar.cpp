// float_adm on the CPU in plain loops, step by step as docs/numerics/float_adm.md has it.
#include <cmath>

#include "metric/adm/float_adm.h"
#include "metric/float/image.h"

namespace vmaf::float_adm {
namespace {

/// The bands of one picture at one scale, or a part of them.
struct Bands {
    Bands(int w, int h) : of{{w, h}, {w, h}, {w, h}} {}

    void get(int x, int y, float (&out)[kBands]) const {
        for (int b = 0; b < kBands; b++) out[b] = of[b].at(x, y);
    }
    void set(int x, int y, const float (&in)[kBands]) {
        for (int b = 0; b < kBands; b++) of[b].at(x, y) = in[b];
    }

    Image of[kBands];
};

/// The low-pass picture and the bands of a scale.
struct Level {
    explicit Level(const ScalePlan& plan) : low(plan.w, plan.h), bands(plan.w, plan.h) {}

    Image low;
    Bands bands;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants[0], format),
          gain_limits_(variants),
          source_(plan_.scale[0].source_w, plan_.scale[0].source_h),
          columns_low_(plan_.scale[0].source_w, 1),
          columns_high_(columns_low_) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        std::vector<Sums> sums(gain_limits_.distinct.size());
        Image ref, dis;
        convert(frame.ref, ref);
        convert(frame.dis, dis);
        for (int s = 0; s < kScales; s++) {
            Level of_ref(plan_.scale[s]), of_dis(plan_.scale[s]);
            transform(ref, of_ref);
            transform(dis, of_dis);
            if (s >= plan_.first_scale())
                for (size_t i = 0; i < sums.size(); i++)
                    sum_scale(plan_.scale[s], of_ref.bands, of_dis.bands, static_cast<float>(gain_limits_.distinct[i]),
                              sums[i].scale[s]);
            ref = of_ref.low;
            dis = of_dis.low;
        }
        for (size_t i = 0; i < gain_limits_.of_variant.size(); i++)
            store_sums(out, i, sums[gain_limits_.of_variant[i]]);
    }

 private:
    void convert(const PictureView& picture, Image& out) const {
        out = source_;
        with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
            for (int y = 0; y < out.h(); y++)
                for (int x = 0; x < out.w(); x++) out.at(x, y) = plan_.samples(picture.plane<T>(0).row(y)[x]);
        });
    }

    /// Section 2.
    void transform(const Image& in, Level& out) {
        const auto near = [](int i, int n) { return adm_index(i, n); };
        for (int y = 0; y < out.low.h(); y++) {
            const float* rows[4];
            for (int i = 0; i < 4; i++) rows[i] = in.row(near(2 * y - 1 + i, in.h()));
            float *low = columns_low_.row(0), *high = columns_high_.row(0);
            for (int x = 0; x < in.w(); x++) {
                low[x] = low_pass(rows[0][x], rows[1][x], rows[2][x], rows[3][x]);
                high[x] = high_pass(rows[0][x], rows[1][x], rows[2][x], rows[3][x]);
            }
            for (int x = 0; x < out.low.w(); x++) {
                int at[4];
                for (int i = 0; i < 4; i++) at[i] = near(2 * x - 1 + i, in.w());
                out.low.at(x, y) = low_pass(low[at[0]], low[at[1]], low[at[2]], low[at[3]]);
                out.bands.of[kVertical].at(x, y) = high_pass(low[at[0]], low[at[1]], low[at[2]], low[at[3]]);
                out.bands.of[kHorizontal].at(x, y) = low_pass(high[at[0]], high[at[1]], high[at[2]], high[at[3]]);
                out.bands.of[kDiagonal].at(x, y) = high_pass(high[at[0]], high[at[1]], high[at[2]], high[at[3]]);
            }
        }
    }

    static int adm_index(int i, int n) { return mirror_centre_low_face_high(i, n); }

    /// Sections 3 to 5, for one gain limit.
    void sum_scale(const ScalePlan& plan, const Bands& ref, const Bands& dis, float gain_limit, ScaleSums& sums) const {
        Bands kept(plan.w, plan.h), added(plan.w, plan.h);  // weighted
        for (int y = 0; y < plan.h; y++)
            for (int x = 0; x < plan.w; x++) decouple(plan, ref, dis, gain_limit, x, y, kept, added);
        for (int b = 0; b < kBands; b++)
            sums.reference[b] =
                summed(plan, [&](int x, int y) { return std::fabs(plan.weight[b] * ref.of[b].at(x, y)); });
        sum_masked(plan, kept, added, sums.restored);
        sum_masked(plan, added, kept, sums.additive);
    }

    static void decouple(const ScalePlan& plan, const Bands& ref, const Bands& dis, float gain_limit, int x, int y,
                         Bands& kept, Bands& added) {
        float o[kBands], t[kBands];
        ref.get(x, y, o);
        dis.get(x, y, t);
        const Parts parts = float_adm::decouple(o, t, plan.weight, gain_limit);
        kept.set(x, y, parts.kept);
        added.set(x, y, parts.added);
    }

    void sum_masked(const ScalePlan& plan, const Bands& in, const Bands& mask, float (&sums)[kBands]) const {
        Image thresholds(plan.w, plan.h);
        for (int y = plan.top; plan_.masks && y < plan.bottom; y++)
            for (int x = plan.left; x < plan.right; x++) thresholds.at(x, y) = threshold_at(plan, mask, x, y);
        for (int b = 0; b < kBands; b++)
            sums[b] = summed(plan, [&](int x, int y) { return unmasked(in.of[b].at(x, y), thresholds.at(x, y)); });
    }

    static float threshold_at(const ScalePlan& plan, const Bands& mask, int x, int y) {
        const auto at = [&](int i, int j) {
            float part[kBands];
            mask.get(adm_index(i, plan.w), adm_index(j, plan.h), part);
            return contrast(part);
        };
        const auto three = [&](int j) { return at(x - 1, j) + at(x, j) + at(x + 1, j); };
        return threshold(three(y - 1), three(y), three(y + 1), at(x, y));
    }

    /// Section 5: of the region.
    template <class At>
    float summed(const ScalePlan& plan, At at) const {
        float sum = 0;
        for (int y = plan.top; y < plan.bottom; y++) {
            float of_row = 0;
            for (int x = plan.left; x < plan.right; x++) of_row += plan_.power(at(x, y));
            sum += of_row;
        }
        return sum;
    }

    Plan plan_;
    adm::GainLimits gain_limits_;
    Image source_, columns_low_, columns_high_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants, format);
}

}  // namespace vmaf::float_adm
