// PSNR on the CPU: the loops over samples, and the extractor that runs these or vector code.
#include <algorithm>

#include "metric/psnr/psnr.h"
#include "metric/psnr/psnr_math.h"

namespace vmaf::psnr {
namespace {

/// 8-bit terms stay below 2^16, so 31 bits hold the sum of a segment of 2^15 of them.
uint64_t row_sse(const uint8_t* a, const uint8_t* b, unsigned w) {
    constexpr unsigned kSegment = 1 << 15;
    uint64_t sum = 0;
    for (unsigned begin = 0; begin < w; begin += kSegment) {
        int32_t segment = 0;
        for (unsigned x = begin, end = std::min(w, begin + kSegment); x < end; x++)
            segment += squared_error(a[x], b[x]);
        sum += static_cast<uint32_t>(segment);
    }
    return sum;
}

uint64_t row_sse(const uint16_t* a, const uint16_t* b, unsigned w) {
    uint64_t sum = 0;
    for (unsigned x = 0; x < w; x++) sum += squared_error(a[x], b[x]);
    return sum;
}

uint64_t scalar_sse(const PictureView& ref, const PictureView& dis, unsigned p, unsigned& bits) {
    return with_sample_type(ref.format.bpc, [&]<class T>(std::type_identity<T>) {
        const Plane<T> a = ref.plane<T>(p), b = dis.plane<T>(p);
        uint64_t sum = 0;
        for (unsigned y = 0; y < a.h; y++) {
            bits |= or_of_samples(a.row(y), a.w) | or_of_samples(b.row(y), b.w);
            sum += row_sse(a.row(y), b.row(y), a.w);
        }
        return sum;
    });
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, unsigned planes, SseFunction sse) : variants_(variants), planes_(planes), sse_(sse) {}

    bool checks_samples() const override { return true; }

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        unsigned bits = 0;
        for (unsigned p = 0; p < planes_; p++) sums.sse[p] = sse_(frame.ref, frame.dis, p, bits);
        if (bits > peak_sample(frame.ref.format.bpc))
            check_samples(frame, planes_read(planes_ > 1 ? kChroma : kLumaOnly, frame.ref.format));
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    unsigned planes_;
    SseFunction sse_;
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, SseFunction sse) {
    return std::make_unique<CpuExtractor>(variants.size(), plane_count(variants[0], format), sse);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, scalar_sse);
}

}  // namespace vmaf::psnr
