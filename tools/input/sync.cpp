// Compares small pictures of both videos at every shift. A shift is evident if on the frames that it shares with the next best one it is
// better by far more than chance, and by more than encoding changes.
#include "input/sync.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "fixed.h"
#include "input/convert/aligned_picture.h"

namespace vmaf::tool {

namespace {

constexpr unsigned kColumns = 32, kRows = 18;
constexpr uint64_t kLeastFrames = 8;  ///< that a shift is judged by
constexpr double kSignificance = 5;   ///< standard errors of the mean
constexpr double kLeastGain = 0.02;   ///< steps of 8 bits; what rounding makes of a still picture is less
constexpr double kLeastShare = 0.1;   ///< of the difference that is left

/// The mean of samples in columns [x0, x1) and rows [y0, y1).
template <class T>
double mean_of(const Plane<T>& plane, unsigned x0, unsigned x1, unsigned y0, unsigned y1) {
    uint64_t sum = 0;
    for (unsigned y = y0; y < y1; y++)
        for (unsigned x = x0; x < x1; x++) sum += plane.row(y)[x];
    return static_cast<double>(sum) / (uint64_t{x1 - x0} * (y1 - y0));
}

/// Where cell `i` of `cells` begins; a picture smaller than the grid has some samples in several cells.
unsigned edge(unsigned size, unsigned i, unsigned cells) { return static_cast<unsigned>(uint64_t{size} * i / cells); }

template <class T>
Thumbnail thumbnail(const Plane<T>& luma, unsigned bpc) {
    Thumbnail cells;
    const double scale = std::ldexp(1.0, 8 - static_cast<int>(bpc));
    for (unsigned row = 0; row < kRows; row++)
        for (unsigned column = 0; column < kColumns; column++) {
            const unsigned x = edge(luma.w, column, kColumns), y = edge(luma.h, row, kRows);
            const unsigned x_end = std::max(x + 1, edge(luma.w, column + 1, kColumns));
            const unsigned y_end = std::max(y + 1, edge(luma.h, row + 1, kRows));
            cells.push_back(static_cast<float>(scale * mean_of(luma, x, x_end, y, y_end)));
        }
    return cells;
}

double difference(const Thumbnail& a, const Thumbnail& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); i++) sum += std::abs(static_cast<double>(a[i]) - b[i]);
    return sum / static_cast<double>(a.size());
}

/// Frames of the encode that have a partner at a shift: [begin, end).
struct Overlap {
    int64_t begin, end;
    uint64_t frames() const { return end > begin ? static_cast<uint64_t>(end - begin) : 0; }
};

class Comparison {
 public:
    Comparison(const std::vector<Thumbnail>& reference, const std::vector<Thumbnail>& distorted)
        : reference_(reference), distorted_(distorted) {}

    Overlap overlap(int64_t shift) const {
        return {std::max<int64_t>(0, -shift),
                std::min(static_cast<int64_t>(distorted_.size()), static_cast<int64_t>(reference_.size()) - shift)};
    }

    double at(int64_t frame, int64_t shift) const {
        return difference(reference_[static_cast<size_t>(frame + shift)], distorted_[static_cast<size_t>(frame)]);
    }

    Match match(int64_t shift) const {
        const Overlap both = overlap(shift);
        double sum = 0;
        for (int64_t frame = both.begin; frame < both.end; frame++) sum += at(frame, shift);
        return {shift, sum / static_cast<double>(std::max<uint64_t>(both.frames(), 1)), both.frames()};
    }

    /// True if the first shift is better than the second one, on the frames that both have, as the constants above say.
    bool stands_out(const Match& best, const Match& next) const {
        const Overlap a = overlap(best.shift), b = overlap(next.shift);
        std::vector<double> gains;
        for (int64_t frame = std::max(a.begin, b.begin); frame < std::min(a.end, b.end); frame++)
            gains.push_back(at(frame, next.shift) - at(frame, best.shift));
        const auto count = static_cast<double>(gains.size());
        if (gains.size() < 2) return false;
        double mean = 0, squares = 0;
        for (const double gain : gains) mean += gain / count;
        for (const double gain : gains) squares += (gain - mean) * (gain - mean);
        const double error = std::sqrt(squares / (count - 1) / count);
        return mean >= kLeastGain + kLeastShare * best.difference && mean >= kSignificance * error;
    }

 private:
    const std::vector<Thumbnail>&reference_, &distorted_;
};

std::string level(double difference) { return fixed(difference, 2); }

std::string signed_words(int64_t shift) { return cat(shift > 0 ? "+" : "", shift); }

}  // namespace

std::vector<Thumbnail> thumbnails(VideoReader& reader, uint64_t first, uint64_t count) {
    const PictureFormat format = reader.format();
    AlignedPicture picture(format, 1);
    std::vector<Thumbnail> found;
    reader.seek(first);
    while (found.size() < count && reader.read(picture.view(), 1))
        with_sample_type(format.bpc, [&](auto type) {
            using T = typename decltype(type)::type;
            const Plane<T> luma{static_cast<const T*>(picture.view().data[0]),
                                picture.view().stride[0] / static_cast<ptrdiff_t>(sizeof(T)), format.w, format.h};
            found.push_back(thumbnail(luma, format.bpc));
        });
    return found;
}

std::optional<SyncFinding> find_sync(const std::vector<Thumbnail>& reference, const std::vector<Thumbnail>& distorted,
                                     unsigned window) {
    const Comparison comparison(reference, distorted);
    const uint64_t least = std::max(kLeastFrames, std::min<uint64_t>(reference.size(), distorted.size()) / 4);
    std::vector<Match> matches;
    for (int64_t shift = -static_cast<int64_t>(window); shift <= static_cast<int64_t>(window); shift++)
        if (comparison.overlap(shift).frames() >= least) matches.push_back(comparison.match(shift));
    if (matches.size() < 2) return std::nullopt;
    const int64_t first = matches.front().shift, last = matches.back().shift;
    const auto better = [](const Match& a, const Match& b) { return a.difference < b.difference; };
    std::ranges::partial_sort(matches, matches.begin() + 2, better);
    const Match now = comparison.match(0);
    const bool at_end = matches[0].shift == first || matches[0].shift == last;  // what lies beyond may be better
    return SyncFinding{matches[0], matches[1], now, !at_end && comparison.stands_out(matches[0], matches[1])};
}

std::string sync_words(const SyncFinding& finding, const VideoReader& reference, const VideoReader& distorted,
                       uint64_t reference_first, uint64_t distorted_first) {
    const int64_t shift = finding.best.shift;
    const std::string evidence =
        cat("mean difference of luma over ", finding.best.frames, " frames: ", level(finding.best.difference),
            " at shift ", signed_words(shift), ", ", level(finding.next.difference), " at the next best one, ",
            signed_words(finding.next.shift), ", ", level(finding.now.difference), " at 0");
    if (!finding.evident)
        return cat("no shift of ", distorted.name(),
                   " stands out; is the picture still, or does it repeat? Or is the shift beyond --sync_window? ",
                   evidence);
    const auto later = static_cast<uint64_t>(std::abs(shift));
    const uint64_t a = reference_first + (shift > 0 ? later : 0), b = distorted_first + (shift < 0 ? later : 0);
    return cat("frame ", b, " of ", distorted.name(), " shows frame ", a, " of ", reference.name(),
               shift == 0 ? ", as they are paired" : "", "; ", evidence);
}

}  // namespace vmaf::tool
