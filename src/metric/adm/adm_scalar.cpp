// adm's pass on the CPU. Rows stream through the four scales, each of which pulls them from the scale above;
// nothing larger than a few rows is kept. What happens to a row is in adm_rows.h, or in vector code with the same
// result. Every row's sums are brought down on their own, so bands of rows may be computed apart, by several threads.
#include <algorithm>
#include <memory>
#include <vector>

#include "metric/adm/adm.h"
#include "metric/adm/adm_rows.h"

namespace vmaf::adm {

namespace {

/// A line of n values that may be indexed from -1 to n + 1: room for what filters and windows see beyond the edges. And
/// for what vectors touch behind that, in vain.
template <class T>
class Line {
 public:
    explicit Line(int n = 0) : values_(n + 3 + kLinePadding), n_(n) {}
    T* data() { return values_.data() + 1; }
    void mirror() {
        for (const int x : {-1, n_, n_ + 1}) data()[x] = data()[mirror_centre_low_face_high(x, n_)];
    }

 private:
    std::vector<T> values_;
    int n_;
};

template <class T>
struct RowPair {
    const T* row[2];  ///< of the reference, of the distorted picture
};

/// Where a scale's input comes from: the picture or the scale above.
template <class T>
class RowSource {
 public:
    virtual ~RowSource() = default;
    /// Row y. The last four rows up to the highest y asked for stay valid.
    virtual RowPair<T> row(int y) = 0;
};

template <class Sample>
class PictureRows final : public RowSource<Sample> {
 public:
    explicit PictureRows(OrSamples or_samples) : or_samples_(or_samples) {}

    void clear() { bits_ = 0; }
    /// `first` is the first row that will be asked for.
    void open(const FramePictures& frame, int first) {
        planes_[0] = frame.ref.plane<Sample>(0), planes_[1] = frame.dis.plane<Sample>(0);
        fetched_ = or_ed_ = first - 1;
    }
    RowPair<Sample> row(int y) override {
        fetch(y + kAhead);
        collect_bits(y);
        return {{planes_[0].row(y), planes_[1].row(y)}};
    }
    /// The samples of all rows since clear() or-ed together, where their words can hold more than a sample; else 0.
    unsigned bits() const { return bits_; }

 private:
    static constexpr int kAhead = 2;  // rows: those of the next output row come while this one is worked on
    static constexpr size_t kCacheLine = 64;

    /// Asks for the rows up to y of both pictures, once. Without it the filters wait for memory half of their time.
    void fetch(int y) {
        for (const int last = std::min(y, static_cast<int>(planes_[0].h) - 1); fetched_ < last;) {
            fetched_++;
            for (const Plane<Sample>& plane : planes_)
                for (size_t x = 0; x < plane.w; x += kCacheLine / sizeof(Sample))
                    __builtin_prefetch(plane.row(fetched_) + x);
        }
    }

    void collect_bits(int y) {
        if constexpr (sizeof(Sample) > 1)
            while (or_ed_ < y) {
                or_ed_++;
                for (const Plane<Sample>& plane : planes_) bits_ |= or_samples_(plane.row(or_ed_), plane.w);
            }
    }

    const OrSamples or_samples_;
    Plane<Sample> planes_[2];
    int fetched_ = -1, or_ed_ = -1;  // the last row that was asked for, that is in bits_
    unsigned bits_ = 0;
};

/// Memory of a PartRow.
class PartLines {
 public:
    explicit PartLines(int n = 0)
        : contrast_{Line<uint32_t>(n), Line<uint32_t>(n), Line<uint32_t>(n)}, spread_(n), self_(n) {}
    PartRow row() {
        return {{contrast_[0].data(), contrast_[1].data(), contrast_[2].data()}, spread_.data(), self_.data()};
    }
    void mirror() { spread_.mirror(); }

 private:
    Line<uint32_t> contrast_[kBands];
    Line<int32_t> spread_, self_;
};

/// The last three rows of both parts under one gain limit, and their sums.
struct Limit {
    static constexpr int kRing = 3;

    Gain gain;
    PartLines restored[kRing], additive[kRing];
    ScaleSums sums{};

    Limit(double value, int n) : gain(make_gain(value)) {
        for (int i = 0; i < kRing; i++) restored[i] = additive[i] = PartLines(n);
    }
};

/// One scale. Input is rows of T: samples, or coefficients of the scale above.
template <class Format, class T>
class Scale final : public RowSource<typename Format::Coefficient> {
 public:
    using Coefficient = typename Format::Coefficient;
    using Kernels = RowKernels<Format, T>;

