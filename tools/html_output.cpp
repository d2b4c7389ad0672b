// Describes a run for the page that --html asks for.
#include "html_output.h"

#include <sys/stat.h>

#include <utility>

#include "base/error.h"
#include "exit.h"
#include "input_facts.h"

namespace vmaf::tool {

namespace {

std::optional<uint64_t> file_size(const std::string& path) {
    struct stat status;
    if (path == "-" || stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<uint64_t>(status.st_size);
}

html::Video describe_video(const InputSpec& spec, const VideoReader& reader, Facts facts) {
    const VideoTraits traits = reader.traits();
    html::Video video{.path = spec.label,
                      .bytes = file_size(spec.path),
                      .seconds = {},
                      .compressed = traits.of_container,
                      .facts = std::move(facts)};
    const auto frames = reader.frames_left();
    if (frames && traits.frame_rate > 0) video.seconds = static_cast<double>(*frames) / traits.frame_rate;
    return video;
}

/// Reads both files of a pair anew, and adapts them as for the scoring.
class ReopenedPair final : public html::PairPictures {
 public:
    ReopenedPair(const Options& options, size_t encode, const Adaptation& how, unsigned depth)
        : pair_(reopen_pair(options, encode, how, depth)),
          skip_reference_(options.reference.skip - options.first_frame),
          skip_distorted_(options.distorted[encode].skip - options.first_frame) {
        reference_tags = tags(*pair_.reference);
        distorted_tags = how.conversion && how.conversion->colour ? reference_tags : tags(*pair_.distorted);
    }

    void read(unsigned frame, VmafPicture& reference, VmafPicture& distorted) override {
        read_one(*pair_.reference, uint64_t{skip_reference_} + frame, reference);
        read_one(*pair_.distorted, uint64_t{skip_distorted_} + frame, distorted);
    }

 private:
    static html::ColourTags tags(const VideoReader& reader) { return {reader.traits().range, reader.traits().matrix}; }

    static void read_one(VideoReader& reader, uint64_t frame, VmafPicture& picture) {
        reader.seek(frame);
        const PictureFormat& format = reader.format();
        if (const int result = vmaf_picture_alloc(&picture, format.pix_fmt, format.bpc, format.w, format.h); result < 0)
            fail(-result, vmaf_last_error());
        if (!reader.read(picture, 7)) fail(EINVAL, reader.name(), ": frame ", frame, " is not there any more");
    }

    InputPair pair_;
    unsigned skip_reference_, skip_distorted_;
};

}  // namespace

HtmlOutput::HtmlOutput(const Options& options, const Inputs& inputs) : options_(options) {
    input_.reference = describe_video(options.reference, *inputs.reference, reference_facts(options, inputs));
    for (size_t i = 0; i < options.distorted.size(); i++) {
        const InputSpec& spec = options.distorted[i];
        html::Encode& encode = input_.encodes.emplace_back();
        encode.video = describe_video(spec, *inputs.distorted[i], distorted_facts(options, inputs, i));
        if (file_size(options.reference.path) && file_size(spec.path))
            encode.pictures = [&options, i, how = inputs.adaptations[i], depth = inputs.format().bpc] {
                return std::make_unique<ReopenedPair>(options, i, how, depth);
            };
        else
            encode.no_pictures = cat("No pictures: ", file_size(spec.path) ? "the reference" : "the distorted video",
                                     " is no file, so that it could not be read again.");
    }
    input_.command = options.command;
    input_.precision = options.precision;
    if (const double rate = inputs.reference->traits().frame_rate; rate > 0) input_.frame_rate = rate;
    input_.first_frame = options.reference.skip;
    sees_ = !inputs.reference->traits().of_gpu;
    if (!sees_) input_.no_cuts = "Scene cuts are not shown: the frames stayed in the GPU's memory.";
}

HtmlOutput::HtmlOutput(const Options& options) : options_(options), sees_(false) {
    input_.reference.path = options.reference.label;
    for (const InputSpec& spec : options.distorted) {
        html::Encode& encode = input_.encodes.emplace_back();
        encode.video.path = spec.label;
        encode.no_pictures = "No pictures: the scores come from parts, without the videos.";
    }
    input_.command = options.command;
    input_.precision = options.precision;
    // A shift that was applied is not in the parts: the reference's times are not known then.
    if (options.sync == Sync::kOff) input_.frame_rate = options.frame_rate;
    input_.first_frame = options.reference.skip;
    input_.no_cuts = "Scene cuts are not shown: the scores come from parts, without the videos.";
}

void HtmlOutput::see(const VmafPicture& reference, unsigned frame) {
    frames_++;
    if (sees_) cuts_.add(reference, frame);
}

void HtmlOutput::write(const std::string& path, const std::vector<VmafContext*>& contexts) {
    for (size_t i = 0; i < contexts.size(); i++) input_.encodes[i].context = contexts[i];
    if (sees_) input_.cuts = cuts_.frames();
    // A container that does not tell its length was read to its end, where nothing limited that.
    for (html::Encode& encode : input_.encodes)
        if (!encode.video.seconds && input_.frame_rate && options_.frame_count == 0 && !options_.frames && frames_ > 0)
            encode.video.seconds = frames_ / *input_.frame_rate;
    try {
        html::write_html(path, input_);
    } catch (const Error& error) {
        throw ExitError(kExitFailed, cat("could not write the page: ", path, ": ", error.what()), error.code());
    }
}

}  // namespace vmaf::tool
