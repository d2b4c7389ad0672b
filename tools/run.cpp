// The main loop of the command: opens the inputs, feeds the library frame by frame, shows scores, writes the report.
#include "run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>

#include "base/error.h"
#include "cores.h"
#include "doctor.h"
#include "encode.h"
#include "exit.h"
#include "gpu.h"
#include "html_output.h"
#include "input/inputs.h"
#include "input/pairing.h"
#include "input_facts.h"
#include "model_choice.h"
#include "paired_frame.h"
#include "pairs.h"
#include "progress.h"
#include "report_target.h"
#include "shard/batch.h"
#include "shard/interruption.h"
#include "shard/merge.h"
#include "shard/share.h"
#include "standard_streams.h"
#include "window.h"

namespace vmaf::tool {

namespace {

Progress::Style progress_style(const Options& options) {
    if (options.progress) return Progress::Style::kJson;
    return isatty(STDERR_FILENO) && !options.quiet ? Progress::Style::kTerminal : Progress::Style::kNone;
}

/// Frames to come of the encode that has most of them, where that is known of all.
std::optional<uint64_t> total_frames(const Inputs& inputs, const Options& options) {
    uint64_t total = 0;
    for (size_t i = 0; i < inputs.distorted.size(); i++) {
        const auto pairs = inputs.pairs(i, options);
        if (!pairs) return std::nullopt;
        total = std::max(total, *pairs);
    }
    return total;
}

/// Number of frames that were scored.
unsigned read_all(PairReader& pairs, Encodes& encodes, const Options& options, HtmlOutput* html, Progress& progress) {
    unsigned frames = 0;
    for (PairedFrame frame; pairs.next(frame);) {
        if (html) html->see(frame.reference, options.first_frame + frames);
        frame.read(options.first_frame + frames++, options);
        progress.update(frames);
        check_interruption();
    }
    for (Encode& encode : encodes)
        if (frames > 0) encode.finish();
    progress.finish(frames);
    return frames;
}

/// What computes the scores.
struct Engine {
    Options options;  ///< with what was found out
    std::optional<GpuStart> gpu;
    Encodes encodes;
    std::optional<PairReader>
        pairs;  ///< kept to the end, where leave() saves a tenth of a second for decoders' teardown
};

/// Reads while CUDA starts.
void read_and_score(Engine& engine, Inputs inputs, HtmlOutput* html, unsigned threads) {
    const Options& options = engine.options;
    GpuStart& gpu = *engine.gpu;
    Encodes& encodes = engine.encodes;
    const auto share = [&](const Window& window) {
        return inputs.share_work() ? shared_window(window, usable_cores(), encodes.size()) : window;
    };
    const Window cpu = share(cpu_window(most_threads(threads, encodes.size())));
    Window window = cpu;
    if (gpu.possible()) {
        window = share(gpu_window(inputs.format(), encodes.front().scorer.planes(), usable_cores(), encodes.size(),
                                  std::max<size_t>(1, options.devices.size())));
        window.pictures = std::max(window.pictures, cpu.pictures);
    }
    prepare_pictures(encodes, inputs.format(), window.pictures);
    const auto total = total_frames(inputs, options);
    PairReader& pairs = engine.pairs.emplace(std::move(inputs), encodes, options, window);
    if (!gpu.attach(contexts(encodes))) pairs.set_ahead(cpu.ahead);
    Progress progress(progress_style(options), total, running_means(encodes, options));
    unsigned frames = 0;
    try {
        frames = read_all(pairs, encodes, options, html, progress);
    } catch (const Error& error) {
        throw ExitError(kExitReading, cat("problem reading pictures: ", error.what()), error.code());
    }
    if (frames == 0) throw ExitError(kExitReading, "no frames to score: an input is empty");
}

void show_scores(const std::vector<std::string>& lines, const ReportTargets& targets) {
    for (const std::string& line : lines) std::fprintf(targets.scores, "%s\n", with_subject(line).c_str());
    if (std::fflush(targets.scores) == 0 && !std::ferror(targets.scores)) return;
    const int error = errno;
    const std::string text = cat("could not write the scores: ", std::strerror(error));
    if (targets.paths.empty() && !targets.html) throw ExitError(kExitFailed, text, error);
    warn(text);
}

bool names_gpu_extractor(const Options& options) {
    return std::any_of(options.features.begin(), options.features.end(),
                       [](const FeatureSpec& feature) { return feature.name.ends_with("_cuda"); });
}

/// All that can be written: where one fails, the others still come. Throws what the first failure threw.
void write_reports(Encodes& encodes, const std::vector<std::string>& paths, const Options& options) {
    std::exception_ptr failure;
    for (size_t i = 0; i < paths.size(); i++) {
        try {
            encodes[i].scorer.write_report(paths[i], options);
        } catch (const ExitError&) {
            if (!failure) failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

/// Reports come first: they matter more than lines that may have no reader.
void report(Encodes& encodes, const ReportTargets& targets, HtmlOutput* html, const Options& options) {
    const auto lines = options.no_prediction ? std::vector<std::string>() : score_lines(encodes);
    write_reports(encodes, targets.paths, options);
    if (html) html->write(*targets.html, contexts(encodes));
    if (!options.quiet) show_scores(lines, targets);
}

/// What is a rule for containers, and asked for by an option elsewhere.
void lift_for_v1(Options& options, const Inputs& inputs) {
    if (options.vmaf_10bit || !inputs.with_container()) return;
    const unsigned depth = inputs.format().bpc;
    options.vmaf_10bit = depth < least_depth(options, true);
    const std::string words = options.vmaf_10bit ? "both lifted from 8 to 10 bits, on which VMAF v1 is meant to run"
                                                 : shallow_v1_words(options, depth);
    if (!options.quiet && !words.empty()) tell(words);
}

void score(Engine& engine) {
    Options& options = engine.options;
    ReportTargets targets;
    options.shard ? check_part_target(options) : void(targets = find_report_targets(options));
    name_devices(options);
    check_decoder(options);
    // A device's context takes a while to start, and as long again if the decoders' first users let go of it before the last one comes.
    if (options.decodes_on_gpu()) engine.gpu.emplace(options);
    Inputs inputs = open_inputs(options);
    if (options.sync == Sync::kPropose) return;
    const std::string choice = choose_models(options.models, inputs.format());
    if (!choice.empty() && !options.quiet) tell(choice);
    lift_for_v1(options, inputs);
    if (isatty(STDERR_FILENO) && !options.quiet) std::fprintf(stderr, "VMAF version %s\n", vmaf_version());
    if (!engine.gpu) engine.gpu.emplace(options);
    GpuStart& gpu = *engine.gpu;
    Encodes& encodes = engine.encodes;
    const unsigned threads = options.threads.value_or(usable_cores());
    open_encodes(encodes, options, threads);
    if (names_gpu_extractor(options)) gpu.attach(contexts(encodes));  // it is registered where the GPU is there already
    register_all(encodes, inputs);
    add_report_parameters(encodes, options, inputs);
    std::optional<HtmlOutput> html;
    if (targets.html) html.emplace(options, inputs);
    if (!choose_frames(options, inputs, encodes)) return;
    read_and_score(engine, std::move(inputs), html ? &*html : nullptr, threads);
    if (options.shard) return write_part(options, encodes);
    check_range_read(options, encodes);
    report(encodes, targets, html ? &*html : nullptr, options);
}

void merge(Engine& engine) {
    Options& options = engine.options = options_of_parts(engine.options);
    const ReportTargets targets = find_report_targets(options);
    score_parts(options, engine.encodes);
    std::optional<HtmlOutput> html;
    if (targets.html) html.emplace(options);
    report(engine.encodes, targets, html ? &*html : nullptr, options);
}

/// The pairs of a list, each with an engine of its own.
void score_batch(const Options& options) {
    for_each_pair(options, [&](const Options& pair) {
        Engine engine{.options = pair};
        pair.merge ? merge(engine) : score(engine);
    });
}

/// Does what the options say and tells what went wrong. Returns the exit code.
int act(Engine& engine) {
    try {
        if (engine.options.is_job()) engine.options.merge ? end_at_interruptions() : note_interruptions();
        switch (engine.options.action) {
            case Options::Action::kDoctor: return examine(engine.options);
            case Options::Action::kListDevices: list_devices(); return kExitOk;
            default: break;
        }
        if (!engine.options.batch.empty())
            score_batch(engine.options);
        else
            engine.options.merge ? merge(engine) : score(engine);
        return kExitOk;
    } catch (const std::exception&) {
        const ExitError error = current_exit_error();
        // Schedulers are told whether another try makes sense.
        const bool again = engine.options.is_job() && may_pass(error.error);
        std::fprintf(stderr, "%s\n", error.what());
        return again ? kExitRetry : error.code;
    }
}

}  // namespace

int run(const Options& options) {
    for (const std::string& argument : options.ignored)
        if (!options.merge) warn(cat("argument '", argument, "' belongs to no option and is ignored"));
    if (options.strict && !options.remarks.empty()) {
        std::fprintf(stderr, "%s (--strict)\n", options.remarks.front().c_str());
        return kExitUsage;
    }
    for (const std::string& remark : options.remarks) warn(remark);
    Engine engine{.options = options};
    const int code = act(engine);
    // All has been written and said: what the driver does in its teardown must not change the exit code.
    if (kCudaInThisBuild && options.backend != Backend::kCpu) leave(code);
    return code;
}

}  // namespace vmaf::tool
