// ssimulacra2 on vectors, in strips of as many rows as a vector has lanes: the recursion along rows runs down a transposed strip, the
// one down columns along its rows. ssimulacra2_math.h in every lane.
#include <algorithm>
#include <array>

#include "metric/ssimulacra2/ssimulacra2.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/ssimulacra2/ssimulacra2_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/colour/colour_rows-inl.h"
#include "metric/float/rows-inl.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ssimulacra2::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE F32 set(float value) { return hn::Set(f32, value); }

/// Rows of a strip at most; a strip's steps are this many and kAhead more.
constexpr int kMostRows = 16;
static_assert(kTileHeight % kMostRows == 0);

// Pixels.

HWY_INLINE F32 cube_root_plus(F32 x, float offset) {
    const S32 bits = as_s32(x);
    const S32 guess = hn::Sub(hn::Set(s32, kGuessBits), hn::Mul(hn::ShiftRight<23>(bits), hn::Set(s32, kGuessShare)));
    F32 q = hn::BitCast(f32, hn::IfThenZeroElse(hn::Eq(bits, hn::Zero(s32)), guess));
    const F32 third = hn::Mul(set(kThird), x);
    for (int round = 0; round < kNewtonRounds; round++) {
        const F32 square = hn::Mul(q, q);
        q = hn::NegMulAdd(third, hn::Mul(square, square), hn::Mul(set(kFourThirds), q));
    }
    const F32 square = hn::Mul(q, q);
    q = hn::MulAdd(set(kThird), hn::NegMulAdd(x, hn::Mul(square, square), q), q);
    return hn::MulAdd(hn::Mul(q, q), x, set(offset));
}

HWY_INLINE F32 lms_root(int of, F32 r, F32 g, F32 b) {
    const F32 sum = hn::MulAdd(set(lms_share(of, 0)), r,
                               hn::MulAdd(set(lms_share(of, 1)), g, hn::MulAdd(set(lms_share(of, 2)), b, set(kBias))));
    return cube_root_plus(hn::Max(sum, hn::Zero(f32)), -kRootOfBias);
}

using ChannelRows = std::array<float*, kChannels>;

void to_xyb_row(const ChannelRows& rgb, int w, const ChannelRows& out) {
    for (int x = 0; x < w; x += lanes()) {
        const F32 r = hn::LoadU(f32, rgb[0] + x), g = hn::LoadU(f32, rgb[1] + x), b = hn::LoadU(f32, rgb[2] + x);
        const F32 l = lms_root(0, r, g, b), m = lms_root(1, r, g, b), s = lms_root(2, r, g, b);
        const F32 half = set(0.5f), y = hn::Mul(half, hn::Add(l, m));
        hn::StoreU(hn::Add(hn::Mul(hn::Mul(half, hn::Sub(l, m)), set(kScaleX)), set(kOffsetX)), f32, out[0] + x);
        hn::StoreU(hn::Add(y, set(kOffsetY)), f32, out[1] + x);
        hn::StoreU(hn::Add(hn::Sub(s, y), set(kOffsetB)), f32, out[2] + x);
    }
}

/// Row of the next scale, of `w` samples.
void halve_rows(const float* top, const float* bottom, int w, float* out) {
    for (int x = 0; x < w; x += lanes()) {
        F32 top_left, top_right, bottom_left, bottom_right;
        hn::LoadInterleaved2(f32, top + 2 * x, top_left, top_right);
        hn::LoadInterleaved2(f32, bottom + 2 * x, bottom_left, bottom_right);
        const F32 sum = hn::Add(hn::Add(hn::Add(top_left, top_right), bottom_left), bottom_right);
        hn::StoreU(hn::Mul(sum, set(0.25f)), f32, out + x);
    }
}

// Along rows.

/// A strip of a plane on its side: vector x has sample x of every row. Around them is 0.
class Side {
 public:
    explicit Side(int w) : w_(w), samples_(static_cast<size_t>((kBefore + w + kBehindEnd) * lanes())) {}

