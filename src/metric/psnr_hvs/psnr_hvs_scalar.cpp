// psnr_hvs on the CPU: the loops over blocks, and the extractor that runs these or vector code.
#include "metric/psnr_hvs/psnr_hvs.h"
#include "metric/psnr_hvs/psnr_hvs_math.h"

namespace vmaf::psnr_hvs {
namespace {

/// The block at (x, y) of a plane.
template <class T>
void load(Plane<T> plane, int x, int y, int32_t (&block)[kTerms]) {
    for (int i = 0; i < kSide; i++)
        for (int j = 0; j < kSide; j++) block[i * kSide + j] = plane.row(y + i)[x + j];
}

/// Adds the terms of two blocks to `sum`, one by one; spoils the blocks.
void add_terms(int32_t (&ref)[kTerms], int32_t (&dis)[kTerms], const Weights& weights, float& sum) {
    const float of_ref = transform_block<int64_t>(ref, weights), of_dis = transform_block<int64_t>(dis, weights);
    const float masking = of_dis > of_ref ? of_dis : of_ref;
    for (int i = 0; i < kTerms; i++) {
        const float threshold = i == 0 ? 0 : masking / weights.masking[i];
        sum += error_term(ref[i] - dis[i], threshold, weights.sensitivity[i]);
    }
}

template <class T>
float plane_sum(Plane<T> ref, Plane<T> dis, const Weights& weights) {
    float sum = 0;
    const int columns = block_count(static_cast<int>(ref.w)), rows = block_count(static_cast<int>(ref.h));
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            int32_t ref_block[kTerms], dis_block[kTerms];
            load(ref, x * kStep, y * kStep, ref_block);
            load(dis, x * kStep, y * kStep, dis_block);
            add_terms(ref_block, dis_block, weights, sum);
        }
    return sum;
}

float scalar_sum(const FramePictures& frame, unsigned p) {
    return with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
        return plane_sum(frame.ref.plane<T>(p), frame.dis.plane<T>(p), kWeights[p]);
    });
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, PlaneSum plane_sum) : variants_(variants), plane_sum_(plane_sum) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        for (unsigned p = 0; p < frame.ref.format.planes(); p++) sums.error[p] = plane_sum_(frame, p);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    PlaneSum plane_sum_;
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, PlaneSum plane_sum) {
    return std::make_unique<CpuExtractor>(variants.size(), plane_sum);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat&) {
    return make_extractor(variants, scalar_sum);
}

}  // namespace vmaf::psnr_hvs
