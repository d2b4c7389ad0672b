// XPSNR on the CPU: the loops over samples, and the extractor that runs these or vector code.
#include "metric/xpsnr/xpsnr.h"
#include "metric/xpsnr/xpsnr_math.h"

namespace vmaf::xpsnr {
namespace {

template <class T>
uint64_t area_sse(const Area& area, const Plane<T>& ref, const Plane<T>& dis, unsigned& bits) {
    uint64_t sum = 0;
    for (unsigned y = area.y0; y < area.y1; y++) {
        for (const Plane<T>& plane : {ref, dis}) bits |= or_of_samples(plane.row(y) + area.x0, area.x1 - area.x0);
        for (unsigned x = area.x0; x < area.x1; x++) sum += squared_error(ref.row(y)[x], dis.row(y)[x]);
    }
    return sum;
}

/// The sample at (x + dx, y + dy) of a plane.
template <class T>
auto around(const Plane<T>& plane, unsigned x, unsigned y) {
    return [&plane, x, y](int dx, int dy) -> int32_t { return (plane.row(ptrdiff_t{y} + dy) + x)[dx]; };
}

template <class T>
uint64_t fine_spatial(const Area& area, const Plane<T>& ref) {
    uint64_t sum = 0;
    for (unsigned y = area.y0; y < area.y1; y++)
        for (unsigned x = area.x0; x < area.x1; x++) sum += fine_activity(around(ref, x, y));
    return sum;
}

/// Cells whose neighbourhood leaves the picture, which pictures of odd sizes have, are left out.
template <class T>
uint64_t coarse_spatial(const Area& area, const Plane<T>& ref) {
    uint64_t sum = 0;
    for (unsigned y = area.y0; y < area.y1 && y + 3 < ref.h; y += 2)
        for (unsigned x = area.x0; x < area.x1 && x + 3 < ref.w; x += 2) sum += coarse_activity(around(ref, x, y));
    return sum;
}

/// A sample of a picture, or the sum of a cell; 0 where there is no picture.
template <class T>
int32_t sum_of_cell(const Plane<T>& plane, unsigned x, unsigned y, unsigned cell) {
    int32_t sum = 0;
    if (plane.data)
        for (unsigned i = 0; i < cell * cell; i++) sum += plane.row(y + i / cell)[x + i % cell];
    return sum;
}

template <class T>
uint64_t temporal(const Layout& layout, const Area& area, const FramePictures& frame) {
    const Plane<T> now = frame.ref.plane<T>(0), before = frame.previous[0].ref.plane<T>(0),
                   earlier = layout.order == 2 ? frame.previous[1].ref.plane<T>(0) : Plane<T>{};
    const unsigned cell = layout.coarse() ? 2 : 1;
    const auto order = static_cast<int32_t>(layout.order);
    uint64_t sum = 0;
    for (unsigned y = area.y0; y + cell <= area.y1; y += cell)
        for (unsigned x = area.x0; x + cell <= area.x1; x += cell) {
            const auto of = [&](const Plane<T>& plane) { return sum_of_cell(plane, x, y, cell); };
            sum += change(order, of(now), of(before), of(earlier));
        }
    return sum;
}

template <class T>
void set_errors(const Layout& layout, const FramePictures& frame, unsigned column, unsigned row, Block& block,
                unsigned& bits) {
    for (unsigned p = 0; p < layout.format.planes(); p++)
        block.sse[p] = area_sse(layout.area(p, column, row), frame.ref.plane<T>(p), frame.dis.plane<T>(p), bits);
}

template <class T>
void set_activity(const Layout& layout, const FramePictures& frame, unsigned column, unsigned row, Block& block) {
    if (!layout.weighted) return;
    const Area filtered = layout.filtered(column, row);
    const Plane<T> luma = frame.ref.plane<T>(0);
    block.spatial = layout.coarse() ? coarse_spatial(filtered, luma) : fine_spatial(filtered, luma);
    block.temporal = temporal<T>(layout, layout.area(0, column, row), frame);
}

template <bool kWithActivity>
void scalar_blocks(const Layout& layout, const FramePictures& frame, std::vector<uint64_t>&, std::span<Block> blocks,
                   unsigned& bits) {
    with_sample_type(layout.format.bpc, [&]<class T>(std::type_identity<T>) {
        size_t i = 0;
        for (unsigned row = 0; row < layout.rows; row++)
            for (unsigned column = 0; column < layout.columns; column++, i++) {
                set_errors<T>(layout, frame, column, row, blocks[i], bits);
                if (kWithActivity) set_activity<T>(layout, frame, column, row, blocks[i]);
            }
    });
}

/// What blocks take from the reference and those before it.
struct Activities final : PreparedReference {
    explicit Activities(size_t count) : blocks(count) {}
    size_t bytes() const override { return blocks.size() * sizeof(Block); }

    std::vector<Block> blocks;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format, const Loops& loops)
        : variants_(variants.size()), layout_(variants[0], format), loops_(loops), blocks_(layout_.blocks()) {}

    bool checks_samples() const override { return true; }

    void extract(const FramePictures& frame, std::byte* out) override {
        compute(loops_.blocks, frame, blocks_);
        store(out);
    }

    size_t reference_bytes() const override { return layout_.blocks() * sizeof(Block); }
    std::unique_ptr<PreparedReference> new_reference() const override {
        return std::make_unique<Activities>(layout_.blocks());
    }

    void prepare(const FramePictures& frame, PreparedReference& reference) override {
        FramePictures alone = frame;
        alone.dis = frame.ref;
        compute(loops_.blocks, alone, static_cast<Activities&>(reference).blocks);
    }

    void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* out) override {
        blocks_ = static_cast<const Activities&>(reference).blocks;
        compute(loops_.errors, frame, blocks_);
        store(out);
    }

 private:
    void compute(BlocksFunction function, const FramePictures& frame, std::span<Block> blocks) {
        unsigned bits = 0;
        function(layout_, frame, scratch_, blocks, bits);
        if (bits > peak_sample(layout_.format.bpc)) check_samples(frame, planes_read(kChroma, layout_.format));
    }

    void store(std::byte* out) const {
        const Sums sums = weigh(layout_, blocks_);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

    size_t variants_;
    Layout layout_;
    Loops loops_;
    std::vector<Block> blocks_;
    std::vector<uint64_t> scratch_;
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const Loops& loops) {
    return std::make_unique<CpuExtractor>(variants, format, loops);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, {scalar_blocks<true>, scalar_blocks<false>});
}

}  // namespace vmaf::xpsnr