    F32 at(int x) const { return hn::LoadU(f32, vector(x)); }
    float* vector(int x) { return samples_.data() + (kBefore + x) * lanes(); }
    const float* vector(int x) const { return samples_.data() + (kBefore + x) * lanes(); }

    /// Takes a strip's rows; row(i) for i below lanes().
    template <class Row>
    void turn(Row row) {
        for (int i = 0; i < lanes(); i += 4) {
            const float* const rows[4] = {row(i), row(i + 1), row(i + 2), row(i + 3)};
            for (int x = 0; x < w_; x += 4)
                turn_block([&](int k) { return rows[k] + x; }, [&](int k) { return vector(x + k) + i; });
        }
        std::fill(vector(w_), samples_.data() + samples_.size(), 0.f);
    }

    /// Writes rows back.
    template <class Row>
    void turn_back(Row row) const {
        for (int i = 0; i < lanes(); i += 4) {
            float* const rows[4] = {row(i), row(i + 1), row(i + 2), row(i + 3)};
            for (int x = 0; x < w_; x += 4)
                turn_block([&](int k) { return vector(x + k) + i; }, [&](int k) { return rows[k] + x; });
        }
    }

 private:
    static constexpr int kBefore = kBehind - kFirstStep, kBehindEnd = kAhead + kMostRows;

    /// Four by four samples: those of from(k) go to one place each of to(0) .. to(3).
    template <class From, class To>
    static HWY_INLINE void turn_block(From from, To to) {
        const hn::FixedTag<float, 4> four;
        const auto v0 = hn::LoadU(four, from(0)), v1 = hn::LoadU(four, from(1)), v2 = hn::LoadU(four, from(2)),
                   v3 = hn::LoadU(four, from(3));
        const auto low02 = hn::InterleaveLower(four, v0, v2), low13 = hn::InterleaveLower(four, v1, v3),
                   high02 = hn::InterleaveUpper(four, v0, v2), high13 = hn::InterleaveUpper(four, v1, v3);
        hn::StoreU(hn::InterleaveLower(four, low02, low13), four, to(0));
        hn::StoreU(hn::InterleaveUpper(four, low02, low13), four, to(1));
        hn::StoreU(hn::InterleaveLower(four, high02, high13), four, to(2));
        hn::StoreU(hn::InterleaveUpper(four, high02, high13), four, to(3));
    }

    int w_;
    std::vector<float> samples_;
};

/// What is blurred of a and b.
enum Quantity { kA, kB, kAA, kBB, kAB, kQuantities };

template <Quantity kWhich>
HWY_INLINE F32 quantity(const Side& a, const Side& b, int x) {
    if constexpr (kWhich == kA) return a.at(x);
    if constexpr (kWhich == kB) return b.at(x);
    if constexpr (kWhich == kAA) return hn::Mul(a.at(x), a.at(x));
    if constexpr (kWhich == kBB) return hn::Mul(b.at(x), b.at(x));
    return hn::Mul(a.at(x), b.at(x));
}

struct ResonatorLanes {
    HeldF32 last, before_last;

    HWY_INLINE ResonatorLanes() : last(hn::Zero(f32)), before_last(hn::Zero(f32)) {}
    HWY_INLINE F32 step_across(const GroupFactors& f, F32 sum) {
        const F32 held = before_last, latest = last;
        const F32 out =
            hn::MulAdd(set(f.last[0]), latest, hn::MulAdd(set(f.before_last[0]), held, hn::Mul(sum, set(f.in[0]))));
        before_last = latest;
        last = out;
        return out;
    }
    /// Adds output j to sum[j], or sets it.
    template <bool kSet>
    HWY_INLINE void group(const GroupFactors& f, F32 in0, F32 in1, F32 in2, F32 in3, F32& sum0, F32& sum1, F32& sum2,
                          F32& sum3) {
        const F32 held = before_last, latest = last;
        const auto end = [&](int j, F32 value) HWY_ATTR {
            return hn::MulAdd(set(f.last[j]), latest, hn::MulAdd(set(f.before_last[j]), held, value));
        };
        const F32 f0 = set(f.in[0]), f1 = set(f.in[1]), f2 = set(f.in[2]), f3 = set(f.in[3]);
        const F32 out0 = end(0, hn::Mul(in0, f0));
        const F32 out1 = end(1, hn::MulAdd(f0, in1, hn::Mul(in0, f1)));
        const F32 out2 = end(2, hn::MulAdd(f0, in2, hn::MulAdd(f1, in1, hn::Mul(in0, f2))));
        const F32 out3 = end(3, hn::MulAdd(f0, in3, hn::MulAdd(f1, in2, hn::MulAdd(f2, in1, hn::Mul(in0, f3)))));
        sum0 = kSet ? out0 : hn::Add(out0, sum0);
        sum1 = kSet ? out1 : hn::Add(out1, sum1);
        sum2 = kSet ? out2 : hn::Add(out2, sum2);
        sum3 = kSet ? out3 : hn::Add(out3, sum3);
        before_last = out2;
        last = out3;
    }
};

