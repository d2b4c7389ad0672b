// cambi on vectors: rows pass through the picture's preparation and then from scale to scale, each scale keeping as many
// as its windows are high.
//
// Lanes are columns. The windows' counts lie value by value, so that a run of equal pixels, on its way into the windows
// or out of them, is an addition to neighbouring counts, and the counts of pixels of one value lie side by side.
#include "metric/cambi/cambi_simd.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/aligned.h"
#include "metric/cambi/cambi_math.h"
#include "simd/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/cambi/cambi_simd.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "metric/cambi/cambi_preparation-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::cambi::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// ------------------------------------------------------------------------------------------- windows

/// The runs of equal values in a row: calls body(value, begin, end) for those that are counted.
template <class Body>
HWY_INLINE void for_runs(const uint16_t* row, const uint64_t* starts, int w, Body body) {
    int begin = 0;
    const auto run_until = [&](int end) HWY_ATTR {
        if (row[begin] != kUncounted) body(row[begin], begin, end);
        begin = end;
    };
    for (int first = 0; first < w; first += 64)
        for (uint64_t bits = starts[first / 64]; bits; bits &= bits - 1) {
            const int x = first + std::countr_zero(bits);
            if (x > 0 && x < w) run_until(x);
        }
    run_until(w);
}

/// For every value and column the number of counted pixels with that value in the window around the column.
class Windows {
 public:
    void start(const Steps& steps, int w, int radius) {
        w_ = w, radius_ = radius, lowest_ = steps.lowest_counted();
        margin_ = static_cast<size_t>(radius) + HWY_MAX_BYTES / sizeof(uint16_t);
        stride_ = ((static_cast<size_t>(w) + 2 * margin_ + 31) / 32 | 1) * 32;
        const auto values = static_cast<size_t>(steps.highest_counted() - lowest_ + 1);
        counts_.assign(stride_ * values + lanes(), 0);
        in_.resize(w, 1);
        out_.resize(w, 1);
        starts_in_.assign((static_cast<size_t>(w) + 2 * Rows::kMargin) / 64 + 2, 0);
        starts_out_ = starts_in_;
    }

    const uint16_t* of_value(int value) const { return counts_.data() + offset(value); }

    /// Counts row `in` of the picture in and row `out` out; either may be null.
    void slide(const uint16_t* in, const uint16_t* out) {
        if (in && out) {
            separate(in, out);
            in = in_.row(0), out = out_.row(0);
        }
        if (in) count<true>(in, starts_in_);
        if (out) count<false>(out, starts_out_);
    }

 private:
    /// Of a value's count in column 0.
    size_t offset(int value) const { return stride_ * static_cast<size_t>(value - lowest_) + margin_; }

    /// Where both rows have the same value nothing changes.
    void separate(const uint16_t* in, const uint16_t* out) {
        for_vectors(w_, [&](int x) HWY_ATTR {
            const U16 a = load(in + x), b = load(out + x), same = ones_where(hn::Eq(a, b));
            store(hn::Or(a, same), in_.row(0) + x);
            store(hn::Or(b, same), out_.row(0) + x);
        });
    }

    template <bool kIn>
    void count(const uint16_t* row, std::vector<uint64_t>& starts) {
        auto* bytes = reinterpret_cast<uint8_t*>(starts.data());
        for_vectors(w_, [&](int x) HWY_ATTR {
            hn::StoreMaskBits(u16, hn::Ne(load(row + x), load(row + x - 1)), bytes + x / 8);
        });
        for_runs(row, starts.data(), w_,
                 [&](int value, int begin, int end) HWY_ATTR { add_run<kIn>(value, begin, end); });
    }

    /// A window gets as many pixels as it shares with the run.
    template <bool kIn>
    HWY_INLINE void add_run(int value, int begin, int end) {
        uint16_t* counts = counts_.data() + offset(value) + begin - radius_;
        const int reach = end - begin + 2 * radius_;
        const U16 most = hn::Set(u16, static_cast<uint16_t>(std::min(end - begin, 2 * radius_ + 1)));
        const U16 size = hn::Set(u16, static_cast<uint16_t>(reach + 1));
        const U16 step = hn::Set(u16, static_cast<uint16_t>(lanes()));
        U16 from_left = hn::Iota(u16, 1);  // pixels of the run that a window begins to share, without an end
        for (int i = 0; i < reach; i += static_cast<int>(lanes())) {
            const U16 shared = hn::Min(hn::Min(from_left, hn::SaturatedSub(size, from_left)), most);
            const U16 before = load(counts + i);
            store(kIn ? hn::Add(before, shared) : hn::Sub(before, shared), counts + i);
            from_left = hn::Add(from_left, step);
        }
    }

