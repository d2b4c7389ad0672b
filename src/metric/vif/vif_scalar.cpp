// The vif metric on the CPU in plain loops, row by row.
#include <vector>

#include "base/mirror.h"
#include "metric/vif/vif.h"
#include "metric/vif/vif_math.h"

namespace vmaf::vif {
namespace {

/// The rows that a vertical filter sees from row y, borders reflected: at(k) is row y + k.
template <class Sample>
class RowWindow {
 public:
    RowWindow(const Plane<Sample>& plane, int y, int radius) {
        for (int k = -radius; k <= radius; k++)
            rows_[kMaxRadius + k] = plane.row(mirror_centre(y + k, static_cast<int>(plane.h)));
    }
    const Sample* at(int k) const { return rows_[kMaxRadius + k]; }

 private:
    const Sample* rows_[2 * kMaxRadius + 1];
};

/// A vertically filtered row with room for the samples that a horizontal filter reads beyond its ends.
class Line {
 public:
    explicit Line(unsigned w) : samples_(w + 2 * kMaxRadius), w_(static_cast<int>(w)) {}

    uint32_t* data() { return samples_.data() + kMaxRadius; }
    const uint32_t* data() const { return samples_.data() + kMaxRadius; }
    void resize(int w) { w_ = w; }
    void reflect_ends(int radius) {
        for (int k = 1; k <= radius; k++) {
            data()[-k] = data()[mirror_centre(-k, w_)];
            data()[w_ - 1 + k] = data()[mirror_centre(w_ - 1 + k, w_)];
        }
    }

 private:
    std::vector<uint32_t> samples_;
    int w_;
};

/// The five vertically filtered moments of a row: means Q8, squares Q32.
struct MomentLines {
    Line mean_ref, mean_dis, ref_ref, dis_dis, ref_dis;

    explicit MomentLines(unsigned w) : mean_ref(w), mean_dis(w), ref_ref(w), dis_dis(w), ref_dis(w) {}

    template <class Body>
    void each(Body&& body) {
        for (Line* line : {&mean_ref, &mean_dis, &ref_ref, &dis_dis, &ref_dis}) body(*line);
    }
};

/// Sum of tap * value over the filter, centre first; at(k) gives the value at offset k.
template <int kScale, class T, class At>
T filtered(At&& at) {
    constexpr Filter kFilter = kFilters[kScale];
    T sum = T{kFilter.tap[0]} * at(0);
    for (int k = 1; k <= kFilter.radius; k++) sum += T{kFilter.tap[k]} * (T{at(-k)} + at(k));
    return sum;
}

template <int kScale, class Sample>
void filter_moments_down(const RowWindow<Sample>& ref, const RowWindow<Sample>& dis, unsigned w, VerticalShifts shifts,
                         MomentLines& out) {
    const auto mean = [&](const RowWindow<Sample>& rows, unsigned x) {
        const auto sum = filtered<kScale, uint32_t>([&](int k) { return uint32_t{rows.at(k)[x]}; });
        return uint32_t{static_cast<uint16_t>(round_shift(sum, shifts.mean))};
    };
    const auto product = [&](const RowWindow<Sample>& a, const RowWindow<Sample>& b, unsigned x) {
        // 8-bit samples: below 2^32 without a shift.
        using Sum = std::conditional_t<sizeof(Sample) == 1, uint32_t, uint64_t>;
        const auto sum = filtered<kScale, Sum>([&](int k) { return Sum{uint32_t{a.at(k)[x]} * b.at(k)[x]}; });
        return static_cast<uint32_t>(round_shift(sum, shifts.square));
    };
    for (unsigned x = 0; x < w; x++) {
        out.mean_ref.data()[x] = mean(ref, x);
        out.mean_dis.data()[x] = mean(dis, x);
        out.ref_ref.data()[x] = product(ref, ref, x);
        out.dis_dis.data()[x] = product(dis, dis, x);
        out.ref_dis.data()[x] = product(ref, dis, x);
    }
}

template <int kScale>
Moments filter_moments_across(const MomentLines& lines, int x) {
    const auto mean = [x](const Line& line) {
        return filtered<kScale, uint32_t>([&](int k) { return line.data()[x + k]; });
    };
    const auto square = [x](const Line& line) {
        const auto sum = filtered<kScale, uint64_t>([&](int k) { return line.data()[x + k]; });
        return static_cast<uint32_t>(round_shift(sum, kHorizontalShift));
    };
    return {mean(lines.mean_ref), mean(lines.mean_dis), square(lines.ref_ref), square(lines.dis_dis),
            square(lines.ref_dis)};
}

void add_pixel(const Moments& moments, const std::vector<double>& gain_limits, SharedSums& sums) {
    const Covariance c = covariance(moments);
    if (is_flat(c)) {
        sums.flat++;
        sums.flat_distortion += c.dis;
        return;
    }
    sums.den_log += reference_information(c, kLogTable.data());
    if (!has_channel(c)) return;
    const Channel ch = channel(c);
    for (size_t i = 0; i < gain_limits.size(); i++)
        sums.num_log[i] += distorted_information(ch, c.ref, gain_limits[i], kLogTable.data());
}

template <class Sample>
struct PlanePair {
    Plane<Sample> ref, dis;
};

template <int kScale, class Sample>
void sum_scale(const PlanePair<Sample>& in, VerticalShifts shifts, const std::vector<double>& gain_limits,
               MomentLines& lines, SharedSums& sums) {
    constexpr int kRadius = kFilters[kScale].radius;
    const unsigned w = in.ref.w, h = in.ref.h;
    lines.each([w](Line& line) { line.resize(static_cast<int>(w)); });
    for (unsigned y = 0; y < h; y++) {
        filter_moments_down<kScale>(RowWindow(in.ref, y, kRadius), RowWindow(in.dis, y, kRadius), w, shifts, lines);
        lines.each([](Line& line) { line.reflect_ends(kRadius); });
        for (unsigned x = 0; x < w; x++) add_pixel(filter_moments_across<kScale>(lines, x), gain_limits, sums);
    }
}

/// A picture of scales 1 to 3, 16 bits.
class Level {
 public:
    Level(unsigned w, unsigned h) : samples_(size_t{w} * h), w_(w), h_(h) {}

