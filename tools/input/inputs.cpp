// Opens the inputs side by side, so that their headers may come from one writer in any order, and compares their formats.
#include "input/inputs.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <future>
#include <sstream>

#include "base/error.h"
#include "cores.h"
#include "exit.h"
#include "input/comparison.h"
#include "input/depth_reader.h"
#include "input/media/media.h"
#include "input/pairing.h"
#include "input/sync.h"
#include "report_paths.h"
#include "shard/fingerprint.h"
#include "standard_streams.h"
#include "start_thread.h"

namespace vmaf::tool {

namespace {

/// The deeper one's depth of each pair. Encodes can't ask for different ones: there is one reference.
unsigned common_depth(const Inputs& inputs) {
    const auto depth_of = [&](const VideoReader& encode) {
        return std::max(inputs.reference->format().bpc, encode.format().bpc);
    };
    const VideoReader& first = *inputs.distorted.front();
    const unsigned depth = depth_of(first);
    for (const auto& encode : inputs.distorted)
        if (depth_of(*encode) != depth)
            throw ExitError(kExitFailed,
                            cat("the reference has ", inputs.reference->format().bpc, " bits, ", first.name(), " ",
                                first.format().bpc, " and ", encode->name(), " ", encode->format().bpc,
                                ": it can't be lifted for one of them alone; score them in runs of their own"));
    return depth;
}

/// Frames that the input still has once `skip` of them have been passed over; empty where its size does not tell.
std::optional<uint64_t> frames_after(const VideoReader& reader, uint64_t skip) {
    const auto frames = reader.frames_left();
    return frames ? std::optional(*frames > skip ? *frames - skip : 0) : std::nullopt;
}

/// A pair of inputs as it is compared before the first frame.
struct Pair {
    const VideoReader &reference, &distorted;
    std::optional<uint64_t> reference_frames, distorted_frames;  ///< left behind those that are passed over
    bool skips;                                                  ///< some are

    Pair(const Inputs& inputs, size_t encode, const Options& options)
        : reference(*inputs.reference),
          distorted(*inputs.distorted[encode]),
          reference_frames(frames_after(reference, options.reference.skip)),
          distorted_frames(frames_after(distorted, options.distorted[encode].skip)),
          skips(options.reference.skip > 0 || options.distorted[encode].skip > 0) {}

    bool with_container() const { return reference.traits().of_container || distorted.traits().of_container; }
    /// True if both tell their frames, and no limit ends the run before the shorter one does.
    bool lengths_matter(const Options& options) const {
        return reference_frames && distorted_frames &&
               (!options.frame_count || std::min(*reference_frames, *distorted_frames) < options.frame_count);
    }
};

/// Throws ExitError if one input ends within a frame that the other has whole. The sizes of raw files tell it beforehand.
void check_common_part(const Pair& pair, const Options& options) {
    if (!pair.lengths_matter(options) || *pair.reference_frames == *pair.distorted_frames) return;
    const bool reference_is_shorter = *pair.reference_frames < *pair.distorted_frames;
    const std::string loose_end = (reference_is_shorter ? pair.reference : pair.distorted).loose_end();
    if (!loose_end.empty()) throw ExitError(kExitReading, loose_end);
}

/// What is found of all encodes at once, which are named if there are several.
class Findings {
 public:
    explicit Findings(size_t encodes) : several_(encodes > 1) {}

    void add(const Pair& pair, const std::string& text) {
        if (text.empty()) return;
        text_ += cat(text_.empty() ? "" : "\n", several_ ? cat(pair.distorted.name(), ": ") : "", text);
    }
    /// Throws ExitError if something was found.
    void refuse() const {
        if (!text_.empty()) throw ExitError(kExitFailed, text_);
    }

