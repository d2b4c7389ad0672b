// Asks the table of options who reads what, and the run what it needs.
#include "option_effects.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "option_table.h"
#include "options.h"

namespace vmaf::tool {

namespace {

Mode mode_of(const Options& options) {
    if (options.action == Options::Action::kDoctor) return kExamining;
    if (options.action == Options::Action::kListDevices) return kListing;
    if (options.merge) return kMerging;
    if (options.sync == Sync::kPropose && options.batch.empty()) return kProposing;
    if (options.shard) return kSharding;
    return options.batch.empty() ? kScoring : kBatching;
}

/// What a mode leaves undone.
const char* words_of(Mode mode) {
    switch (mode) {
        case kProposing: return "--sync propose ends before the first score";
        case kSharding: return "--shard writes a part and no report";
        case kMerging: return "--merge reads parts and no videos";
        case kExamining: return "--doctor scores frames of its own";
        case kListing: return "--list_devices reads no videos";
        default: return "";  // these read all that the command line may hold
    }
}

bool has_report_file(const Options& options) { return !options.outputs.empty(); }

bool has_structured_report(const Options& options) {
    const bool structured = options.format == VMAF_OUTPUT_FORMAT_XML || options.format == VMAF_OUTPUT_FORMAT_JSON;
    return has_report_file(options) && structured;
}

/// Why something is of no use; empty where it is.
std::string missing(Need need, const Options& options) {
    const auto unless = [](bool fulfilled, const char* reason) { return std::string(fulfilled ? "" : reason); };
    switch (need) {
        case Need::kReportFile: return unless(has_report_file(options), "without -o/--output there is no report");
        case Need::kReportOrPage:
            return unless(has_report_file(options) || options.html, "without -o/--output or --html there is no report");
        case Need::kStructuredReport:
            return unless(has_structured_report(options), has_report_file(options)
                                                              ? "CSV and subtitles hold the values of frames alone"
                                                              : "without -o/--output there is no report");
        case Need::kStatistics:
            return unless(has_structured_report(options) || (!options.quiet && !options.no_prediction),
                          "neither a report in XML or JSON nor a line of a model's scores shows statistics");
        case Need::kSync: return unless(options.sync != Sync::kOff, "without --sync no shift is looked for");
        case Need::kGpu:
            return unless(options.backend != Backend::kCpu && !options.gpumask,
                          "with --backend cpu or --gpumask no GPU is used");
        default: return {};
    }
}

/// Options by the reason why they have no effect.
class Remarks {
 public:
    void add(const std::string& reason, const std::string& option) {
        const auto same = [&](const Remark& remark) { return remark.reason == reason; };
        const auto found = std::ranges::find_if(remarks_, same);
        Remark& remark = found == remarks_.end() ? remarks_.emplace_back(Remark{reason, {}}) : *found;
        if (std::ranges::find(remark.options, option) == remark.options.end()) remark.options.push_back(option);
    }

    std::vector<std::string> sentences() const {
        std::vector<std::string> all;
        for (const auto& [reason, options] : remarks_) {
            std::string list;
            for (const std::string& option : options) list += cat(list.empty() ? "" : ", ", option);
            all.push_back(cat(reason, ", so that ", list, options.size() == 1 ? " has" : " have", " no effect"));
        }
        return all;
    }

 private:
    struct Remark {
        std::string reason;
        std::vector<std::string> options;
    };
    std::vector<Remark> remarks_;
};

}  // namespace

std::vector<std::string> remarks_on(const Options& options, const std::vector<int>& keys) {
    const Mode mode = mode_of(options);
    Remarks remarks;
    for (const int key : keys) {
        const OptionEntry* const entry = find_option(key);
        if (!entry) continue;
        const std::string reason = entry->modes & mode ? missing(entry->need, options) : words_of(mode);
        if (!reason.empty()) remarks.add(reason, option_label(key));
    }
    std::vector<std::string> all = remarks.sentences();
    const auto given = [&](int key) { return std::ranges::find(keys, key) != keys.end(); };
    const bool computes = mode != kProposing && mode != kExamining && mode != kListing;
    if (computes && options.no_prediction && options.models.empty() && options.features.empty())
        all.emplace_back(
            "-n/--no_prediction leaves the default model out, and no --feature is given: nothing is computed");
    const bool names_format = given(kXml) || given(kJson) || given(kCsv) || given(kSub);
    for (const std::string& report : options.outputs)
        for (const auto& [ending, option] : {std::pair{".json", "--json"}, {".csv", "--csv"}})
            if (mode == kScoring && !names_format && report.ends_with(ending))
                all.push_back(cat("the report ", report, " is written as XML, since ", option, " is not given"));
    for (const int key : {kEvery, kSubsample})
        if (given(key) && options.subsample == 0)
            all.push_back(cat(option_label(key), " 0 scores every frame, as 1 does"));
    return all;
}

}  // namespace vmaf::tool
