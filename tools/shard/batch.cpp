// Turns the lines of a list into runs.
#include "shard/batch.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "exit.h"
#include "input/inputs.h"
#include "report_paths.h"
#include "report_target.h"
#include "shard/done.h"
#include "shard/interruption.h"
#include "shard/list.h"
#include "shard/share.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

namespace fs = std::filesystem;

std::vector<BatchPair> read_list(const Options& options) {
    std::ifstream file(options.batch);
    file.peek();  // a folder can be opened, but not read
    if (!file.is_open() || file.bad())
        throw ExitError(kExitFailed, cat("could not open file: ", options.batch, ": ", std::strerror(errno)), errno);
    file.clear();
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return parse_batch(text, options.batch, report_ending(options.format));
}

/// A pair, and its run.
struct BatchJob {
    const BatchPair* pair;
    Options options;
};

bool is_option(const std::string& argument, std::string_view name) {
    return argument.starts_with(cat("--", name, "="));
}

/// Arguments of the whole list that hold for a pair: its `own` take their place.
std::vector<std::string> arguments_for(const Options& list, const std::vector<std::string>& own) {
    std::vector<std::string> arguments;
    for (const std::string& argument : list.given) {
        constexpr std::string_view kOfTheList[] = {"batch", "output", "html", "shard"};
        const auto is = [&](std::string_view name) { return is_option(argument, name); };
        const bool replaced = std::ranges::any_of(own, [&](const std::string& option) {
            return is(std::string_view(option).substr(2, option.find('=') - 2));
        });
        if (!replaced && std::ranges::none_of(kOfTheList, is)) arguments.push_back(argument);
    }
    arguments.insert(arguments.end(), own.begin(), own.end());
    return arguments;
}

/// The options of the whole list, for one pair. Throws UsageError.
Options options_of(const Options& list, const BatchPair& pair) {
    const fs::path folder = list.outputs.front();
    const std::string parts = folder / pair.parts();
    // Of a merge, the parts have what is the pair's own.
    std::vector<std::string> arguments = arguments_for(list, list.merge ? std::vector<std::string>() : pair.options);
    if (!list.merge)
        arguments.insert(arguments.end(), {cat("--reference=", pair.reference), cat("--distorted=", pair.distorted)});
    if (list.shard) {
        arguments.push_back(cat("--shard=", list.shard->number, "/", list.shard->count));
        arguments.push_back(cat("--output=", parts, "/"));
    } else {
        arguments.push_back(cat("--output=", (folder / pair.report).string()));
        if (list.html) arguments.push_back(cat("--html=", (fs::path(*list.html) / pair.page()).string()));
    }
    if (list.merge) arguments.insert(arguments.end(), {"--", parts});
    return parse_options(arguments);
}

std::vector<BatchJob> jobs_of(const Options& list, const std::vector<BatchPair>& pairs) {
    std::vector<BatchJob> jobs;
    for (const BatchPair& pair : pairs) {
        try {
            jobs.push_back({&pair, options_of(list, pair)});
        } catch (const UsageError& error) {
            throw UsageError(cat(list.batch, ", line ", pair.line, ": ", error.what()));
        }
    }
    return jobs;
}

/// Does the work on each pair, and keeps count of failures.
class Failures {
 public:
    explicit Failures(const Options& list) : list_(list) {}

    /// Keeps what `work` throws, save interruptions.
    void attempt(const BatchPair& pair, const std::function<void()>& work) {
        try {
            const Subject subject(pair.name);
            check_interruption();
            work();
        } catch (const std::exception&) {
            const ExitError error = current_exit_error();
            if (error.code == kExitInterrupted || error.code == kExitTerminated) throw;
            tell(cat(list_.batch, ", line ", pair.line, " (", pair.name, "): ", error.what()));
            count_++;
            if (!worst_ || (may_pass(error.error) && !may_pass(worst_->error))) worst_ = error;
        }
    }
    bool another_try_may_do() const { return worst_ && may_pass(worst_->error); }
    void report(size_t pairs) const {
        if (worst_) throw ExitError(worst_->code, cat(count_, " of ", pairs, " pairs failed"), worst_->error);
    }

 private:
    const Options& list_;
    size_t count_ = 0;
    std::optional<ExitError> worst_;
};

/// Cuts the frames of all pairs in a row, and leaves the jobs that have some of the shard's. A pair that can't be opened has no frames, as it has
/// for every other shard.
void share_out(const Options& list, std::vector<BatchJob>& jobs, Failures& failures) {
    if (list.frames) throw ExitError(kExitUsage, "--frames can't be combined with the shards of a --batch");
    std::vector<uint64_t> frames(jobs.size());
    uint64_t all = 0;
    for (size_t i = 0; i < jobs.size(); i++) {
        failures.attempt(*jobs[i].pair, [&] {
            Options options = jobs[i].options;
            Inputs inputs = open_inputs(options);
            frames[i] = count_pairs(options, inputs);
        });
        all += frames[i];
    }
    if (failures.another_try_may_do())
        failures.report(jobs.size());  // other shards may have met another number of frames
    const auto mine = all ? list.shard->of({0, all - 1}) : std::nullopt;
    std::vector<BatchJob> kept;
    uint64_t begin = 0;
    for (size_t i = 0; mine && i < jobs.size(); begin += frames[i++]) {
        const uint64_t first = std::max(begin, mine->first), end = std::min(begin + frames[i], mine->last + 1);
        if (first >= end) continue;
        jobs[i].options.piece = FrameSpan{first - begin, end - 1 - begin};
        kept.push_back(std::move(jobs[i]));
    }
    jobs = std::move(kept);
}

/// Scores a pair, unless its reports are there and would come out the same.
void score_anew(const BatchJob& job, const std::string& folder, const std::function<void(const Options& pair)>& score) {
    const std::string record = fs::path(folder) / job.pair->record();
    std::vector<std::string> files = job.options.outputs;
    if (job.options.html) files.push_back(*job.options.html);
    const auto facts = facts_of(job.options);
    if (facts && is_done(record, *facts, files)) {
        tell(cat(files.front(), " is there already: nothing to do"));
        return;
    }
    score(job.options);
    if (facts) note_done(record, *facts, files);
}

}  // namespace

void for_each_pair(const Options& options, const std::function<void(const Options& pair)>& score) {
    if (options.outputs.empty()) throw ExitError(kExitUsage, "--batch needs -o/--output, the folder of its reports");
    std::vector<BatchPair> pairs;
    std::vector<BatchJob> jobs;
    try {
        pairs = read_list(options);
        jobs = jobs_of(options, pairs);
    } catch (const UsageError& error) {
        throw ExitError(kExitUsage, error.what());
    }
    const std::string& folder = options.outputs.front();
    make_folder(folder);
    if (options.html && !options.shard) make_folder(*options.html);
    Failures failures(options);
    if (options.shard) share_out(options, jobs, failures);
    const bool whole = !options.shard && !options.merge;
    for (const BatchJob& job : jobs)
        failures.attempt(*job.pair, [&] { whole ? score_anew(job, folder, score) : score(job.options); });
    failures.report(pairs.size());
}

}  // namespace vmaf::tool