    Plane<uint16_t> plane() const { return {samples_.data(), static_cast<ptrdiff_t>(w_), w_, h_}; }
    uint16_t* row(unsigned y) { return samples_.data() + size_t{w_} * y; }

 private:
    std::vector<uint16_t> samples_;
    unsigned w_, h_;
};

/// Makes `out`, a picture of scale kScale, from the scale above.
template <int kScale, class Sample>
void decimate(const Plane<Sample>& in, int mean_shift, Line& line, Level& out) {
    constexpr int kRadius = kFilters[kScale].radius;
    const unsigned w = out.plane().w, h = out.plane().h;
    line.resize(static_cast<int>(in.w));
    for (unsigned y = 0; y < h; y++) {
        const RowWindow<Sample> rows(in, 2 * y, kRadius);
        for (unsigned x = 0; x < in.w; x++) {
            const auto sum = filtered<kScale, uint32_t>([&](int k) { return uint32_t{rows.at(k)[x]}; });
            line.data()[x] = static_cast<uint16_t>(round_shift(sum, mean_shift));
        }
        line.reflect_ends(kRadius);
        for (unsigned x = 0; x < w; x++) {
            const uint32_t* centre = line.data() + 2 * x;
            const auto sum = filtered<kScale, uint32_t>([&](int k) { return centre[k]; });
            out.row(y)[x] = static_cast<uint16_t>(round_shift(sum, kHorizontalShift));
        }
    }
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants),
          bpc_(static_cast<int>(format.bpc)),
          lines_(format.w),
          ref_{{format.w / 2, format.h / 2}, {format.w / 4, format.h / 4}, {format.w / 8, format.h / 8}},
          dis_{ref_[0], ref_[1], ref_[2]} {}

    void extract(const FramePictures& frame, std::byte* out) override {
        SharedSums sums[kScales];
        for (SharedSums& scale : sums) scale.num_log.resize(plan_.gain_limits().size());
        with_sample_type(frame.ref.format.bpc, [&](auto type) {
            using Sample = typename decltype(type)::type;
            run_from<0>(PlanePair<Sample>{frame.ref.plane<Sample>(0), frame.dis.plane<Sample>(0)}, sums);
        });
        for (size_t i = 0; i < plan_.variants(); i++) store_sums(out, i, plan_.variant_sums(i, sums));
    }

 private:
    template <int kScale, class Sample>
    void run_from(const PlanePair<Sample>& in, SharedSums (&sums)[kScales]) {
        const VerticalShifts shifts = vertical_shifts(kScale, bpc_);
        if (kScale >= plan_.first_scale()) sum_scale<kScale>(in, shifts, plan_.gain_limits(), lines_, sums[kScale]);
        if constexpr (kScale + 1 < kScales) {
            decimate<kScale + 1>(in.ref, shifts.mean, lines_.mean_ref, ref_[kScale]);
            decimate<kScale + 1>(in.dis, shifts.mean, lines_.mean_dis, dis_[kScale]);
            run_from<kScale + 1>(PlanePair<uint16_t>{ref_[kScale].plane(), dis_[kScale].plane()}, sums);
        }
    }

    Plan plan_;
    int bpc_;
    MomentLines lines_;
    Level ref_[kScales - 1], dis_[kScales - 1];
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<CpuExtractor>(variants, format);
}

}  // namespace vmaf::vif
