// Gathers what a report shows from a session, and answers questions about its registrations.
#include <algorithm>
#include <optional>

#include "base/error.h"
#include "metric/feature_name.h"
#include "session/session_parts.h"
#include "vmaf_version.h"

namespace vmaf {

Report Session::make_report(const VmafReportOptions& options, const std::vector<Statistic>& statistics) const {
    if (share_) fail(EINVAL, "a context that writes a part has no report; a context that reads all parts has one");
    Report report;
    const Collector& values = scores_.collector();
    report.scores = &values;
    report.version = library_version();
    const std::chrono::duration<double> elapsed = scores_.last_change() - first_read_;
    report.fps = elapsed.count() > 0 ? static_cast<double>(read_count_) / elapsed.count() : 0;
    if (format_) report.width = format_->w, report.height = format_->h;
    report.precision = options.precision;
    report.aggregates = values.aggregates();
    for (const unsigned frame : values.frames())
        if (sampled(frame)) report.frames.push_back(frame);
    for (const Collector::Column column : values.report_columns()) {
        ReportColumn& shown = report.columns.emplace_back();
        shown.name = short_feature_name(values.name(column));
        shown.column = column;
        std::vector<double> pooled;
        bool complete = true;
        read_.for_each([&](unsigned frame) {
            if (!sampled(frame)) return;
            const auto value = values.get(column, frame);
            complete = complete && value;
            if (value) pooled.push_back(*value);
        });
        if (!complete || pooled.empty()) continue;
        for (const Statistic& statistic : statistics) shown.pooled.emplace_back(statistic.name(), statistic.of(pooled));
    }
    if (format_ && scored(*format_).bpc != format_->bpc)
        report.params.emplace_back("bitdepth", cat(scored(*format_).bpc, ", lifted from ", format_->bpc));
    for (const auto& registration : registrations_)
        if (const Metric& metric = registration->metric(); format_ && metric.values_used)
            report.params.emplace_back(cat(metric.name, registration->options().name_suffix()),
                                       metric.values_used(registration->options(), scored(*format_)));
    if (options.flags & VMAF_REPORT_PARAMS) {
        for (const ScoredModel* model : scores_.enlisted())
            report.params.emplace_back("model." + values.name(model->column), model->model.source());
        for (const auto& registration : registrations_)
            report.params.emplace_back(
                cat("backend.", registration->metric().name, registration->options().name_suffix()),
                backend_of(*registration));
        if (accelerator_) report.params.emplace_back("device", accelerator_->describe());
        report.params.insert(report.params.end(), report_parameters_.begin(), report_parameters_.end());
    }
    return report;
}

std::string_view Session::backend_of(const Registration& registration) const {
    const bool accelerated = accelerator_ && allow_accelerator_ && accelerator_->serves(registration.metric());
    return accelerated ? accelerator_->backend() : "cpu";
}

const char* library_version() { return kVersion; }

void Session::set_report_statistics(std::vector<Statistic> statistics) {
    const std::lock_guard lock(mutex_);
    report_statistics_ = std::move(statistics);
}

void Session::set_report_parameter(const std::string& name, std::optional<std::string> value) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    const size_t dot = name.find('.');
    if (dot == 0 || dot == name.npos || dot + 1 == name.size() || !std::ranges::all_of(name, plain))
        fail(EINVAL, "'", name, "' is no name of a parameter; it has letters, digits, '_' and '.', with a '.' within");
    if (name.starts_with("model.") || name.starts_with("backend."))
        fail(EINVAL, "the parameter '", name, "' is the library's; take another name");
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(report_parameters_, name, [](const auto& one) { return one.first; });
    if (found == report_parameters_.end()) {
        if (value) report_parameters_.emplace_back(name, *std::move(value));
    } else if (value) {
        found->second = *std::move(value);
    } else {
        report_parameters_.erase(found);
    }
}

void Session::with_report(const VmafReportOptions& options, const std::function<void(const Report&)>& write) {
    const std::lock_guard lock(mutex_);
    write(make_report(options, report_statistics_));
}

void Session::with_report(const VmafReportOptions& options, const std::vector<Statistic>& statistics,
                          const std::function<void(const Report&)>& write) {
    const std::lock_guard lock(mutex_);
    write(make_report(options, statistics));
}

unsigned Session::planes_needed() {
    const std::lock_guard lock(mutex_);
    return planes_needed(format_.value_or(PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 0, 0}));
}

unsigned Session::planes_needed(const PictureFormat& format) const {
    unsigned mask = registrations_.empty() ? 0 : 1;
    for (const auto& registration : registrations_)
        if (registration->needs(format) & kChroma) mask |= 6;
    return mask;
}

std::string_view Session::backend_of(std::string_view feature) {
    const std::lock_guard lock(mutex_);
    for (const auto& registration : registrations_)
        for (size_t i = 0; i < registration->metric().features.size(); i++)
            if (scores_.collector().name(registration->column(i)) == feature) return backend_of(*registration);
    fail(EINVAL, "no registered extractor delivers feature '", feature, "'");
}

}  // namespace vmaf
