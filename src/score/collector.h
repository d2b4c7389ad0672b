// Where scores live: (frame, column) -> double, written by scorers and models, read by queries and reports.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vmaf {

/// Not synchronised: the session's score lock covers it. Memory is proportional to the values held (8 bytes each),
/// whatever the frame indexes are.
class Collector {
 public:
    using Column = size_t;
    /// Which group of columns a report shows a column in; groups follow each other in this order.
    enum class Group { kFrame, kFlush, kModel };

    /// The column of that name, made on first call. Reports show columns by group, then in the order of their first value.
    Column column(std::string_view name, Group group);
    std::optional<Column> find(std::string_view name) const;

    /// False, and nothing is changed, if the value is already there.
    bool set(Column column, unsigned frame, double value);
    std::optional<double> get(Column column, unsigned frame) const;

    /// Columns that hold at least one value, in report order.
    std::vector<Column> report_columns() const;
    const std::string& name(Column column) const { return columns_[column].name; }
    Group group(Column column) const { return columns_[column].group; }
    /// How many columns there are, with values or without.
    size_t columns() const { return columns_.size(); }
    /// Ascending indexes of the frames that hold at least one value.
    std::vector<unsigned> frames() const;

    /// Whole-stream figures in the order of their first writing; a later value replaces an earlier one.
    void set_aggregate(std::string_view name, double value);
    const std::vector<std::pair<std::string, double>>& aggregates() const { return aggregates_; }

 private:
    static constexpr unsigned kChunk = 256;
    struct Chunk;
    struct ColumnData {
        std::string name;
        Group group;
        size_t rank = 0;                                    // order of the first value
        std::map<unsigned, std::unique_ptr<Chunk>> chunks;  // by frame / kChunk

        ColumnData(std::string n, Group g);
        ColumnData(ColumnData&&) noexcept;
        ~ColumnData();
    };

    std::vector<ColumnData> columns_;
    size_t columns_in_use_ = 0;
    std::unordered_map<std::string, Column> by_name_;
    std::vector<std::pair<std::string, double>> aggregates_;
};

}  // namespace vmaf