    int w_ = 0, radius_ = 0, lowest_ = 0;
    size_t margin_ = 0, stride_ = 0;
    AlignedVector<uint16_t> counts_;
    Rows in_, out_;
    std::vector<uint64_t> starts_in_, starts_out_;
};

// ------------------------------------------------------------------------------------------- scales

/// The counts that a vector of pixels compares: its own value's, and of each step the larger neighbour's.
struct Compared {
    HWY_ALIGN_MAX uint16_t centre[HWY_MAX_BYTES / 2];
    HWY_ALIGN_MAX uint16_t neighbour[kMaxSteps + 1][HWY_MAX_BYTES / 2];
};

/// One scale: takes rows of levels and mask, delivers confidences and the rows of the next scale.
class Scale {
 public:
    void start(const Steps& steps, const float* reciprocals, int w, int h, int radius, Scale* next, bool all_pixels,
               std::vector<float>& out) {
        steps_ = &steps, reciprocals_ = reciprocals, w_ = w, h_ = h, radius_ = radius, next_ = next, out_ = &out;
        all_pixels_ = all_pixels, size_ = 0, pushed_ = 0;
        across_.resize(w, 3);
        masks_.resize(w, 3);
        filtered_.resize(w, 1);
        half_levels_.resize(halved(w), 1);
        half_mask_.resize(halved(w), 1);
        counted_.resize(w, 2 * radius + 2);
        windows_.start(steps, w, radius);
    }

    void push(const uint16_t* levels, const uint16_t* mask) {
        const int y = pushed_++;
        filter_across(levels, across_.row(y));
        std::copy_n(mask, w_, masks_.row(y));
        if (y >= 2) {
            filter_down(y - 1);
            add(y - 1, filtered_.row(0), masks_.row(y - 1));
        }
        if (y == 0 || y == h_ - 1) add(y, levels, mask);
        if (y == h_ - 1) finish();
    }

 private:
    void filter_across(const uint16_t* levels, uint16_t* out) const {
        for_vectors(w_, [&](int x) HWY_ATTR {
            store(mode3(load(levels + x - 1), load(levels + x), load(levels + x + 1)), out + x);
        });
        out[0] = levels[0];
        out[w_ - 1] = levels[w_ - 1];
    }

    void filter_down(int y) {
        for_vectors(w_, [&](int x) HWY_ATTR {
            store(mode3(load(across_.row(y - 1) + x), load(across_.row(y) + x), load(across_.row(y + 1) + x)),
                  filtered_.row(0) + x);
        });
    }

    /// Takes row y of the filtered levels.
    void add(int y, const uint16_t* levels, const uint16_t* mask) {
        uint16_t* counted = counted_.row(y);
        const U16 lowest = hn::Set(u16, static_cast<uint16_t>(std::max(0, steps_->lowest_counted())));
        const U16 range =
            hn::Set(u16, static_cast<uint16_t>(steps_->highest_counted() - std::max(0, steps_->lowest_counted())));
        for_vectors(w_, [&](int x) HWY_ATTR {
            const U16 value = load(levels + x);
            const U16 above = hn::Sub(value, lowest);
            const Mask16 wanted = hn::Eq(hn::Min(above, range), above);
            const U16 kept = hn::And(ones_where(wanted), load(mask + x));
            store(hn::Or(value, hn::Not(kept)), counted + x);
        });
        std::fill_n(counted + w_, Rows::kMargin, kUncounted);
        if (next_ && y % 2 == 0) {
            halve(levels, w_, half_levels_.row(0));
            halve(mask, w_, half_mask_.row(0));
            next_->push(half_levels_.row(0), half_mask_.row(0));
        }
        slide(y);
    }

    void finish() {
        for (int y = h_; y < h_ + radius_; y++) slide(y);
        out_->resize(size_);
    }

