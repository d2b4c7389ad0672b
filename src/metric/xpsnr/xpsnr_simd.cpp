// The blocks of xpsnr on vectors. Rows are worked on from end to end: what they leave is added up column by column, two columns to a
// sum, and blocks are cut out of these sums when the last of their rows is done.
#include "metric/vector_code.h"
#include "metric/xpsnr/xpsnr.h"
#include "metric/xpsnr/xpsnr_math.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/xpsnr/xpsnr_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::xpsnr::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// Samples in 16 bits and sums in 32: up to 12 bits per sample.
struct Narrow {
    using Word = uint16_t;
    using Vector = U16;
    using Sum = uint32_t;
    static constexpr unsigned kMostBits = 12;

    static HWY_INLINE size_t lanes() { return hn::Lanes(u16); }
    static HWY_INLINE U16 zero() { return hn::Zero(u16); }
    static HWY_INLINE U16 load(const uint8_t* samples) { return hn::PromoteTo(u16, hn::LoadU(u8_half, samples)); }
    static HWY_INLINE U16 load(const uint16_t* samples) { return hn::LoadU(u16, samples); }
    static HWY_INLINE void store(U16 v, uint16_t* words) { hn::StoreU(v, u16, words); }
    static HWY_INLINE unsigned greatest(U16 v) { return hn::GetLane(hn::MaxOfLanes(u16, v)); }
    static HWY_INLINE U16 distance(U16 a, U16 b) { return hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a)); }
    static HWY_INLINE U16 magnitude(U16 v) { return hn::BitCast(u16, hn::Abs(hn::BitCast(s16, v))); }

    /// Adds to sums in memory.
    static HWY_INLINE void add_to(uint32_t* sums, U32 v) { hn::StoreU(hn::Add(hn::LoadU(u32, sums), v), u32, sums); }
    /// Adds pairs of columns.
    static HWY_INLINE void add_pairs(uint32_t* sums, U16 v) {
        const U32 both = as_u32(v);
        add_to(sums, hn::Add(hn::And(both, hn::Set(u32, 0xffff)), hn::ShiftRight<16>(both)));
    }
    static HWY_INLINE void add_squares(uint32_t* sums, U16 errors) {
        Products squares;
        squares.add(errors, errors);
        add_to(sums, as_u32(squares.pairs()));
    }

    /// Factors for the even and the odd columns.
    static HWY_INLINE U16 factors(int even, int odd) {
        return hn::BitCast(u16,
                           hn::Set(u32, static_cast<uint32_t>(odd) << 16 | (static_cast<uint32_t>(even) & 0xffff)));
    }
    /// Signed products, added up in each pair of columns.
    class Products {
     public:
        HWY_INLINE Products() : sum0_(hn::Zero(s32)), sum1_(hn::Zero(s32)) {}
        HWY_INLINE void add(U16 a, U16 b) {
            S32 second = sum1_;
            sum0_ = hn::ReorderWidenMulAccumulate(s32, hn::BitCast(s16, a), hn::BitCast(s16, b), S32(sum0_), second);
            sum1_ = second;
        }
        HWY_INLINE S32 pairs() const { return hn::RearrangeToOddPlusEven(S32(sum0_), S32(sum1_)); }
        /// Adds their magnitudes where the mask of the first column is set.
        HWY_INLINE void add_magnitudes_to(uint32_t* sums, U16 mask) const {
            add_to(sums, hn::And(as_u32(hn::Abs(pairs())), as_u32(mask)));
        }

     private:
        HeldS32 sum0_, sum1_;
    };

    /// How many rows the sums hold; even.
    static unsigned longest_run(unsigned bpc) { return UINT32_MAX / (2 * peak_sample(bpc) * peak_sample(bpc)) & ~1u; }
};

/// Samples in 32 bits and sums in 64.
struct Wide {
    using Word = uint32_t;
    using Vector = U32;
    using Sum = uint64_t;

