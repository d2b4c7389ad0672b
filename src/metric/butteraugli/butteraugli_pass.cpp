// butteraugli's pass on the CPU, step by step over both pictures at once, so that few planes are kept; or over one, where a reference is
// prepared for several encodes or was.
#include "metric/butteraugli/butteraugli_pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace vmaf::butteraugli {
namespace {

constexpr int kMargin = kMostReach;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Makes `reach` samples on either side of a row's first w.
void surround(float* row, int w, int reach, float value) {
    std::fill(row - reach, row, value);
    std::fill(row + w, row + w + reach, value);
}

/// A blur of planes of one size, and what it keeps of a plane from row to row.
class RowBlur {
 public:
    RowBlur() = default;
    RowBlur(BlurName name, int w, int h)
        : name_(name), blur_(make_blur(name)), reach_(kReach[name]), w_(w), h_(h), line_(w) {
        for (int x = 0; x < w && !mirrored(); x++)
            if (at_edge(reach_, x, w)) edges_.push_back({x, Edge(blur_, reach_, x, w)});
        for (auto& rows : latest_) rows = Rows(w, 2 * reach_ + 1, 0);
    }

    /// Starts planes anew.
    void start() { std::fill(ready_, std::end(ready_), 0); }
    /// Row y of plane `in`, the blur's plane number `i`; asked for from the top, each row once. Row y of `in` is not read again.
    void row(const RowLoops& loops, const Rows& in, int i, int y, float* out) {
        for (int& next = ready_[i]; next <= std::min(y + reach_, h_ - 1); next++)
            across(loops, in.row(next), latest_[i].row(next));
        const float* around[2 * kMostReach + 1];
        for (int k = -reach_; k <= reach_; k++) around[reach_ + k] = latest_[i].row(mirror_face(y + k, h_));
        if (at_edge(reach_, y, h_) && !mirrored())
            loops.blur_edge(around + reach_, blur_, Edge(blur_, reach_, y, h_), w_, out);
        else
            loops.blur[name_](around, blur_, w_, out);
    }

 private:
    struct Column {
        int x;
        Edge edge;
    };

    bool mirrored() const { return name_ == kSmooth; }

    void across(const RowLoops& loops, const float* in, float* out) {
        std::memcpy(line_.data(), in, static_cast<size_t>(w_) * sizeof(float));
        if (mirrored()) line_.reflect_faces(reach_, w_);
        const float* around[2 * kMostReach + 1];
        for (int k = 0; k <= 2 * reach_; k++) around[k] = line_.data() + k - reach_;
        loops.blur[name_](around, blur_, w_, out);
        for (const Column& column : edges_)
            out[column.x] = blurred(blur_, column.edge, [&](int j) { return in[column.x + j]; });
    }

    static constexpr int kMostPlanes = 3;

    BlurName name_ = kSmooth;
    Blur blur_{};
    int reach_ = 0, w_ = 0, h_ = 0;
    std::vector<Column> edges_;
    Line line_;
    Rows latest_[kMostPlanes];  ///< rows filtered along themselves
    int ready_[kMostPlanes] = {};
};

/// A picture at one size. In the order of steps, `planes` hold light, opponent planes, what bands leave, the ultra-high band and the mask.
struct Side {
    /// `kept`: rows that are kept of what is compared; all for a reference that is prepared.
    Side(int w, int h, int kept) {
        for (Rows& plane : planes) plane = Rows(w, h, kMargin);
        for (Rows& rows : low) rows = Rows(w, kept, 0);
        for (Rows& rows : mid) rows = Rows(w, kept, 0);
        for (Rows& rows : high) rows = Rows(w, kept, 0);
    }
    static size_t bytes(int w, int h) { return static_cast<size_t>(kRowsOf) * Rows::bytes(w, h, kMargin); }

    static constexpr int kRowsOf = kChannels + kChannels + kChannels + 2;
    Rows planes[kChannels];
    Rows low[kChannels], mid[kChannels],
        high[2];  ///< what is compared of the bands, with the ultra-high one and the mask
};

/// Both pictures at one size, or one of them.
class Level {
 public:
    Level(int w, int h)
        : w_(w),
          h_(h),
          own_{Side(w, h, 1), Side(w, h, 1)},
          low_(w, h, 0),
          ac_(w, h, 0),
          lines_of_ac_(w, h, 0),
          outside_(w) {
        for (Rows& numbers : numbers_) numbers = Rows(w, h, kMargin);
        for (int i = 0; i < kBlurs; i++) blurs_[i] = RowBlur(static_cast<BlurName>(i), w, h);
        for (Line& line : lines_) line = Line(w);
        root_of_bias_ = std::sqrt(kMaskBias);
        for (int c = 0; c < 2; c++)
            for (int b = 0; b < kBands; b++)
                weights_[b][c] = pair_weights(static_cast<Band>(b), static_cast<Channel>(c));
    }

