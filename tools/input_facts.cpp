// Puts the traits of readers, the options of an input and the rules of pairing into words.
#include "input_facts.h"

#include <cctype>

#include "base/error.h"
#include "exit.h"

namespace vmaf::tool {

namespace {

/// "1920×1080, 4:2:0, 8 bit"
std::string format_words(const PictureFormat& format) {
    const std::string chroma = format.pix_fmt == VMAF_PIX_FMT_YUV400P   ? "grey"
                               : format.pix_fmt == VMAF_PIX_FMT_YUV420P ? "4:2:0"
                               : format.pix_fmt == VMAF_PIX_FMT_YUV422P ? "4:2:2"
                                                                        : "4:4:4";
    return cat(format.w, "×", format.h, ", ", chroma, ", ", format.bpc, " bit");
}

/// `converted`: its format is that of the conversion.
Facts facts_of(const InputSpec& spec, const VideoReader& reader, bool converted) {
    const VideoTraits traits = reader.traits();
    Facts facts;
    facts.emplace_back(converted ? "Scored as" : "Format", format_words(reader.format()));
    if (traits.frame_rate > 0)
        facts.emplace_back("Frame rate",
                           cat(traits.rate_text.empty() ? cat(traits.frame_rate) : traits.rate_text, " per second"));
    if (const auto frames = reader.frames_left()) facts.emplace_back("Frames", cat(*frames));
    if (spec.skip) facts.emplace_back("First frame", cat(spec.skip));
    if (spec.stream) facts.emplace_back("Stream", cat("v:", *spec.stream));
    if (spec.part)
        facts.emplace_back("Crop", cat(spec.part->w, ":", spec.part->h, ":", spec.part->x, ":", spec.part->y));
    if (!traits.matrix.empty()) facts.emplace_back("Matrix", traits.matrix);
    if (!traits.range.empty())
        facts.emplace_back("Range", traits.range == "pc" ? "full" : traits.range == "tv" ? "limited" : traits.range);
    if (!traits.codec.empty()) facts.emplace_back("Codec", traits.codec);
    if (traits.of_container) facts.emplace_back("Decoded by", traits.of_gpu ? "the GPU" : "the CPU");
    return facts;
}

/// "reference.decoded_by"
std::string parameter_name(const char* role, const std::string& fact) {
    std::string name = role;
    for (const char c : fact) name += c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/// Facts of one name follow one another, and are put together.
void add_parameters(VmafContext* context, const char* role, const Facts& facts) {
    for (size_t i = 0; i < facts.size();) {
        const std::string& name = facts[i].first;
        std::string value = facts[i++].second;
        for (; i < facts.size() && facts[i].first == name; i++) value += "; " + facts[i].second;
        must(vmaf_set_report_parameter(context, parameter_name(role, name).c_str(), value.c_str()), kExitFailed,
             "problem with --params");
    }
}

}  // namespace

Facts reference_facts(const Options& options, const Inputs& inputs) {
    return facts_of(options.reference, *inputs.reference, false);
}

Facts distorted_facts(const Options& options, const Inputs& inputs, size_t encode) {
    const auto& conversions = inputs.adaptations[encode].lines;
    Facts facts = facts_of(options.distorted[encode], *inputs.distorted[encode], !conversions.empty());
    for (const std::string& conversion : conversions) facts.emplace_back("Conversion", conversion);
    return facts;
}

void add_report_parameters(Encodes& encodes, const Options& options, const Inputs& inputs) {
    if (!options.report_params) return;
    for (size_t i = 0; i < encodes.size(); i++) {
        VmafContext* const context = encodes[i].scorer.context();
        add_parameters(context, "reference.", reference_facts(options, inputs));
        add_parameters(context, "distorted.", distorted_facts(options, inputs, i));
    }
}

}  // namespace vmaf::tool
