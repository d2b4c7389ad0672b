// Opens the inputs side by side, so that their headers may come from one writer in any order, and compares their formats.
#include "input/inputs.h"

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/error.h"
#include "cores.h"
#include "exit.h"
#include "input/comparison.h"
#include "input/depth_reader.h"
#include "input/media/media.h"
#include "standard_streams.h"
#include "start_thread.h"

namespace vmaf::tool {

namespace {

/// The deeper one's depth of each pair. Encodes can't ask for different ones: there is one reference.
void use_common_depth(Inputs& inputs) {
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
    const auto lift = [&](std::unique_ptr<VideoReader>& reader) {
        if (reader->format().bpc < depth) reader = deepen(std::move(reader), depth);
    };
    lift(inputs.reference);
    for (auto& encode : inputs.distorted) lift(encode);
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

    Pair(const Inputs& inputs, size_t encode, const Options& options)
        : reference(*inputs.reference),
          distorted(*inputs.distorted[encode]),
          reference_frames(frames_after(reference, options.reference.skip)),
          distorted_frames(frames_after(distorted, options.distorted[encode].skip)) {}

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

void warn_of_lengths(const Pair& pair, const Options& options) {
    if (!pair.lengths_matter(options)) return;
    const std::string warning =
        length_warning(pair.reference, pair.distorted, *pair.reference_frames, *pair.distorted_frames);
    if (!warning.empty()) warn(warning);
}

/// Of all encodes at once, which are named if there are several.
void check_formats(const std::vector<Pair>& pairs, const Options& options) {
    std::string text;
    for (const Pair& pair : pairs) {
        const std::string problems = format_problems(pair.reference.format(), pair.distorted.format(),
                                                     options.common_bitdepth, pair.with_container());
        if (problems.empty()) continue;
        const std::string name = pairs.size() > 1 ? cat(pair.distorted.name(), ": ") : "";
        text += cat(text.empty() ? "" : "\n", name, problems);
    }
    if (!text.empty()) throw ExitError(kExitFailed, text);
}

void check_first_frames(const Inputs& inputs) {
    try {
        inputs.reference->check_first_frame();
        for (const auto& encode : inputs.distorted) encode->check_first_frame();
    } catch (const Error& error) {
        throw ExitError(kExitReading, error.what());
    }
}

/// body(), with its Error turned into one that names the input's role.
template <class Body>
auto with_role(const char* role, const std::string& path, Body&& body) {
    try {
        return body();
    } catch (const Error& error) {
        throw ExitError(kExitFailed, cat("problem with ", role, " file: ", path, ": ", error.what()));
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
    return {.stream = spec.stream, .threads = decoding_threads(options)};
}

/// Path of an input's index of keyframes, which all shards share: beside the part, or in the folder of parts.
std::string beside_part(const std::string& part, const std::string& input) {
    const std::filesystem::path path(part);
    const std::filesystem::path folder =
        std::filesystem::is_directory(path) || part.ends_with('/') ? path : path.parent_path();
    return folder / std::filesystem::path(input).filename().concat(".keyframes");
}

/// How a container is decoded where the options want it.
MediaChoice media_choice(const Options& options, const InputSpec& spec) {
    MediaChoice choice = cpu_choice(options, spec);
    choice.inputs = static_cast<unsigned>(1 + options.distorted.size());
    choice.sessions = options.sessions;
    if (options.shard && !options.outputs.empty()) choice.keyframes = beside_part(options.outputs.front(), spec.path);
    if (options.decodes_on_gpu()) choice.device = options.device.value_or(0);
    choice.or_cpu = options.decoder == Backend::kAuto;
    return choice;
}

/// The video in `stream`, of whatever kind it is.
std::unique_ptr<VideoReader> open_any(std::unique_ptr<ByteStream> stream, const Options& options,
                                      const MediaChoice& choice) {
    if (looks_like_media(*stream, options.raw.has_value())) return open_media(std::move(stream), choice);
    if (choice.stream)
        fail(EINVAL, stream->name(), ": only a container has streams to choose from, and this is none",
             kMediaInThisBuild ? "" : " that this build could read (it has no FFmpeg libraries)");
    return open_video(std::move(stream), options.raw);
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

Inputs open_inputs(const Options& options) {
    auto readers = Opening(options).finish();
    Inputs inputs{std::move(readers[0]), {}};
    for (size_t i = 1; i < readers.size(); i++) inputs.distorted.push_back(std::move(readers[i]));
    std::vector<Pair> pairs;
    for (size_t i = 0; i < inputs.distorted.size(); i++) pairs.emplace_back(inputs, i, options);
    check_formats(pairs, options);
    for (const Pair& pair : pairs) {
        for (const std::string& warning : trait_warnings(pair.reference, pair.distorted)) warn(warning);
        if (pair.with_container()) warn_of_lengths(pair, options);
    }
    check_first_frames(inputs);
    for (const Pair& pair : pairs)
        if (options.raw) check_common_part(pair, options);
    use_common_depth(inputs);
    return inputs;
}

std::unique_ptr<VideoReader> open_input(const Options& options, const InputSpec& spec) {
    return open_any(std::make_unique<ByteStream>(spec.path), options, cpu_choice(options, spec));
}

}  // namespace vmaf::tool
