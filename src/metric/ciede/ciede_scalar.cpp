// ciede on the CPU: rows are brought to luma's resolution piece by piece; then a loop over pixels, this one or vector code's.
#include <algorithm>

#include "metric/ciede/ciede.h"
#include "metric/ciede/ciede_math.h"

namespace vmaf::ciede {
namespace {

/// A picture's samples as pixels: a sample of subsampled chroma stands for all pixels that it covers, the last one also for those
/// behind it. Without any chroma sample, which a picture one pixel wide or high can be, all is grey.
template <class T>
class PixelReader {
 public:
    explicit PixelReader(const PictureView& picture)
        : luma_(picture.plane<T>(0)),
          u_(picture.plane<T>(1)),
          v_(picture.plane<T>(2)),
          grey_(grey_sample(picture.format.bpc)),
          shift_x_(picture.format.subsampled_x()),
          shift_y_(picture.format.subsampled_y()) {}

    void read(unsigned begin, unsigned count, unsigned y, Pixels& out) const {
        const T* luma = luma_.row(y) + begin;
        std::copy(luma, luma + count, out.y);
        read_chroma(u_, begin, count, y, out.u);
        read_chroma(v_, begin, count, y, out.v);
        for (uint16_t* samples : {out.y, out.u, out.v})
            std::fill(samples + count, samples + Pixels::kMost, uint16_t{0});
    }

 private:
    /// `begin` is even.
    void read_chroma(const Plane<T>& plane, unsigned begin, unsigned count, unsigned y, uint16_t* out) const {
        if (plane.w == 0 || plane.h == 0) {
            std::fill(out, out + count, grey_);
            return;
        }
        const T* row = plane.row(std::min(y >> shift_y_, plane.h - 1));
        const unsigned first = begin >> shift_x_, there = std::min(count, (plane.w - first) << shift_x_);
        if (shift_x_ == 0) {
            std::copy(row + first, row + first + there, out);
        } else {
            for (unsigned i = 0; i < there / 2; i++) out[2 * i] = out[2 * i + 1] = row[first + i];
            if (there % 2) out[there - 1] = row[first + there / 2];
        }
        std::fill(out + there, out + count, row[plane.w - 1]);
    }

    Plane<T> luma_, u_, v_;
    uint16_t grey_;
    unsigned shift_x_, shift_y_;
};

int64_t scalar_sum(const Pixels& ref, const Pixels& dis, unsigned count, unsigned bpc) {
    const Levels level = levels(bpc);
    int64_t sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += term(lab_colour(level, ref.y[i], ref.u[i], ref.v[i]), lab_colour(level, dis.y[i], dis.u[i], dis.v[i]));
    return sum;
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, SumFunction sum) : variants_(variants), sum_(sum) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const PixelReader<T> ref(frame.ref), dis(frame.dis);
            const unsigned w = frame.ref.format.w, h = frame.ref.format.h;
            for (unsigned y = 0; y < h; y++)
                for (unsigned x = 0; x < w; x += Pixels::kMost) {
                    const unsigned count = std::min(w - x, Pixels::kMost);
                    ref.read(x, count, y, ref_);
                    dis.read(x, count, y, dis_);
                    sums.difference.add(sum_(ref_, dis_, count, frame.ref.format.bpc));
                }
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    static_assert(Pixels::kMost <= kMostTerms);

    size_t variants_;
    SumFunction sum_;
    Pixels ref_, dis_;
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat&, SumFunction sum) {
    return std::make_unique<CpuExtractor>(variants.size(), sum);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, scalar_sum);
}

}  // namespace vmaf::ciede
