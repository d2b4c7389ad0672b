// float_ssim on the CPU in plain loops, row by row over a ring of filtered rows.
#include <algorithm>
#include <vector>

#include "base/mirror.h"
#include "metric/ssim/ssim.h"
#include "metric/ssim/ssim_math.h"

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

/// The five planes that are filtered, as horizontally filtered rows: the last kTaps of them.
class FilteredRows {
 public:
    explicit FilteredRows(int positions) : positions_(positions), rows_(size_t{kTaps} * kPlanes * positions) {}

    /// Filters row y of the plane pair.
    void push(int y, const float* ref, const float* dis) {
        filter(row(y, 0), [=](int x) { return ref[x]; });
        filter(row(y, 1), [=](int x) { return dis[x]; });
        filter(row(y, 2), [=](int x) { return ref[x] * ref[x]; });
        filter(row(y, 3), [=](int x) { return dis[x] * dis[x]; });
        filter(row(y, 4), [=](int x) { return ref[x] * dis[x]; });
    }

    /// The filtered planes of the window whose rows begin at y.
    Moments at(int x, int y) const {
        const auto column = [&](int plane) { return windowed([&](int v) { return row(y + v, plane)[x]; }); };
        return {column(0), column(1), column(2), column(3), column(4)};
    }

 private:
    static constexpr int kPlanes = 5;

    template <class Sample>
    void filter(float* out, Sample&& sample) const {
        for (int x = 0; x < positions_; x++) out[x] = windowed([&](int u) { return sample(x + u); });
    }
    const float* row(int y, int plane) const {
        return rows_.data() + (size_t(y % kTaps) * kPlanes + plane) * positions_;
    }
    float* row(int y, int plane) { return rows_.data() + (size_t(y % kTaps) * kPlanes + plane) * positions_; }

    int positions_;
    std::vector<float> rows_;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, const Geometry& geometry, unsigned bpc)
        : variants_(variants),
          geometry_(geometry),
          decimator_(geometry_, bpc),
          ref_(geometry.x.extended),
          dis_(geometry.x.extended),
          rows_(geometry.x.positions) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < geometry_.y.extended; y++) {
                decimator_.row(ref, y, ref_.data());
                decimator_.row(dis, y, dis_.data());
                rows_.push(y, ref_.data(), dis_.data());
                if (y >= kTaps - 1) add_row(y - kTaps + 1, sums);
            }
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    void add_row(int y, Sums& sums) const {
        for (int begin = 0; begin < geometry_.x.positions; begin += kMostTerms)
            add_segment(begin, std::min(geometry_.x.positions, begin + kMostTerms), y, sums);
    }

    void add_segment(int begin, int end, int y, Sums& sums) const {
        int64_t ssim = 0, luminance = 0, contrast = 0, structure = 0;
        for (int x = begin; x < end; x++) {
            const Terms terms = similarity(rows_.at(x, y));
            ssim += fixed_point(terms.ssim);
            luminance += fixed_point(terms.luminance);
            contrast += fixed_point(terms.contrast);
            structure += fixed_point(terms.structure);
        }
        sums.ssim.add(ssim);
        sums.luminance.add(luminance);
        sums.contrast.add(contrast);
        sums.structure.add(structure);
    }

    size_t variants_;
    Geometry geometry_;
    Decimator decimator_;
    std::vector<float> ref_, dis_;  ///< the latest decimated rows
    FilteredRows rows_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants.size(), Geometry(variants[0], format), format.bpc);
}

}  // namespace vmaf::ssim
