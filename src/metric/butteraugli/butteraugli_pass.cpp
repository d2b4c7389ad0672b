// butteraugli's pass on the CPU, step by step over both pictures at once, so that few planes are kept.
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

/// Both pictures at one size. In the order of calls, planes hold light, opponent planes, what bands leave, masks.
class Level {
 public:
    Level() = default;
    Level(int w, int h) : w_(w), h_(h), low_(w, h, 0), ac_(w, h, 0), lines_of_ac_(w, h, 0), outside_(w) {
        for (auto& side : planes_)
            for (Rows& plane : side) plane = Rows(w, h, 0);
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
    /// R, G and B of either picture, to be filled.
    Rows& light(int side, int plane) { return planes_[side][plane]; }

    /// Halves another one's light.
    void halve(const RowLoops& loops, Level& whole) {
        for (int side = 0; side < kSides; side++)
            for (int p = 0; p < kChannels; p++)
                for (int y = 0; y < h_; y++) {
                    float* upper = whole.light(side, p).row(2 * y);
                    float* lower = whole.light(side, p).row(std::min(2 * y + 1, whole.h_ - 1));
                    for (float* row : {upper, lower}) row[whole.w_] = row[whole.w_ - 1];
                    loops.halve(upper, lower, w_, planes_[side][p].row(y));
                }
    }

    /// All steps up to the map; row(y, map) takes its rows. `half` is the map of half the size, or null.
    template <class Take>
    void compare(const RowLoops& loops, float luminance, const Level* half, Take take) {
        receptors(loops, luminance);
        for (const Channel c : {kY, kX, kB}) low_band(loops, c);
        for (const Channel c : {kY, kX, kB}) mid_band(loops, c);
        for (const Channel c : {kY, kX}) fine_bands(loops, c);
        masks(loops);
        map(loops, half, take);
    }

    /// Where compare() may leave its map.
    Rows& kept_map() { return numbers_[1]; }
    const Rows& kept_map() const { return numbers_[1]; }

 private:
    float* line(int i) { return lines_[i].data(); }

    void receptors(const RowLoops& loops, float luminance) {
        for (auto& side : planes_) {
            blurs_[kSmooth].start();
            for (int y = 0; y < h_; y++) {
                float* planes[kChannels];
                const float* smooth[kChannels];
                for (int p = 0; p < kChannels; p++) {
                    blurs_[kSmooth].row(loops, side[p], p, y, line(p));
                    planes[p] = side[p].row(y);
                    smooth[p] = line(p);
                }
                loops.opponents(planes, smooth, luminance, w_);
            }
        }
    }

    /// The blurred rows y of one channel of both pictures, in lines 0 and 1.
    void blur_both(const RowLoops& loops, BlurName blur, Channel c, int y) {
        for (int side = 0; side < kSides; side++) blurs_[blur].row(loops, planes_[side][c], side, y, line(side));
    }

    void low_band(const RowLoops& loops, Channel c) {
        blurs_[kLow].start();
        for (int y = 0; y < h_; y++) {
            blur_both(loops, kLow, c, y);
            loops.low({.channel = c,
                       .w = w_,
                       .plane = {planes_[0][c].row(y), planes_[1][c].row(y)},
                       .low = {line(0), line(1)},
                       .low_of_y = {numbers_[0].row(y), numbers_[1].row(y)},
                       .map = low_.row(y)});
        }
    }

    void mid_band(const RowLoops& loops, Channel c) {
        blurs_[kHigh].start();
        for (int y = 0; y < h_; y++) {
            blur_both(loops, kHigh, c, y);
            loops.mid({.channel = c,
                       .w = w_,
                       .lines = c == kB ? PairWeights{} : weights_[kMidBand][c],
                       .plane = {planes_[0][c].row(y), planes_[1][c].row(y)},
                       .blurred = {line(0), line(1)},
                       .left_of_y = {planes_[0][kY].row(y), planes_[1][kY].row(y)},
                       .map = ac_.row(y),
                       .numbers = numbers_[0].row(y)});
            surround(numbers_[0].row(y), w_, kLineReach, 0);
            if (c == kY) std::fill_n(lines_of_ac_.row(y), w_, 0.f);
        }
        if (c != kB) add_lines(loops.sparse, numbers_[0]);
    }

    void fine_bands(const RowLoops& loops, Channel c) {
        blurs_[kUltra].start();
        for (int y = 0; y < h_; y++) {
            blur_both(loops, kUltra, c, y);
            loops.fine({.channel = c,
                        .w = w_,
                        .high_lines = weights_[kHighBand][c],
                        .ultra_lines = weights_[kUltraBand][c],
                        .plane = {planes_[0][c].row(y), planes_[1][c].row(y)},
                        .blurred = {line(0), line(1)},
                        .root_of_bias = root_of_bias_,
                        .mask = {planes_[0][kB].row(y), planes_[1][kB].row(y)},
                        .map = ac_.row(y),
                        .high = numbers_[0].row(y),
                        .ultra = numbers_[1].row(y)});
            for (Rows& numbers : numbers_) surround(numbers.row(y), w_, kLineReach, 0);
        }
        add_lines(loops.sparse, numbers_[0]);
        add_lines(loops.dense, numbers_[1]);
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

    /// The reference's blurred mask goes to numbers_[0].
    void masks(const RowLoops& loops) {
        blurs_[kMask].start();
        for (int y = 0; y < h_; y++) {
            float* ref = numbers_[0].row(y);
            blurs_[kMask].row(loops, planes_[0][kB], 0, y, ref);
            blurs_[kMask].row(loops, planes_[1][kB], 1, y, line(0));
            loops.mask_difference(ref, line(0), w_, ac_.row(y));
            surround(ref, w_, kActivityStep, kInfinity);
        }
    }

    template <class Take>
    void map(const RowLoops& loops, const Level* half, Take take) {
        std::fill(outside_.data() - kActivityStep, outside_.data() + w_ + kActivityStep, kInfinity);
        for (int y = 0; y < h_; y++) {
            if (half) {
                const float* from = half->kept_map().row(y / 2);
                for (int x = 0; x < half->w_; x++) line(0)[2 * x] = line(0)[2 * x + 1] = from[x];
            }
            loops.visible({.w = w_,
                           .masks = {row_or_outside(numbers_[0], y - kActivityStep), numbers_[0].row(y),
                                     row_or_outside(numbers_[0], y + kActivityStep)},
                           .low = low_.row(y),
                           .ac = ac_.row(y),
                           .lines = lines_of_ac_.row(y),
                           .half = half ? line(0) : nullptr,
                           .out = line(1)});
            take(y, line(1));
        }
    }

    int w_ = 0, h_ = 0;
    Rows planes_[kSides][kChannels];
    Rows low_, ac_;     ///< maps
    Rows lines_of_ac_;  ///< what is added to ac_ at the end
    Rows numbers_[2];   ///< whose lines are looked at; then the reference's mask, and the map
    RowBlur blurs_[kBlurs];
    Line outside_, lines_[kChannels];
    PairWeights weights_[kBands][2];
    float root_of_bias_ = 0;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const PictureFormat& format, const RowLoops& loops)
        : variants_(variants.size()),
          loops_(loops),
          luminance_(static_cast<float>(variants[0].real("intensity_target"))),
          reader_(loops.make_reader(colour::Conversion(variants[0], format))),
          scales_(format) {
        for (int s = 0; s < scales_.count; s++) levels_[s] = Level(scales_.w[s], scales_.h[s]);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        Level &whole = levels_[0], &half = levels_[1];
        read_light(frame.ref, 0);
        read_light(frame.dis, 1);
        if (scales_.count > 1) {
            half.halve(loops_, whole);
            half.compare(loops_, luminance_, nullptr, [&](int y, const float* row) {
                std::memcpy(half.kept_map().row(y), row, static_cast<size_t>(half.w()) * sizeof(float));
            });
        }
        Sums sums;
        whole.compare(loops_, luminance_, scales_.count > 1 ? &half : nullptr,
                      [&](int, float* row) { add(row, whole.w(), sums); });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
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
    Level levels_[Scales::kMost];
};

}  // namespace

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const RowLoops& loops) {
    return std::make_unique<CpuExtractor>(variants, format, loops);
}

}  // namespace vmaf::butteraugli
