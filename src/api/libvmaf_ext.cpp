// libvmaf_ext.h: what this library adds to the API.
#include "libvmaf/libvmaf_ext.h"

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "api/guard.h"
#include "api/handles.h"
#include "base/cpu.h"
#include "metric/metric.h"
#include "picture/lending.h"
#include "picture/wrapping.h"
#include "report/output_file.h"
#include "report/report_file.h"
#include "session/part.h"

using namespace vmaf;

namespace {

void check_precision(int precision) {
    if (precision < 0 || precision > VMAF_REPORT_PRECISION_MAX)
        fail(EINVAL, "the precision of a report is 1 to 17 digits, or 0 for six decimals, not ", precision);
}

void visit_column(const Report& report, const ReportColumn& shown, const VmafReportVisitor& visitor, void* data) {
    std::vector<unsigned> frames;
    std::vector<double> values, statistics;
    for (const unsigned frame : report.frames)
        if (const auto value = report.scores->get(shown.column, frame))
            frames.push_back(frame), values.push_back(*value);
    for (const auto& [name, value] : shown.pooled) statistics.push_back(value);
    const VmafReportColumn column = {shown.name.c_str(),
                                     report.scores->name(shown.column).c_str(),
                                     report.scores->group(shown.column) == Collector::Group::kModel,
                                     frames.size(),
                                     frames.data(),
                                     values.data(),
                                     statistics.size(),
                                     statistics.data()};
    visitor.column(data, &column);
}

void visit(const Report& report, const VmafReportVisitor& visitor, void* data) {
    if (visitor.column)
        for (const ReportColumn& column : report.columns) visit_column(report, column, visitor, data);
    if (visitor.aggregate)
        for (const auto& [name, value] : report.aggregates) visitor.aggregate(data, name.c_str(), value);
    if (visitor.parameter)
        for (const auto& [name, value] : report.params) visitor.parameter(data, name.c_str(), value.c_str());
}

}  // namespace

const char* vmaf_last_error(void) { return last_error().c_str(); }

int vmaf_set_log_callback(VmafContext* vmaf, VmafLogCallback callback, void* data) {
    return guard_context(vmaf, [&] { vmaf->session.log().set_callback(callback, data); });
}

int vmaf_set_process_log(enum VmafLogLevel level, VmafLogCallback callback, void* data) {
    return guard([&] { set_process_log({valid_level(level), callback, data}); });
}

int vmaf_register_metadata_handler(VmafContext* vmaf, VmafMetadataConfiguration cfg) {
    return guard_context(vmaf, [&] { vmaf->session.add_handler(cfg); });
}

int vmaf_write_report(VmafContext* vmaf, const char* path, const VmafReportOptions* options) {
    return guard_context(vmaf, [&] {
        check_arguments({{"path", path}, {"options", options}});
        check_precision(options->precision);
        vmaf->session.with_report(*options, [&](const Report& report) {
            if (std::string_view(path) == "-")
                write_report_stdout(report, options->format);
            else
                write_report_file(path, report, options->format);
        });
    });
}

int vmaf_score_statistic(VmafContext* vmaf, VmafModel* model, const char* statistic, double* score, unsigned index_low,
                         unsigned index_high) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"model", model}, {"statistic", statistic}, {"score", score}});
            *score = vmaf->session.statistic(model->model, Statistic(statistic), {index_low, index_high});
        },
        OnFailure::kScore);
}

int vmaf_feature_score_statistic(VmafContext* vmaf, const char* feature_name, const char* statistic, double* score,
                                 unsigned index_low, unsigned index_high) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"feature_name", feature_name}, {"statistic", statistic}, {"score", score}});
            *score =
                vmaf->session.statistic(std::string_view(feature_name), Statistic(statistic), {index_low, index_high});
        },
        OnFailure::kScore);
}

int vmaf_set_report_statistics(VmafContext* vmaf, const char* names) {
    return guard_context(vmaf, [&] {
        vmaf->session.set_report_statistics(parse_statistics(names ? std::string_view(names) : kReportStatistics));
    });
}

int vmaf_set_report_parameter(VmafContext* vmaf, const char* name, const char* value) {
    return guard_context(vmaf, [&] {
        check_arguments({{"name", name}});
        vmaf->session.set_report_parameter(name, value ? std::optional<std::string>(value) : std::nullopt);
    });
}

int vmaf_visit_report(VmafContext* vmaf, const char* statistics, const VmafReportVisitor* visitor, void* data) {
    return guard_context(vmaf, [&] {
        check_arguments({{"visitor", visitor}});
        if (visitor->size != sizeof *visitor)
            fail(EINVAL, "the visitor's size is ", visitor->size, ", not that of the struct, ", sizeof *visitor);
        const VmafReportOptions options = {VMAF_OUTPUT_FORMAT_NONE, 0, VMAF_REPORT_PARAMS};
        const auto visit_it = [&](const Report& report) { visit(report, *visitor, data); };
        if (statistics)
            vmaf->session.with_report(options, parse_statistics(statistics), visit_it);
        else
            vmaf->session.with_report(options, visit_it);
    });
}