    static HWY_INLINE size_t lanes() { return hn::Lanes(u32); }
    static HWY_INLINE U32 zero() { return hn::Zero(u32); }
    static HWY_INLINE U32 load(const uint16_t* samples) { return hn::PromoteTo(u32, hn::LoadU(u16_half, samples)); }
    static HWY_INLINE U32 load(const uint32_t* words) { return hn::LoadU(u32, words); }
    static HWY_INLINE void store(U32 v, uint32_t* words) { hn::StoreU(v, u32, words); }
    static HWY_INLINE unsigned greatest(U32 v) { return hn::GetLane(hn::MaxOfLanes(u32, v)); }
    static HWY_INLINE U32 distance(U32 a, U32 b) { return hn::Sub(hn::Max(a, b), hn::Min(a, b)); }
    static HWY_INLINE U32 magnitude(U32 v) { return as_u32(hn::Abs(as_s32(v))); }

    static HWY_INLINE void add_to(uint64_t* sums, U64 v) { hn::StoreU(hn::Add(hn::LoadU(u64, sums), v), u64, sums); }
    static HWY_INLINE void add_pairs(uint64_t* sums, U32 v) { add_to(sums, widened(v)); }
    static HWY_INLINE void add_squares(uint64_t* sums, U32 errors) { add_pairs(sums, hn::Mul(errors, errors)); }

    static HWY_INLINE U32 factors(int even, int odd) {
        return as_u32(hn::Set(u64, uint64_t{static_cast<uint32_t>(odd)} << 32 | static_cast<uint32_t>(even)));
    }
    class Products {
     public:
        HWY_INLINE Products() : sum_(hn::Zero(s32)) {}
        HWY_INLINE void add(U32 a, U32 b) { sum_ = hn::Add(S32(sum_), hn::Mul(as_s32(a), as_s32(b))); }
        HWY_INLINE void add_magnitudes_to(uint64_t* sums, U32 mask) const {
            const S64 both = hn::BitCast(s64, S32(sum_));
            const S64 even = hn::ShiftRight<32>(hn::ShiftLeft<32>(both)), odd = hn::ShiftRight<32>(both);
            add_to(sums, hn::And(as_u64(hn::Abs(hn::Add(even, odd))), as_u64(mask)));
        }

     private:
        HeldS32 sum_;
    };

    static unsigned longest_run(unsigned) { return UINT32_MAX / 2 & ~1u; }
};

template <class Lanes>
HWY_INLINE void add_errors(typename Lanes::Vector ref, typename Lanes::Vector dis, typename Lanes::Sum* sums,
                           typename Lanes::Vector& bits) {
    bits = hn::Or(bits, hn::Or(ref, dis));
    Lanes::add_squares(sums, hn::Sub(ref, dis));
}

/// What the samples have in common with others; those of 8 bits fill their bytes.
template <class Lanes, class T>
HWY_INLINE void collect(typename Lanes::Vector v, unsigned& bits) {
    if constexpr (sizeof(T) == 2) bits |= Lanes::greatest(v);
}

/// Rows of one width, read a vector at a time: body(x, load), where load(i) is the vector of row i at column x. Behind the end are zeros.
template <class Lanes, class T, size_t kRows, class Body>
HWY_INLINE void for_vectors(const T* const (&rows)[kRows], size_t w, Body body) {
    const size_t n = Lanes::lanes(), whole = w / n * n;
    for (size_t x = 0; x < whole; x += n) body(x, [&](size_t i) HWY_ATTR { return Lanes::load(rows[i] + x); });
    if (whole == w) return;
    T rest[kRows][hn::MaxLanes(u16)] = {};
    for (size_t i = 0; i < kRows; i++) std::memcpy(rest[i], rows[i] + whole, (w - whole) * sizeof(T));
    body(whole, [&](size_t i) HWY_ATTR { return Lanes::load(rest[i]); });
}

/// Scratch memory: sums of columns, and rows of words, which have two vectors of room on both sides.
template <class Lanes>
class Scratch {
 public:
    using Sum = typename Lanes::Sum;
    using Word = typename Lanes::Word;
    enum SumKind { kErrors, kSpatial, kTemporal, kSums };
    enum RowKind { kMask, kZeros, kFirst, kSecond, kThird, kRows };

