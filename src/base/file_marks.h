// The first bytes by which files of other programs are told apart, for readers that were given one of them by mistake.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace vmaf {

/// Bytes at a place, and what a file with them is.
struct FileMark {
    size_t offset;
    std::string_view bytes, kind;
};

namespace file_marks {

using namespace std::string_view_literals;

inline constexpr FileMark kVideos[] = {
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

inline constexpr FileMark kImages[] = {
    {0, "\x89PNG\r\n\x1a\n"sv, "PNG"},  {0, "\xff\xd8\xff"sv, "JPEG"}, {0, "GIF8"sv, "GIF"},   {8, "WEBP"sv, "WebP"},
    {4, "ftypavif"sv, "AVIF"},          {4, "ftypheic"sv, "HEIC"},     {0, "II*\0"sv, "TIFF"}, {0, "MM\0*"sv, "TIFF"},
    {4, "JXL \r\n\x87\n"sv, "JPEG XL"},
};

inline constexpr FileMark kPacked[] = {
    {0, "\x1f\x8b"sv, "gzip"},
    {0, "\x28\xb5\x2f\xfd"sv, "Zstandard"},
    {0,
     "\xfd"
     "7zXZ"sv,
     "xz"},
    {0, "BZh"sv, "bzip2"},
    {0, "PK\3\4"sv, "ZIP"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "7-Zip"},
    {0, "\x04\x22\x4d\x18"sv, "LZ4"},
};

}  // namespace file_marks

/// The first of the marks that the text bears, or null.
inline const FileMark* find_mark(std::span<const FileMark> marks, std::string_view start) {
    const auto bears = [start](const FileMark& mark) {
        return start.size() >= mark.offset && start.substr(mark.offset).starts_with(mark.bytes);
    };
    const auto found = std::find_if(marks.begin(), marks.end(), bears);
    return found == marks.end() ? nullptr : &*found;
}

/// What git-lfs leaves in a checkout without it.
inline bool is_lfs_pointer(std::string_view start) { return start.starts_with("version https://git-lfs"); }
inline constexpr const char* kLfsPointer = "a pointer of git-lfs, not the file itself; 'git lfs pull' fetches that";

inline bool is_html(std::string_view start) {
    std::string word;
    for (const char c : start.substr(std::min(start.find_first_not_of(" \t\r\n"), start.size()), 9))
        word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return word.starts_with("<!doctype") || word.starts_with("<html");
}

}  // namespace vmaf