    /// Row y enters the windows, or nothing does if it lies below the picture; the row whose windows end there is done.
    void slide(int y) {
        const int leaving = y - 2 * radius_ - 1;
        windows_.slide(y < h_ ? counted_.row(y) : nullptr, leaving >= 0 ? counted_.row(leaving) : nullptr);
        if (y >= radius_) find_confidences(counted_.row(y - radius_));
    }

    void find_confidences(const uint16_t* row) {
        const size_t most = size_ + static_cast<size_t>(w_) + lanes();
        if (out_->size() < most) out_->resize(std::max(most, out_->size() * 3 / 2));
        float* out = out_->data() + size_;
        const U16 uncounted = hn::Set(u16, kUncounted);
        for_vectors(w_, [&](int x) HWY_ATTR {
            const Mask16 counted = hn::Ne(load(row + x), uncounted);
            const bool some = !hn::AllFalse(u16, counted) && compare(row + x, x, counted);
            if (all_pixels_) {
                out = store_all(some, std::min(lanes(), static_cast<size_t>(w_ - x)), out);
                return;
            }
            if (!some) return;
            for (size_t from = 0; from < lanes(); from += hn::Lanes(s32)) {
                const F32 values = confidences(from);
                const auto positive = hn::Gt(values, hn::Zero(f32));
                hn::StoreU(hn::Compress(values, positive), f32, out);
                out += hn::CountTrue(f32, positive);
            }
        });
        size_ = static_cast<size_t>(out - out_->data());
    }

    /// Of a vector of pixels that begins a row or goes on with it; `count` are inside the picture.
    HWY_NOINLINE float* store_all(bool some, size_t count, float* out) {
        for (size_t from = 0; from < lanes(); from += hn::Lanes(s32))
            hn::StoreU(some ? confidences(from) : hn::Zero(f32), f32, out + from);
        return out + count;
    }

    /// Pixels of the same value take their counts together. False: all neighbours are 0.
    HWY_INLINE bool compare(const uint16_t* values, int x, Mask16 left) {
        const U16 here = load(values);
        const int count = steps_->count;
        store(hn::Zero(u16), compared_.centre);
        for (int step = 1; step <= count; step++) store(hn::Zero(u16), compared_.neighbour[step]);
        U16 any = hn::Zero(u16);
        do {
            const int value = values[hn::FindFirstTrue(u16, left)];
            const Mask16 same = hn::Eq(here, hn::Set(u16, static_cast<uint16_t>(value)));
            left = hn::AndNot(same, left);
            const int first = steps_->first[value];
            if (first > count) continue;
            const auto put = [&](U16 counts, uint16_t* out)
                                 HWY_ATTR { store(hn::IfThenElse(same, counts, load(out)), out); };
            put(load(windows_.of_value(value) + x), compared_.centre);
            for (int step = first; step <= count; step++) {
                const U16 counts =
                    hn::Max(load(windows_.of_value(value - step) + x), load(windows_.of_value(value + step) + x));
                any = hn::Or(any, hn::IfThenElseZero(same, counts));
                put(counts, compared_.neighbour[step]);
            }
        } while (!hn::AllFalse(u16, left));
        return !hn::AllTrue(u16, hn::Eq(any, hn::Zero(u16)));
    }

    HWY_INLINE F32 counts_at(const uint16_t* counts) const {
        return hn::ConvertTo(f32, hn::PromoteTo(s32, hn::LoadU(u16_half, counts)));
    }

    /// confidence(), of weighted = the step's weight * neighbour, and both = centre + neighbour.
    HWY_INLINE F32 confidence_of(F32 weighted, F32 centre, F32 both) const {
        return hn::Mul(hn::Mul(weighted, centre), hn::GatherIndex(f32, reciprocals_, hn::ConvertTo(s32, both)));
    }

    /// Of the pixels of half a vector. The largest is that of the largest weighted / both, found without division,
    /// unless two are so near that their roundings decide.
    HWY_INLINE F32 confidences(size_t from) const {
        const F32 centre = counts_at(compared_.centre + from), nearness = hn::Set(f32, 0x1p-20f);
        F32 largest = hn::Zero(f32), largest_both = hn::Set(f32, 1);
        auto near = hn::MaskFromVec(hn::Zero(f32));
        for (int step = 1; step <= steps_->count; step++) {
            const F32 neighbour = counts_at(compared_.neighbour[step] + from);
            const F32 weighted = hn::Mul(neighbour, hn::Set(f32, static_cast<float>(step_weight(step))));
            const F32 both = hn::Add(neighbour, centre);
            const F32 one = hn::Mul(weighted, largest_both), other = hn::Mul(largest, both);
            near = hn::Or(near, hn::Lt(hn::Abs(hn::Sub(one, other)), hn::Mul(one, nearness)));
            const auto larger = hn::Gt(one, other);
            largest = hn::IfThenElse(larger, weighted, largest);
            largest_both = hn::IfThenElse(larger, both, largest_both);
        }
        if (HWY_UNLIKELY(!hn::AllFalse(f32, near))) return confidences_of_all_steps(centre, from);
        return confidence_of(largest, centre, largest_both);
    }

