// NAME on the CPU, in readable loops.
#include "metric/NAME/NAME.h"
#include "metric/NAME/NAME_math.h"

namespace vmaf::NAME {
namespace {

// REPLACE: the loops over the planes.
template <class T>
uint64_t plane_sad(const Plane<T>& ref, const Plane<T>& dis) {
    uint64_t sum = 0;
    for (unsigned y = 0; y < ref.h; y++)
        for (unsigned x = 0; x < ref.w; x++) sum += absolute_difference(ref.row(y)[x], dis.row(y)[x]);
    return sum;
}

class CpuExtractor final : public Extractor {
 public:
    explicit CpuExtractor(size_t variants) : variants_(variants) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            sums.sad = plane_sad(frame.ref.plane<T>(0), frame.dis.plane<T>(0));
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

}  // namespace vmaf::NAME