    Scratch(std::vector<uint64_t>& memory, const Layout& layout)
        : room_(2 * Lanes::lanes()),
          sum_length_(layout.format.w / 2 + room_),
          row_length_(layout.format.w + 2 * room_) {
        constexpr size_t kUnit = sizeof(uint64_t);
        const size_t sum_units = kSums * sum_length_ * sizeof(Sum) / kUnit + 1;
        memory.assign(sum_units + kRows * row_length_ * sizeof(Word) / kUnit + 1, 0);
        sums_ = reinterpret_cast<Sum*>(memory.data());
        rows_ = reinterpret_cast<Word*>(memory.data() + sum_units) + room_;
        // Where the filter lies within the row: at a column, or at both columns of a cell.
        const size_t w = layout.format.w, after = layout.coarse() ? 3 : 1;
        for (size_t x = layout.reach; x + after < w; x += layout.reach)
            std::fill_n(row(kMask) + x, layout.reach, static_cast<Word>(-1));
    }

    Sum* sums(SumKind kind, size_t x = 0) const { return sums_ + kind * sum_length_ + x / 2; }
    Word* row(RowKind kind) const { return rows_ + kind * row_length_; }
    void clear(SumKind kind) const { std::fill_n(sums(kind), sum_length_, 0); }
    /// What columns x0 to x1 - 1 have added; x0 is even.
    uint64_t take(SumKind kind, unsigned x0, unsigned x1) const {
        uint64_t sum = 0;
        for (size_t x = x0; x < x1; x += 2) sum += *sums(kind, x);
        return sum;
    }

 private:
    size_t room_, sum_length_, row_length_;
    Sum* sums_;
    Word* rows_;
};

/// Luma of a frame: what is done to a row, or to a row of cells.
template <class Lanes, class T>
class Luma {
 public:
    Luma(const Layout& layout, const FramePictures& frame, const Scratch<Lanes>& scratch, unsigned& bits)
        : layout_(layout),
          scratch_(scratch),
          bits_(bits),
          ref_(frame.ref.plane<T>(0)),
          dis_(frame.dis.plane<T>(0)),
          earlier_{frame.previous[0].ref.plane<T>(0), frame.previous[1].ref.plane<T>(0)} {}

    void rows(unsigned y, unsigned end) const {
        if (layout_.coarse())
            for (; y < end; y += 2) y + 1 < end ? cells(y) : lone_row(y);
        else
            for (; y < end; y++) fine_row(y);
    }

 private:
    using Memory = Scratch<Lanes>;
    using Vector = typename Lanes::Vector;
    using RowKind = typename Memory::RowKind;

    const T* earlier(unsigned back, unsigned y) const {
        return earlier_[back].data ? earlier_[back].row(y) : reinterpret_cast<const T*>(scratch_.row(Memory::kZeros));
    }
    Vector stored(RowKind kind, size_t x, int offset = 0) const {
        return Lanes::load(scratch_.row(kind) + static_cast<ptrdiff_t>(x) + offset);
    }
    void store(Vector v, RowKind kind, size_t x) const { Lanes::store(v, scratch_.row(kind) + x); }

    void lone_row(unsigned y) const {
        const T* const rows[] = {ref_.row(y), dis_.row(y)};
        Vector bits = Lanes::zero();
        for_vectors<Lanes>(rows, ref_.w, [&](size_t x, auto at) HWY_ATTR {
            add_errors<Lanes>(at(0), at(1), scratch_.sums(Memory::kErrors, x), bits);
        });
        collect<Lanes, T>(bits, bits_);
    }

    void fine_row(unsigned y) const {
        const bool filtered = y >= 1 && y + 1 < ref_.h;
        const T* const rows[] = {
            ref_.row(y), dis_.row(y), earlier(0, y), earlier(1, y), ref_.row(y - filtered), ref_.row(y + filtered)};
        Vector bits = Lanes::zero();
        for_vectors<Lanes>(rows, ref_.w, [&](size_t x, auto at) HWY_ATTR {
            const Vector ref = at(0), before = at(2);
            add_errors<Lanes>(ref, at(1), scratch_.sums(Memory::kErrors, x), bits);
            const Vector change = layout_.order == 1
                                      ? Lanes::distance(ref, before)
                                      : Lanes::magnitude(hn::Sub(hn::Add(ref, at(3)), hn::Add(before, before)));
            Lanes::add_pairs(scratch_.sums(Memory::kTemporal, x), change);
            store(ref, Memory::kFirst, x);
            store(hn::Add(hn::Add(at(4), at(5)), hn::Add(ref, ref)), Memory::kSecond, x);
        });
        collect<Lanes, T>(bits, bits_);
        if (filtered) fine_filter();
    }