    int w() const { return w_; }
    int h() const { return h_; }

    /// What follows is done to both pictures,
    void use_pair() { use(&own_[0], &own_[1]), ref_ = &own_[0]; }
    /// to the reference alone, which is left in `prepared`,
    void use_reference(Side& prepared) { use(&prepared, nullptr), ref_ = &prepared; }
    /// or to the distorted picture.
    void use_distorted(const Side& prepared) { use(nullptr, &own_[1]), ref_ = &prepared; }

    /// R, G and B of a picture, to be filled.
    Rows& light(int side, int plane) { return made_[side]->planes[plane]; }

    /// Halves another one's light.
    void halve(const RowLoops& loops, Level& whole) {
        for_sides([&](int side) {
            for (int p = 0; p < kChannels; p++)
                for (int y = 0; y < h_; y++) {
                    float* upper = whole.light(side, p).row(2 * y);
                    float* lower = whole.light(side, p).row(std::min(2 * y + 1, whole.h_ - 1));
                    for (float* row : {upper, lower}) row[whole.w_] = row[whole.w_ - 1];
                    loops.halve(upper, lower, w_, light(side, p).row(y));
                }
        });
    }

    /// All steps up to the masks, from light.
    void split(const RowLoops& loops, float luminance) {
        for_sides([&](int side) { receptors(loops, luminance, made_[side]->planes); });
        for (const Channel c : {kY, kX, kB}) low_band(loops, c);
        for (const Channel c : {kY, kX, kB}) mid_band(loops, c);
        for (const Channel c : {kY, kX}) fine_bands(loops, c);
        masks(loops);
    }

    /// After split(), of both pictures or the distorted one; row(y, map) takes the map's rows. `half` is the map of half the size, or null.
    template <class Take>
    void map(const RowLoops& loops, const Level* half, Take take) {
        std::fill(outside_.data() - kActivityStep, outside_.data() + w_ + kActivityStep, kInfinity);
        const Rows& mask = ref_->planes[kB];
        for (int y = 0; y < h_; y++) {
            if (half) {
                const float* from = half->kept_map().row(y / 2);
                for (int x = 0; x < half->w_; x++) line(0)[2 * x] = line(0)[2 * x + 1] = from[x];
            }
            loops.visible({.w = w_,
                           .masks = {row_or_outside(mask, y - kActivityStep), mask.row(y),
                                     row_or_outside(mask, y + kActivityStep)},
                           .low = low_.row(y),
                           .ac = ac_.row(y),
                           .lines = lines_of_ac_.row(y),
                           .half = half ? line(0) : nullptr,
                           .out = line(1)});
            take(y, line(1));
        }
    }

    /// Where map() may leave its rows.
    Rows& kept_map() { return numbers_[1]; }
    const Rows& kept_map() const { return numbers_[1]; }

 private:
    void use(Side* ref, Side* dis) {
        made_[0] = ref;
        made_[1] = dis;
    }
    bool comparing() const { return made_[1]; }
    const Side& dis() const { return *made_[1]; }

    /// body(side) for those that are split.
    template <class Body>
    void for_sides(Body body) {
        for (int side = 0; side < kSides; side++)
            if (made_[side]) body(side);
    }

    float* line(int i) { return lines_[i].data(); }

    void receptors(const RowLoops& loops, float luminance, Rows (&light)[kChannels]) {
        blurs_[kSmooth].start();
        for (int y = 0; y < h_; y++) {
            float* planes[kChannels];
            const float* smooth[kChannels];
            for (int p = 0; p < kChannels; p++) {
                blurs_[kSmooth].row(loops, light[p], p, y, line(p));
                planes[p] = light[p].row(y);
                smooth[p] = line(p);
            }
            loops.opponents(planes, smooth, luminance, w_);
        }
    }

    /// Row y of a channel blurred.
    void blur(const RowLoops& loops, BlurName name, int side, Channel c, int y, float* out) {
        blurs_[name].row(loops, made_[side]->planes[c], side, y, out);
    }

