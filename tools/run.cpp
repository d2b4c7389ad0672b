// The main loop of the command: opens the inputs, feeds the library frame by frame, shows scores, writes the report.
#include "run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "cores.h"
#include "doctor.h"
#include "exit.h"
#include "gpu.h"
#include "input/frame_source.h"
#include "input/inputs.h"
#include "progress.h"
#include "report_target.h"
#include "scorer.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

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

/// One of the two inputs, read ahead.
struct Side {
    Side(std::unique_ptr<VideoReader> reader, Scorer& scorer, const ReadPlan& plan)
        : loose_end(reader->loose_end()),
          source(
              std::move(reader), [&scorer] { return scorer.fetch(); }, plan) {}

    const std::string& name() const { return source.reader().name(); }

    std::string loose_end;  ///< as the input's size tells it beforehand
    FrameSource source;
};

/// The reading of both inputs in step. Frames that are not handed on are given back.
class PairReader {
 public:
    PairReader(Inputs inputs, Scorer& scorer, const Options& options, const Window& window)
        : limit_(options.frame_count ? options.frame_count : UINT64_MAX),
          reference_(std::move(inputs.reference), scorer, plan(scorer, options.skip_reference, window)),
          distorted_(std::move(inputs.distorted), scorer, plan(scorer, options.skip_distorted, window)) {}

    void set_ahead(size_t frames) {
        reference_.source.set_ahead(frames);
        distorted_.source.set_ahead(frames);
    }

    /// False if either input has ended; says so if the other one goes on.
    bool next(VmafPicture& reference, VmafPicture& distorted) {
        const bool has_reference = reference_.source.next(reference);
        bool has_distorted = false;
        try {
            has_distorted = distorted_.source.next(distorted);
        } catch (...) {
            if (has_reference) vmaf_picture_unref(&reference);
            throw;
        }
        if (has_reference && has_distorted) return count_++, true;
        if (has_reference) ended_early(reference, distorted_, reference_);
        if (has_distorted) ended_early(distorted, reference_, distorted_);
        if (count_ < limit_) warn_of_loose_ends();
        return false;
    }

 private:
    ReadPlan plan(const Scorer& scorer, uint64_t skip, const Window& window) const {
        return {scorer.planes(), skip, limit_, window.ahead, window.readers};
    }

    static void ended_early(VmafPicture& left_over, Side& ended, const Side& other) {
        vmaf_picture_unref(&left_over);
        const std::string loose_end = ended.source.loose_end();
        if (!loose_end.empty()) fail(EINVAL, loose_end);  // the other input has this frame whole
        std::fprintf(stderr, "\n\"%s\" ended before \"%s\".\n", ended.name().c_str(), other.name().c_str());
    }

    /// Beyond the part that both have, they cost no score.
    void warn_of_loose_ends() {
        std::string text;
        for (Side* side : {&reference_, &distorted_}) {
            const std::string met = side->source.loose_end();
            const std::string& loose_end = met.empty() ? side->loose_end : met;
            if (!loose_end.empty() && loose_end != text) text += cat(text.empty() ? "" : "; ", loose_end);
        }
        if (text.empty()) return;
        if (count_ == 0) fail(EINVAL, text);
        warn(text + "; the scores are those of the whole frames");
    }

    const uint64_t limit_;
    uint64_t count_ = 0;
    Side reference_, distorted_;
};

/// Number of pairs that the scorer got, and has scored.
unsigned read_all(PairReader& pairs, Scorer& scorer, Progress& progress) {
    unsigned frames = 0;
    VmafPicture reference, distorted;
    while (pairs.next(reference, distorted)) {
        scorer.read(reference, distorted, frames++);
        progress.update(frames);
    }
    if (frames > 0) scorer.flush();
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
    Progress progress(progress_style(options), total,
                      options.progress_mean ? [&scorer] { return scorer.running_mean(); } : Progress::Mean());
    try {
        return read_all(pairs, scorer, progress);
    } catch (const Error& error) {
        throw ExitError(kExitReading, cat("problem reading pictures: ", error.what()));
    }
}

void show_scores(const std::vector<std::string>& lines, const ReportTarget& target) {
    for (const std::string& line : lines) std::fprintf(target.scores, "%s\n", line.c_str());
    if (std::fflush(target.scores) == 0 && !std::ferror(target.scores)) return;
    const std::string text = cat("could not write the scores: ", std::strerror(errno));
    if (!target.path) throw ExitError(kExitFailed, text);
    warn(text);
}

bool names_gpu_extractor(const Options& options) {
    return std::any_of(options.features.begin(), options.features.end(),
                       [](const FeatureSpec& feature) { return feature.name.ends_with("_cuda"); });
}

/// What computes the scores.
struct Engine {
    std::optional<GpuStart> gpu;
    std::optional<Scorer> scorer;
};

void score(const Options& options, Engine& engine) {
    const ReportTarget target = find_report_target(options);
    check_decoder(options);
    Inputs inputs = open_inputs(options);
    if (isatty(STDERR_FILENO) && !options.quiet) std::fprintf(stderr, "VMAF version %s\n", vmaf_version());
    GpuStart& gpu = engine.gpu.emplace(options);
    const unsigned threads = options.threads.value_or(usable_cores());
    Scorer& scorer = engine.scorer.emplace(options, threads);
    if (names_gpu_extractor(options)) gpu.attach(scorer.context());  // it is registered where the GPU is there already
    scorer.register_all(inputs.frame_rate());
    if (options.progress_mean) scorer.watch_mean();
    const unsigned frames = read_and_score(std::move(inputs), gpu, scorer, options, threads);
    if (frames == 0) throw ExitError(kExitReading, "no frames to score: an input is empty");
    const auto lines = options.no_prediction ? std::vector<std::string>() : scorer.score_lines(frames);
    if (target.path)
        scorer.write_report(*target.path, options);  // first: it matters more than a line that may have no reader
    if (!options.quiet) show_scores(lines, target);
}

/// What ends the run, as its last message.
int fail_run(int code, const char* text) {
    std::fprintf(stderr, "%s\n", text);
    return code;
}

/// Does what the options say and tells what went wrong. Returns the exit code.
int act(const Options& options, Engine& engine) {
    try {
        switch (options.action) {
            case Options::Action::kDoctor: return examine(options);
            case Options::Action::kListDevices: list_devices(); return kExitOk;
            default: score(options, engine); return kExitOk;
        }
    } catch (const ExitError& error) {
        return fail_run(error.code, error.what());
    } catch (const std::bad_alloc&) {
        return fail_run(kExitFailed, "out of memory");
    } catch (const std::exception& error) {
        return fail_run(kExitFailed, error.what());
    }
}

}  // namespace

int run(const Options& options) {
    for (const std::string& argument : options.ignored)
        warn(cat("argument '", argument, "' belongs to no option and is ignored"));
    for (const std::string& remark : options.remarks) warn(remark);
    Engine engine;
    const int code = act(options, engine);
    // All has been written and said: what the driver does in its teardown must not change the exit code.
    if (kCudaInThisBuild && options.backend != Backend::kCpu) leave(code);
    return code;
}

}  // namespace vmaf::tool
