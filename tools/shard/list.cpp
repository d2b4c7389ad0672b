// Reads the list's lines into fields, and the fields into pairs.
#include "shard/list.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string_view>

#include "base/error.h"
#include "spec.h"

namespace vmaf::tool {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kReference = "reference", kDistorted = "distorted", kOutput = "output";
constexpr std::string_view kBlanks = " \t\r";
/// Options that a pair may have of its own.
constexpr std::string_view kOptions[] = {"model",    "width",      "height",         "pixel_format",
                                         "bitdepth", "ref_stream", "dist_stream",    "crop_ref",
                                         "crop_dis", "frame_cnt",  "frame_skip_ref", "frame_skip_dist"};

/// A mistake in the list.
struct Mistake {
    unsigned line;
    std::string text;
};

/// A line's texts by name.
struct Fields {
    unsigned line;
    std::map<std::string, std::string> values;
};

void check_name(const std::string& name, unsigned line) {
    std::string known = cat(kReference, ", ", kDistorted, ", ", kOutput);
    bool found = name == kReference || name == kDistorted || name == kOutput;
    for (const std::string_view option : kOptions) {
        known += cat(", ", option);
        found = found || name == option;
    }
    if (!found) throw Mistake{line, cat("\"", name, "\" is unknown; known are ", known)};
}

// ---------------------------------------------------------------------------------------------- CSV

struct Record {
    unsigned line;  ///< that it begins in
    std::vector<std::string> cells;

    bool is_empty() const {
        return std::ranges::all_of(cells, [](const std::string& cell) { return cell.empty(); });
    }
};

/// Takes CSV apart. A cell in quotes may hold commas, line breaks, and quotes written twice.
class CsvReader {
 public:
    explicit CsvReader(std::string_view text) : text_(text) {}

    bool more() const { return at_ < text_.size(); }
    Record next() {
        Record record{line_, {}};
        do record.cells.push_back(skip_blanks() == '"' ? quoted() : plain());
        while (take(','));
        if (take('\n')) line_++;
        return record;
    }

 private:
    /// The next character; a line break at the text's end.
    char peek() const { return more() ? text_[at_] : '\n'; }
    bool take(char c) { return more() && text_[at_] == c ? ++at_ : false; }
    char skip_blanks() {
        while (more() && kBlanks.find(text_[at_]) != kBlanks.npos) at_++;
        return peek();
    }
    std::string plain() {
        const size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
        const std::string_view cell = text_.substr(at_, end - at_);
        at_ = end;
        return std::string(cell.substr(0, cell.find_last_not_of(kBlanks) + 1));
    }
    std::string quoted() {
        const unsigned begin = line_;
        std::string cell;
        for (at_++;; at_++) {
            if (!more()) throw Mistake{begin, "a quote is opened and never closed"};
            if (text_[at_] == '"' && text_.substr(at_ + 1, 1) != "\"") break;
            if (text_[at_] == '"') at_++;
            if (text_[at_] == '\n') line_++;
            cell += text_[at_];
        }
        at_++;
        if (const char after = skip_blanks(); after != ',' && after != '\n')
            throw Mistake{line_, "something follows a closing quote; a quote within a cell is written twice"};
        return cell;
    }

    const std::string_view text_;
    size_t at_ = 0;
    unsigned line_ = 1;
};

void check_columns(const Record& header) {
    std::set<std::string> seen;
    for (const std::string& name : header.cells) {
        check_name(name, header.line);
        if (!seen.insert(name).second) throw Mistake{header.line, cat("the column \"", name, "\" is there twice")};
    }
    for (const std::string_view needed : {kReference, kDistorted})
        if (!seen.contains(std::string(needed))) throw Mistake{header.line, cat("there is no column \"", needed, "\"")};
}

std::vector<Fields> fields_of_csv(std::string_view text) {
    std::vector<Fields> lines;
    std::vector<std::string> columns;
    for (CsvReader reader(text); reader.more();) {
        const Record record = reader.next();
        if (record.is_empty()) continue;
        if (columns.empty()) {
            check_columns(record);
            columns = record.cells;
            continue;
        }
        if (record.cells.size() != columns.size())
            throw Mistake{record.line,
                          cat("there are ", record.cells.size(), " cells, and ", columns.size(), " columns")};
        Fields& fields = lines.emplace_back(Fields{record.line, {}});
        for (size_t i = 0; i < columns.size(); i++) fields.values[columns[i]] = record.cells[i];
    }
    return lines;
}

// ---------------------------------------------------------------------------------------------- JSON

std::string text_of(const std::string& name, const json& value, unsigned line) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    throw Mistake{line, cat("\"", name, "\" is neither a text nor a whole number")};
}

