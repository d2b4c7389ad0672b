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
#include "metric/ssimulacra2/ssimulacra2_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ssimulacra2::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

// Down columns, and the maps.

/// A component of the reference in a scale, for all encodes of it: every row of XYB, and of what is blurred of it alone. Those that no map
/// needs are empty.
struct ReferenceChannel {
    ReferenceChannel(Size size, MapSet maps) {
        if (maps.structure || maps.edges) raw = mean = Rows(size.w, size.h, 0);
        if (maps.structure) square = raw;
    }
    static size_t bytes(Size size, MapSet maps) {
        return Rows::bytes(size.w, size.h, 0) * (maps.structure ? 3u : maps.edges ? 2u : 0u);
    }
    Rows& blurred(int q) { return q == kA ? mean : square; }
    const Rows& blurred(int q) const { return q == kA ? mean : square; }

    Rows raw, mean, square;
};

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

    /// Rows of both pictures follow, of the reference alone, which go to `prepared`, or of the distorted picture alone.
    void use_pair() { made_ = nullptr, given_ = nullptr; }
    void use_reference(ReferenceChannel& prepared) { made_ = &prepared, given_ = nullptr; }
    void use_distorted(const ReferenceChannel& prepared) { made_ = nullptr, given_ = &prepared; }

    /// Where row y of XYB goes.
    float* raw(int picture, int y) { return (made_ && quantities() > 0 ? made_->raw : raw_[picture]).row(y); }

    /// Rows [begin, end) are there; begin is a multiple of lanes(), and end too or the last row's end.
    void take_strip(int begin, int end, Side& a, Side& b, Side& out) {
        if (quantities() == 0) return;
        a.turn([&](int i) { return of_reference(begin + i); });
        if (!made_) b.turn([&](int i) { return raw_[1].row(begin + i); });
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
            if (stop > 0 && stop == band_end && !made_) add_band();
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

    const float* of_reference(int y) const { return (made_ ? made_->raw : given_ ? given_->raw : raw_[0]).row(y); }

    /// False for what is prepared already, or needs another picture.
    bool computed(int q) const {
        const bool of_reference_alone = q == kA || q == kAA;
        return made_ ? of_reference_alone : !(given_ && of_reference_alone);
    }

    template <Quantity kWhich>
    void blur(int begin, const Side& a, const Side& b, Side& out) {
        if (!computed(kWhich)) return;
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
            for (int q = 0; q < kCount; q++)
                if (computed(q)) blur_down(q, x, count, behind[q], ahead[q], blurred.of[q]);
            if (done_ < 0) continue;
            if (made_) {
                keep<kCount>(x, count, blurred);
                continue;
            }
            if (given_) fetch<kCount>(x, count, blurred);
            if constexpr (kWithStructure) add_structure(x, count, blurred);
            if constexpr (kWithEdges) add_edges(x, count, blurred);
        }
    }

    /// What is blurred of the reference goes to its rows, or comes from there.
    template <int kCount>
    void keep(int x, int count, const Blurred& blurred) {
        for (int q = kA; q <= kAA && q < kCount; q += kAA - kA)
            for (int i = 0; i < count; i++)
                hn::StoreU(hn::Load(f32, blurred.of[q] + i * lanes()), f32, made_->blurred(q).row(done_ + i) + x);
    }
    template <int kCount>
    void fetch(int x, int count, Blurred& blurred) const {
        for (int q = kA; q <= kAA && q < kCount; q += kAA - kA)
            for (int i = 0; i < count; i++)
                hn::Store(hn::LoadU(f32, given_->blurred(q).row(done_ + i) + x), f32, blurred.of[q] + i * lanes());
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
            const F32 a = hn::LoadU(f32, of_reference(done_ + i) + x), b = hn::LoadU(f32, raw_[1].row(done_ + i) + x);
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
    ReferenceChannel* made_ = nullptr;         ///< null: the reference is not prepared here,
    const ReferenceChannel* given_ = nullptr;  ///< or was not before
    Rows raw_[2], across_[kQuantities];        ///< the latest rows
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

    /// What follows are rows of pictures `first` to `last`, as for Channel; use(channel, c) tells it.
    template <class Use>
    void use(int first, int last, Use use) {
        first_ = first;
        last_ = last;
        for (int c = 0; c < kChannels; c++) use(channel(c), static_cast<size_t>(c));
    }

    /// Where the next row of a picture goes.
    ChannelRows row(int picture) {
        auto& rows = light_[picture];
        return {rows[0].row(rows_), rows[1].row(rows_), rows[2].row(rows_)};
    }

    /// The pictures' rows are there.
    void push() {
        const int y = rows_;
        for (int picture = first_; picture <= last_; picture++) {
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
        for (int picture = first_; picture <= last_; picture++) {
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
    int rows_ = 0, first_ = 0, last_ = 1;
    std::vector<Channel> channels_;
    std::array<Rows, kChannels> light_[2];  ///< the latest two rows
    Side sides_[3];
};

struct Reference final : PreparedReference {
    explicit Reference(const Scales& scales) : size(bytes_of(scales)) {
        for (int s = 0; s < scales.count; s++)
            for (int c = 0; c < kChannels; c++) of[s].emplace_back(scales.size[s], scales.maps(s, c));
    }
    static size_t bytes_of(const Scales& scales) {
        size_t bytes = 0;
        for (int s = 0; s < scales.count; s++)
            for (int c = 0; c < kChannels; c++) bytes += ReferenceChannel::bytes(scales.size[s], scales.maps(s, c));
        return bytes;
    }
    size_t bytes() const override { return size; }

    const size_t size;
    std::vector<ReferenceChannel> of[kScales];
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
        for (int s = 0; s < scales_.count; s++)
            planes_[s]->use(0, 1, [](Channel& channel, size_t) { channel.use_pair(); });
        compute(frame, 0, 1);
        store(out);
    }

    size_t reference_bytes() const override { return Reference::bytes_of(scales_); }
    std::unique_ptr<PreparedReference> new_reference() const override { return std::make_unique<Reference>(scales_); }

    void prepare(const FramePictures& frame, PreparedReference& reference) override {
        auto& of = static_cast<Reference&>(reference).of;
        for (int s = 0; s < scales_.count; s++)
            planes_[s]->use(0, 0, [&](Channel& channel, size_t c) { channel.use_reference(of[s][c]); });
        compute(frame, 0, 0);
        finish();
    }

    void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* out) override {
        const auto& of = static_cast<const Reference&>(reference).of;
        for (int s = 0; s < scales_.count; s++)
            planes_[s]->use(1, 1, [&](Channel& channel, size_t c) { channel.use_distorted(of[s][c]); });
        compute(frame, 1, 1);
        store(out);
    }

 private:
    void compute(const FramePictures& frame, int first, int last) {
        const PictureView* const pictures[2] = {&frame.ref, &frame.dis};
        for (int y = 0; y < scales_.size[0].h; y++) {
            for (int picture = first; picture <= last; picture++) {
                const ChannelRows row = planes_[0]->row(picture);
                reader_.read(*pictures[picture], y, row[0], row[1], row[2]);
            }
            planes_[0]->push();
        }
    }

    Sums finish() {
        Sums sums;
        for (int s = 0; s < scales_.count; s++) planes_[s]->finish(sums.of[s]);
        return sums;
    }

    void store(std::byte* out) {
        const Sums sums = finish();
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

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
