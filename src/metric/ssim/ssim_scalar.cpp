// float_ssim on the CPU in plain loops, row by row.
#include <algorithm>
#include <vector>

#include "base/mirror.h"
#include "metric/ssim/ssim.h"
#include "metric/ssim/ssim_math.h"
#include "metric/ssim/ssim_windows.h"

namespace vmaf::ssim {
namespace {

/// Rows of the decimated and extended plane, one at a time.
class Decimator {
 public:
    Decimator(const Geometry& geometry, unsigned bpc)
        : geometry_(geometry), unit_(sample_unit(bpc)), columns_(geometry.x.source), row_(geometry.x.decimated) {}

    template <class T>
    void row(Plane<T> plane, int y, float* out) {
        const Axis& x = geometry_.x;
        y = mirror_face(y - geometry_.y.padding, geometry_.y.decimated);
        float* target = x.padding > 0 || x.extended > x.decimated ? row_.data() : out;
        if (geometry_.scale == 1)
            convert(plane.row(y), target);
        else
            decimate(plane, y, target);
        if (target != out)
            for (int i = 0; i < x.extended; i++) out[i] = target[mirror_face(i - x.padding, x.decimated)];
    }

 private:
    template <class T>
    void convert(const T* in, float* out) const {
        for (int i = 0; i < geometry_.x.source; i++) out[i] = static_cast<float>(in[i]) * unit_;
    }

    template <class T>
    void decimate(Plane<T> plane, int y, float* out) {
        const int scale = geometry_.scale, first_row = y * scale - scale / 2;
        const float weight = box_weight(scale);
        std::fill(columns_.begin(), columns_.end(), 0.);
        for (int j = 0; j < scale; j++) {
            const T* in = plane.row(mirror_face(first_row + j, geometry_.y.source));
            for (size_t i = 0; i < columns_.size(); i++)
                columns_[i] += static_cast<double>(static_cast<float>(in[i]) * unit_ * weight);
        }
        for (int x = 0; x < geometry_.x.decimated; x++) out[x] = add_columns(x * scale - scale / 2);
    }

    float add_columns(int first) const {
        const int count = geometry_.scale, columns = geometry_.x.source;
        double sum = 0;
        if (first >= 0 && first + count <= columns)
            for (int i = 0; i < count; i++) sum += columns_[first + i];
        else
            for (int i = 0; i < count; i++) sum += columns_[mirror_face(first + i, columns)];
        return static_cast<float>(sum);
    }

    const Geometry& geometry_;
    float unit_;
    std::vector<double> columns_;  ///< box sums of single columns
    std::vector<float> row_;       ///< a decimated row before its extension
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, const Geometry& geometry, unsigned bpc)
        : variants_(variants),
          geometry_(geometry),
          decimator_(geometry_, bpc),
          ref_(geometry.x.extended),
          dis_(geometry.x.extended),
          windows_(geometry.x.extended) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < geometry_.y.extended; y++) {
                decimator_.row(ref, y, ref_.data());
                decimator_.row(dis, y, dis_.data());
                windows_.push(ref_.data(), dis_.data());
            }
        });
        const Sums sums = windows_.finish();
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    Geometry geometry_;
    Decimator decimator_;
    std::vector<float> ref_, dis_;  ///< the latest decimated rows
    Windows<kFactorsAndSsim> windows_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants.size(), Geometry(variants[0], format), format.bpc);
}

}  // namespace vmaf::ssim