template <Quantity kWhich>
void blur_across(const Side& a, const Side& b, int w, Side& out) {
    constexpr GroupFactors kFactors[kResonators] = {group_factors(0), group_factors(1), group_factors(2)};
    ResonatorLanes first, second, third;
    const auto sum_at = [&](int n) HWY_ATTR {
        return hn::Add(quantity<kWhich>(a, b, n - kBehind), quantity<kWhich>(a, b, n + kAhead));
    };
    for (int n = kFirstStep; n < w;) {
        if (!group_at(n, w)) {
            const F32 sum = sum_at(n);
            const F32 out0 = first.step_across(kFactors[0], sum), out1 = second.step_across(kFactors[1], sum),
                      out2 = third.step_across(kFactors[2], sum);
            if (n >= 0) hn::StoreU(hn::Add(out0, hn::Add(out1, out2)), f32, out.vector(n));
            n++;
            continue;
        }
        const F32 in0 = sum_at(n), in1 = sum_at(n + 1), in2 = sum_at(n + 2), in3 = sum_at(n + 3);
        F32 sum0, sum1, sum2, sum3;
        third.group<true>(kFactors[2], in0, in1, in2, in3, sum0, sum1, sum2, sum3);
        second.group<false>(kFactors[1], in0, in1, in2, in3, sum0, sum1, sum2, sum3);
        first.group<false>(kFactors[0], in0, in1, in2, in3, sum0, sum1, sum2, sum3);
        hn::StoreU(sum0, f32, out.vector(n));
        hn::StoreU(sum1, f32, out.vector(n + 1));
        hn::StoreU(sum2, f32, out.vector(n + 2));
        hn::StoreU(sum3, f32, out.vector(n + 3));
        n += kGroup;
    }
}

// Down columns, and the maps.

/// A component in a scale.
class Channel {
 public:
    Channel(Size size, MapSet maps) : w_(size.w), h_(size.h), maps_(maps), zero_(static_cast<size_t>(w_ + kMostLanes)) {
        for (Rows& rows : raw_) rows = Rows(w_, kKept, 0);
        const size_t width = zero_.size();
        for (int q = 0; q < quantities(); q++) {
            across_[q] = Rows(w_, kKept, 0);
            for (auto& state : states_[q]) state.assign(width, 0);
        }
        for (auto& term : terms_) term.assign(width, 0);
    }

    int quantities() const { return maps_.structure ? kQuantities : maps_.edges ? 2 : 0; }

    /// Where row y of XYB goes.
    float* raw(int picture, int y) { return raw_[picture].row(y); }

    /// Rows [begin, end) are there; begin is a multiple of lanes(), and end too or the last row's end.
    void take_strip(int begin, int end, Side& a, Side& b, Side& out) {
        if (quantities() == 0) return;
        a.turn([&](int i) { return raw_[0].row(begin + i); });
        b.turn([&](int i) { return raw_[1].row(begin + i); });
        blur<kA>(begin, a, b, out);
        blur<kB>(begin, a, b, out);
        if (maps_.structure) {
            blur<kAA>(begin, a, b, out);
            blur<kBB>(begin, a, b, out);
            blur<kAB>(begin, a, b, out);
        }
        const int ready = end == h_ ? h_ : end - kAhead;
        while (done_ < ready) {
            const int band_end = done_ < 0 ? 0 : std::min((done_ / kTileHeight + 1) * kTileHeight, h_);
            const int stop = std::min(band_end, ready);
            step_to(stop);
            done_ = stop;
            if (stop > 0 && stop == band_end) add_band();
        }
    }