 private:
    const bool several_;
    std::string text_;
};

void check_formats(const std::vector<Pair>& pairs, const Options& options) {
    Findings problems(pairs.size());
    for (const Pair& pair : pairs)
        problems.add(pair, format_problems(pair.reference.format(), pair.distorted.format(),
                                           format_rules(options, pair.with_container())));
    problems.refuse();
}

std::string length_difference(const Pair& pair, const Options& options) {
    if (!pair.with_container() || !pair.lengths_matter(options)) return {};
    return length_difference(pair.reference, pair.distorted, *pair.reference_frames, *pair.distorted_frames,
                             options.allow_length_mismatch);
}

/// Where the numbers of frames are not known, and nothing says that they may differ.
std::string duration_hint(const Pair& pair, const Options& options) {
    if (options.frame_count || options.allow_length_mismatch) return {};
    if (pair.skips || (pair.reference_frames && pair.distorted_frames)) return {};
    return duration_difference(pair.reference, pair.distorted);
}

/// Returns of each pair whether range or matrix are to be converted.
std::vector<bool> check_traits(const std::vector<Pair>& pairs, const Options& options) {
    Findings problems(pairs.size());
    std::vector<std::string> warnings;
    std::vector<bool> colours;
    for (const Pair& pair : pairs) {
        const TraitDifferences found = compare_traits(pair.reference, pair.distorted, options);
        for (const std::string& text : found.refused) problems.add(pair, text);
        warnings.insert(warnings.end(), found.allowed.begin(), found.allowed.end());
        colours.push_back(found.colour);
        const std::string length = length_difference(pair, options);
        if (!options.allow_length_mismatch)
            problems.add(pair, length);
        else if (!length.empty())
            warnings.push_back(length);
        if (const std::string duration = duration_hint(pair, options); !duration.empty()) warnings.push_back(duration);
    }
    problems.refuse();
    for (const std::string& warning : warnings) warn(warning);
    return colours;
}

std::vector<Adaptation> adaptations(const Inputs& inputs, const std::vector<bool>& colours, unsigned depth,
                                    const Options& options) {
    std::vector<Adaptation> all;
    for (size_t i = 0; i < inputs.distorted.size(); i++)
        all.push_back(adaptation(*inputs.reference, *inputs.distorted[i], depth, colours[i], options));
    return all;
}

std::unique_ptr<VideoReader> with_depth(std::unique_ptr<VideoReader> reader, unsigned depth) {
    return reader->format().bpc < depth ? deepen(std::move(reader), depth) : std::move(reader);
}

/// Converts and deepens what has to be, and says so. What is resampled keeps the precision of 10 bits where it is scored at them.
void adapt_all(Inputs& inputs, const std::vector<bool>& colours, const Options& options) {
    unsigned depth = common_depth(inputs);
    auto all = adaptations(inputs, colours, depth, options);
    const unsigned least = least_depth(options, inputs.with_container());
    if (depth < least && std::ranges::any_of(all, [](const Adaptation& how) { return how.conversion.has_value(); }))
        all = adaptations(inputs, colours, depth = least, options);
    for (size_t i = 0; i < inputs.distorted.size(); i++) {
        auto& encode = inputs.distorted[i];
        const Adaptation& how = all[i];
        const std::string name = inputs.distorted.size() > 1 ? cat(encode->name(), ": ") : "";
        for (const std::string& line : how.lines)
            if (!options.quiet) tell(name + line);
        inputs.adaptations.push_back(how);
        try {
            encode = adapt(std::move(encode), how, depth);
        } catch (const Error& error) {
            throw ExitError(kExitFailed, cat(options.distorted[i].path, " can't be converted: ", error.what()));
        }
    }
    inputs.reference = with_depth(std::move(inputs.reference), depth);
}

void check_first_frames(const Inputs& inputs) {
    try {
        inputs.reference->check_first_frame();
        for (const auto& encode : inputs.distorted) encode->check_first_frame();
    } catch (const Error& error) {
        throw ExitError(kExitReading, error.what());
    }
}

void check_can_be_read_again(const InputSpec& input) {
    if (!std::filesystem::is_regular_file(input.path))
        throw ExitError(kExitFailed, cat("--sync reads the beginning of both videos twice, and ", input.path,
                                         " is no file, which can be read only once; leave --sync out, or give a file"));
}

/// The skips that pair the frames which belong together: one reading of the reference serves all encodes, from the first of its frames that all of them
/// have.
void shift_inputs(Options& options, const std::vector<int64_t>& shifts) {
    const int64_t most = std::max<int64_t>(0, *std::ranges::max_element(shifts));
    options.reference.skip += static_cast<unsigned>(most);
    for (size_t i = 0; i < shifts.size(); i++) options.distorted[i].skip += static_cast<unsigned>(most - shifts[i]);
}

/// Lines on the encodes that lose frames to others, which begin later in the reference.
std::string lost_frames_words(const Inputs& inputs, const Options& shifted, const std::vector<int64_t>& shifts) {
    const int64_t most = std::max<int64_t>(0, *std::ranges::max_element(shifts));
    std::string text;
    for (size_t i = 0; i < shifts.size(); i++)
        if (const int64_t lost = most - std::max<int64_t>(0, shifts[i]); lost > 0)
            text += cat("\nsync: all encodes are scored from frame ", shifted.reference.skip, " of ",
                        inputs.reference->name(), " on; ", inputs.distorted[i]->name(), " has ", lost,
                        lost == 1 ? " frame" : " frames", " before that, which a run of its own scores");
    return text;
}

/// "--frame_skip_ref 7 --frame_skip_dist 0"
std::string skip_words(const Options& options) {
    std::string words = cat("--frame_skip_ref ", options.reference.skip);
    for (const InputSpec& encode : options.distorted) words += cat(" --frame_skip_dist ", encode.skip);
    return words;
}

/// The thumbnails of all inputs, the reference first.
std::vector<std::vector<Thumbnail>> all_thumbnails(Inputs& inputs, const Options& options) {
    const uint64_t frames = std::max<uint64_t>(2 * uint64_t{options.sync_window}, 100);
    std::vector<std::future<std::vector<Thumbnail>>> reading;
    const auto read = [&](VideoReader& reader, const InputSpec& input) {
        check_can_be_read_again(input);
        reading.push_back(start_thread("to look for a shift", [&reader, &input, frames] {
            auto found = thumbnails(reader, input.skip, frames);
            reader.seek(0);
            return found;
        }));
    };
    read(*inputs.reference, options.reference);
    for (size_t i = 0; i < inputs.distorted.size(); i++) read(*inputs.distorted[i], options.distorted[i]);
    std::vector<std::vector<Thumbnail>> all;
    for (auto& future : reading) all.push_back(future.get());
    return all;
}

/// Looks for the frames that belong together, says what it finds, and does with it what the options want. Throws ExitError.
void synchronize(Inputs& inputs, Options& options) {
    std::vector<std::vector<Thumbnail>> all;
    try {
        all = all_thumbnails(inputs, options);
    } catch (const Error& error) {
        throw ExitError(kExitReading, cat("problem reading pictures: ", error.what()));
    }
    std::vector<int64_t> shifts;
    bool evident = true, shifted = false;  // all of them; some of them, beyond doubt
    std::string text;
    for (size_t i = 0; i < inputs.distorted.size(); i++) {
        const VideoReader& encode = *inputs.distorted[i];
        const auto found = find_sync(all[0], all[1 + i], options.sync_window);
        text += text.empty() ? "sync: " : "\nsync: ";
        text += found ? sync_words(*found, *inputs.reference, encode, options.reference.skip, options.distorted[i].skip)
                      : cat("there are too few frames to find a shift of ", encode.name());
        const bool clear = found && found->evident;
        evident = evident && clear;
        shifted = shifted || (clear && found->best.shift != 0);
        shifts.push_back(found ? found->best.shift : 0);
    }
    Options proposed = options;
    if (evident) {
        shift_inputs(proposed, shifts);
        text += lost_frames_words(inputs, proposed, shifts);
    }
    const std::string way = evident ? cat("sync: ", skip_words(proposed), shifted ? " pairs them" : "") : "";
    if (options.sync == Sync::kPropose) {
        if (const int error = print(cat(text, "\n", way, evident ? "\n" : "")))
            throw ExitError(kExitFailed, std::strerror(error));
        return;
    }
    const std::string doubtful = cat("; give --frame_skip_ref or --frame_skip_dist",
                                     shifts.size() > 1 ? ", or score the encodes in runs of their own" : "");
    if (options.sync == Sync::kApply && !evident)
        throw ExitError(kExitFailed, cat(text, "\n--sync apply applies no doubtful shift", doubtful));
    if (options.sync == Sync::kAuto && shifted)
        throw ExitError(kExitFailed, cat(text, "\n",
                                         evident ? cat(way, ", and so does --sync apply")
                                                 : cat("not all of them are paired as they are", doubtful)));
    if (!options.quiet || !evident) tell(text);
    if (options.sync == Sync::kApply) options = proposed;
}

/// body(), with its Error turned into one that names the input's role.
template <class Body>
auto with_role(const char* role, const std::string& path, Body&& body) {
    try {
        return body();
    } catch (const Error& error) {
        const std::string reason = error.what();
        const bool named = reason.starts_with(path + ":");
        const bool address = path.find("://") != path.npos && error.code() == ENOENT;
        throw ExitError(kExitFailed, cat("problem with ", role, " file: ", named ? "" : path + ": ", reason,
                                         address ? "; nothing is read from the network: download it first" : ""));
    }
}

/// Threads that decode one input. There are more inputs than cores can be had for if there are many encodes.
unsigned decoding_threads(const Options& options) {
    const size_t inputs = 1 + options.distorted.size();
    const uint64_t threads = uint64_t{options.threads.value_or(usable_cores())} * 2;
    return static_cast<unsigned>((threads + inputs - 1) / inputs);
}

/// How a container is decoded on the CPU.
MediaChoice cpu_choice(const Options& options, const InputSpec& spec) {
    return {.stream = spec.stream, .part = spec.part, .threads = decoding_threads(options)};
}

/// Path of an input's index of keyframes, which all shards share: beside the part, or in the folder of parts. Its name has a checksum of the contents:
/// others may be called the same. Empty for what can't be sampled.
std::string index_beside(const std::string& part, const std::string& input) {
    const std::filesystem::path path(part), folder = is_folder(part) ? path : path.parent_path();
    try {
        std::ostringstream name;
        name.imbue(std::locale::classic());
        name << std::filesystem::path(input).filename().string() << "." << std::hex << sample_file(input).checksum
             << ".keyframes";
        return folder / name.str();
    } catch (const Error&) {
        return {};
    }
}

/// How a container is decoded where the options want it.
MediaChoice media_choice(const Options& options, const InputSpec& spec) {
    MediaChoice choice = cpu_choice(options, spec);
    choice.inputs = static_cast<unsigned>(1 + options.distorted.size());
    choice.sessions = options.sessions;
    if (options.decodes_on_gpu()) choice.device = options.first_device();
    choice.or_cpu = options.decoder == Backend::kAuto;
    return choice;
}

/// The video in `stream`, of whatever kind it is.
std::unique_ptr<VideoReader> open_any(std::unique_ptr<ByteStream> stream, const Options& options, MediaChoice choice) {
    if (looks_like_media(*stream, options.raw.has_value())) {
        if (options.shard && !options.outputs.empty())
            choice.keyframes = index_beside(options.outputs.front(), stream->name());
        return open_media(std::move(stream), choice);
    }
    if (choice.stream)
        fail(EINVAL, stream->name(), ": only a container has streams to choose from, and this is none",
             kMediaInThisBuild ? "" : " that this build could read (it has no FFmpeg libraries)");
    return open_video(std::move(stream), options.raw, choice.part);
}

/// Opens videos side by side.
class Opening {
 public:
    explicit Opening(const Options& options) : options_(options) {
        add(options.reference, "reference");
        for (const InputSpec& encode : options.distorted) add(encode, "distorted");
    }

