// Copies columns, figures and parameters that the library hands out.
#include "report/html/scores.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace vmaf::tool::html {

namespace {

void add_column(void* data, const VmafReportColumn* column) {
    Column& added = static_cast<Scores*>(data)->columns.emplace_back();
    added.name = column->name;
    added.is_model = column->is_model;
    added.frames.assign(column->frames, column->frames + column->count);
    added.values.assign(column->values, column->values + column->count);
    added.statistics.assign(column->statistics, column->statistics + column->statistic_count);
}

void add_aggregate(void* data, const char* name, double value) {
    static_cast<Scores*>(data)->aggregates.emplace_back(name, value);
}

void add_parameter(void* data, const char* name, const char* value) {
    static_cast<Scores*>(data)->parameters.emplace_back(name, value);
}

}  // namespace

const Column* Scores::find(const std::string& name) const {
    for (const Column& column : columns)
        if (column.name == name) return &column;
    return nullptr;
}

Scores read_scores(VmafContext* context) {
    std::string names;
    for (const ShownStatistic& statistic : kStatistics) names += cat(names.empty() ? "" : ",", statistic.name);
    Scores scores;
    const VmafReportVisitor visitor = {sizeof visitor, add_column, add_aggregate, add_parameter};
    if (const int result = vmaf_visit_report(context, names.c_str(), &visitor, &scores); result < 0)
        fail(-result, vmaf_last_error());
    return scores;
}

Better better_end(const Column& column) {
    if (column.is_model) return column.name.find("_stddev") == column.name.npos ? Better::kHigher : Better::kNeither;
    // Parts of features' names; options may stand behind them.
    constexpr std::string_view kLower[] = {"butteraugli", "mse_", "cambi", "speed_", "aim"};
    constexpr std::string_view kNeither[] = {"motion", "moment", "_num", "_den"};
    const auto holds = [&](std::string_view part) { return column.name.find(part) != column.name.npos; };
    if (std::any_of(std::begin(kNeither), std::end(kNeither), holds)) return Better::kNeither;
    return std::any_of(std::begin(kLower), std::end(kLower), holds) ? Better::kLower : Better::kHigher;
}

}  // namespace vmaf::tool::html