    ChannelSums finish() {
        const ChannelSums sums = sums_;
        sums_ = {};
        done_ = kFirstStep;
        for (auto& quantity : states_)
            for (auto& state : quantity) std::fill(state.begin(), state.end(), 0.f);
        return sums;
    }

 private:
    static constexpr int kKept = kMostRows + 16;
    static constexpr int kMostSteps = kMostRows + kAhead;
    static_assert(kKept >= kMostRows + kBehind + kAhead && kKept % kMostRows == 0);

    /// Steps of columns that a vector has.
    struct Blurred {
        alignas(64) float of[kQuantities][kMostSteps * kMostRows];
    };

    template <Quantity kWhich>
    void blur(int begin, const Side& a, const Side& b, Side& out) {
        blur_across<kWhich>(a, b, w_, out);
        out.turn_back([&](int i) { return across_[kWhich].row(begin + i); });
    }

    void step_to(int stop) {
        if (maps_.structure && maps_.edges) return steps<true, true>(stop);
        if (maps_.structure) return steps<true, false>(stop);
        return steps<false, true>(stop);
    }

    const float* across(int q, int y) const { return y < 0 || y >= h_ ? zero_.data() : across_[q].row(y); }

    /// Steps done_ to stop - 1, which lie in one band or above the picture.
    template <bool kWithStructure, bool kWithEdges>
    void steps(int stop) {
        constexpr int kCount = kWithStructure ? kQuantities : 2;
        const int count = stop - done_;
        const float *behind[kCount][kMostSteps], *ahead[kCount][kMostSteps];
        for (int q = 0; q < kCount; q++)
            for (int i = 0; i < count; i++) {
                behind[q][i] = across(q, done_ + i - kBehind);
                ahead[q][i] = across(q, done_ + i + kAhead);
            }
        Blurred blurred;
        for (int x = 0; x < w_; x += lanes()) {
            for (int q = 0; q < kCount; q++) blur_down(q, x, count, behind[q], ahead[q], blurred.of[q]);
            if (done_ < 0) continue;
            if constexpr (kWithStructure) add_structure(x, count, blurred);
            if constexpr (kWithEdges) add_edges(x, count, blurred);
        }
    }

    void blur_down(int q, int x, int count, const float* const* behind, const float* const* ahead, float* out) {
        std::vector<float>* const states = states_[q].data();
        F32 last0 = hn::LoadU(f32, states[0].data() + x), old0 = hn::LoadU(f32, states[1].data() + x);
        F32 last1 = hn::LoadU(f32, states[2].data() + x), old1 = hn::LoadU(f32, states[3].data() + x);
        F32 last2 = hn::LoadU(f32, states[4].data() + x), old2 = hn::LoadU(f32, states[5].data() + x);
        const auto step = [](int k, F32 sum, F32& last, F32& old) HWY_ATTR {
            const F32 value = hn::MulAdd(set(static_cast<float>(gain(k))), sum,
                                         hn::NegMulSub(set(static_cast<float>(turn(k))), last, old));
            old = last;
            last = value;
        };
        for (int i = 0; i < count; i++) {
            const F32 sum = hn::Add(hn::LoadU(f32, behind[i] + x), hn::LoadU(f32, ahead[i] + x));
            step(0, sum, last0, old0);
            step(1, sum, last1, old1);
            step(2, sum, last2, old2);
            hn::Store(hn::Add(last0, hn::Add(last1, last2)), f32, out + i * lanes());
        }
        hn::StoreU(last0, f32, states[0].data() + x);
        hn::StoreU(old0, f32, states[1].data() + x);
        hn::StoreU(last1, f32, states[2].data() + x);
        hn::StoreU(old1, f32, states[3].data() + x);
        hn::StoreU(last2, f32, states[4].data() + x);
        hn::StoreU(old2, f32, states[5].data() + x);
    }