    Scale(RowSource<T>& input, int in_w, int in_h, const Plan& plan, int index, std::span<const double> gains,
          const Kernels& kernels);

    void clear();
    /// From here on adds up the sums of `rows` alone. The scale below will ask for rows from `wanted` on. Returns the first row that is asked for.
    int begin(Range rows, int wanted);
    RowPair<Coefficient> row(int y) override;
    /// Computes what is left of the rows given to begin().
    void finish();
    /// Adds the sums since clear().
    void add_sums(size_t limit, ScaleSums& total) const;

 private:
    static constexpr int kRing = 4;

    void produce(int y);
    void analyse(int y, bool detail);
    void split(int y);
    void mask(Limit& limit, int y);
    void mask_part(PartLines (&part)[Limit::kRing], PartLines (&masker)[Limit::kRing], int y, int64_t (&sums)[kBands]);

    RowSource<T>& input_;
    const ScalePlan& plan_;
    const Kernels kernels_;
    const int index_, in_w_, in_h_;
    const Rounding column_rounding_;
    const bool detail_, additive_;  // the detail bands are wanted; the additive sums are
    const Range inner_, wide_;      // columns of the region; with a margin of one for the 3x3 window
    Range summed_rows_{0, 0};       // those of the region that were given to begin()
    int next_ = 0, last_ = 0;       // row to produce; the last one to

