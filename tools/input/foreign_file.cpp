// Tells files apart by their first bytes.
#include "input/foreign_file.h"

#include <algorithm>
#include <span>

#include "base/error.h"

namespace vmaf::tool {

namespace {

using namespace std::string_view_literals;

/// Something that other programs write.
struct Mark {
    size_t offset;
    std::string_view bytes, kind;
};

constexpr Mark kVideos[] = {
    {4, "ftyp"sv, "MP4 or MOV"},
    {0, "\x1a\x45\xdf\xa3"sv, "Matroska or WebM"},
    {0, "RIFF"sv, "AVI"},
    {0, "DKIF"sv, "IVF"},
    {0, "FLV"sv, "FLV"},
    {0, "OggS"sv, "Ogg"},
    {0, "\x47\x40"sv, "an MPEG transport stream"},
    {0, "\0\0\1\xba"sv, "an MPEG programme stream"},
    {0, "\0\0\0\1"sv, "a bare H.264 or H.265 stream"},
    {0, "\0\0\1"sv, "a bare MPEG stream"},
    {0, "\x12\0"sv, "a bare AV1 stream"},
};

constexpr Mark kPacked[] = {
    {0, "\x1f\x8b"sv, "gzip"},
    {0, "\x28\xb5\x2f\xfd"sv, "Zstandard"},
    {0,
     "\xfd"
     "7zXZ"sv,
     "xz"},
    {0, "BZh"sv, "bzip2"},
    {0, "PK\3\4"sv, "ZIP"},
};

const Mark* find(std::span<const Mark> marks, std::string_view start) {
    for (const Mark& mark : marks)
        if (start.size() >= mark.offset && start.substr(mark.offset).starts_with(mark.bytes)) return &mark;
    return nullptr;
}

bool is_html(std::string_view start) {
    std::string word;
    for (const char c : start.substr(std::min(start.find_first_not_of(" \t\r\n"), start.size()), 9))
        word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return word.starts_with("<!doctype") || word.starts_with("<html");
}

}  // namespace

std::string why_not_y4m(std::string_view start) {
    if (start.empty()) return "the input is empty; did the program that should write it fail?";
    if (start.starts_with("version https://git-lfs"))
        return "a pointer of git-lfs, not the file itself; 'git lfs pull' fetches that";
    if (is_html(start)) return "an HTML page, not a video; the download went wrong";
    if (start.starts_with("\xff\xfeY\0"sv) || start.starts_with("\xef\xbb\xbfYUV4"))
        return "a Y4M file that went through a conversion of text (UTF-16, or a byte order mark), which damages it; "
               "PowerShell's '>' "
               "does that: have the program write the file itself";
    if (const Mark* video = find(kVideos, start))
        return cat("not a Y4M file but ", video->kind,
                   "; decode it first: ffmpeg -i FILE -f yuv4mpegpipe -strict -1 OUT.y4m");
    if (const Mark* packed = find(kPacked, start)) return cat("compressed with ", packed->kind, "; unpack it first");
    return "not a Y4M file; raw YUV needs --width, --height, --pixel_format and --bitdepth";
}

}  // namespace vmaf::tool