    /// Sums of a map and of its fourth powers, of columns from x on.
    struct Terms {
        Terms(Channel& channel, Map map, int x)
            : first(channel.terms_[map].data() + x), fourth(channel.terms_[kMaps + map].data() + x) {
            sum = hn::LoadU(f32, first);
            sum_of_fourths = hn::LoadU(f32, fourth);
        }
        HWY_INLINE void add(F32 value) {
            const F32 u = hn::Mul(value, set(kTermScale)), square = hn::Mul(u, u);
            const F32 before = sum, fourths_before = sum_of_fourths;
            sum = hn::Add(before, u);
            sum_of_fourths = hn::Add(fourths_before, hn::Mul(square, square));
        }
        HWY_INLINE void keep() {
            const F32 total = sum, total_of_fourths = sum_of_fourths;
            hn::StoreU(total, f32, first);
            hn::StoreU(total_of_fourths, f32, fourth);
        }

        float *first, *fourth;
        HeldF32 sum, sum_of_fourths;
    };

    void add_structure(int x, int count, const Blurred& blurred) {
        Terms terms(*this, kStructure, x);
        const F32 one = set(1.f), c2 = set(kC2);
        for (int i = 0; i < count; i++) {
            const auto at = [&](int q) HWY_ATTR { return hn::Load(f32, blurred.of[q] + i * lanes()); };
            const F32 m1 = at(kA), m2 = at(kB), difference = hn::Sub(m1, m2);
            const F32 similar = hn::Sub(one, hn::Mul(difference, difference));
            const F32 structure = hn::Add(hn::Mul(set(2.f), hn::Sub(at(kAB), hn::Mul(m1, m2))), c2);
            const F32 energy =
                hn::Add(hn::Add(hn::Sub(at(kAA), hn::Mul(m1, m1)), hn::Sub(at(kBB), hn::Mul(m2, m2))), c2);
            terms.add(hn::Max(hn::Sub(one, hn::Div(hn::Mul(similar, structure), energy)), hn::Zero(f32)));
        }
        terms.keep();
    }

    void add_edges(int x, int count, const Blurred& blurred) {
        Terms artefacts(*this, kArtefact, x), losses(*this, kLoss, x);
        for (int i = 0; i < count; i++) {
            const F32 a = hn::LoadU(f32, raw_[0].row(done_ + i) + x), b = hn::LoadU(f32, raw_[1].row(done_ + i) + x);
            const F32 edge = hn::Abs(hn::Sub(a, hn::Load(f32, blurred.of[kA] + i * lanes())));
            const F32 other = hn::Abs(hn::Sub(b, hn::Load(f32, blurred.of[kB] + i * lanes())));
            const F32 change = hn::Div(hn::Sub(other, edge), hn::Add(set(1.f), edge));
            artefacts.add(hn::Max(change, hn::Zero(f32)));
            losses.add(hn::Max(hn::Neg(change), hn::Zero(f32)));
        }
        artefacts.keep();
        losses.keep();
    }

    /// The columns' sums of a band are complete.
    void add_band() {
        for (int term = 0; term < kTerms; term++) {
            const bool used = term % kMaps == kStructure ? maps_.structure : maps_.edges;
            if (!used) continue;
            float* const columns = terms_[term].data();
            std::fill(columns + w_, columns + w_ + kMostLanes, 0.f);
            for (int left = 0; left < w_; left += kTileWidth) {
                float* const tile = columns + left;
                for (int apart = kTileWidth / 2; apart > 0; apart /= 2)
                    for (int i = 0; i < apart; i++) tile[i] += tile[i + apart];
                sums_.term[term].add(tile[0]);
            }
            std::fill(columns, columns + w_ + kMostLanes, 0.f);
        }
    }

    int w_, h_;
    MapSet maps_;
    int done_ = kFirstStep;
    Rows raw_[2], across_[kQuantities];  ///< the latest rows
    std::array<std::vector<float>, 2 * kResonators> states_[kQuantities];
    std::vector<float> terms_[kTerms], zero_;
    ChannelSums sums_;
};