    Line<Coefficient> low_[2], high_[2];         // filtered along columns: of the reference, of the distorted picture
    Line<Coefficient> approximation_[2][kRing];  // LL: the input of the next scale
    std::vector<Limit> limits_;
    std::vector<LimitRows> limit_rows_;
    uint64_t energy_[kBands] = {};
};

Range widen(int begin, int end, int n) { return {std::max(begin - 1, 0), std::min(end + 1, n)}; }

template <class Format, class T>
Scale<Format, T>::Scale(RowSource<T>& input, int in_w, int in_h, const Plan& plan, int index,
                        std::span<const double> gains, const Kernels& kernels)
    : input_(input),
      plan_(plan.scale[index]),
      kernels_(kernels),
      index_(index),
      in_w_(in_w),
      in_h_(in_h),
      column_rounding_{index == 0 ? zero_mean(plan.bits) : 0, column_shift(index, plan.bits)},
      detail_(index > 0 || !plan.skip_scale0),
      additive_(plan.additive),
      inner_{plan_.left, plan_.right},
      wide_(widen(plan_.left, plan_.right, plan_.w)),
      low_{Line<Coefficient>(in_w), Line<Coefficient>(in_w)},
      high_{Line<Coefficient>(in_w), Line<Coefficient>(in_w)} {
    for (auto& ring : approximation_)
        for (auto& line : ring) line = Line<Coefficient>(plan_.w);
    for (const double gain : gains) limits_.emplace_back(gain, plan_.w);
    limit_rows_.resize(limits_.size());
}

template <class Format, class T>
void Scale<Format, T>::clear() {
    for (Limit& limit : limits_) limit.sums = {};
    std::fill_n(energy_, kBands, 0);
}

template <class Format, class T>
int Scale<Format, T>::begin(Range rows, int wanted) {
    summed_rows_ = {std::max(rows.begin, plan_.top), std::min(rows.end, plan_.bottom)};
    next_ = std::max(std::min(rows.begin - 1, wanted), 0);
    last_ = std::min(rows.end, plan_.h - 1);
    return std::max(2 * next_ - 1, 0);
}

template <class Format, class T>
RowPair<typename Format::Coefficient> Scale<Format, T>::row(int y) {
    while (next_ <= y) produce(next_++);
    return {{approximation_[0][y % kRing].data(), approximation_[1][y % kRing].data()}};
}

template <class Format, class T>
void Scale<Format, T>::finish() {
    row(last_);
}

template <class Format, class T>
void Scale<Format, T>::add_sums(size_t limit, ScaleSums& total) const {
    const ScaleSums& sums = limits_[limit].sums;
    for (int b = 0; b < kBands; b++) {
        total.restored[b] += sums.restored[b];
        total.additive[b] += sums.additive[b];
        total.reference[b] += energy_[b];
    }
}

template <class Format, class T>
void Scale<Format, T>::produce(int y) {
    const auto [begin, end] = summed_rows_;
    const bool detail = detail_ && begin < end && y >= begin - 1 && y <= end;
    analyse(y, detail);
    if (!detail) return;
    split(y);
    for (Limit& limit : limits_) {
        if (y > begin) mask(limit, y - 1);
        if (y == end - 1 && y == plan_.h - 1) mask(limit, y);
    }
}

/// Filters row y of both pictures along columns, and makes its low-pass row.
template <class Format, class T>
void Scale<Format, T>::analyse(int y, bool detail) {
    RowPair<T> in[4];
    for (int k = 3; k >= 0; k--) in[k] = input_.row(mirror_centre_low_face_high(2 * y - 1 + k, in_h_));
    for (int p = 0; p < 2; p++) {
        kernels_.columns({in[0].row[p], in[1].row[p], in[2].row[p], in[3].row[p]}, in_w_, column_rounding_,
                         low_[p].data(), detail ? high_[p].data() : nullptr);
        low_[p].mirror();
        if (detail) high_[p].mirror();
        if (index_ < kScales - 1)
            kernels_.approximate(low_[p].data(), {0, plan_.w}, row_shift(index_), approximation_[p][y % kRing].data());
    }
}

template <class Format, class T>
void Scale<Format, T>::split(int y) {
    const int slot = y % Limit::kRing;
    for (size_t i = 0; i < limits_.size(); i++)
        limit_rows_[i] = {limits_[i].gain, limits_[i].restored[slot].row(), limits_[i].additive[slot].row()};
    const bool summed = y >= summed_rows_.begin && y < summed_rows_.end;
    const BandSums energy = kernels_.detail({{low_[0].data(), low_[1].data()},
                                             {high_[0].data(), high_[1].data()},
                                             row_shift(index_),
                                             wide_,
                                             summed ? inner_ : Range{0, 0},
                                             additive_,
                                             limit_rows_},
                                            plan_);
    for (int b = 0; b < kBands; b++) energy_[b] += round_shift(energy[b], plan_.energy_row_shift);
    if (wide_.begin > 0) return;
    for (Limit& limit : limits_) {
        limit.restored[slot].mirror();
        limit.additive[slot].mirror();
    }
}

/// Row y of both parts; row y + 1 is there, or y is the last.
template <class Format, class T>
void Scale<Format, T>::mask(Limit& limit, int y) {
    mask_part(limit.restored, limit.additive, y, limit.sums.restored);
    if (additive_) mask_part(limit.additive, limit.restored, y, limit.sums.additive);
}

template <class Format, class T>
void Scale<Format, T>::mask_part(PartLines (&part)[Limit::kRing], PartLines (&masker)[Limit::kRing], int y,
                                 int64_t (&sums)[kBands]) {
    const PartRow signal = part[y % Limit::kRing].row();
    MaskedRow row{.self = masker[y % Limit::kRing].row().self};
    for (int b = 0; b < kBands; b++) row.contrast[b] = signal.contrast[b];
    for (int k = 0; k < 3; k++)
        row.spread[k] = masker[mirror_centre_low_face_high(y - 1 + k, plan_.h) % Limit::kRing].row().spread;
    const BandSums cubes = kernels_.mask(row, plan_, inner_);
    for (int b = 0; b < kBands; b++) sums[b] += round_shift(static_cast<int64_t>(cubes[b]), plan_.row_shift);
}

/// The scales of one thread: computes bands of a frame and keeps their sums.
template <class Sample>
class Cascade {
 public:
    Cascade(const Plan& plan, const PictureFormat& format, std::span<const double> gains,
            const PassKernels<Sample>& kernels, OrSamples or_samples)
        : plan_(plan),
          picture_(or_samples),
          scale0_(picture_, static_cast<int>(format.w), static_cast<int>(format.h), plan, 0, gains, kernels.scale0),
          scale1_(scale0_, plan.scale[0].w, plan.scale[0].h, plan, 1, gains, kernels.scale1),
          scale2_(scale1_, plan.scale[1].w, plan.scale[1].h, plan, 2, gains, kernels.scale2),
          scale3_(scale2_, plan.scale[2].w, plan.scale[2].h, plan, 3, gains, kernels.scale2) {}

    void clear() {
        picture_.clear();
        scale0_.clear(), scale1_.clear(), scale2_.clear(), scale3_.clear();
    }

