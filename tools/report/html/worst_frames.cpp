// Picks the worst frames of a column and reads their pictures in one pass.
#include "report/html/worst_frames.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "report/html/packed.h"

namespace vmaf::tool::html {

namespace {

constexpr unsigned kWidth = 640;

/// Gives a picture back.
struct Holder {
    VmafPicture picture = {};
    Holder() = default;
    ~Holder() {
        if (picture.ref) vmaf_picture_unref(&picture);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
};

Jpeg small_jpeg(const VmafPicture& picture, const ColourTags& tags) {
    const RgbImage image = shrink(picture, tags, kWidth);
    return {image.w, image.h, base64(encode_jpeg(image))};
}

}  // namespace

std::vector<size_t> worst_places(const Column& column, size_t count, unsigned apart) {
    const Better better = better_end(column);
    if (better == Better::kNeither) return {};
    std::vector<size_t> order, chosen;
    for (size_t i = 0; i < column.values.size(); i++)
        if (std::isfinite(column.values[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return better == Better::kHigher ? column.values[a] < column.values[b] : column.values[a] > column.values[b];
    });
    for (const size_t place : order) {
        if (chosen.size() == count) break;
        const auto distance = [&](size_t other) {
            return std::abs(static_cast<int64_t>(column.frames[place]) - static_cast<int64_t>(column.frames[other]));
        };
        if (std::all_of(chosen.begin(), chosen.end(), [&](size_t other) { return distance(other) >= apart; }))
            chosen.push_back(place);
    }
    return chosen;
}

std::vector<PicturePairJpeg> picture_pairs(const OpenPictures& open, const std::vector<unsigned>& frames,
                                           std::string& problem) {
    std::vector<PicturePairJpeg> pairs(frames.size());
    std::vector<size_t> order(frames.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return frames[a] < frames[b]; });
    try {
        if (frames.empty()) return pairs;
        const auto pictures = open();
        for (const size_t i : order) {
            Holder reference, distorted;
            pictures->read(frames[i], reference.picture, distorted.picture);
            pairs[i] = {small_jpeg(reference.picture, pictures->reference_tags),
                        small_jpeg(distorted.picture, pictures->distorted_tags)};
        }
    } catch (const std::exception& error) {
        problem = error.what();
    }
    return pairs;
}

}  // namespace vmaf::tool::html
