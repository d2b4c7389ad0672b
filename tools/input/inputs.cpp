// Opens the inputs side by side, so that their headers may come from one writer in any order, and compares their formats.
#include "input/inputs.h"

#include <algorithm>
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

void use_common_depth(Inputs& inputs) {
    const unsigned depth = std::max(inputs.reference->format().bpc, inputs.distorted->format().bpc);
    for (auto* reader : {&inputs.reference, &inputs.distorted})
        if ((*reader)->format().bpc < depth) *reader = deepen(std::move(*reader), depth);
}

/// Frames that the input still has once `skip` of them have been passed over; empty where its size does not tell.
std::optional<uint64_t> frames_after(const VideoReader& reader, uint64_t skip) {
    const auto frames = reader.frames_left();
    return frames ? std::optional(*frames > skip ? *frames - skip : 0) : std::nullopt;
}

/// Throws ExitError if one input ends within a frame that the other has whole. The sizes of raw files tell it beforehand.
void check_common_part(const Inputs& inputs, const Options& options) {
    const auto reference = frames_after(*inputs.reference, options.skip_reference);
    const auto distorted = frames_after(*inputs.distorted, options.skip_distorted);
    const auto limit = options.frame_count ? options.frame_count : UINT64_MAX;
    if (!reference || !distorted || std::min(*reference, *distorted) >= limit || *reference == *distorted) return;
    const std::string loose_end = (*reference < *distorted ? inputs.reference : inputs.distorted)->loose_end();
    if (!loose_end.empty()) throw ExitError(kExitReading, loose_end);
}

/// Where both inputs tell it, and no limit ends the run before.
void warn_of_lengths(const Inputs& inputs, const Options& options) {
    const auto reference = frames_after(*inputs.reference, options.skip_reference);
    const auto distorted = frames_after(*inputs.distorted, options.skip_distorted);
    if (!reference || !distorted || (options.frame_count && std::min(*reference, *distorted) >= options.frame_count))
        return;
    const std::string warning = length_warning(*inputs.reference, *inputs.distorted, *reference, *distorted);
    if (!warning.empty()) warn(warning);
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

MediaChoice media_choice(const Options& options, const std::optional<unsigned>& stream) {
    MediaChoice choice{
        .stream = stream, .threads = options.threads.value_or(usable_cores()), .sessions = options.sessions};
    if (options.decodes_on_gpu()) choice.device = options.device.value_or(0);
    choice.or_cpu = options.decoder == Backend::kAuto;
    return choice;
}

/// The video in `stream`, of whatever kind it is.
std::unique_ptr<VideoReader> open_any(std::unique_ptr<ByteStream> stream, const Options& options,
                                      const std::optional<unsigned>& number) {
    if (looks_like_media(*stream, options.raw.has_value()))
        return open_media(std::move(stream), media_choice(options, number));
    if (number)
        fail(EINVAL, stream->name(), ": only a container has streams to choose from, and this is none",
             kMediaInThisBuild ? "" : " that this build could read (it has no FFmpeg libraries)");
    return open_video(std::move(stream), options.raw);
}

/// open_any(). A failure ends the wait for the other input, whose own failure then does not count.
std::unique_ptr<VideoReader> open_or_stop(std::unique_ptr<ByteStream> stream, const Options& options,
                                          const std::optional<unsigned>& number, const ByteStream::StopFlag& other) {
    try {
        return open_any(std::move(stream), options, number);
    } catch (const Error& error) {
        if (error.code() != ECANCELED) *other = true;
        throw;
    }
}

Inputs open_both(const Options& options) {
    const auto open_stream = [](const std::string& path) { return std::make_unique<ByteStream>(path); };
    auto reference = with_role("reference", options.reference, [&] { return open_stream(options.reference); });
    auto distorted = with_role("distorted", options.distorted, [&] { return open_stream(options.distorted); });
    const auto stop_reference = reference->stop_flag(), stop_distorted = distorted->stop_flag();
    auto opening = start_thread("to open the inputs", [&] {
        return open_or_stop(std::move(distorted), options, options.distorted_stream, stop_reference);
    });
    Inputs inputs;
    const auto finish_distorted = [&] {
        inputs.distorted = with_role("distorted", options.distorted, [&] { return opening.get(); });
    };
    try {
        inputs.reference = open_or_stop(std::move(reference), options, options.reference_stream, stop_distorted);
    } catch (const Error& error) {
        if (error.code() == ECANCELED) finish_distorted();
        with_role("reference", options.reference, [&]() -> void { throw; });
    }
    finish_distorted();
    return inputs;
}

}  // namespace

std::optional<double> Inputs::frame_rate() const {
    for (const VideoReader* reader : {reference.get(), distorted.get()})
        if (const double rate = reader->traits().frame_rate; rate > 0) return rate;
    return std::nullopt;
}

std::optional<uint64_t> Inputs::pairs(const Options& options) const {
    uint64_t pairs = options.frame_count ? options.frame_count : UINT64_MAX;
    for (const auto& frames :
         {frames_after(*reference, options.skip_reference), frames_after(*distorted, options.skip_distorted)})
        if (frames) pairs = std::min(pairs, *frames);
    return pairs == UINT64_MAX ? std::nullopt : std::optional(pairs);
}

Inputs open_inputs(const Options& options) {
    Inputs inputs = open_both(options);
    const bool media = inputs.reference->traits().of_container || inputs.distorted->traits().of_container;
    const std::string problems =
        format_problems(inputs.reference->format(), inputs.distorted->format(), options.common_bitdepth, media);
    if (!problems.empty()) throw ExitError(kExitFailed, problems);
    for (const std::string& warning : trait_warnings(*inputs.reference, *inputs.distorted)) warn(warning);
    if (media) warn_of_lengths(inputs, options);
    try {
        inputs.reference->check_first_frame();
        inputs.distorted->check_first_frame();
    } catch (const Error& error) {
        throw ExitError(kExitReading, error.what());
    }
    if (options.raw) check_common_part(inputs, options);
    use_common_depth(inputs);
    return inputs;
}

}  // namespace vmaf::tool