    void low_band(const RowLoops& loops, Channel c) {
        blurs_[kLow].start();
        for (int y = 0; y < h_; y++) {
            for_sides([&](int side) {
                Side& of = *made_[side];
                blur(loops, kLow, side, c, y, of.low[c].row(y));
                loops.split_low({.channel = c,
                                 .w = w_,
                                 .plane = of.planes[c].row(y),
                                 .low = of.low[c].row(y),
                                 .low_of_y = numbers_[side].row(y)});
            });
            if (comparing())
                loops.low(
                    {.channel = c, .w = w_, .low = {ref_->low[c].row(y), dis().low[c].row(y)}, .map = low_.row(y)});
        }
    }

    void mid_band(const RowLoops& loops, Channel c) {
        blurs_[kHigh].start();
        for (int y = 0; y < h_; y++) {
            for_sides([&](int side) {
                Side& of = *made_[side];
                blur(loops, kHigh, side, c, y, of.mid[c].row(y));
                loops.split_mid({.channel = c,
                                 .w = w_,
                                 .plane = of.planes[c].row(y),
                                 .blurred = of.mid[c].row(y),
                                 .left_of_y = of.planes[kY].row(y)});
            });
            if (!comparing()) continue;
            loops.mid({.channel = c,
                       .w = w_,
                       .lines = c == kB ? PairWeights{} : weights_[kMidBand][c],
                       .band = {ref_->mid[c].row(y), dis().mid[c].row(y)},
                       .map = ac_.row(y),
                       .numbers = numbers_[0].row(y)});
            surround(numbers_[0].row(y), w_, kLineReach, 0);
            if (c == kY) std::fill_n(lines_of_ac_.row(y), w_, 0.f);
        }
        if (comparing() && c != kB) add_lines(loops.sparse, numbers_[0]);
    }

    void fine_bands(const RowLoops& loops, Channel c) {
        blurs_[kUltra].start();
        for (int y = 0; y < h_; y++) {
            for_sides([&](int side) {
                Side& of = *made_[side];
                blur(loops, kUltra, side, c, y, of.high[c].row(y));
                loops.split_fine({.channel = c,
                                  .w = w_,
                                  .root_of_bias = root_of_bias_,
                                  .plane = of.planes[c].row(y),
                                  .blurred = of.high[c].row(y),
                                  .mask = of.planes[kB].row(y)});
            });
            if (!comparing()) continue;
            loops.fine({.channel = c,
                        .w = w_,
                        .high_lines = weights_[kHighBand][c],
                        .ultra_lines = weights_[kUltraBand][c],
                        .high = {ref_->high[c].row(y), dis().high[c].row(y)},
                        .ultra = {ref_->planes[c].row(y), dis().planes[c].row(y)},
                        .map = ac_.row(y),
                        .high_numbers = numbers_[0].row(y),
                        .ultra_numbers = numbers_[1].row(y)});
            for (Rows& numbers : numbers_) surround(numbers.row(y), w_, kLineReach, 0);
        }
        if (!comparing()) return;
        add_lines(loops.sparse, numbers_[0]);
        add_lines(loops.dense, numbers_[1]);
    }

    /// Blurs them in place.
    void masks(const RowLoops& loops) {
        blurs_[kMask].start();
        for (int y = 0; y < h_; y++) {
            for_sides([&](int side) {
                float* const mask = made_[side]->planes[kB].row(y);
                blur(loops, kMask, side, kB, y, mask);
                surround(mask, w_, kActivityStep, kInfinity);
            });
            if (comparing()) loops.mask_difference(ref_->planes[kB].row(y), dis().planes[kB].row(y), w_, ac_.row(y));
        }
    }

    void add_lines(void (*add)(const float* const*, int, float*), const Rows& numbers) {
        std::fill(outside_.data() - kLineReach, outside_.data() + w_ + kLineReach, 0.f);
        for (int y = 0; y < h_; y++) {
            const float* around[2 * kLineReach + 1];
            for (int k = -kLineReach; k <= kLineReach; k++) around[kLineReach + k] = row_or_outside(numbers, y + k);
            add(around, w_, lines_of_ac_.row(y));
        }
    }

    const float* row_or_outside(const Rows& rows, int y) const {
        return y >= 0 && y < h_ ? rows.row(y) : outside_.data();
    }

