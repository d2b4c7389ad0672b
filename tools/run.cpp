// The main loop of the command: opens the inputs, feeds the library frame by frame, shows scores, writes the report.
#include "run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "cores.h"
#include "exit.h"
#include "gpu.h"
#include "input/frame_source.h"
#include "input/inputs.h"
#include "progress.h"
#include "scorer.h"

namespace vmaf::tool {

namespace {

/// Finds out before hours of work that the report could not be written. The file is not made yet: a run that fails leaves none.
void check_output(const std::string& path) {
    if (path == "-") return;
    const std::string directory = std::filesystem::path(path).parent_path();
    const bool exists = access(path.c_str(), F_OK) == 0;
    if (exists && std::filesystem::is_directory(path))
        errno = EISDIR;
    else if (path.empty())
        errno = ENOENT;
    else if (access(exists ? path.c_str() : directory.empty() ? "." : directory.c_str(), W_OK) == 0)
        return;
    throw ExitError(kExitFailed, cat("could not open file: ", path, ": ", std::strerror(errno)));
}

Progress::Style progress_style(const Options& options) {
    if (options.progress) return Progress::Style::kJson;
    return isatty(STDERR_FILENO) && !options.quiet ? Progress::Style::kTerminal : Progress::Style::kNone;
}

/// How many frames are in the making at a time.
struct Window {
    size_t ahead;       ///< frames of each input that are read before they are asked for
    unsigned readers;   ///< threads that read an input
    unsigned pictures;  ///< in all: with the readers, the caller and the library
};

/// Two references that the library may keep, and a picture on its way out of and one on its way into each input's hands.
constexpr unsigned kExtra = 2 + 2 * 2;

/// Each thread of the library works on a pair.
Window cpu_window(unsigned threads) {
    constexpr unsigned kAhead = 3;
    return {kAhead, 1, 2 * kAhead + 2 * (threads + 2) + kExtra};
}

/// Enough to keep a GPU busy, and to have something ready when it has started.
Window gpu_window(const PictureFormat& format, unsigned planes, unsigned cores) {
    constexpr uint64_t kBytes = 128 << 20;
    const uint64_t picture = uint64_t{format.w} * format.h * format.sample_bytes() * (planes == 1 ? 1 : 3);
    const auto pairs = static_cast<unsigned>(std::clamp<uint64_t>(kBytes / (2 * picture), 6, 64));
    return {pairs / 2, std::clamp(cores / 4, 1u, 4u), 2 * (pairs / 2) + 2 * pairs + kExtra};
}

/// The reading of both inputs in step. Frames that are not handed on are given back.
class PairReader {
 public:
    PairReader(Inputs inputs, Scorer& scorer, const Options& options, const Window& window)
        : reference_(
              std::move(inputs.reference), [&] { return scorer.fetch(); },
              plan(scorer, options, options.skip_reference, window)),
          distorted_(
              std::move(inputs.distorted), [&] { return scorer.fetch(); },
              plan(scorer, options, options.skip_distorted, window)) {}

    void set_ahead(size_t frames) {
        reference_.set_ahead(frames);
        distorted_.set_ahead(frames);
    }

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
    static ReadPlan plan(const Scorer& scorer, const Options& options, uint64_t skip, const Window& window) {
        return {scorer.planes(), skip, options.frame_count ? options.frame_count : UINT64_MAX, window.ahead,
                window.readers};
    }

    static void ended_early(VmafPicture& left_over, const FrameSource& ended, const FrameSource& other) {
        vmaf_picture_unref(&left_over);
        std::fprintf(stderr, "\n\"%s\" ended before \"%s\".\n", ended.reader().name().c_str(),
                     other.reader().name().c_str());
    }

    FrameSource reference_, distorted_;
};

/// Number of pairs that the scorer got.
unsigned read_all(PairReader& pairs, Scorer& scorer, Progress& progress) {
    unsigned frames = 0;
    VmafPicture reference, distorted;
    while (pairs.next(reference, distorted)) {
        scorer.read(reference, distorted, frames++);
        progress.update(frames);
    }
    progress.finish(frames);
    return frames;
}

/// Reads while CUDA starts.
unsigned read_and_score(Inputs inputs, GpuStart& gpu, Scorer& scorer, const Options& options, unsigned threads) {
    const Window cpu = cpu_window(threads);
    Window window = cpu;
    if (gpu.possible()) {
        window = gpu_window(inputs.format(), scorer.planes(), usable_cores());
        window.pictures = std::max(window.pictures, cpu.pictures);
    }
    scorer.prepare_pictures(inputs.format(), window.pictures);
    const auto total = inputs.pairs(options);
    PairReader pairs(std::move(inputs), scorer, options, window);
    if (!gpu.attach(scorer.context())) pairs.set_ahead(cpu.ahead);
    Progress progress(progress_style(options), total);
    try {
        return read_all(pairs, scorer, progress);
    } catch (const Error& error) {
        throw ExitError(kExitReading, cat(error.what(), "\nproblem reading pictures"));
    }
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
    GpuStart gpu(options);
    const unsigned threads = options.threads.value_or(usable_cores());
    Scorer scorer(options, threads);
    const unsigned frames = read_and_score(std::move(inputs), gpu, scorer, options, threads);
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

}  // namespace vmaf::tool
