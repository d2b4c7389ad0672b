// The rules of pairing: the encode goes to the reference's size, chroma format, range and matrix, and the shallower one to the deeper one's depth.
#include "input/pairing.h"

#include <algorithm>

#include "base/error.h"
#include "input/depth_reader.h"

namespace vmaf::tool {

namespace {

/// What sizes and chroma formats are matched by.
Resampling resampling(const Options& options, bool container) {
    if (options.scale) return *options.scale;
    return container ? Resampling::kBicubic : Resampling::kNone;
}

std::string size_words(const PictureFormat& format) { return cat(format.w, "x", format.h); }

/// "from A to B"
std::string from_to(const std::string& a, const std::string& b) { return cat("from ", a, " to ", b); }

bool is_container(const VideoReader& reader) { return reader.traits().of_container; }

std::vector<std::string> words_of(const PictureFormat& from, const Conversion& conversion, bool automatic) {
    std::vector<std::string> lines;
    const PictureFormat& to = conversion.to;
    const std::string filter = cat(" by ", name_of(conversion.resampling));
    const char* refusal = automatic ? " (--scale none refuses)" : "";
    if (from.w != to.w || from.h != to.h)
        lines.push_back(cat("distorted scaled ", from_to(size_words(from), size_words(to)), filter, refusal));
    if (from.pix_fmt != to.pix_fmt)
        lines.push_back(to.planes() == 1 ? "chroma of distorted left out, reference has none"
                                         : cat("chroma of distorted resampled ",
                                               from_to(describe(from.pix_fmt), describe(to.pix_fmt)), filter, refusal));
    const auto &ours = conversion.to_meaning, &theirs = conversion.from_meaning;
    if (conversion.colour && theirs.range != ours.range)
        lines.push_back(cat("distorted converted ", from_to(theirs.range, ours.range), " range"));
    if (conversion.colour && theirs.matrix != ours.matrix)
        lines.push_back(cat("distorted converted ", from_to(theirs.matrix, ours.matrix), " matrix"));
    return lines;
}

/// What is not told of one side is that of the other: then it is not converted.
void complete(std::string& a, std::string& b) {
    if (a.empty()) a = b;
    if (b.empty()) b = a;
}

Conversion::Meaning meaning(const VideoReader& reader) {
    const VideoTraits traits = reader.traits();
    return {traits.range, matrix_name(traits.matrix), traits.chroma_place};
}

}  // namespace

FormatRules format_rules(const Options& options, bool container) {
    FormatRules rules;
    const bool wanted = resampling(options, container) != Resampling::kNone;
    rules.any_size = wanted && kZimgInThisBuild;
    rules.any_depth = options.common_bitdepth || container || rules.any_size;
    if (container || wanted)
        rules.way_out = kZimgInThisBuild ? FormatRules::WayOut::kOption : FormatRules::WayOut::kCommand;
    return rules;
}

Adaptation adaptation(const VideoReader& reference, const VideoReader& distorted, unsigned depth, bool colour,
                      const Options& options) {
    const bool container = is_container(reference) || is_container(distorted);
    const PictureFormat& from = distorted.format();
    Conversion conversion{.to = reference.format(),
                          .resampling = resampling(options, container),
                          .from_meaning = meaning(distorted),
                          .to_meaning = meaning(reference),
                          .colour = colour};
    complete(conversion.from_meaning.range, conversion.to_meaning.range);
    complete(conversion.from_meaning.matrix, conversion.to_meaning.matrix);
    complete(conversion.from_meaning.chroma_place, conversion.to_meaning.chroma_place);
    Adaptation how{{}, words_of(from, conversion, !options.scale)};
    if (!how.lines.empty()) {
        conversion.to.bpc = depth;
        how.conversion = conversion;
    }
    const auto lifted = [&](const char* side, unsigned bpc) {
        if (bpc < depth) how.lines.push_back(cat(side, " lifted ", from_to(cat(bpc), cat(depth)), " bits"));
    };
    lifted("reference", reference.format().bpc);
    lifted("distorted", from.bpc);
    if (!container && !how.conversion) how.lines.clear();  // by a preset, which says so
    return how;
}

std::unique_ptr<VideoReader> adapt(std::unique_ptr<VideoReader> distorted, const Adaptation& how, unsigned depth) {
    if (how.conversion) return convert(std::move(distorted), *how.conversion);
    if (distorted->format().bpc < depth) return deepen(std::move(distorted), depth);
    return distorted;
}

namespace {

bool is_v1(const ModelSpec& model) { return model.version.starts_with("vmaf_v1"); }

}  // namespace

unsigned least_depth(const Options& options, bool container) {
    const bool v1 = !options.models.empty() && std::ranges::all_of(options.models, is_v1);
    return options.vmaf_10bit || (container && v1) ? 10 : 8;
}

std::string shallow_v1_words(const Options& options, unsigned depth) {
    if (depth >= 10 || options.vmaf_10bit || std::ranges::none_of(options.models, is_v1)) return {};
    return cat("scored at ", depth,
               " bits, since VMAF v1 is not the only model; it is meant to run on 10 bits: score it alone, or lift all "
               "by --vmaf_10bit");
}

}  // namespace vmaf::tool
