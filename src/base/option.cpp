// Parses option strings against a metric's table; derives the suffix of feature names.
#include "base/option.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/boolean.h"
#include "base/error.h"

namespace vmaf {

namespace {

/// The whole of `text` as a number; empty optional semantics by `ok`.
bool parse_number(std::string_view text, double* value) {
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
    return error == std::errc{} && end == text.data() + text.size();
}

[[noreturn]] void bad_value(const Option& option, std::string_view text, std::string_view wanted) {
    fail(EINVAL, "option '", option.name, "': '", text, "' is not ", wanted);
}

double parse_in_range(const Option& option, std::string_view text) {
    double value = 0;
    const bool is_int = option.type == Option::Type::kInt;
    if (!parse_number(text, &value) || !std::isfinite(value))
        bad_value(option, text, is_int ? "an integer" : "a number");
    if (is_int) value = std::trunc(value);  // 16.7 reads as 16, as ever
    if (value < option.min || value > option.max)
        bad_value(option, text, cat("in the range ", format_general(option.min), " to ", format_general(option.max)));
    return value;
}

double parse_choice(const Option& option, std::string_view text) {
    std::string names;
    for (const Choice& choice : option.choices) {
        if (choice.name == text) return choice.value;
        names += cat(names.empty() ? "" : ", ", choice.name);
    }
    bad_value(option, text, cat("one of ", names));
}

std::string_view choice_name(const Option& option, double value) {
    const auto chosen = std::find_if(option.choices.begin(), option.choices.end(),
                                     [value](const Choice& choice) { return choice.value == value; });
    return chosen == option.choices.end() ? std::string_view() : chosen->name;
}

bool parse_flag(const Option& option, std::string_view text) {
    const auto value = parse_boolean(text);
    if (!value) bad_value(option, text, kBooleanWords);
    return *value;
}

}  // namespace

std::string format_general(double value, int digits) {
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
    return {buffer, end};
}

std::string normalise_number(std::string_view text) {
    double value = 0;
    if (!parse_number(text, &value)) return std::string(text);
    return format_general(static_cast<float>(value));
}

OptionValues::OptionValues(std::span<const Option> table, const OptionStrings& strings,
                           std::vector<std::string>* unknown)
    : table_(table), values_(table.size()) {
    for (size_t i = 0; i < table.size(); i++) values_[i] = {table[i].number, std::string(table[i].text)};
    for (const auto& [name, text] : strings) {
        const auto option =
            std::find_if(table.begin(), table.end(), [&n = name](const Option& o) { return o.name == n; });
        if (option == table.end()) {
            if (!unknown) fail(EINVAL, "unknown option '", name, "'");
            unknown->push_back(name);
            continue;
        }
        Value& value = values_[option - table.begin()];
        switch (option->type) {
            case Option::Type::kBool: value.number = parse_flag(*option, text); break;
            case Option::Type::kText: value.text = text; break;
            case Option::Type::kChoice: value.number = parse_choice(*option, text); break;
            default: value.number = parse_in_range(*option, text);
        }
    }
}

bool OptionValues::has(std::string_view name) const {
    return std::any_of(table_.begin(), table_.end(), [&](const Option& o) { return o.name == name; });
}

size_t OptionValues::find(std::string_view name) const {
    const auto option = std::find_if(table_.begin(), table_.end(), [&](const Option& o) { return o.name == name; });
    if (option == table_.end()) fail(EINVAL, "no option '", name, "' in this table");
    return option - table_.begin();
}

double OptionValues::number(std::string_view name) const { return values_[find(name)].number; }

std::string_view OptionValues::text(std::string_view name) const { return values_[find(name)].text; }

std::string OptionValues::name_suffix() const {
    std::map<std::string_view, std::string> parts;  // by option name
    for (size_t i = 0; i < table_.size(); i++) {
        const Option& option = table_[i];
        const Value& value = values_[i];
        if (!option.in_name || value == Value{option.number, std::string(option.text)}) continue;
        std::string part = cat("_", option.alias.empty() ? option.name : option.alias);
        if (option.type == Option::Type::kText) part += "_" + value.text;
        if (option.type == Option::Type::kChoice) part += cat("_", choice_name(option, value.number));
        if (option.type == Option::Type::kInt) part += cat("_", static_cast<int>(value.number));
        if (option.type == Option::Type::kReal) part += "_" + format_general(value.number);
        parts.emplace(option.name, std::move(part));
    }
    std::string suffix;
    for (const auto& [name, part] : parts) suffix += part;
    return suffix;
}

std::string OptionValues::describe() const {
    constexpr int kExact = 17;  // digits
    std::string text;
    for (size_t i = 0; i < table_.size(); i++) {
        const Option& option = table_[i];
        const Value& value = values_[i];
        if (value == Value{option.number, std::string(option.text)}) continue;
        text += cat(text.empty() ? "" : ":", option.name, "=",
                    option.type == Option::Type::kText ? value.text : format_general(value.number, kExact));
    }
    return text;
}

bool OptionValues::shares_pass(const OptionValues& other) const {
    if (table_.data() != other.table_.data()) return false;
    for (size_t i = 0; i < table_.size(); i++)
        if (table_[i].scope == Option::Scope::kPass && !(values_[i] == other.values_[i])) return false;
    return true;
}

bool OptionValues::operator==(const OptionValues& other) const {
    return table_.data() == other.table_.data() && values_ == other.values_;
}

}  // namespace vmaf
