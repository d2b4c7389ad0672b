// Sparse columns of doubles: frame indexes may be anything, memory follows the number of values.
#include "score/collector.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <set>

namespace vmaf {

struct Collector::Chunk {
    std::array<double, kChunk> values;
    std::bitset<kChunk> present;
};

Collector::ColumnData::ColumnData(std::string n, Group g) : name(std::move(n)), group(g) {}
Collector::ColumnData::ColumnData(ColumnData&&) noexcept = default;
Collector::ColumnData::~ColumnData() = default;

Collector::Column Collector::column(std::string_view name, Group group) {
    const auto [entry, added] = by_name_.try_emplace(std::string(name), columns_.size());
    if (added) columns_.emplace_back(std::string(name), group);
    return entry->second;
}

std::optional<Collector::Column> Collector::find(std::string_view name) const {
    const auto entry = by_name_.find(std::string(name));
    if (entry == by_name_.end()) return std::nullopt;
    return entry->second;
}

bool Collector::set(Column column, unsigned frame, double value) {
    ColumnData& data = columns_[column];
    if (data.chunks.empty()) data.rank = columns_in_use_++;
    auto& chunk = data.chunks[frame / kChunk];
    if (!chunk) chunk = std::make_unique<Chunk>();
    if (chunk->present[frame % kChunk]) return false;
    chunk->present.set(frame % kChunk);
    chunk->values[frame % kChunk] = value;
    return true;
}

std::optional<double> Collector::get(Column column, unsigned frame) const {
    const auto& chunks = columns_[column].chunks;
    const auto chunk = chunks.find(frame / kChunk);
    if (chunk == chunks.end() || !chunk->second->present[frame % kChunk]) return std::nullopt;
    return chunk->second->values[frame % kChunk];
}

std::vector<Collector::Column> Collector::report_columns() const {
    std::vector<Column> columns;
    for (Column c = 0; c < columns_.size(); c++)
        if (!columns_[c].chunks.empty()) columns.push_back(c);
    std::sort(columns.begin(), columns.end(), [&](Column a, Column b) {
        return std::pair(columns_[a].group, columns_[a].rank) < std::pair(columns_[b].group, columns_[b].rank);
    });
    return columns;
}

std::vector<unsigned> Collector::frames() const {
    std::map<unsigned, std::bitset<kChunk>> present;
    for (const ColumnData& column : columns_)
        for (const auto& [number, chunk] : column.chunks) present[number] |= chunk->present;
    std::vector<unsigned> frames;
    for (const auto& [number, bits] : present)
        for (unsigned i = 0; i < kChunk; i++)
            if (bits[i]) frames.push_back(number * kChunk + i);
    return frames;
}

void Collector::set_aggregate(std::string_view name, double value) {
    const auto entry =
        std::find_if(aggregates_.begin(), aggregates_.end(), [&](const auto& a) { return a.first == name; });
    if (entry != aggregates_.end())
        entry->second = value;
    else
        aggregates_.emplace_back(name, value);
}

}  // namespace vmaf
