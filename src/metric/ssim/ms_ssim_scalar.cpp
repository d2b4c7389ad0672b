// float_ms_ssim on the CPU in plain loops, a whole plane of each scale at a time.
#include "base/mirror.h"
#include "metric/float/image.h"
#include "metric/float/samples.h"
#include "metric/ssim/ms_ssim.h"
#include "metric/ssim/ssim_windows.h"

namespace vmaf::ms_ssim {
namespace {

template <class T>
void convert(Plane<T> plane, SampleScale scale, Image& out) {
    for (int y = 0; y < out.h(); y++)
        for (int x = 0; x < out.w(); x++) out.at(x, y) = scale(plane.row(y)[x]);
}

/// The low-pass filter around sample (x, y).
float low_passed(const Image& in, int x, int y) {
    double sum = 0;
    for (int v = -kReach; v <= kReach; v++) {
        const float* row = in.row(mirror_face(y + v, in.h()));
        sum += low_pass_row(v, [&](int u) { return row[mirror_face(x + u, in.w())]; });
    }
    return static_cast<float>(sum);
}

void halve(const Image& in, Image& out) {
    for (int y = 0; y < out.h(); y++)
        for (int x = 0; x < out.w(); x++) out.at(x, y) = low_passed(in, 2 * x, 2 * y);
}

/// Both planes of a scale, and the windows over them.
struct Scale {
    Scale(int w, int h) : ref(w, h), dis(w, h), windows(w) {}

    Image ref, dis;
    ssim::Windows<ssim::kFactors> windows;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, const PictureFormat& format) : variants_(variants), samples_(format.bpc, 0) {
        const Scales scales(format);
        for (int s = 0; s < kScales; s++) scales_.emplace_back(scales.x[s].decimated, scales.y[s].decimated);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            convert(frame.ref.plane<T>(0), samples_, scales_[0].ref);
            convert(frame.dis.plane<T>(0), samples_, scales_[0].dis);
        });
        Sums sums;
        for (int s = 0; s < kScales; s++) {
            Scale& scale = scales_[s];
            if (s > 0) {
                halve(scales_[s - 1].ref, scale.ref);
                halve(scales_[s - 1].dis, scale.dis);
            }
            for (int y = 0; y < scale.ref.h(); y++) scale.windows.push(scale.ref.row(y), scale.dis.row(y));
            sums.scale[s] = scale.windows.finish();
        }
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    SampleScale samples_;
    std::vector<Scale> scales_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants.size(), format);
}

}  // namespace vmaf::ms_ssim
