// Tells what people give in place of a model by its first bytes.
#include "model/foreign_model.h"

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "base/file_marks.h"
#include "base/utf8.h"

namespace vmaf {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSpace = " \t\r\n";

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_name_part(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; }

/// The characters at the beginning that a name may have.
std::string_view leading_name(std::string_view text) {
    size_t size = 0;
    while (size < text.size() && is_name_part(text[size])) size++;
    return text.substr(0, size && is_letter(text[0]) ? size : 0);
}

/// Protocols 2 and newer begin with their number; 0 and 1 with the first of what they hold, which no JSON begins with: a dictionary,
/// a list, or a class by its module and name, on a line each.
bool is_pickle(std::string_view text) {
    if (text.size() >= 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5) return true;
    for (const std::string_view start : {"(d", "(l", "(i", "}q", "}r", "}(", "}.", "]q", "]r", "](", "]."})
        if (text.starts_with(start)) return true;
    if (!text.starts_with('c')) return false;
    const std::string_view module = leading_name(text.substr(1));
    const std::string_view rest = text.substr(1 + module.size());
    return !module.empty() && rest.starts_with('\n') && !leading_name(rest.substr(1)).empty();
}

/// With a byte order mark, or by the zeros beside the first characters.
bool is_utf16_or_32(std::string_view text) {
    for (const std::string_view mark : {"\xff\xfe"sv, "\xfe\xff"sv, "\0\0\xfe\xff"sv})
        if (text.starts_with(mark)) return true;
    const std::string_view start = text.substr(0, 4);
    return start.find('\0') != start.npos && start.find_first_of("{[<\"") != start.npos;
}

/// The mark of a document, or a key with its value or with more lines below.
bool is_yaml(std::string_view text) {
    while (text.starts_with('#')) {
        text.remove_prefix(std::min(text.find('\n'), text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    }
    if (text.starts_with("---") || text.starts_with("%YAML") || text.starts_with("- ")) return true;
    const std::string_view key = leading_name(text);
    const std::string_view rest = text.substr(key.size());
    return !key.empty() && (rest.starts_with(": ") || rest.starts_with(":\n") || rest.starts_with(":\r"));
}

}  // namespace

std::string why_not_model(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const std::string_view words = text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
    if (words.empty()) return "the file is empty; did its download or the program that should write it fail?";
    if (is_lfs_pointer(words)) return kLfsPointer;
    if (is_html(words))
        return "an HTML page, not a model; the download went wrong: take the address of the file itself, on GitHub "
               "that "
               "of 'raw'";
    if (is_utf16_or_32(text))
        return "text in UTF-16 or UTF-32, which JSON is not read in; save it as UTF-8 (PowerShell's '>' writes UTF-16)";
    if (const FileMark* packed = find_mark(file_marks::kPacked, text))
        return cat("compressed with ", packed->kind, "; unpack it first");
    if (const FileMark* image = find_mark(file_marks::kImages, text))
        return cat("an image (", image->kind, "), not a model");
    if (text.starts_with("YUV4MPEG2")) return "a video (Y4M), not a model";
    if (const FileMark* video = find_mark(file_marks::kVideos, text))
        return cat("a video (", video->kind, "), not a model");
    if (is_pickle(text))
        return "a Python pickle, as models were stored in before version 2; models are JSON now: take the .json of the "
               "same name, or the built-in model";
    if (words.starts_with("svm_type "))
        return "the regression of an older model alone (libsvm), without its features; models are JSON now: take the "
               ".json of the same name, or the built-in model";
    if (words.starts_with('<')) return "XML, perhaps a report; models are JSON";
    if (is_yaml(words)) return "YAML; models are JSON";
    if (std::string_view("{[\"-0123456789").find(words[0]) == std::string_view::npos)
        return "no model: the text of one is JSON and begins with '{'";
    return "";
}

std::string why_not_utf8(std::string_view text) {
    const size_t at = find_malformed_utf8(text);
    if (at == text.npos) return "";
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02X", static_cast<unsigned char>(text[at]));
    return cat("line ", 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n'), ": the byte ",
               byte, " is not UTF-8, in which JSON is written; save the file in that encoding");
}

}  // namespace vmaf
