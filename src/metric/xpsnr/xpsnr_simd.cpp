// The blocks of xpsnr on vectors, up to 12 bits. Rows are worked on from end to end: what they leave is added up column by column, two
// columns to a sum, and blocks are cut out of these sums when the last of their rows is done.
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

/// Up to here the fine filter's two sides fit into 16 bits.
constexpr unsigned kMostBits = 12;

/// Columns of a vector; at least as many are free on both sides of a row in scratch memory.
HWY_INLINE size_t step() { return hn::Lanes(u16); }

HWY_INLINE U16 load(const uint8_t* samples) { return hn::PromoteTo(u16, hn::LoadU(u8_half, samples)); }
HWY_INLINE U16 load(const uint16_t* samples) { return hn::LoadU(u16, samples); }

HWY_INLINE U16 distance(U16 a, U16 b) { return hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a)); }
HWY_INLINE S16 as_s16(U16 v) { return hn::BitCast(s16, v); }

/// Sums of two columns.
HWY_INLINE U32 pairs(U16 v) {
    const U32 both = as_u32(v);
    return hn::Add(hn::And(both, hn::Set(u32, 0xffff)), hn::ShiftRight<16>(both));
}

/// Products added up over two columns.
class PairProducts {
 public:
    HWY_INLINE PairProducts() : sum0_(hn::Zero(s32)), sum1_(hn::Zero(s32)) {}

    HWY_INLINE void add(S16 a, S16 b) {
        S32 second = sum1_;
        sum0_ = hn::ReorderWidenMulAccumulate(s32, a, b, S32(sum0_), second);
        sum1_ = second;
    }
    HWY_INLINE S32 sums() const { return hn::RearrangeToOddPlusEven(S32(sum0_), S32(sum1_)); }

 private:
    HeldS32 sum0_, sum1_;
};

/// Taps on the even and on the odd columns.
HWY_INLINE S16 taps(int even, int odd) {
    return hn::BitCast(s16, hn::Set(u32, static_cast<uint32_t>(odd) << 16 | (static_cast<uint32_t>(even) & 0xffff)));
}

HWY_INLINE void add_to(uint32_t* sums, U32 v) { hn::StoreU(hn::Add(hn::LoadU(u32, sums), v), u32, sums); }

/// `bits` collects those of the samples.
HWY_INLINE void add_errors(U16 ref, U16 dis, uint32_t* sums, U16& bits) {
    bits = hn::Or(bits, hn::Or(ref, dis));
    const S16 errors = as_s16(hn::Sub(ref, dis));
    PairProducts squares;
    squares.add(errors, errors);
    add_to(sums, as_u32(squares.sums()));
}

/// Rows of one width, read a vector at a time: body(x, load), where load(i) is the vector of row i at column x. Behind the end are zeros.
template <class T, size_t kRows, class Body>
HWY_INLINE void for_vectors(const T* const (&rows)[kRows], size_t w, Body body) {
    const size_t n = step(), whole = w / n * n;
    for (size_t x = 0; x < whole; x += n) body(x, [&](size_t i) HWY_ATTR { return load(rows[i] + x); });
    if (whole == w) return;
    T rest[kRows][hn::MaxLanes(u16)] = {};
    for (size_t i = 0; i < kRows; i++) std::memcpy(rest[i], rows[i] + whole, (w - whole) * sizeof(T));
    body(whole, [&](size_t i) HWY_ATTR { return load(rest[i]); });
}

/// Scratch memory: sums of columns, and rows of 16-bit words.
class Scratch {
 public:
    enum Sum { kErrors, kSpatial, kTemporal, kSums };
    enum Row { kMask, kZeros, kFirst, kSecond, kThird, kRows };

    Scratch(std::vector<uint32_t>& memory, const Layout& layout)
        : margin_(2 * step()), sum_length_(layout.format.w / 2 + margin_), row_length_(layout.format.w + 2 * margin_) {
        memory.assign(kSums * sum_length_ + kRows * row_length_ / 2 + 1, 0);
        sums_ = memory.data();
        rows_ = reinterpret_cast<uint16_t*>(memory.data() + kSums * sum_length_) + margin_;
        // Where the filter lies within the row: at a column, or at both columns of a cell.
        const size_t w = layout.format.w, after = layout.coarse() ? 3 : 1;
        for (size_t x = layout.reach; x + after < w; x += layout.reach)
            std::fill_n(row(kMask) + x, layout.reach, 0xffff);
    }

    uint32_t* sums(Sum which) const { return sums_ + which * sum_length_; }
    uint16_t* row(Row which) const { return rows_ + which * row_length_; }
    void clear(Sum which) const { std::fill_n(sums(which), sum_length_, 0); }
    /// What columns x0 to x1 - 1 have added; x0 is even.
    uint64_t take(Sum which, unsigned x0, unsigned x1) const {
        uint64_t sum = 0;
        for (size_t i = x0 / 2; i < (size_t{x1} + 1) / 2; i++) sum += sums(which)[i];
        return sum;
    }

