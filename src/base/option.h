// Extractor options: the table that describes them and the parsed values. One table per metric serves all backends.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vmaf {

/// Option strings as the user gave them, by option name. Ordered, so that derived names are canonical.
using OptionStrings = std::map<std::string, std::string, std::less<>>;

/// One value of an option that is chosen by name; `value` is what the metric calls it, such as an enumerator.
struct Choice {
    std::string_view name;
    int value = 0;
};

struct Option {
    enum class Type { kBool, kInt, kReal, kText, kChoice };
    /// What a different value changes. Registrations of one metric that differ only in kVariant options
    /// share one extractor, which then delivers one Sums per variant.
    enum class Scope { kPass, kVariant };

    std::string_view name;
    std::string_view alias;  ///< short form used in feature names; empty: the name itself
    std::string_view help;
    Type type = Type::kBool;
    double number = 0;                ///< default of kBool (0 or 1), kInt, kReal and kChoice (a Choice::value)
    double min = 0, max = 0;          ///< inclusive range of kInt and kReal
    std::string_view text;            ///< default of kText
    std::span<const Choice> choices;  ///< all values of kChoice, no two alike
    bool in_name = false;             ///< a non-default value becomes part of the feature names
    Scope scope = Scope::kPass;
};

/// Values of every option of one table, by name. Cheap to copy, comparable.
class OptionValues {
 public:
    OptionValues() = default;
    /// Parses `strings` against `table`. Throws Error(EINVAL) naming option, value and allowed range for a bad value;
    /// names that the table lacks are appended to `unknown` (null: also an error).
    OptionValues(std::span<const Option> table, const OptionStrings& strings,
                 std::vector<std::string>* unknown = nullptr);

    /// True if the table has an option of that name; all others are for those that it has.
    bool has(std::string_view name) const;
    bool flag(std::string_view name) const { return number(name) != 0; }
    int integer(std::string_view name) const { return static_cast<int>(number(name)); }
    double real(std::string_view name) const { return number(name); }
    std::string_view text(std::string_view name) const;
    /// Choice::value of what was chosen.
    template <class Enum>
    Enum choice(std::string_view name) const {
        return static_cast<Enum>(integer(name));
    }

    /// "" or "_alias_value..." for every non-default in_name option, sorted by option name.
    std::string name_suffix() const;
    /// "name=value:name=value" of every option that differs from its default, in the order of the table: equal for equal values alone.
    std::string describe() const;
    /// True if both share a pass: same table, and equal in every kPass option.
    bool shares_pass(const OptionValues& other) const;
    bool operator==(const OptionValues& other) const;

 private:
    struct Value {
        double number = 0;
        std::string text;
        bool operator==(const Value&) const = default;
    };
    double number(std::string_view name) const;
    size_t find(std::string_view name) const;

    std::span<const Option> table_;
    std::vector<Value> values_;
};

/// A number string as libvmaf's dictionaries keep it: rounded to float and printed with 6 significant digits ("%g");
/// any other string unchanged.
std::string normalise_number(std::string_view text);

/// "%g" of a value, independent of the locale.
std::string format_general(double value, int digits = 6);

}  // namespace vmaf
