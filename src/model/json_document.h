// A parsed JSON text whose values know their place, so that every message about a model file names it.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vmaf {

class JsonValue;

/// Owns the values. Throws Error(EINVAL) naming the origin, line and column for text that is not JSON or not within the limits.
class JsonDocument {
 public:
    static constexpr size_t kMaxBytes = size_t{16} << 20;
    static constexpr size_t kMaxValues = size_t{1} << 18;
    static constexpr size_t kMaxDepth = 16;

    JsonDocument(std::string_view text, std::string_view origin);
    ~JsonDocument();
    JsonValue root() const;

 private:
    std::string origin_;
    std::unique_ptr<nlohmann::json> json_;
};

/// A value and the way to it. Valid as long as its document. Every accessor throws Error(EINVAL) if the type is another.
class JsonValue {
 public:
    JsonValue(const nlohmann::json& value, std::string place, std::string_view origin)
        : value_(&value), place_(std::move(place)), origin_(origin) {}

    double number() const;
    bool flag() const;
    const std::string& text() const;
    bool is_flag() const;
    /// A number, boolean or text as an option string: numbers normalised, booleans as true or false.
    std::string option_text() const;

    size_t array_size() const;
    JsonValue element(size_t i) const;

    /// The member `key` of an object; none if it is absent or null.
    std::optional<JsonValue> find(std::string_view key) const;
    JsonValue member(std::string_view key) const;
    std::vector<std::pair<std::string, JsonValue>> members() const;

    /// Error(EINVAL): origin, place, `reason`.
    [[noreturn]] void fail_here(std::string_view reason) const;

 private:
    [[noreturn]] void expected(std::string_view type) const;

    const nlohmann::json* value_;
    std::string place_;  ///< JSON pointer; empty for the root
    std::string_view origin_;
};

}  // namespace vmaf
