// float_moment on the CPU, in readable loops.
#include "metric/moment/moment.h"

namespace vmaf::moment {
namespace {

template <class T>
Moments moments_of(const Plane<T>& plane) {
    Moments moments;
    for (unsigned y = 0; y < plane.h; y++)
        for (unsigned x = 0; x < plane.w; x++) {
            const uint64_t sample = plane.row(y)[x];
            moments.samples += sample;
            moments.squares += sample * sample;
        }
    return moments;
}

class CpuExtractor final : public Extractor {
 public:
    explicit CpuExtractor(size_t variants) : variants_(variants) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            sums = {moments_of(frame.ref.plane<T>(0)), moments_of(frame.dis.plane<T>(0))};
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat&) {
    return std::make_unique<CpuExtractor>(variants.size());
}

}  // namespace vmaf::moment