/// A scale: rows of linear light go in, and those of the next scale to it.
class Scale {
 public:
    /// `next` outlives it; null: there is none.
    Scale(Size size, const MapSet (&maps)[kChannels], Scale* next)
        : size_(size), next_(next), sides_{Side(size.w), Side(size.w), Side(size.w)} {
        for (const MapSet& set : maps) channels_.emplace_back(size, set);
        for (auto& picture : light_)
            for (Rows& rows : picture) rows = Rows(size.w + 2 * kMostRows, 2, 0);
    }

    /// Where the next row of a picture goes.
    ChannelRows row(int picture) {
        auto& rows = light_[picture];
        return {rows[0].row(rows_), rows[1].row(rows_), rows[2].row(rows_)};
    }

    /// Both pictures' rows are there.
    void push() {
        const int y = rows_;
        for (int picture = 0; picture < 2; picture++) {
            ChannelRows xyb;
            for (int c = 0; c < kChannels; c++) xyb[static_cast<size_t>(c)] = channel(c).raw(picture, y);
            to_xyb_row(row(picture), size_.w, xyb);
        }
        const bool last = y == size_.h - 1;
        if (next_ && (y % 2 || last)) halve(y - y % 2, y);
        rows_++;
        if (rows_ % lanes() == 0 || last)
            for (Channel& channel : channels_)
                channel.take_strip(y / lanes() * lanes(), rows_, sides_[0], sides_[1], sides_[2]);
    }

    /// Sums of the whole planes. The next row is the first of others.
    void finish(ChannelSums (&sums)[kChannels]) {
        for (int c = 0; c < kChannels; c++) sums[c] = channel(c).finish();
        rows_ = 0;
    }

 private:
    Channel& channel(int c) { return channels_[static_cast<size_t>(c)]; }

    void halve(int top, int bottom) {
        for (int picture = 0; picture < 2; picture++) {
            const ChannelRows out = next_->row(picture);
            for (size_t c = 0; c < kChannels; c++) {
                Rows& rows = light_[picture][c];
                for (const int y : {top, bottom}) rows.row(y)[size_.w] = rows.row(y)[size_.w - 1];
                halve_rows(rows.row(top), rows.row(bottom), halved(size_.w), out[c]);
            }
        }
        next_->push();
    }

    Size size_;
    Scale* next_;
    int rows_ = 0;
    std::vector<Channel> channels_;
    std::array<Rows, kChannels> light_[2];  ///< the latest two rows
    Side sides_[3];
};

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(Variants variants, const PictureFormat& format)
        : variants_(variants.size()), scales_(format), reader_(colour::Conversion(variants[0], format)) {
        for (int s = scales_.count; s-- > 0;) {
            const MapSet maps[kChannels] = {scales_.maps(s, 0), scales_.maps(s, 1), scales_.maps(s, 2)};
            planes_[s] =
                std::make_unique<Scale>(scales_.size[s], maps, s + 1 < scales_.count ? planes_[s + 1].get() : nullptr);
        }
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        for (int y = 0; y < scales_.size[0].h; y++) {
            const PictureView* const pictures[2] = {&frame.ref, &frame.dis};
            for (int picture = 0; picture < 2; picture++) {
                const ChannelRows row = planes_[0]->row(picture);
                reader_.read(*pictures[picture], y, row[0], row[1], row[2]);
            }
            planes_[0]->push();
        }
        Sums sums;
        for (int s = 0; s < scales_.count; s++) planes_[s]->finish(sums.of[s]);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    Scales scales_;
    colour::HWY_NAMESPACE::RowReader reader_;
    std::unique_ptr<Scale> planes_[kScales];
};

/// Null where vectors have no fused operations, or more lanes than a strip may have rows: then the scalar code is as good.
std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    if (!HWY_NATIVE_FMA || lanes() > kMostRows) return nullptr;
    return std::make_unique<VectorExtractor>(variants, format);
}

}  // namespace
}  // namespace vmaf::ssimulacra2::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<ssimulacra2::Sums>, HWY_TARGET> = ssimulacra2::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> ssimulacra2::make_simd(Variants variants, const PictureFormat& format,
                                                  const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