    /// 16 times a sample less the picture smoothed by (1, 2, 1) both ways. Samples are in the first row, those smoothed down the columns in the
    /// second.
    void fine_filter() const {
        for (size_t x = 0; x < ref_.w; x += Lanes::lanes()) {
            const Vector here = stored(Memory::kSecond, x);
            const Vector beside = hn::Add(stored(Memory::kSecond, x, -1), stored(Memory::kSecond, x, 1));
            const Vector f =
                Lanes::distance(hn::ShiftLeft<4>(stored(Memory::kFirst, x)), hn::Add(hn::Add(here, here), beside));
            Lanes::add_pairs(scratch_.sums(Memory::kSpatial, x), hn::And(f, stored(Memory::kMask, x)));
        }
    }

    void cells(unsigned y) const {
        const bool filtered = y >= 2 && y + 3 < ref_.h;
        const unsigned out = filtered ? 1 : 0;
        const T* const rows[] = {ref_.row(y),           ref_.row(y + 1),       dis_.row(y),
                                 dis_.row(y + 1),       earlier(0, y),         earlier(0, y + 1),
                                 earlier(1, y),         earlier(1, y + 1),     ref_.row(y - out),
                                 ref_.row(y + 1 + out), ref_.row(y - 2 * out), ref_.row(y + 1 + 2 * out)};
        Vector bits = Lanes::zero();
        for_vectors<Lanes>(rows, ref_.w, [&](size_t x, auto at) HWY_ATTR {
            const Vector upper = at(0), lower = at(1), ref = hn::Add(upper, lower);
            add_errors<Lanes>(upper, at(2), scratch_.sums(Memory::kErrors, x), bits);
            add_errors<Lanes>(lower, at(3), scratch_.sums(Memory::kErrors, x), bits);
            add_changes(ref, hn::Add(at(4), at(5)), hn::Add(at(6), at(7)), x);
            store(ref, Memory::kFirst, x);
            store(hn::Add(at(8), at(9)), Memory::kSecond, x);
            store(hn::Add(at(10), at(11)), Memory::kThird, x);
        });
        collect<Lanes, T>(bits, bits_);
        if (filtered) coarse_filter();
    }

    /// Of cells, from sums of their two rows.
    void add_changes(Vector now, Vector before, Vector earlier, size_t x) const {
        const Vector change =
            layout_.order == 1 ? hn::Sub(now, before) : hn::Sub(hn::Add(now, earlier), hn::Add(before, before));
        typename Lanes::Products sum;
        sum.add(change, Lanes::factors(1, 1));
        sum.add_magnitudes_to(scratch_.sums(Memory::kTemporal, x), Lanes::factors(-1, -1));
    }

    /// Of sums of two rows, by their distance from the cells': two columns to the left of a cell, its own, two to the right.
    void coarse_filter() const {
        constexpr RowKind kByDistance[] = {Memory::kFirst, Memory::kSecond, Memory::kThird};
        for (size_t x = 0; x < ref_.w; x += Lanes::lanes()) {
            typename Lanes::Products f;
            for (int d = 0; d < 3; d++) {
                const int own = coarse_tap(0, d), near = coarse_tap(1, d), far = coarse_tap(2, d);
                f.add(stored(kByDistance[d], x, -2), Lanes::factors(far, near));
                f.add(stored(kByDistance[d], x), Lanes::factors(own, own));
                f.add(stored(kByDistance[d], x, 2), Lanes::factors(near, far));
            }
            f.add_magnitudes_to(scratch_.sums(Memory::kSpatial, x), stored(Memory::kMask, x));
        }
    }

    const Layout& layout_;
    const Memory& scratch_;
    unsigned& bits_;
    const Plane<T> ref_, dis_, earlier_[2];
};

/// Calls rows(y, end) for all rows of a row of blocks in runs, and take(area, block) for all its blocks after each.
template <class Lanes, class Rows, class Take>
void for_runs(const Layout& layout, unsigned p, unsigned row, std::span<Block> blocks, Rows rows, Take take) {
    const Area area = layout.area(p, 0, row);
    const unsigned run = Lanes::longest_run(layout.format.bpc);
    for (unsigned y = area.y0; y < area.y1; y += run) {
        rows(y, std::min(area.y1, y + run));
        for (unsigned column = 0; column < layout.columns; column++)
            take(layout.area(p, column, row), blocks[size_t{row} * layout.columns + column]);
    }
}

