// float_ansnr on the CPU, in readable loops.
#include "base/mirror.h"
#include "metric/ansnr/ansnr.h"
#include "metric/ansnr/ansnr_math.h"
#include "metric/float/samples.h"

namespace vmaf::ansnr {
namespace {

template <class T>
Sums plane_sums(const Plane<T>& ref, const Plane<T>& dis, SampleScale scale) {
    const int w = static_cast<int>(ref.w), h = static_cast<int>(ref.h);
    const auto sample = [&](const Plane<T>& plane, int x, int y) {
        return scale(plane.row(mirror_centre_low_face_high(y, h))[mirror_centre_low_face_high(x, w)]);
    };
    Sums sums;
    for (int y = 0; y < h; y++) {
        Sums of_row;
        for (int x = 0; x < w; x++) {
            const auto [signal, noise] =
                terms(filtered<kRefReach>(ref_tap, [&](int i, int j) { return sample(ref, x + i, y + j); }),
                      filtered<kDisReach>(dis_tap, [&](int i, int j) { return sample(dis, x + i, y + j); }));
            of_row.signal += signal;
            of_row.noise += noise;
        }
        sums.signal += of_row.signal;
        sums.noise += of_row.noise;
    }
    return sums;
}

class CpuExtractor final : public Extractor {
 public:
    explicit CpuExtractor(size_t variants) : variants_(variants) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        const unsigned bpc = frame.ref.format.bpc;
        with_sample_type(bpc, [&]<class T>(std::type_identity<T>) {
            sums = plane_sums(frame.ref.plane<T>(0), frame.dis.plane<T>(0), SampleScale(bpc, 128));
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

}  // namespace vmaf::ansnr
