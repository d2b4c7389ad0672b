// Tells files apart by their first bytes.
#include "input/foreign_file.h"

#include "base/error.h"
#include "base/file_marks.h"

namespace vmaf::tool {

using namespace std::string_view_literals;

namespace {

/// Y4M after a program that took it for text.
bool is_converted_y4m(std::string_view start) {
    return start.starts_with("\xff\xfeY\0"sv) || start.starts_with("\xef\xbb\xbfYUV4");
}

}  // namespace

bool is_never_video(std::string_view start) {
    return start.empty() || is_lfs_pointer(start) || is_html(start) || is_converted_y4m(start) ||
           find_mark(file_marks::kImages, start) || find_mark(file_marks::kPacked, start);
}

std::string why_not_y4m(std::string_view start) {
    if (start.empty()) return "the input is empty; did the program that should write it fail?";
    if (is_lfs_pointer(start)) return kLfsPointer;
    if (is_html(start)) return "an HTML page, not a video; the download went wrong";
    if (is_converted_y4m(start))
        return "a Y4M file that went through a conversion of text (UTF-16, or a byte order mark), which damages it; "
               "PowerShell's '>' does that: have the program write the file itself";
    const FileMark* image = find_mark(file_marks::kImages, start);
    if (const FileMark* coded = image ? image : find_mark(file_marks::kVideos, start))
        return cat("not a Y4M file but ", coded->kind,
                   "; decode it first: ffmpeg -i FILE -f yuv4mpegpipe -strict -1 OUT.y4m",
                   image ? "" : " (or take a vmaf that was built with FFmpeg's libraries)");
    if (const FileMark* packed = find_mark(file_marks::kPacked, start))
        return cat("compressed with ", packed->kind, "; unpack it first");
    return "not a Y4M file; raw YUV needs --width, --height, --pixel_format and --bitdepth";
}

}  // namespace vmaf::tool
