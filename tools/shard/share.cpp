// Finds out which frames are whose, before the first one is read.
#include "shard/share.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "exit.h"
#include "report_paths.h"
#include "report_target.h"
#include "shard/fingerprint.h"
#include "shard/part_file.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

namespace fs = std::filesystem;

/// How long an input is.
struct Length {
    uint64_t frames;
    std::string loose_end;  ///< VideoReader::loose_end() behind them
};

/// Where the container does not tell it, the end is sought. Leaves out the first `skip` frames.
Length length_of(VideoReader& reader, unsigned skip) {
    Length length;
    if (const auto told = reader.frames_left(); told && reader.traits().of_container) {
        length.frames = *told;
    } else {
        reader.seek(UINT64_MAX);
        length = {reader.position(), reader.loose_end()};
        reader.seek(0);
    }
    length.frames -= std::min<uint64_t>(length.frames, skip);
    return length;
}

FrameSpan needed_of(VmafContext* context) {
    unsigned first = 0, last = 0;
    must(vmaf_pictures_needed(context, &first, &last), kExitFailed, "problem with the frames to score");
    return {first, last};
}

/// Has the inputs pass over what comes before the frames, and end behind them.
void read_only(Options& options, const FrameSpan& frames) {
    options.first_frame = static_cast<unsigned>(frames.first);
    options.reference.skip += options.first_frame;
    for (InputSpec& encode : options.distorted) encode.skip += options.first_frame;
    const uint64_t count = frames.frames();
    if (!options.frame_count || options.frame_count > frames.first)
        options.frame_count = static_cast<unsigned>(
            std::min<uint64_t>(count, options.frame_count ? options.frame_count - frames.first : UINT32_MAX));
}

/// The path of the part; that of a folder gets a name.
std::string part_path(const Options& options, const FrameSpan& frames) {
    const std::string& given = options.outputs.front();
    return is_folder(given) ? (fs::path(given) / part_name(frames)).string() : given;
}

/// The frames whose Sums some part must hold.
FrameSpan run_of(const Options& options, Inputs& inputs, VmafContext* context) {
    const uint64_t pairs = count_pairs(options, inputs);
    if (pairs == 0) throw ExitError(kExitReading, "no frames to score: an input is empty");
    const FrameSpan needed = needed_of(context);
    const uint64_t last = std::min(needed.last, pairs - 1);
    if (options.frames && options.frames->first > last)
        throw ExitError(kExitReading, cat("the videos have frames 0 to ", pairs - 1, ", none of --frames ",
                                          frames_text(*options.frames)));
    return {needed.first, last};
}

bool begin_part(Options& options, Inputs& inputs, Encode& encode) {
    VmafContext* const context = encode.scorer.context();
    const FrameSpan run = run_of(options, inputs, context);
    const auto frames = options.piece ? options.piece : options.shard->of(run);
    if (!frames) {
        tell(cat("shard ", options.shard->number, " of ", options.shard->count, " gets none of ", run.frames(),
                 " frames: nothing to do"));
        return false;
    }
    const std::string fingerprint = fingerprint_of(options, inputs.frame_rate(0)).text();
    options.part = part_path(options, *frames);
    if (is_done(options.part, {vmaf_version(), *frames, run, fingerprint})) {
        tell(cat(options.part, " is there already: nothing to do"));
        return false;
    }
    const VmafPart part = {sizeof part,
                           static_cast<unsigned>(frames->first),
                           static_cast<unsigned>(frames->last),
                           static_cast<unsigned>(run.first),
                           static_cast<unsigned>(run.last),
                           fingerprint.c_str()};
    must(vmaf_begin_part(context, &part), kExitFailed, "problem with the shard");
    return true;
}

}  // namespace

void check_part_target(const Options& options) {
    if (options.outputs.empty())
        throw ExitError(kExitUsage, "--shard needs -o/--output: the part's file, or a folder for parts");
    const std::string& given = options.outputs.front();
    if (is_standard_output(given))
        throw ExitError(kExitUsage, cat("-o ", given,
                                        " is standard output, and a part is a file that appears as a whole; "
                                        "name its file, or a folder for parts"));
    if (is_folder(given)) return make_folder(given);
    std::error_code error;
    if (fs::exists(given, error)) return;  // begin_part() looks at it
    if (const int result = vmaf_report_path_check(given.c_str()))
        throw ExitError(kExitFailed, cat("could not open file: ", given, ": ", std::strerror(-result)), -result);
}

uint64_t count_pairs(const Options& options, Inputs& inputs) {
    const Length reference = length_of(*inputs.reference, options.reference.skip);
    const Length distorted = length_of(*inputs.distorted.front(), options.distorted.front().skip);
    const uint64_t pairs = std::min(reference.frames, distorted.frames);
    if (options.frame_count && options.frame_count <= pairs) return options.frame_count;
    const std::string& loose_end = (reference.frames < distorted.frames ? reference : distorted).loose_end;
    if (reference.frames != distorted.frames && !loose_end.empty())  // the other input has this frame whole
        throw ExitError(kExitReading, cat("problem reading pictures: ", loose_end));
    return pairs;
}

bool choose_frames(Options& options, Inputs& inputs, Encodes& encodes) {
    if (!options.frames && !options.shard) return true;
    if (options.frames)
        for (VmafContext* context : contexts(encodes))
            must(vmaf_set_frame_range(context, static_cast<unsigned>(options.frames->first),
                                      static_cast<unsigned>(options.frames->last)),
                 kExitFailed, "problem with --frames");
    if (options.shard && !begin_part(options, inputs, encodes.front())) return false;
    const FrameSpan needed = needed_of(encodes.front().scorer.context());
    if (options.frame_count && needed.first >= options.frame_count)
        throw ExitError(kExitUsage, "--frame_cnt ends before --frames begins");
    read_only(options, needed);
    return true;
}

void check_range_read(const Options& options, const Encodes& encodes) {
    if (!options.frames || options.shard) return;
    for (const Encode& encode : encodes) {
        const uint64_t end = uint64_t{options.first_frame} + encode.frames;
        if (end <= options.frames->first)
            throw ExitError(kExitReading, cat(encode.input.label, " ends at frame ", end - 1, ", before --frames ",
                                              frames_text(*options.frames), " begins"));
        const bool limited = encode.frames == options.frame_count || options.frames->last == kMostFrames;
        if (!limited && end <= options.frames->last)
            warn(cat(encode.input.label, " ends at frame ", end - 1, ": of --frames ", frames_text(*options.frames),
                     " it has ", end - options.frames->first));
    }
}

void write_part(const Options& options, const Encodes& encodes) {
    must(vmaf_write_part(encodes.front().scorer.context(), options.part.c_str()), kExitFailed,
         cat("could not write the part ", options.part));
}

}  // namespace vmaf::tool
