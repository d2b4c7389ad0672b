// Compares what is known of both inputs and words what differs.
#include "input/comparison.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

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

std::string format_problems(const PictureFormat& reference, const PictureFormat& distorted, bool any_depth,
                            bool way_out) {
    std::string text;
    int count = 0;
    const auto add = [&](const std::string& line, const std::string& conversion) {
        const std::string command = cat("ffmpeg -i DISTORTED ", conversion, " -c:v ffv1 OUT.mkv");
        text += cat(line, way_out ? cat("; convert the distorted video first: ", command) : "", "\n");
        count++;
    };
    const std::string format = cat("-pix_fmt ", ffmpeg_name(reference));
    if (reference.w != distorted.w || reference.h != distorted.h)
        add(cat("dimensions do not match: ", reference.w, "x", reference.h, ", ", distorted.w, "x", distorted.h),
            cat("-vf scale=", reference.w, ":", reference.h, ":flags=bicubic"));
    if (reference.pix_fmt != distorted.pix_fmt)
        add(cat("pixel formats do not match: ", describe(reference.pix_fmt), ", ", describe(distorted.pix_fmt)),
            format);
    if (reference.bpc != distorted.bpc && !any_depth)
        add(cat("bitdepths do not match: ", reference.bpc, ", ", distorted.bpc), format);
    if (count > 0) text += cat("videos are incompatible, ", count, count == 1 ? " problem." : " problems.");
    return text;
}

std::vector<std::string> trait_warnings(const VideoReader& reference, const VideoReader& distorted) {
    constexpr double kSameRate = 5e-4;  // relative: 24000/1001 is 1e-3 from 24, and containers round
    const VideoTraits ours = reference.traits(), theirs = distorted.traits();
    std::vector<std::string> warnings;
    if (!ours.of_container && !theirs.of_container) return warnings;
    const auto add = [&](const char* what, const std::string& a, const std::string& b, const char* consequence) {
        warnings.push_back(difference(what, reference, a, distorted, b, consequence));
    };
    if (ours.frame_rate > 0 && theirs.frame_rate > 0 &&
        std::abs(ours.frame_rate - theirs.frame_rate) > kSameRate * std::max(ours.frame_rate, theirs.frame_rate))
        add("frame rates", ours.rate_text, theirs.rate_text, "frames are paired one by one, whatever their times");
    if (differ(ours.range, theirs.range))
        add("sample ranges", ours.range, theirs.range, "samples are compared as they are, without conversion");
    if (differ(ours.matrix, theirs.matrix))
        add("colour matrices", ours.matrix, theirs.matrix, "samples are compared as they are, without conversion");
    return warnings;
}

std::string length_warning(const VideoReader& reference, const VideoReader& distorted, uint64_t reference_frames,
                           uint64_t distorted_frames) {
    if (reference_frames == distorted_frames) return {};
    return difference("numbers of frames", reference, cat(reference_frames), distorted, cat(distorted_frames),
                      "are the first frames of both the same ones? the shorter one ends the run");
}

}  // namespace vmaf::tool
