// cambi on the CPU, one pixel after another: the readable reference for all backends.
#include <algorithm>

#include "metric/cambi/cambi.h"

namespace vmaf::cambi {
namespace {

/// A plane of 10-bit values.
struct Levels {
    int w = 0, h = 0;
    std::vector<uint16_t> values;

    uint16_t* row(int y) { return values.data() + static_cast<size_t>(y) * w; }
    void resize(int width, int height) {
        w = width, h = height;
        values.resize(static_cast<size_t>(w) * h);
    }
};

/// Picks the samples of the size that is scored.
template <class T>
void pick(Plane<T> plane, unsigned bpc, Levels& out) {
    const std::vector<int> columns = picked_samples(static_cast<int>(plane.w), out.w);
    const std::vector<int> rows = picked_samples(static_cast<int>(plane.h), out.h);
    for (int y = 0; y < out.h; y++) {
        const T* in = plane.row(rows[y]);
        for (int x = 0; x < out.w; x++) out.row(y)[x] = static_cast<uint16_t>(ten_bits(in[columns[x]], bpc));
    }
}

void smooth(Levels& levels) {
    for (int y = 0; y < levels.h; y++) {
        uint16_t* row = levels.row(y);
        const uint16_t* below = y + 1 < levels.h ? levels.row(y + 1) : row;
        for (int x = 0; x < levels.w; x++) {
            const int right = x + 1 < levels.w ? x + 1 : x;
            row[x] = static_cast<uint16_t>(smoothed(row[x], row[right], below[x], below[right]));
        }
    }
}

/// The spatial mask: 1 for pixels with more flat ones around them than the threshold.
void find_mask(Levels& levels, Levels& mask) {
    const int w = levels.w, h = levels.h, threshold = mask_threshold(w, h);
    Levels across;  // flat pixels in the row of each square
    across.resize(w, h);
    mask.resize(w, h);
    for (int y = 0; y < h; y++) {
        const uint16_t* row = levels.row(y);
        const uint16_t* below = y + 1 < h ? levels.row(y + 1) : row;
        const auto flat = [&](int x) {
            return x >= 0 && x < w && (x == w - 1 || row[x] == row[x + 1]) && row[x] == below[x];
        };
        int count = 0;
        for (int x = -kMaskRadius; x < w; x++) {
            count += flat(x + kMaskRadius) - flat(x - kMaskRadius - 1);
            if (x >= 0) across.row(y)[x] = static_cast<uint16_t>(count);
        }
    }
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int count = 0;
            for (int i = std::max(0, y - kMaskRadius); i <= std::min(h - 1, y + kMaskRadius); i++)
                count += across.row(i)[x];
            mask.row(y)[x] = count > threshold;
        }
}

/// Keeps the even columns of the even rows.
void halve(Levels& plane) {
    const int w = halved(plane.w), h = halved(plane.h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) plane.values[static_cast<size_t>(y) * w + x] = plane.row(2 * y)[2 * x];
    plane.resize(w, h);
}

void filter_modes(Levels& levels) {
    const int w = levels.w, h = levels.h;
    Levels across = levels;
    for (int y = 0; y < h; y++)
        for (int x = 1; x < w - 1; x++) {
            const uint16_t* in = levels.row(y) + x;
            across.row(y)[x] = static_cast<uint16_t>(mode(in[-1], in[0], in[1]));
        }
    for (int y = 1; y < h - 1; y++)
        for (int x = 0; x < w; x++)
            levels.row(y)[x] =
                static_cast<uint16_t>(mode(across.row(y - 1)[x], across.row(y)[x], across.row(y + 1)[x]));
}

/// For every value and column the number of masked pixels with that value in the window around that column; the rows of
/// the window slide down the picture.
class Windows {
 public:
    explicit Windows(const Steps& steps) : steps_(steps) {}

