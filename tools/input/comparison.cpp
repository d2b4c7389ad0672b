// Compares what is known of both inputs and words what differs.
#include "input/comparison.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "fixed.h"
#include "input/convert/conversion.h"

namespace vmaf::tool {

namespace {

/// "yuv420p10le": FFmpeg's name.
std::string ffmpeg_name(const PictureFormat& format) {
    const std::string depth = format.bpc > 8 ? cat(format.bpc, "le") : "";
    if (format.pix_fmt == VMAF_PIX_FMT_YUV400P) return cat("gray", depth);
    return cat("yuv", describe(format.pix_fmt), "p", depth);
}

std::string difference(const char* what, const VideoReader& reference, const std::string& a,
                       const VideoReader& distorted, const std::string& b, const char* consequence) {
    return cat(what, " differ: ", a, " (", reference.name(), "), ", b, " (", distorted.name(), "); ", consequence);
}

bool differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

}  // namespace

std::string format_problems(const PictureFormat& reference, const PictureFormat& distorted, const FormatRules& rules) {
    std::string text;
    int count = 0;
    const auto add = [&](const std::string& line, const std::string& option, const std::string& conversion) {
        text += line;
        if (rules.way_out == FormatRules::WayOut::kOption && !option.empty())
            text += cat("; ", option, " converts the distorted video");
        else if (rules.way_out != FormatRules::WayOut::kNone)
            text += cat("; convert the distorted video first: ffmpeg -i DISTORTED ", conversion, " -c:v ffv1 OUT.mkv");
        text += "\n";
        count++;
    };
    const std::string format = cat("-pix_fmt ", ffmpeg_name(reference)), scale = "--scale bicubic";
    const bool lacks_chroma = distorted.planes() < reference.planes();
    if ((reference.w != distorted.w || reference.h != distorted.h) && !rules.any_size)
        add(cat("dimensions do not match: ", reference.w, "x", reference.h, ", ", distorted.w, "x", distorted.h), scale,
            cat("-vf scale=", reference.w, ":", reference.h, ":flags=bicubic"));
    if (reference.pix_fmt != distorted.pix_fmt && (!rules.any_size || lacks_chroma))
        add(cat("pixel formats do not match: ", describe(reference.pix_fmt), ", ", describe(distorted.pix_fmt)),
            lacks_chroma ? "" : scale, format);
    if (reference.bpc != distorted.bpc && !rules.any_depth)
        add(cat("bitdepths do not match: ", reference.bpc, ", ", distorted.bpc), "", format);
    if (count > 0) text += cat("videos are incompatible, ", count, count == 1 ? " problem." : " problems.");
    return text;
}

namespace {

/// Compares traits of one kind after the other.
class TraitComparison {
 public:
    TraitComparison(const VideoReader& reference, const VideoReader& distorted, const Options& options)
        : reference_(reference), distorted_(distorted), options_(options) {}

    void compare_rates(const VideoTraits& ours, const VideoTraits& theirs) {
        constexpr double kSameRate = 5e-4;  // relative: 24000/1001 is 1e-3 from 24, and containers round
        const double a = ours.frame_rate, b = theirs.frame_rate;
        if (a <= 0 || b <= 0 || ours.guessed_rate || theirs.guessed_rate) return;
        if (std::abs(a - b) <= kSameRate * std::max(a, b)) return;
        add(options_.allow_rate_mismatch, "frame rates", ours.rate_text, theirs.rate_text,
            options_.allow_rate_mismatch ? "frames are paired one by one, whatever their times"
                                         : "is one of them made of other frames? --allow_rate_mismatch pairs them one "
                                           "by one, whatever their times");
    }

    void compare_colours(const char* what, const std::string& a, const std::string& b) {
        if (!differ(a, b)) return;
        const bool known = what == kRanges || (knows_matrix(a) && knows_matrix(b));
        switch (options_.colour) {
            case ColourRule::kAsIs: return add(true, what, a, b, "samples are compared as they are");
            case ColourRule::kConvert:
                found.colour = found.colour || (known && kZimgInThisBuild);
                if (!kZimgInThisBuild) add(false, what, a, b, "this build can't convert them: it has no zimg");
                if (kZimgInThisBuild && !known) add(false, what, a, b, "no conversion between these is known");
                return;
            default:
                add(false, what, a, b,
                    "--colour convert converts the distorted video, --colour as_is compares samples as they are");
        }
    }

    static constexpr const char* kRanges = "sample ranges";
    TraitDifferences found;

 private:
    void add(bool allowed, const char* what, const std::string& a, const std::string& b, const char* consequence) {
        (allowed ? found.allowed : found.refused)
            .push_back(difference(what, reference_, a, distorted_, b, consequence));
    }

    const VideoReader &reference_, &distorted_;
    const Options& options_;
};

}  // namespace

std::string matrix_name(const std::string& matrix) { return matrix == "bt470bg" ? "smpte170m" : matrix; }

TraitDifferences compare_traits(const VideoReader& reference, const VideoReader& distorted, const Options& options) {
    const VideoTraits ours = reference.traits(), theirs = distorted.traits();
    TraitComparison comparison(reference, distorted, options);
    if (!ours.of_container && !theirs.of_container) return comparison.found;
    comparison.compare_rates(ours, theirs);
    comparison.compare_colours(TraitComparison::kRanges, ours.range, theirs.range);
    comparison.compare_colours("colour matrices", matrix_name(ours.matrix), matrix_name(theirs.matrix));
    return comparison.found;
}

std::string length_difference(const VideoReader& reference, const VideoReader& distorted, uint64_t reference_frames,
                              uint64_t distorted_frames, bool allowed) {
    if (reference_frames == distorted_frames) return {};
    return difference("numbers of frames", reference, cat(reference_frames), distorted, cat(distorted_frames),
                      allowed ? "are the first frames of both the same ones? the shorter one ends the run"
                              : "--sync propose finds out whether their first frames are the same ones, "
                                "--frame_skip_ref and --frame_skip_dist pass over some, and --frame_cnt N or "
                                "--allow_length_mismatch score the part that both have");
}

std::string duration_difference(const VideoReader& reference, const VideoReader& distorted) {
    constexpr double kSame = 0.5;  // seconds
    const double a = reference.traits().duration, b = distorted.traits().duration;
    if (a <= 0 || b <= 0 || std::abs(a - b) <= kSame) return {};
    const auto seconds = [](double duration) { return fixed(duration, 3) + " s"; };
    return difference("durations", reference, seconds(a), distorted, seconds(b),
                      "where one ends first the run fails, unless --allow_length_mismatch or --frame_cnt N is given");
}

}  // namespace vmaf::tool