 private:
    size_t margin_, sum_length_, row_length_;
    uint32_t* sums_;
    uint16_t* rows_;
};

/// Samples of 8 bits fill their bytes.
template <class T>
HWY_INLINE void collect(U16 lanes, unsigned& bits) {
    if constexpr (sizeof(T) == 2) bits |= hn::GetLane(hn::MaxOfLanes(u16, lanes));
}

/// How many rows sums of 32 bits hold; even.
unsigned longest_run(unsigned bpc) { return UINT32_MAX / (2 * peak_sample(bpc) * peak_sample(bpc)) & ~1u; }

/// Calls rows(y, end) for all rows of a row of blocks in runs, and take(column, block) for all its blocks after each.
template <class Rows, class Take>
void for_runs(const Layout& layout, unsigned p, unsigned row, std::span<Block> blocks, Rows rows, Take take) {
    const Area area = layout.area(p, 0, row);
    const unsigned run = longest_run(layout.format.bpc);
    for (unsigned y = area.y0; y < area.y1; y += run) {
        rows(y, std::min(area.y1, y + run));
        for (unsigned column = 0; column < layout.columns; column++)
            take(layout.area(p, column, row), blocks[size_t{row} * layout.columns + column]);
    }
}

/// Luma of a frame: what is done to a row, or to a row of cells.
template <class T>
class Luma {
 public:
    Luma(const Layout& layout, const FramePictures& frame, const Scratch& scratch, unsigned& bits)
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
    using Row = Scratch::Row;

    const T* earlier(unsigned back, unsigned y) const {
        return earlier_[back].data ? earlier_[back].row(y) : reinterpret_cast<const T*>(scratch_.row(Row::kZeros));
    }
    uint32_t* sums(Scratch::Sum which, size_t x) const { return scratch_.sums(which) + x / 2; }
    U16 stored(Row which, ptrdiff_t x) const { return hn::LoadU(u16, scratch_.row(which) + x); }
    void store(U16 v, Row which, size_t x) const { hn::StoreU(v, u16, scratch_.row(which) + x); }

    void lone_row(unsigned y) const {
        const T* const rows[] = {ref_.row(y), dis_.row(y)};
        U16 bits = hn::Zero(u16);
        for_vectors(rows, ref_.w,
                    [&](size_t x, auto at) HWY_ATTR { add_errors(at(0), at(1), sums(Scratch::kErrors, x), bits); });
        collect<T>(bits, bits_);
    }

    U16 change_of(U16 now, U16 before, U16 earlier) const {
        if (layout_.order == 1) return distance(now, before);
        return hn::BitCast(u16, hn::Abs(as_s16(hn::Sub(hn::Add(now, earlier), hn::Add(before, before)))));
    }

    void fine_row(unsigned y) const {
        const bool filtered = y >= 1 && y + 1 < ref_.h;
        const T* const rows[] = {
            ref_.row(y), dis_.row(y), earlier(0, y), earlier(1, y), ref_.row(y - filtered), ref_.row(y + filtered)};
        U16 bits = hn::Zero(u16);
        for_vectors(rows, ref_.w, [&](size_t x, auto at) HWY_ATTR {
            const U16 ref = at(0);
            add_errors(ref, at(1), sums(Scratch::kErrors, x), bits);
            add_to(sums(Scratch::kTemporal, x), pairs(change_of(ref, at(2), at(3))));
            store(ref, Row::kFirst, x);
            store(hn::Add(hn::Add(at(4), at(5)), hn::Add(ref, ref)), Row::kSecond, x);
        });
        collect<T>(bits, bits_);
        if (filtered) fine_filter();
    }

    /// Of samples in the first row, smoothed ones in the second.
    void fine_filter() const {
        for (size_t x = 0; x < ref_.w; x += step()) {
            const auto i = static_cast<ptrdiff_t>(x);
            const U16 here = stored(Row::kSecond, i),
                      beside = hn::Add(stored(Row::kSecond, i - 1), stored(Row::kSecond, i + 1));
            const U16 f = distance(hn::ShiftLeft<4>(stored(Row::kFirst, i)), hn::Add(hn::Add(here, here), beside));
            add_to(sums(Scratch::kSpatial, x), pairs(hn::And(f, stored(Row::kMask, i))));
        }
    }

    void cells(unsigned y) const {
        const bool filtered = y >= 2 && y + 3 < ref_.h;
        const unsigned out = filtered ? 1 : 0;
        const T* const rows[] = {ref_.row(y),           ref_.row(y + 1),       dis_.row(y),
                                 dis_.row(y + 1),       earlier(0, y),         earlier(0, y + 1),
                                 earlier(1, y),         earlier(1, y + 1),     ref_.row(y - out),
                                 ref_.row(y + 1 + out), ref_.row(y - 2 * out), ref_.row(y + 1 + 2 * out)};
        U16 bits = hn::Zero(u16);
        for_vectors(rows, ref_.w, [&](size_t x, auto at) HWY_ATTR {
            const U16 upper = at(0), lower = at(1), ref = hn::Add(upper, lower);
            add_errors(upper, at(2), sums(Scratch::kErrors, x), bits);
            add_errors(lower, at(3), sums(Scratch::kErrors, x), bits);
            add_changes(ref, hn::Add(at(4), at(5)), hn::Add(at(6), at(7)), x);
            store(ref, Row::kFirst, x);
            store(hn::Add(at(8), at(9)), Row::kSecond, x);
            store(hn::Add(at(10), at(11)), Row::kThird, x);
        });
        collect<T>(bits, bits_);
        if (filtered) coarse_filter();
    }