    /// In the order of the options. Throws ExitError for the first one that fails.
    std::vector<std::unique_ptr<VideoReader>> finish() {
        std::vector<std::future<std::unique_ptr<VideoReader>>> opened;
        try {
            for (Input& input : inputs_)
                opened.push_back(start_thread("to open the inputs", [&] { return open(input); }));
        } catch (...) {
            stop();
            throw;
        }
        std::vector<std::unique_ptr<VideoReader>> readers;
        for (size_t i = 0; i < opened.size(); i++)
            readers.push_back(with_role(inputs_[i].role, inputs_[i].spec.path, [&] { return opened[i].get(); }));
        return readers;
    }

 private:
    struct Input {
        const InputSpec& spec;
        const char* role;
        std::unique_ptr<ByteStream> stream;
        ByteStream::StopFlag stop;
    };

    void add(const InputSpec& spec, const char* role) {
        auto stream = with_role(role, spec.path, [&] { return std::make_unique<ByteStream>(spec.path); });
        const auto stop = stream->stop_flag();
        inputs_.push_back({spec, role, std::move(stream), stop});
    }

    void stop() {
        for (const Input& input : inputs_) *input.stop = true;
    }

    /// A failure ends the wait for the other inputs, which then are null.
    std::unique_ptr<VideoReader> open(Input& input) {
        try {
            return open_any(std::move(input.stream), options_, media_choice(options_, input.spec));
        } catch (const Error& error) {
            if (error.code() == ECANCELED) return nullptr;
            stop();
            throw;
        } catch (...) {
            stop();
            throw;
        }
    }

