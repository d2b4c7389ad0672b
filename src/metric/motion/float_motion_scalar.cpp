// float_motion on the CPU: the blur in plain loops, and the extractor that runs this or vector code.
#include <cmath>

#include "metric/float/image.h"
#include "metric/float/resampling.h"
#include "metric/motion/float_motion.h"

namespace vmaf::float_motion {
namespace {

void scalar_blur(const PictureView& picture, unsigned p, const Plan& plan, Rows& out) {
    with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
        const Plane<T> plane = picture.plane<T>(p);
        const int w = static_cast<int>(plane.w), h = static_cast<int>(plane.h);
        std::vector<float> row(plane.w);
        for (int y = 0; y < h; y++) {
            filter_down(plan.taps, y, w, h, row.data(),
                        [&](int x, int from) { return plan.samples(plane.row(from)[x]); });
            for (int x = 0; x < w; x++) out.row(y)[x] = filtered_across(plan.taps, x, w, row.data());
        }
    });
}

/// Rows added up side by side: each waits for its own sum alone.
constexpr int kRowsAtOnce = 8;

/// at(plane, x, y) gives the samples of both planes, 0 and 1.
template <class At>
float sum_of_differences(Size size, At at) {
    float sum = 0;
    for (int top = 0; top < size.h; top += kRowsAtOnce) {
        const int rows = std::min(kRowsAtOnce, size.h - top);
        float of_row[kRowsAtOnce] = {};
        for (int x = 0; x < size.w; x++)
            for (int i = 0; i < rows; i++) of_row[i] += std::fabs(at(0, x, top + i) - at(1, x, top + i));
        for (int i = 0; i < rows; i++) sum += of_row[i];
    }
    return sum;
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format, BlurFunction blur)
        : variants_(variants.size()), plan_(variants[0], format), blur_(blur) {
        for (unsigned p = 0; p < plan_.planes; p++) {
            const auto [w, h] = plan_.size[p][0];
            for (Rows& rows : blurred_[p]) rows = Rows(w, h, 0);
            if (plan_.scales == 1 || w == 0 || h == 0) continue;
            const auto [half_w, half_h] = plan_.size[p][1];
            x_[p] = {w, half_w, Resampling::kBilinear};
            y_[p] = {h, half_h, Resampling::kBilinear};
        }
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        for (unsigned p = 0; p < plan_.planes && frame.previous[0].ref; p++) {
            blur_(frame.previous[0].ref, p, plan_, blurred_[p][0]);
            blur_(frame.ref, p, plan_, blurred_[p][1]);
            const auto full = [&](int i, int x, int y) { return blurred_[p][i].row(y)[x]; };
            sums.difference[p][0] = sum_of_differences(plan_.size[p][0], full);
            if (plan_.scales == 1) continue;
            sums.difference[p][1] = sum_of_differences(plan_.size[p][1], [&](int i, int x, int y) {
                return resampled(x_[p], y_[p], x, y, [&](int column, int row) { return full(i, column, row); });
            });
        }
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    Plan plan_;
    BlurFunction blur_;
    Rows blurred_[kPlanes][2];  ///< of the earlier picture, of this one
    ResamplingTable x_[kPlanes], y_[kPlanes];
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, BlurFunction blur) {
    return std::make_unique<CpuExtractor>(variants, format, blur);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, scalar_blur);
}

}  // namespace vmaf::float_motion
