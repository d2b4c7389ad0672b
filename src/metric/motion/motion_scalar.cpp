// Motion on the CPU: blurred differences row by row, and the extractor that runs this or vector code.
#include <cstdlib>
#include <vector>

#include "base/mirror.h"
#include "metric/motion/motion.h"
#include "metric/motion/motion_math.h"

namespace vmaf::motion {
namespace {

/// The rows in work: differences of the five rows around the current one, and its column sums with two mirrored samples
/// on either side for the horizontal pass.
class Rows {
 public:
    Rows(std::vector<int32_t>& scratch, size_t w) : w_(w) {
        scratch.resize(6 * w + 2 * kRadius);
        differences_ = scratch.data();
        column_sums_ = scratch.data() + 5 * w + kRadius;
    }

    int32_t* difference(int y) const { return differences_ + static_cast<size_t>(y % 5) * w_; }
    int32_t* column_sums() const { return column_sums_; }
    void mirror_ends() const {
        const int w = static_cast<int>(w_);
        for (int i = 1; i <= kRadius; i++) {
            column_sums_[-i] = column_sums_[mirror_centre(-i, w)];
            column_sums_[w - 1 + i] = column_sums_[mirror_centre(w - 1 + i, w)];
        }
    }

 private:
    size_t w_;
    int32_t *differences_, *column_sums_;
};

template <class T>
void subtract_row(Plane<T> previous, Plane<T> current, int y, int32_t* out) {
    const T* a = previous.row(y);
    const T* b = current.row(y);
    for (unsigned x = 0; x < current.w; x++) out[x] = a[x] - b[x];
}

void blur_columns(const Rows& rows, int y, int w, int h, unsigned shift) {
    const int32_t* row[5];
    for (int k = 0; k < 5; k++) row[k] = rows.difference(mirror_centre(y + k - kRadius, h));
    int32_t* out = rows.column_sums();
    for (int x = 0; x < w; x++) out[x] = blur(row[0][x], row[1][x], row[2][x], row[3][x], row[4][x], shift);
}

uint64_t blurred_row_sad(const int32_t* v, int w) {
    uint64_t sum = 0;
    for (int x = 0; x < w; x++)
        sum += static_cast<uint32_t>(std::abs(blur(v[x - 2], v[x - 1], v[x], v[x + 1], v[x + 2], kHorizontalShift)));
    return sum;
}

template <class T>
uint64_t plane_sad(Plane<T> previous, Plane<T> current, unsigned bpc, std::vector<int32_t>& scratch) {
    const Rows rows(scratch, current.w);
    const int w = static_cast<int>(current.w), h = static_cast<int>(current.h);
    uint64_t total = 0;
    for (int y = 0; y < h && y < kRadius; y++) subtract_row(previous, current, y, rows.difference(y));
    for (int y = 0; y < h; y++) {
        const int ahead = y + kRadius;
        if (ahead < h) subtract_row(previous, current, ahead, rows.difference(ahead));
        blur_columns(rows, y, w, h, vertical_shift(bpc));
        rows.mirror_ends();
        total += blurred_row_sad(rows.column_sums(), w);
    }
    return total;
}

uint64_t scalar_sad(const PictureView& previous, const PictureView& current, std::vector<int32_t>& scratch,
                    unsigned& bits) {
    return with_sample_type(current.format.bpc, [&]<class T>(std::type_identity<T>) {
        const Plane<T> plane = current.plane<T>(0);
        for (unsigned y = 0; y < plane.h; y++) bits |= or_of_samples(plane.row(y), plane.w);
        return plane_sad(previous.plane<T>(0), plane, current.format.bpc, scratch);
    });
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, unsigned distance, SadFunction sad)
        : variants_(variants), distance_(distance), sad_(sad) {}

    bool checks_samples() const override { return true; }

    /// The first frames are compared with nothing, but later ones will be with them.
    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        unsigned bits = distance_ > 0 ? ~0u : 0;
        if (distance_ > 0 && frame.previous[distance_ - 1].ref) {
            bits = 0;
            sums.sad = sad_(frame.previous[distance_ - 1].ref, frame.ref, scratch_, bits);
        }
        if (bits > peak_sample(frame.ref.format.bpc)) check_samples(frame, plane_bit(Side::kReference, 0));
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    unsigned distance_;
    SadFunction sad_;
    std::vector<int32_t> scratch_;
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, SadFunction sad) {
    return std::make_unique<CpuExtractor>(variants.size(), distance(variants[0]), sad);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat&) {
    return make_extractor(variants, scalar_sad);
}

}  // namespace vmaf::motion
