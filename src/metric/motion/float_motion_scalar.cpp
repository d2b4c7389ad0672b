// float_motion on the CPU: the blur in plain loops, and the extractor that runs this or vector code.
#include <cmath>

#include "metric/float/image.h"
#include "metric/float/resampling.h"
#include "metric/float/row_sums.h"
#include "metric/motion/float_motion.h"

namespace vmaf::float_motion {
namespace {

void scalar_blur(const PictureView& picture, unsigned p, const Plan& plan, int y, BlurRows& rows, float* out) {
    with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
        const Plane<T> plane = picture.plane<T>(p);
        const int w = static_cast<int>(plane.w), h = static_cast<int>(plane.h);
        filter_down(plan.taps, y, w, h, rows.line.data(),
                    [&](int x, int from) { return plan.samples(plane.row(static_cast<unsigned>(from))[x]); });
        for (int x = 0; x < w; x++) out[x] = filtered_across(plan.taps, x, w, rows.line.data());
    });
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format, BlurFunction blur)
        : variants_(variants.size()), plan_(variants[0], format), blur_(blur) {
        for (unsigned p = 0; p < plan_.planes; p++) planes_[p] = PlaneScratch(plan_, p);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        for (unsigned p = 0; p < plan_.planes && frame.previous[0].ref; p++) {
            sums.difference[p][0] = full_size(frame.previous[0].ref, frame.ref, p);
            if (plan_.scales > 1) sums.difference[p][1] = half_size(p);
        }
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    struct PlaneScratch {
        PlaneScratch() = default;
        PlaneScratch(const Plan& plan, unsigned p)
            : blur{BlurRows(plan.size[p][0].w), BlurRows(plan.size[p][0].w)},
              rows(plan.size[p][0].w),
              half_rows(plan.size[p][1].w) {
            const auto [w, h] = plan.size[p][0];
            for (Rows& picture : blurred) picture = Rows(w, plan.scales > 1 ? h : 1, 0);
            if (plan.scales == 1 || w == 0 || h == 0) return;
            x = {w, plan.size[p][1].w, Resampling::kBilinear};
            y = {h, plan.size[p][1].h, Resampling::kBilinear};
        }

        // Of the earlier picture, of this one.
        BlurRows blur[2];
        Rows blurred[2];  ///< a row, or all for half the size
        RowSums rows, half_rows;
        ResamplingTable x, y;
    };

    float full_size(const PictureView& earlier, const PictureView& current, unsigned p) {
        PlaneScratch& plane = planes_[p];
        const auto [w, h] = plan_.size[p][0];
        for (BlurRows& blur : plane.blur) blur.ready = 0;
        for (int y = 0; y < h; y++) {
            float *a = plane.blurred[0].row(y), *b = plane.blurred[1].row(y), *out = plane.rows.next();
            blur_(earlier, p, plan_, y, plane.blur[0], a);
            blur_(current, p, plan_, y, plane.blur[1], b);
            for (int x = 0; x < w; x++) out[x] = std::fabs(a[x] - b[x]);
        }
        return plane.rows.total();
    }

    /// Of the blurred pictures that full_size() has left.
    float half_size(unsigned p) {
        PlaneScratch& plane = planes_[p];
        const auto [w, h] = plan_.size[p][1];
        for (int y = 0; y < h; y++) {
            float* out = plane.half_rows.next();
            const auto half = [&](const Rows& picture, int x) {
                return resampled(plane.x, plane.y, x, y, [&](int column, int row) { return picture.row(row)[column]; });
            };
            for (int x = 0; x < w; x++) out[x] = std::fabs(half(plane.blurred[0], x) - half(plane.blurred[1], x));
        }
        return plane.half_rows.total();
    }

    size_t variants_;
    Plan plan_;
    BlurFunction blur_;
    PlaneScratch planes_[kPlanes];
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, BlurFunction blur) {
    return std::make_unique<CpuExtractor>(variants, format, blur);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, scalar_blur);
}

}  // namespace vmaf::float_motion