    void start(int w, int radius) {
        w_ = w, radius_ = radius;
        counts_.assign(static_cast<size_t>(w) * (steps_.highest_counted() - steps_.lowest_counted() + 1), 0);
    }
    /// Counts a row of the picture in (sign 1) or out (sign -1).
    void slide(const uint16_t* levels, const uint16_t* mask, int sign) {
        for (int begin = 0, end; begin < w_; begin = end) {
            for (end = begin + 1; end < w_ && levels[end] == levels[begin] && mask[end] == mask[begin];) end++;
            if (mask[begin] && levels[begin] >= steps_.lowest_counted() && levels[begin] <= steps_.highest_counted())
                add_run(counts_.data() + offset(levels[begin]), begin, end, sign);
        }
    }
    uint32_t pixels(int value, int x) const { return counts_[offset(value) + x]; }

 private:
    size_t offset(int value) const { return static_cast<size_t>(value - steps_.lowest_counted()) * w_; }

    /// A run of pixels of one value: a window gets as many as it shares with the run.
    void add_run(uint32_t* counts, int begin, int end, int sign) const {
        for (int x = std::max(0, begin - radius_); x < std::min(w_, end + radius_); x++)
            counts[x] += static_cast<uint32_t>(sign * (std::min(end, x + radius_ + 1) - std::max(begin, x - radius_)));
    }

    const Steps& steps_;
    int w_ = 0, radius_ = 0;
    std::vector<uint32_t> counts_;
};

class ScalarDetector final : public Detector {
 public:
    explicit ScalarDetector(const Setup& setup) : setup_(setup), windows_(setup_.steps) {}

    void detect(const PictureView& picture, const Geometry& geometry, bool all_pixels, Confidences& out) override {
        levels_.resize(geometry.w, geometry.h);
        with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
            pick(picture.plane<T>(0), picture.format.bpc, levels_);
        });
        if (setup_.smooth) smooth(levels_);
        find_mask(levels_, mask_);
        const auto window_pixels = static_cast<size_t>(geometry.window) * geometry.window;
        if (reciprocals_.size() <= window_pixels) reciprocals_ = reciprocals(static_cast<int>(window_pixels) + 1);
        for (int scale = 0; scale < kScales; scale++) {
            if (scale > 0 || geometry.halve_first) {
                halve(levels_);
                halve(mask_);
            }
            filter_modes(levels_);
            find_confidences(geometry.radius(), all_pixels, out[scale]);
        }
    }

 private:
    void find_confidences(int radius, bool all_pixels, std::vector<float>& out) {
        out.clear();
        if (!setup_.steps.any()) {
            out.assign(all_pixels ? levels_.values.size() : 0, 0);
            return;
        }
        const auto slide = [&](int y, int sign) {
            if (y >= 0 && y < levels_.h) windows_.slide(levels_.row(y), mask_.row(y), sign);
        };
        windows_.start(levels_.w, radius);
        for (int y = 0; y < radius; y++) slide(y, 1);
        for (int y = 0; y < levels_.h; y++) {
            slide(y + radius, 1);
            slide(y - radius - 1, -1);
            for (int x = 0; x < levels_.w; x++) {
                const float confidence = mask_.row(y)[x] ? confidence_at(x, levels_.row(y)[x]) : 0;
                if (confidence > 0 || all_pixels) out.push_back(confidence);
            }
        }
    }

    float confidence_at(int x, int value) const {
        float largest = 0;
        for (int step = setup_.steps.first[value]; step <= setup_.steps.count; step++) {
            const uint32_t centre = windows_.pixels(value, x);
            const uint32_t neighbour = std::max(windows_.pixels(value + step, x), windows_.pixels(value - step, x));
            largest = std::max(largest, confidence(step, centre, neighbour, reciprocals_[centre + neighbour]));
        }
        return largest;
    }

    const Setup setup_;
    Levels levels_, mask_;
    Windows windows_;
    std::vector<float> reciprocals_;
};

}  // namespace

std::unique_ptr<Detector> make_scalar_detector(const Setup& setup) { return std::make_unique<ScalarDetector>(setup); }

}  // namespace vmaf::cambi