template <class Lanes, class T>
void luma_blocks(const Layout& layout, const FramePictures& frame, const Scratch<Lanes>& scratch,
                 std::span<Block> blocks, unsigned& bits) {
    using Memory = Scratch<Lanes>;
    const Luma<Lanes, T> luma(layout, frame, scratch, bits);
    // A last column of its own is no cell.
    const unsigned w = layout.format.w, changing = layout.coarse() ? w & ~1u : w;
    for (unsigned row = 0; row < layout.rows; row++)
        for_runs<Lanes>(
            layout, 0, row, blocks,
            [&](unsigned y, unsigned end) {
                for (const auto kind : {Memory::kErrors, Memory::kSpatial, Memory::kTemporal}) scratch.clear(kind);
                luma.rows(y, end);
            },
            [&](const Area& area, Block& block) {
                block.sse[0] += scratch.take(Memory::kErrors, area.x0, area.x1);
                block.spatial += scratch.take(Memory::kSpatial, area.x0, area.x1);
                block.temporal += scratch.take(Memory::kTemporal, area.x0, std::min(area.x1, changing));
            });
}

template <class Lanes, class T>
void add_plane_errors(const Layout& layout, const FramePictures& frame, unsigned p, const Scratch<Lanes>& scratch,
                      std::span<Block> blocks, unsigned& bits) {
    using Memory = Scratch<Lanes>;
    const Plane<T> ref = frame.ref.plane<T>(p), dis = frame.dis.plane<T>(p);
    const auto add_row = [&](unsigned y) HWY_ATTR {
        const T* const rows[] = {ref.row(y), dis.row(y)};
        auto lanes = Lanes::zero();
        for_vectors<Lanes>(rows, ref.w, [&](size_t x, auto at) HWY_ATTR {
            add_errors<Lanes>(at(0), at(1), scratch.sums(Memory::kErrors, x), lanes);
        });
        collect<Lanes, T>(lanes, bits);
    };
    for (unsigned row = 0; row < layout.rows; row++)
        for_runs<Lanes>(
            layout, p, row, blocks,
            [&](unsigned y, unsigned end) {
                scratch.clear(Memory::kErrors);
                for (; y < end; y++) add_row(y);
            },
            [&](const Area& area, Block& block) { block.sse[p] += scratch.take(Memory::kErrors, area.x0, area.x1); });
}

template <class Lanes, class T>
void compute(const Layout& layout, const FramePictures& frame, std::vector<uint64_t>& memory, std::span<Block> blocks,
             unsigned& bits) {
    const Scratch<Lanes> scratch(memory, layout);
    std::fill(blocks.begin(), blocks.end(), Block{});
    luma_blocks<Lanes, T>(layout, frame, scratch, blocks, bits);
    for (unsigned p = 1; p < layout.format.planes(); p++)
        add_plane_errors<Lanes, T>(layout, frame, p, scratch, blocks, bits);
}

template <class Lanes, class T>
void compute_errors(const Layout& layout, const FramePictures& frame, std::vector<uint64_t>& memory,
                    std::span<Block> blocks, unsigned& bits) {
    const Scratch<Lanes> scratch(memory, layout);
    for (unsigned p = 0; p < layout.format.planes(); p++) {
        for (Block& block : blocks) block.sse[p] = 0;
        add_plane_errors<Lanes, T>(layout, frame, p, scratch, blocks, bits);
    }
}

template <class Lanes, class T>
constexpr Loops kLoops = {compute<Lanes, T>, compute_errors<Lanes, T>};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format,
                          format.bpc == 8                   ? kLoops<Narrow, uint8_t>
                          : format.bpc <= Narrow::kMostBits ? kLoops<Narrow, uint16_t>
                                                            : kLoops<Wide, uint16_t>);
}

}  // namespace
}  // namespace vmaf::xpsnr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<xpsnr::Sums>, HWY_TARGET> = xpsnr::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> xpsnr::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