Fields fields_of_object(const std::string& text, unsigned line) {
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object())
        throw Mistake{line,
                      "this is no JSON object; each line of the list is one by itself: {\"reference\": ..., "
                      "\"distorted\": ...}"};
    Fields fields{line, {}};
    for (const auto& [name, value] : object.items()) {
        check_name(name, line);
        fields.values[name] = text_of(name, value, line);
    }
    return fields;
}

std::vector<Fields> fields_of_json(const std::string& text) {
    std::vector<Fields> lines;
    std::istringstream in(text);
    unsigned number = 0;
    for (std::string line; std::getline(in, line);) {
        number++;
        if (line.find_first_not_of(kBlanks) != line.npos) lines.push_back(fields_of_object(line, number));
    }
    return lines;
}

// ---------------------------------------------------------------------------------------------- pairs

BatchPair pair_of(const Fields& fields, const std::string& ending) {
    const auto value = [&](std::string_view name) {
        const auto found = fields.values.find(std::string(name));
        return found == fields.values.end() ? std::string() : found->second;
    };
    BatchPair pair{.reference = value(kReference),
                   .distorted = value(kDistorted),
                   .name = value(kOutput),
                   .report = value(kOutput),
                   .options = {},
                   .line = fields.line};
    if (pair.reference.empty() || pair.distorted.empty())
        throw Mistake{fields.line, cat("there is no ", pair.reference.empty() ? kReference : kDistorted, " video")};
    if (pair.reference == "-" || pair.distorted == "-")
        throw Mistake{fields.line, "standard input can't be part of a list"};
    if (pair.name.empty()) {
        pair.name = fs::path(pair.distorted).filename();
        pair.report = pair.name + ending;
    }
    if (pair.name.find('/') != pair.name.npos)
        throw Mistake{fields.line, cat("the output \"", pair.name, "\" is a path; reports lie in the folder of -o")};
    for (const std::string_view option : kOptions)
        if (const std::string text = value(option); !text.empty()) pair.options.push_back(cat("--", option, "=", text));
    return pair;
}

std::vector<BatchPair> pairs_of(const std::vector<Fields>& lines, const std::string& ending) {
    std::vector<BatchPair> pairs;
    std::set<std::string> names;
    for (const Fields& fields : lines) {
        pairs.push_back(pair_of(fields, ending));
        const BatchPair& pair = pairs.back();
        for (const std::string& name : {pair.report, pair.parts(), pair.page(), pair.record()})
            if (!names.insert(name).second)
                throw Mistake{fields.line, cat("a file of another pair is called ", name, " too; name another output")};
    }
    return pairs;
}

std::string without_byte_order_mark(const std::string& text) {
    constexpr std::string_view kUtf8 = "\xef\xbb\xbf";
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        throw Mistake{1, "this is UTF-16; save it as UTF-8"};
    return text.starts_with(kUtf8) ? text.substr(kUtf8.size()) : text;
}

}  // namespace

std::vector<BatchPair> parse_batch(const std::string& text, const std::string& path, const std::string& ending) {
    try {
        const std::string list = without_byte_order_mark(text);
        const size_t first = list.find_first_not_of(" \t\r\n");
        const bool is_json = first != list.npos && (list[first] == '{' || list[first] == '[');
        auto pairs = pairs_of(is_json ? fields_of_json(list) : fields_of_csv(list), ending);
        if (pairs.empty()) throw UsageError(cat(path, " lists no pair of videos"));
        return pairs;
    } catch (const Mistake& mistake) {
        throw UsageError(cat(path, ", line ", mistake.line, ": ", mistake.text));
    }
}

}  // namespace vmaf::tool