    const Options& options_;
    std::vector<Input> inputs_;
};

}  // namespace

bool Inputs::with_container() const {
    const auto is_container = [](const auto& reader) { return reader->traits().of_container; };
    return is_container(reference) || std::ranges::any_of(distorted, is_container);
}

bool Inputs::share_work() const {
    return std::ranges::any_of(distorted, [](const auto& reader) { return reader->shares_work(); });
}

std::optional<double> Inputs::frame_rate(size_t encode) const {
    for (const VideoReader* reader : {reference.get(), distorted[encode].get()})
        if (const double rate = reader->traits().frame_rate; rate > 0) return rate;
    return std::nullopt;
}

std::optional<uint64_t> Inputs::pairs(size_t encode, const Options& options) const {
    const Pair pair(*this, encode, options);
    uint64_t pairs = options.frame_count ? options.frame_count : UINT64_MAX;
    for (const auto& frames : {pair.reference_frames, pair.distorted_frames})
        if (frames) pairs = std::min(pairs, *frames);
    return pairs == UINT64_MAX ? std::nullopt : std::optional(pairs);
}

Inputs open_inputs(Options& options) {
    auto readers = Opening(options).finish();
    Inputs inputs{std::move(readers[0]), {}, {}};
    for (size_t i = 1; i < readers.size(); i++) inputs.distorted.push_back(std::move(readers[i]));
    std::vector<Pair> pairs;
    for (size_t i = 0; i < inputs.distorted.size(); i++) pairs.emplace_back(inputs, i, options);
    check_formats(pairs, options);
    if (options.sync != Sync::kOff) {
        synchronize(inputs, options);
        if (options.sync == Sync::kPropose) return inputs;
        pairs.clear();
        for (size_t i = 0; i < inputs.distorted.size(); i++) pairs.emplace_back(inputs, i, options);
    }
    const std::vector<bool> colours = check_traits(pairs, options);
    check_first_frames(inputs);
    for (const Pair& pair : pairs)
        if (options.raw) check_common_part(pair, options);
    adapt_all(inputs, colours, options);
    return inputs;
}

InputPair reopen_pair(const Options& options, size_t encode, const Adaptation& how, unsigned depth) {
    const auto open = [&](const InputSpec& spec) {
        return open_any(std::make_unique<ByteStream>(spec.path), options, cpu_choice(options, spec));
    };
    return {with_depth(open(options.reference), depth), adapt(open(options.distorted[encode]), how, depth)};
}

}  // namespace vmaf::tool