    int w_, h_;
    Side own_[kSides];
    Side* made_[kSides] = {};    ///< those that are split; null: not
    const Side* ref_ = nullptr;  ///< what is compared with
    Rows low_, ac_;              ///< maps
    Rows lines_of_ac_;           ///< what is added to ac_ at the end
    Rows numbers_[kSides];       ///< Y's low bands, for B's; then whose lines are looked at; then the map
    RowBlur blurs_[kBlurs];
    Line outside_, lines_[kChannels];
    PairWeights weights_[kBands][2];
    float root_of_bias_ = 0;
};

/// A reference at all sizes.
struct Reference final : PreparedReference {
    explicit Reference(const Scales& scales) {
        for (int s = 0; s < scales.count; s++) sides.emplace_back(scales.w[s], scales.h[s], scales.h[s]);
        size = bytes_of(scales);
    }
    static size_t bytes_of(const Scales& scales) {
        size_t bytes = 0;
        for (int s = 0; s < scales.count; s++) bytes += Side::bytes(scales.w[s], scales.h[s]);
        return bytes;
    }
    size_t bytes() const override { return size; }

    std::vector<Side> sides;
    size_t size;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format, const RowLoops& loops)
        : variants_(variants.size()),
          loops_(loops),
          luminance_(static_cast<float>(variants[0].real("intensity_target"))),
          reader_(loops.make_reader(colour::Conversion(variants[0], format))),
          scales_(format) {
        for (int s = 0; s < scales_.count; s++) levels_.emplace_back(scales_.w[s], scales_.h[s]);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        for (Level& level : levels_) level.use_pair();
        read_light(frame.ref, 0);
        read_light(frame.dis, 1);
        compare(out);
    }

    size_t reference_bytes() const override { return Reference::bytes_of(scales_); }
    std::unique_ptr<PreparedReference> new_reference() const override { return std::make_unique<Reference>(scales_); }

    void prepare(const FramePictures& frame, PreparedReference& reference) override {
        auto& sides = static_cast<Reference&>(reference).sides;
        for (size_t s = 0; s < levels_.size(); s++) levels_[s].use_reference(sides[s]);
        read_light(frame.ref, 0);
        halve();
        for (Level& level : levels_) level.split(loops_, luminance_);
    }

    void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* out) override {
        const auto& sides = static_cast<const Reference&>(reference).sides;
        for (size_t s = 0; s < levels_.size(); s++) levels_[s].use_distorted(sides[s]);
        read_light(frame.dis, 1);
        compare(out);
    }

 private:
    void read_light(const PictureView& picture, int side) {
        Level& level = levels_[0];
        for (int y = 0; y < level.h(); y++) {
            float* const rows[kChannels] = {level.light(side, 0).row(y), level.light(side, 1).row(y),
                                            level.light(side, 2).row(y)};
            reader_->read(picture, y, rows);
        }
    }

    void halve() {
        if (levels_.size() > 1) levels_[1].halve(loops_, levels_[0]);
    }

    /// From light to the sums.
    void compare(std::byte* out) {
        halve();
        Level* const half = levels_.size() > 1 ? &levels_[1] : nullptr;
        if (half) {
            half->split(loops_, luminance_);
            half->map(loops_, nullptr, [&](int y, const float* row) {
                std::memcpy(half->kept_map().row(y), row, static_cast<size_t>(half->w()) * sizeof(float));
            });
        }
        Level& whole = levels_[0];
        whole.split(loops_, luminance_);
        Sums sums;
        whole.map(loops_, half, [&](int, float* row) { add(row, whole.w(), sums); });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

    /// A row of the map, and zeros behind it.
    void add(float* row, int w, Sums& sums) const {
        const int whole = (w + kRowSums - 1) / kRowSums * kRowSums;
        std::fill(row + w, row + whole, 0.f);
        double parts[3][kRowSums] = {};
        sums.most = std::max(sums.most, static_cast<double>(loops_.powers(row, whole, parts)));
        for (int i = 0; i < 3; i++) {
            for (int step = kRowSums / 2; step > 0; step /= 2)
                for (int k = 0; k < step; k++) parts[i][k] += parts[i][k + step];
            sums.power[i] += parts[i][0];
        }
    }

    const size_t variants_;
    const RowLoops& loops_;
    const float luminance_;
    const std::unique_ptr<LightReader> reader_;
    const Scales scales_;
    std::vector<Level> levels_;
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const RowLoops& loops) {
    return std::make_unique<CpuExtractor>(variants, format, loops);
}

}  // namespace vmaf::butteraugli