    HWY_NOINLINE F32 confidences_of_all_steps(F32 centre, size_t from) const {
        F32 largest = hn::Zero(f32);
        for (int step = 1; step <= steps_->count; step++) {
            const F32 neighbour = counts_at(compared_.neighbour[step] + from);
            const F32 weighted = hn::Mul(neighbour, hn::Set(f32, static_cast<float>(step_weight(step))));
            largest = hn::Max(largest, confidence_of(weighted, centre, hn::Add(neighbour, centre)));
        }
        return largest;
    }

    const Steps* steps_ = nullptr;
    const float* reciprocals_ = nullptr;
    int w_ = 0, h_ = 0, radius_ = 0;
    Scale* next_ = nullptr;
    std::vector<float>* out_ = nullptr;
    bool all_pixels_ = false;
    size_t size_ = 0;  ///< of `out`
    int pushed_ = 0;   ///< rows
    Rows across_, masks_, filtered_, half_levels_, half_mask_;
    Rows counted_;  ///< filtered levels, kUncounted outside of the mask
    Windows windows_;
    Compared compared_;
};

class VectorDetector final : public Detector {
 public:
    explicit VectorDetector(const Setup& setup) : setup_(setup) {
        int window = 0;
        for (size_t role = 0; role < setup.roles; role++) window = std::max(window, setup.geometry[role].window);
        reciprocals_ = reciprocals(window * window + 1);
    }

    void detect(const PictureView& picture, const Geometry& geometry, bool all_pixels, Confidences& out) override {
        if (!setup_.steps.any()) {
            for (int scale = 0; scale < kScales; scale++) out[scale].assign(all_pixels ? geometry.pixels(scale) : 0, 0);
            return;
        }
        preparation_.start(picture, geometry, setup_.smooth);
        for (int scale = 0; scale < kScales; scale++)
            scales_[scale].start(setup_.steps, reciprocals_.data(), geometry.width(scale), geometry.height(scale),
                                 geometry.radius(), scale + 1 < kScales ? &scales_[scale + 1] : nullptr, all_pixels,
                                 out[scale]);
        half_levels_.resize(halved(geometry.w), 1);
        half_mask_.resize(halved(geometry.w), 1);
        for (int y = 0; y < geometry.h; y++) {
            const uint16_t* mask = preparation_.mask(y);
            const uint16_t* levels = preparation_.levels(y);
            if (!geometry.halve_first) {
                scales_[0].push(levels, mask);
            } else if (y % 2 == 0) {
                halve(levels, geometry.w, half_levels_.row(0));
                halve(mask, geometry.w, half_mask_.row(0));
                scales_[0].push(half_levels_.row(0), half_mask_.row(0));
            }
        }
    }

 private:
    const Setup setup_;
    std::vector<float> reciprocals_;
    Preparation preparation_;
    Rows half_levels_, half_mask_;
    Scale scales_[kScales];
};

std::unique_ptr<Detector> make(const Setup& setup) { return std::make_unique<VectorDetector>(setup); }

}  // namespace
}  // namespace vmaf::cambi::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr cambi::Detector::Maker simd::kCompiled<cambi::Detector, HWY_TARGET> = cambi::HWY_NAMESPACE::make;

#if HWY_ONCE
namespace cambi {

std::unique_ptr<Detector> make_vector_detector(const Setup& setup, const CpuFeatures& cpu) {
    const Detector::Maker make = simd::best<Detector>(cpu);
    for (size_t role = 0; role < setup.roles; role++)
        if (setup.geometry[role].window > kMaxVectorWindow) return nullptr;
    return make ? make(setup) : nullptr;
}

}  // namespace cambi
#endif

}  // namespace vmaf
