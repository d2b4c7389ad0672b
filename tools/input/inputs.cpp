// Opens the inputs side by side, so that their headers may come from one writer in any order, and compares their formats.
#include "input/inputs.h"

#include <algorithm>
#include <future>

#include "base/error.h"
#include "exit.h"
#include "input/depth_reader.h"

namespace vmaf::tool {

namespace {

/// What differs between two formats that may not differ, a line each with both values.
std::string differences(const PictureFormat& a, const PictureFormat& b, bool any_depth) {
    std::string text;
    int count = 0;
    const auto add = [&](const std::string& line) {
        text += line + '\n';
        count++;
    };
    if (a.w != b.w || a.h != b.h) add(cat("dimensions do not match: ", a.w, "x", a.h, ", ", b.w, "x", b.h));
    if (a.pix_fmt != b.pix_fmt)
        add(cat("pixel formats do not match: ", describe(a.pix_fmt), ", ", describe(b.pix_fmt)));
    if (a.bpc != b.bpc && !any_depth) add(cat("bitdepths do not match: ", a.bpc, ", ", b.bpc));
    if (count > 0) text += cat("videos are incompatible, ", count, count == 1 ? " problem." : " problems.");
    return text;
}

void use_common_depth(Inputs& inputs) {
    const unsigned depth = std::max(inputs.reference->format().bpc, inputs.distorted->format().bpc);
    for (auto* reader : {&inputs.reference, &inputs.distorted})
        if ((*reader)->format().bpc < depth) *reader = deepen(std::move(*reader), depth);
}

/// `skip` + `count` without overflow; everything for a count of 0.
uint64_t frames_wanted(uint64_t skip, uint64_t count) { return count ? skip + count : UINT64_MAX; }

/// body(), with its Error turned into one that names the input's role.
template <class Body>
auto with_role(const char* role, const std::string& path, Body&& body) {
    try {
        return body();
    } catch (const Error& error) {
        throw ExitError(kExitFailed, cat(error.what(), "\nproblem with ", role, " file: ", path));
    }
}

/// The video in `stream`. A failure ends the wait for the other input, whose own failure then does not count.
std::unique_ptr<VideoReader> open_or_stop(std::unique_ptr<ByteStream> stream, const std::optional<PictureFormat>& raw,
                                          const ByteStream::StopFlag& other) {
    try {
        return open_video(std::move(stream), raw);
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
    auto opening =
        std::async(std::launch::async, [&] { return open_or_stop(std::move(distorted), options.raw, stop_reference); });
    Inputs inputs;
    const auto finish_distorted = [&] {
        inputs.distorted = with_role("distorted", options.distorted, [&] { return opening.get(); });
    };
    try {
        inputs.reference = open_or_stop(std::move(reference), options.raw, stop_distorted);
    } catch (const Error& error) {
        if (error.code() == ECANCELED) finish_distorted();
        with_role("reference", options.reference, [&]() -> void { throw; });
    }
    finish_distorted();
    return inputs;
}

}  // namespace

std::optional<uint64_t> Inputs::pairs(const Options& options) const {
    uint64_t pairs = frames_wanted(0, options.frame_count);
    for (const auto& [reader, skip] :
         {std::pair{reference.get(), options.skip_reference}, {distorted.get(), options.skip_distorted}})
        if (const auto frames = reader->frames_left())
            pairs = std::min<uint64_t>(pairs, *frames > skip ? *frames - skip : 0);
    return pairs == UINT64_MAX ? std::nullopt : std::optional(pairs);
}

Inputs open_inputs(const Options& options) {
    Inputs inputs = open_both(options);
    const std::string problems =
        differences(inputs.reference->format(), inputs.distorted->format(), options.common_bitdepth);
    if (!problems.empty()) throw ExitError(kExitFailed, problems);
    use_common_depth(inputs);
    try {
        inputs.reference->check_whole(frames_wanted(options.skip_reference, options.frame_count));
        inputs.distorted->check_whole(frames_wanted(options.skip_distorted, options.frame_count));
    } catch (const Error& error) {
        throw ExitError(kExitReading, error.what());
    }
    return inputs;
}

}  // namespace vmaf::tool
