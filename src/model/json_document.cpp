// Reads JSON within limits on size, depth and count; hands out values with their places.
#include "model/json_document.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/option.h"
#include "model/foreign_model.h"

namespace vmaf {

namespace {

using nlohmann::json;

constexpr size_t kQuoted = 200;  // bytes of foreign text that a message repeats

/// The text in a length fit for a message, cut between characters.
std::string shorten(std::string_view text) {
    if (text.size() <= kQuoted) return std::string(text);
    size_t end = kQuoted;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end--;
    return cat(text.substr(0, end), "...");
}

[[noreturn]] void fail_at(std::string_view origin, std::string_view place, std::string_view reason) {
    const std::string where = place.empty() ? "" : cat(", at ", shorten(place));
    fail(EINVAL, "model '", shorten(origin), "'", where, ": ", shorten(reason));
}

/// Watches the parser: stops it at repeated keys and beyond the limits, before memory is spent.
class Guard {
 public:
    explicit Guard(std::string_view origin) : origin_(origin) {}

    bool operator()(int, json::parse_event_t event, json& parsed) {
        using Event = json::parse_event_t;
        switch (event) {
            case Event::object_start:
            case Event::array_start: open(); break;
            case Event::object_end:
            case Event::array_end: levels_.pop_back(); break;
            case Event::key: enter(parsed.get_ref<const std::string&>()); break;
            case Event::value: count(); break;
        }
        return true;
    }

 private:
    struct Level {
        std::set<std::string> keys;
        std::string current;
    };

    void open() {
        count();
        if (levels_.size() == JsonDocument::kMaxDepth)
            stop(cat("nested deeper than ", JsonDocument::kMaxDepth, " levels"));
        levels_.emplace_back();
    }

    void enter(const std::string& key) {
        if (!levels_.back().keys.insert(key).second) stop(cat("repeated key '", shorten(key), "'"));
        levels_.back().current = key;
    }

    void count() {
        if (++values_ > JsonDocument::kMaxValues) stop(cat("more than ", JsonDocument::kMaxValues, " values"));
    }

    [[noreturn]] void stop(std::string_view reason) const {
        std::string place;
        for (const Level& level : levels_)
            if (&level != &levels_.back()) place += cat("/", level.keys.empty() ? "*" : level.current);
        fail_at(origin_, place, reason);
    }

    std::string_view origin_;
    std::vector<Level> levels_;
    size_t values_ = 0;
};

/// The parser's message without its own code: "line 3, column 7: ...".
std::string_view reason_of(const json::exception& error) {
    std::string_view text = error.what();
    for (const std::string_view prefix : {"] ", "parse error at "})
        if (const size_t at = text.find(prefix); at != text.npos && at < 64) text.remove_prefix(at + prefix.size());
    return text;
}

}  // namespace

JsonDocument::JsonDocument(std::string_view text, std::string_view origin) : origin_(origin) {
    if (const std::string foreign = why_not_model(text); !foreign.empty()) fail_at(origin, "", foreign);
    if (text.size() > kMaxBytes) fail_at(origin, "", cat("more than ", kMaxBytes >> 20, " MiB of text"));
    try {
        json_ = std::make_unique<json>(json::parse(text.begin(), text.end(), Guard(origin_)));
    } catch (const json::exception& error) {
        const std::string encoding = why_not_utf8(text);
        fail_at(origin_, "", encoding.empty() ? reason_of(error) : encoding);
    }
}

JsonDocument::~JsonDocument() = default;

JsonValue JsonDocument::root() const { return {*json_, "", origin_}; }

void JsonValue::fail_here(std::string_view reason) const { fail_at(origin_, place_, reason); }

void JsonValue::expected(std::string_view type) const { fail_here(cat(type, " is wanted, not ", value_->type_name())); }

double JsonValue::number() const {
    if (!value_->is_number()) expected("a number");
    return value_->get<double>();
}

bool JsonValue::is_flag() const { return value_->is_boolean(); }

bool JsonValue::flag() const {
    if (!value_->is_boolean()) expected("true or false");
    return value_->get<bool>();
}

const std::string& JsonValue::text() const {
    if (!value_->is_string()) expected("a text");
    return value_->get_ref<const std::string&>();
}

std::string JsonValue::option_text() const {
    if (value_->is_boolean()) return value_->get<bool>() ? "true" : "false";
    if (value_->is_number()) return normalise_number(value_->dump());
    if (!value_->is_string()) expected("a number, true, false or a text");
    return value_->get<std::string>();
}

size_t JsonValue::array_size() const {
    if (!value_->is_array()) expected("an array");
    return value_->size();
}

JsonValue JsonValue::element(size_t i) const { return {(*value_)[i], cat(place_, "/", i), origin_}; }

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
    if (!value_->is_object()) expected("an object");
    const auto found = value_->find(key);
    if (found == value_->end() || found->is_null()) return std::nullopt;
    return JsonValue(*found, cat(place_, "/", key), origin_);
}

JsonValue JsonValue::member(std::string_view key) const {
    if (auto found = find(key)) return *std::move(found);
    fail_here(cat("'", key, "' is missing"));
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::members() const {
    if (!value_->is_object()) expected("an object");
    std::vector<std::pair<std::string, JsonValue>> all;
    for (const auto& [key, value] : value_->items())
        all.emplace_back(key, JsonValue(value, cat(place_, "/", key), origin_));
    return all;
}

}  // namespace vmaf
