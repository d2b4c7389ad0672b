// The float_vif metric on the CPU in plain loops, step by step as docs/numerics/float_vif.md has it.
#include <utility>

#include "metric/float/image.h"
#include "metric/vif/float_vif.h"

namespace vmaf::float_vif {
namespace {

/// A picture pair at one scale.
struct Pair {
    explicit Pair(Size size) : ref(size.w, size.h), dis(size.w, size.h) {}

    Image ref, dis;
};

/// One vertically filtered row of each moment.
struct MomentRows {
    explicit MomentRows(int w) : mean_ref(w, 1), mean_dis(w, 1), ref_ref(w, 1), dis_dis(w, 1), ref_dis(w, 1) {}

    Image mean_ref, mean_dis, ref_ref, dis_dis, ref_dis;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants, format),
          source_(plan_.source),
          levels_{Pair(plan_.size[0]), Pair(plan_.size[1]), Pair(plan_.size[2]), Pair(plan_.size[3])},
          rows_(plan_.size[0].w) {
        if (!plan_.resamples()) return;
        x_table_ = {plan_.source.w, plan_.size[0].w, plan_.resampling};
        y_table_ = {plan_.source.h, plan_.size[0].h, plan_.resampling};
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            convert(frame.ref.plane<T>(0), source_.ref, levels_[0].ref);
            convert(frame.dis.plane<T>(0), source_.dis, levels_[0].dis);
        });
        SharedSums sums[kScales];
        for (int s = 0; s < kScales; s++) {
            sums[s].num.resize(plan_.gain_limits.size());
            if (s > 0) {
                decimate(levels_[s - 1].ref, plan_.filter[s], levels_[s].ref);
                decimate(levels_[s - 1].dis, plan_.filter[s], levels_[s].dis);
            }
            if (s >= plan_.variants.first_scale()) sum_scale(levels_[s], plan_.filter[s], sums[s]);
        }
        plan_.store(sums, out);
    }

 private:
    template <class T>
    void convert(const Plane<T>& plane, Image& source, Image& out) const {
        Image& unscaled = plan_.resamples() ? source : out;
        for (int y = 0; y < unscaled.h(); y++)
            for (int x = 0; x < unscaled.w(); x++) unscaled.at(x, y) = plan_.samples(plane.row(y)[x]);
        if (!plan_.resamples()) return;
        for (int y = 0; y < out.h(); y++)
            for (int x = 0; x < out.w(); x++)
                out.at(x, y) = resampled(x_table_, y_table_, x, y, [&](int i, int j) { return source.at(i, j); });
    }

    void decimate(const Image& in, const std::vector<float>& filter, Image& out) {
        float* columns = rows_.mean_ref.row(0);
        for (int y = 0; y < out.h(); y++) {
            filter_down(filter, 2 * y, in.w(), in.h(), columns, [&](int x, int row) { return in.at(x, row); });
            for (int x = 0; x < out.w(); x++) out.at(x, y) = filtered_across(filter, 2 * x, in.w(), columns);
        }
    }

    void sum_scale(const Pair& in, const std::vector<float>& filter, SharedSums& sums) {
        std::vector<float> of_row(sums.num.size());
        for (int y = 0; y < in.ref.h(); y++) {
            filter_moments_down(in, filter, y);
            std::fill(of_row.begin(), of_row.end(), 0.f);
            float den = 0;
            for (int x = 0; x < in.ref.w(); x++) {
                const Channel c = channel(moments(filter, x, in.ref.w()));
                den += reference_information(c, plan_.noise);
                for (size_t i = 0; i < of_row.size(); i++)
                    of_row[i] += distorted_information(c, plan_.noise, plan_.gain_limits[i]);
            }
            sums.den += den;
            for (size_t i = 0; i < of_row.size(); i++) sums.num[i] += of_row[i];
        }
    }

    void filter_moments_down(const Pair& in, const std::vector<float>& filter, int y) {
        const auto put = [&](Image& out, auto at) { filter_down(filter, y, in.ref.w(), in.ref.h(), out.row(0), at); };
        put(rows_.mean_ref, [&](int x, int row) { return in.ref.at(x, row); });
        put(rows_.mean_dis, [&](int x, int row) { return in.dis.at(x, row); });
        put(rows_.ref_ref, [&](int x, int row) { return in.ref.at(x, row) * in.ref.at(x, row); });
        put(rows_.dis_dis, [&](int x, int row) { return in.dis.at(x, row) * in.dis.at(x, row); });
        put(rows_.ref_dis, [&](int x, int row) { return in.ref.at(x, row) * in.dis.at(x, row); });
    }

    Moments moments(const std::vector<float>& filter, int x, int w) const {
        const auto across = [&](const Image& row) { return filtered_across(filter, x, w, row.row(0)); };
        return {across(rows_.mean_ref), across(rows_.mean_dis), across(rows_.ref_ref), across(rows_.dis_dis),
                across(rows_.ref_dis)};
    }

    Plan plan_;
    ResamplingTable x_table_, y_table_;
    Pair source_, levels_[kScales];
    MomentRows rows_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants, format);
}

}  // namespace vmaf::float_vif