    /// Of cells, from sums of their two rows.
    void add_changes(U16 now, U16 before, U16 earlier, size_t x) const {
        const U16 change =
            layout_.order == 1 ? hn::Sub(now, before) : hn::Sub(hn::Add(now, earlier), hn::Add(before, before));
        PairProducts sum;
        sum.add(as_s16(change), taps(1, 1));
        add_to(sums(Scratch::kTemporal, x), as_u32(hn::Abs(sum.sums())));
    }

    /// Of sums of rows at the same distance from the cells': two to a cell, to the left of it and to the right.
    void coarse_filter() const {
        constexpr Row kByDistance[] = {Row::kFirst, Row::kSecond, Row::kThird};
        for (size_t x = 0; x < ref_.w; x += step()) {
            const auto i = static_cast<ptrdiff_t>(x);
            PairProducts f;
            for (int d = 0; d < 3; d++) {
                const int own = coarse_tap(0, d), near = coarse_tap(1, d), far = coarse_tap(2, d);
                f.add(as_s16(stored(kByDistance[d], i - 2)), taps(far, near));
                f.add(as_s16(stored(kByDistance[d], i)), taps(own, own));
                f.add(as_s16(stored(kByDistance[d], i + 2)), taps(near, far));
            }
            const U32 mask = as_u32(stored(Row::kMask, i));
            add_to(sums(Scratch::kSpatial, x), hn::And(as_u32(hn::Abs(f.sums())), mask));
        }
    }

    const Layout& layout_;
    const Scratch& scratch_;
    unsigned& bits_;
    const Plane<T> ref_, dis_, earlier_[2];
};

template <class T>
void luma_blocks(const Layout& layout, const FramePictures& frame, const Scratch& scratch, std::span<Block> blocks,
                 unsigned& bits) {
    const Luma<T> luma(layout, frame, scratch, bits);
    // A last column of its own is no cell.
    const unsigned w = layout.format.w, changing = layout.coarse() ? w & ~1u : w;
    for (unsigned row = 0; row < layout.rows; row++)
        for_runs(
            layout, 0, row, blocks,
            [&](unsigned y, unsigned end) {
                for (const auto sum : {Scratch::kErrors, Scratch::kSpatial, Scratch::kTemporal}) scratch.clear(sum);
                luma.rows(y, end);
            },
            [&](const Area& area, Block& block) {
                block.sse[0] += scratch.take(Scratch::kErrors, area.x0, area.x1);
                block.spatial += scratch.take(Scratch::kSpatial, area.x0, area.x1);
                block.temporal += scratch.take(Scratch::kTemporal, area.x0, std::min(area.x1, changing));
            });
}

template <class T>
void chroma_blocks(const Layout& layout, const FramePictures& frame, unsigned p, const Scratch& scratch,
                   std::span<Block> blocks, unsigned& bits) {
    const Plane<T> ref = frame.ref.plane<T>(p), dis = frame.dis.plane<T>(p);
    uint32_t* const sums = scratch.sums(Scratch::kErrors);
    const auto add_row = [&](unsigned y) HWY_ATTR {
        const T* const rows[] = {ref.row(y), dis.row(y)};
        U16 lanes = hn::Zero(u16);
        for_vectors(rows, ref.w, [&](size_t x, auto at) HWY_ATTR { add_errors(at(0), at(1), sums + x / 2, lanes); });
        collect<T>(lanes, bits);
    };
    for (unsigned row = 0; row < layout.rows; row++)
        for_runs(
            layout, p, row, blocks,
            [&](unsigned y, unsigned end) {
                scratch.clear(Scratch::kErrors);
                for (; y < end; y++) add_row(y);
            },
            [&](const Area& area, Block& block) { block.sse[p] += scratch.take(Scratch::kErrors, area.x0, area.x1); });
}

void compute(const Layout& layout, const FramePictures& frame, std::vector<uint32_t>& memory, std::span<Block> blocks,
             unsigned& bits) {
    const Scratch scratch(memory, layout);
    std::fill(blocks.begin(), blocks.end(), Block{});
    with_sample_type(layout.format.bpc, [&]<class T>(std::type_identity<T>) {
        luma_blocks<T>(layout, frame, scratch, blocks, bits);
        for (unsigned p = 1; p < layout.format.planes(); p++) chroma_blocks<T>(layout, frame, p, scratch, blocks, bits);
    });
}

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return format.bpc <= kMostBits ? make_extractor(variants, format, compute) : nullptr;
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
