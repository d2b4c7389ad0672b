// ssim on the CPU in plain loops, row by row over a ring of rows filtered along.
#include <algorithm>
#include <vector>

#include "metric/ssim/fixed_ssim.h"

namespace vmaf::fixed_ssim {
namespace {

struct WindowMoments {
    int64_t of[kMoments] = {};

    void add(int64_t tap, const WindowMoments& other) {
        for (int m = 0; m < kMoments; m++) of[m] += tap * other.of[m];
    }
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, const PictureFormat& format)
        : variants_(variants),
          w_(static_cast<int>(format.w)),
          h_(static_cast<int>(format.h)),
          constants_(format.bpc),
          ring_(size_t{kTaps} * format.w) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < h_ + kReach; y++) {
                if (y < h_) filter_along(ref.row(y), dis.row(y), row(y));
                if (y >= kReach) add_row(y - kReach, sums);
            }
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    template <class T>
    void filter_along(const T* ref, const T* dis, WindowMoments* out) const {
        for (int x = 0; x < w_; x++) {
            out[x] = {};
            for (int u = std::max(-kReach, -x); u <= std::min(kReach, w_ - 1 - x); u++) {
                const int64_t r = ref[x + u], d = dis[x + u];
                out[x].add(tap(u), {r, d, r * r, r * d, d * d});
            }
        }
    }

    /// The windows around row y.
    void add_row(int y, Sums& sums) {
        for (int begin = 0; begin < w_; begin += kMostTerms) {
            int64_t sum = 0;
            for (int x = begin; x < std::min(w_, begin + kMostTerms); x++)
                sum += fixed_point<kFractionBits>(similarity(x, y));
            sums.similarity.add(sum);
        }
    }

    double similarity(int x, int y) {
        WindowMoments window;
        for (int v = std::max(-kReach, -y); v <= std::min(kReach, h_ - 1 - y); v++) window.add(tap(v), row(y + v)[x]);
        double moments[kMoments];
        std::copy(std::begin(window.of), std::end(window.of), moments);
        return weighted_similarity(constants_, weight(x, w_) * weight(y, h_), moments);
    }

    WindowMoments* row(int y) { return ring_.data() + static_cast<size_t>(y % kTaps) * static_cast<size_t>(w_); }

    size_t variants_;
    int w_, h_;
    Constants constants_;
    std::vector<WindowMoments> ring_;  ///< by row modulo kTaps
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants.size(), format);
}

}  // namespace vmaf::fixed_ssim