int vmaf_format_score(double value, int precision, char* text, size_t size) {
    return guard_quietly([&] {
        check_precision(precision);
        const std::string digits = format_score(value, precision);
        if (digits.size() >= size) fail(EINVAL, "the value takes ", digits.size() + 1, " characters, not ", size);
        answer_text(digits, text, size);
    });
}

int vmaf_report_path_check(const char* path) {
    return guard_quietly([&] {
        check_arguments({{"path", path}});
        check_output_file(path);
    });
}

int vmaf_cpu_describe(uint64_t cpumask, char* text, size_t size) {
    return guard_quietly([&] {
        std::string words;
        for (const std::string_view set : names_of(cpu_features(cpumask))) words += cat(words.empty() ? "" : ", ", set);
        answer_text(words.empty() ? "none" : words, text, size);
    });
}

int vmaf_set_least_depth(VmafContext* vmaf, unsigned bpc) {
    return guard_context(vmaf, [&] {
        if (bpc < 8 || bpc > 16) fail(EINVAL, "the depth must be 8 to 16 bits, not ", bpc);
        vmaf->session.set_least_depth(bpc);
    });
}

int vmaf_picture_wrap(VmafPicture* pic, const VmafFrame* frame) {
    return guard([&] {
        check_arguments({{"pic", pic}, {"frame", frame}});
        *pic = lend(wrap(*frame));
    });
}

int vmaf_picture_planes_needed(VmafContext* vmaf, unsigned* mask) {
    return guard_context(vmaf, [&] {
        check_arguments({{"mask", mask}});
        *mask = vmaf->session.planes_needed();
    });
}

int vmaf_set_frame_range(VmafContext* vmaf, unsigned first, unsigned last) {
    return guard_context(vmaf, [&] { vmaf->session.set_frame_range({first, last}); });
}

int vmaf_pictures_needed(VmafContext* vmaf, unsigned* first, unsigned* last) {
    return guard_context(vmaf, [&] {
        check_arguments({{"first", first}, {"last", last}});
        const FrameRange needed = vmaf->session.pictures_needed();
        *first = needed.low;
        *last = needed.high;
    });
}

int vmaf_begin_part(VmafContext* vmaf, const VmafPart* part) {
    return guard_context(vmaf, [&] {
        check_arguments({{"part", part}});
        if (part->size < sizeof(VmafPart)) fail(EINVAL, "VmafPart.size is ", part->size, ", not ", sizeof(VmafPart));
        vmaf->session.begin_part({part->first, part->last}, {part->run_first, part->run_last},
                                 part->fingerprint ? part->fingerprint : "");
    });
}

int vmaf_write_part(VmafContext* vmaf, const char* path) {
    return guard_context(vmaf, [&] {
        check_arguments({{"path", path}});
        vmaf->session.write_part(path);
    });
}

int vmaf_read_parts(VmafContext* vmaf, const char* const* paths, size_t count) {
    return guard_context(vmaf, [&] {
        check_arguments({{"paths", paths}});
        std::vector<std::string> names;
        for (size_t i = 0; i < count; i++) {
            check_arguments({{"a path", paths[i]}});
            names.emplace_back(paths[i]);
        }
        vmaf->session.read_parts(names);
    });
}

int vmaf_part_describe(const char* path, char** json) {
    return guard_quietly([&] {
        check_arguments({{"path", path}, {"json", json}});
        *json = nullptr;
        const std::string text = part_header_text(path);
        *json = new char[text.size() + 1];
        std::memcpy(*json, text.c_str(), text.size() + 1);
    });
}

int vmaf_part_check(const char* path) {
    return guard_quietly([&] {
        check_arguments({{"path", path}});
        Part::read(path);
    });
}

void vmaf_text_free(char* text) { delete[] text; }

int vmaf_feature_option_check(const char* feature_name, const VmafFeatureDictionary* opts) {
    return guard_quietly([&] {
        check_arguments({{"feature_name", feature_name}});
        const Metric& metric = metric_called(feature_name);
        try {
            OptionValues(metric.options, opts ? opts->entries : OptionStrings());
        } catch (const Error& error) {
            fail(error.code(), "extractor '", feature_name, "': ", error.what());
        }
    });
}

int vmaf_model_uses_feature(const VmafModel* model, const char* feature_name, int* uses) {
    return guard_quietly([&] {
        check_arguments({{"model", model}, {"feature_name", feature_name}, {"uses", uses}});
        *uses = model->model.uses(feature_name);
    });
}

int vmaf_feature_backend(VmafContext* vmaf, const char* feature_name, const char** backend) {
    return guard_context(vmaf, [&] {
        check_arguments({{"feature_name", feature_name}, {"backend", backend}});
        *backend = vmaf->session.backend_of(feature_name).data();
    });
}