    /// Rows begin to end - 1 of the last scale, and those of the others that become them.
    void run(const FramePictures& frame, Range rows) {
        const auto at = [&](int scale) {
            const bool is_last = rows.end == plan_.scale[kScales - 1].h;
            const int shift = kScales - 1 - scale;
            return Range{rows.begin << shift, is_last ? plan_.scale[scale].h : rows.end << shift};
        };
        int first = scale3_.begin(at(3), rows.begin);
        first = scale2_.begin(at(2), first);
        first = scale1_.begin(at(1), first);
        first = scale0_.begin(at(0), first);
        picture_.open(frame, first);
        scale3_.finish();  // pulls most rows through the scales above
        scale2_.finish();
        scale1_.finish();
        scale0_.finish();
    }

    void add_sums(size_t limit, Sums& total) const {
        scale0_.add_sums(limit, total.scale[0]);
        scale1_.add_sums(limit, total.scale[1]);
        scale2_.add_sums(limit, total.scale[2]);
        scale3_.add_sums(limit, total.scale[3]);
    }
    unsigned bits() const { return picture_.bits(); }

 private:
    const Plan& plan_;
    PictureRows<Sample> picture_;
    Scale<Fine, Sample> scale0_;
    Scale<Coarse, int16_t> scale1_;
    Scale<Coarse, int32_t> scale2_, scale3_;
};

template <class Sample>
class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format, const PassKernels<Sample>& kernels,
                 OrSamples or_samples)
        : plan_(variants[0], format),
          gains_(variants),
          format_(format),
          kernels_(kernels),
          or_samples_(or_samples),
          cascades_(1) {}

    bool checks_samples() const override { return true; }

    void use_helpers(Helpers& helpers) override {
        helpers_ = &helpers;
        cascades_.resize(helpers.most());
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        for (const auto& cascade : cascades_)
            if (cascade) cascade->clear();
        run(frame);
        unsigned bits = 0;
        for (const auto& cascade : cascades_) bits |= cascade ? cascade->bits() : 0;
        for (size_t i = 0; i < gains_.of_variant.size(); i++) {
            Sums sums{};
            for (const auto& cascade : cascades_)
                if (cascade) cascade->add_sums(gains_.of_variant[i], sums);
            store_sums(out, i, sums);
        }
        if (bits > peak_sample(frame.ref.format.bpc)) check_samples(frame, planes_read(kLumaOnly, frame.ref.format));
    }

 private:
    /// In bands for helpers, each with as many of the rows that cost most, those of the region that is summed.
    void run(const FramePictures& frame) {
        const ScalePlan& last = plan_.scale[kScales - 1];
        const unsigned bands = bands_of(frame.ref.format.h);
        if (bands == 1) return cascade(0).run(frame, {0, last.h});
        const auto row = [&](unsigned band) {
            if (band == 0 || band == bands) return band ? last.h : 0;
            return last.top + (last.bottom - last.top) * static_cast<int>(band) / static_cast<int>(bands);
        };
        helpers_->share(bands, [&](unsigned band, unsigned worker) {
            cascade(worker).run(frame, {row(band), row(band + 1)});
        });
    }

    Cascade<Sample>& cascade(unsigned worker) {
        std::unique_ptr<Cascade<Sample>>& one = cascades_[worker];
        if (!one) one = std::make_unique<Cascade<Sample>>(plan_, format_, gains_.distinct, kernels_, or_samples_);
        return *one;
    }

    /// A band filters about 60 rows of the picture that others filter too, and of the samples around them the approximation alone.
    unsigned bands_of(unsigned h) const {
        constexpr unsigned kLeastRows = 256, kMost = 8;
        return helpers_ && helpers_->most() > 1 ? std::clamp(h / kLeastRows, 1u, kMost) : 1;
    }

    const Plan plan_;
    const GainLimits gains_;
    const PictureFormat format_;
    const PassKernels<Sample> kernels_;
    const OrSamples or_samples_;
    Helpers* helpers_ = nullptr;
    std::vector<std::unique_ptr<Cascade<Sample>>> cascades_;  ///< those that have been needed, by worker
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const AllKernels& kernels) {
    if (format.bpc > 8)
        return std::make_unique<CpuExtractor<uint16_t>>(variants, format, kernels.u16, kernels.or_samples);
    return std::make_unique<CpuExtractor<uint8_t>>(variants, format, kernels.u8, kernels.or_samples);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, {});
}

}  // namespace vmaf::adm
