// Rate against quality: encodes in ladders, and the Bjøntegaard difference of rate between two of these.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vmaf::tool::html {

struct RateQuality {
    double bits_per_second = 0, score = 0;
};

/// What the names of the encodes of one ladder share: the file's name without its ending and without the number, with its unit, that it ends in, and
/// separators before that. "x264_1500k.mp4", "x264-crf23.mkv" -> "x264"; "hevc/1500k.mp4" -> "hevc".
std::string ladder_name(std::string_view path);

/// Mean difference in rate at equal quality, in percent of `anchor`'s rate; or why there is none.
struct BdRate {
    double percent = 0;
    double low = 0, high = 0;  ///< the range of quality that both cover
    std::string problem;       ///< a clause; empty: the figures count
};

/// Points that a ladder needs for it.
inline constexpr size_t kLadderPoints = 4;

/// Logarithms of rate over quality, by piecewise cubic Hermite interpolation that keeps monotone (PCHIP), integrated over the common range.
BdRate bd_rate(std::span<const RateQuality> anchor, std::span<const RateQuality> test);

}  // namespace vmaf::tool::html
