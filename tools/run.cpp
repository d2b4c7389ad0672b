// The main loop of the command: opens the inputs, feeds the library frame by frame, shows scores, writes the report.
#include "run.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "exit.h"
#include "frame_source.h"
#include "gpu.h"
#include "inputs.h"
#include "progress.h"
#include "scorer.h"

namespace vmaf {

namespace {

/// Finds out before hours of work that the report could not be written. The file is not made yet: a run that fails leaves none.
void check_output(const std::string& path) {
    if (path == "-") return;
    const std::string directory = std::filesystem::path(path).parent_path();
    const bool exists = access(path.c_str(), F_OK) == 0;
    if (exists && std::filesystem::is_directory(path)) errno = EISDIR;
    else if (path.empty()) errno = ENOENT;
    else if (access(exists ? path.c_str() : directory.empty() ? "." : directory.c_str(), W_OK) == 0) return;
    throw ExitError(kExitFailed, cat("could not open file: ", path, ": ", std::strerror(errno)));
}

Progress::Style progress_style(const Options& options) {
    if (options.progress) return Progress::Style::kJson;
    return isatty(STDERR_FILENO) && !options.quiet ? Progress::Style::kTerminal : Progress::Style::kNone;
}

/// The reading of both inputs in step. Frames that are not handed on are given back.
class PairReader {
 public:
    PairReader(Inputs inputs, Scorer& scorer, const Options& options)
        : reference_(std::move(inputs.reference), [&] { return scorer.fetch(); }, scorer.planes(), options.skip_reference, limit(options)),
          distorted_(std::move(inputs.distorted), [&] { return scorer.fetch(); }, scorer.planes(), options.skip_distorted, limit(options)) {}

    /// False if either input has ended; says so if the other one goes on.
    bool next(VmafPicture& reference, VmafPicture& distorted) {
        const bool has_reference = reference_.next(reference);
        bool has_distorted = false;
        try {
            has_distorted = distorted_.next(distorted);
        } catch (...) {
            if (has_reference) vmaf_picture_unref(&reference);
            throw;
        }
        if (has_reference && has_distorted) return true;
        if (has_reference) ended_early(reference, distorted_, reference_);
        if (has_distorted) ended_early(distorted, reference_, distorted_);
        return false;
    }

 private:
    static uint64_t limit(const Options& options) { return options.frame_count ? options.frame_count : UINT64_MAX; }

    static void ended_early(VmafPicture& left_over, const FrameSource& ended, const FrameSource& other) {
        vmaf_picture_unref(&left_over);
        std::fprintf(stderr, "\n\"%s\" ended before \"%s\".\n", ended.reader().name().c_str(), other.reader().name().c_str());
    }

    FrameSource reference_, distorted_;
};

/// Number of pairs that the scorer got.
unsigned read_all(Inputs inputs, Scorer& scorer, const Options& options) {
    Progress progress(progress_style(options), inputs.pairs(options));
    PairReader pairs(std::move(inputs), scorer, options);
    unsigned frames = 0;
    VmafPicture reference, distorted;
    while (pairs.next(reference, distorted)) {
        scorer.read(reference, distorted, frames++);
        progress.update(frames);
    }
    progress.finish(frames);
    return frames;
}

void show_scores(Scorer& scorer, const Options& options, unsigned frames) {
    std::FILE* const out = options.output == "-" ? stderr : stdout;
    for (const std::string& line : scorer.score_lines(frames))
        if (!options.quiet) std::fprintf(out, "%s\n", line.c_str());
    if (std::fflush(out) != 0) throw ExitError(kExitFailed, cat("could not write the scores: ", std::strerror(errno)));
}

void score(const Options& options) {
    if (options.output) check_output(*options.output);
    Inputs inputs = open_inputs(options);
    if (isatty(STDERR_FILENO) && !options.quiet) std::fprintf(stderr, "VMAF version %s\n", vmaf_version());
    Scorer scorer(options, inputs.format(), 2 * FrameSource::kHeld);
    unsigned frames = 0;
    try {
        frames = read_all(std::move(inputs), scorer, options);
    } catch (const Error& error) {
        throw ExitError(kExitReading, cat(error.what(), "\nproblem reading pictures"));
    }
    if (frames == 0) throw ExitError(kExitReading, "no frames to score: an input is empty");
    scorer.flush();
    if (!options.no_prediction) show_scores(scorer, options, frames);
    if (options.output) scorer.write_report(options);
}

}  // namespace

int run(const Options& options) {
    for (const std::string& argument : options.ignored)
        std::fprintf(stderr, "Warning: argument '%s' belongs to no option and is ignored.\n", argument.c_str());
    try {
        if (options.action == Options::Action::kListDevices)
            list_devices();
        else
            score(options);
        return kExitOk;
    } catch (const ExitError& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return error.code;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return kExitFailed;
    }
}

}  // namespace vmaf
