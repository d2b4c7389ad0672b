// Asks the parts what they are of, and the library for their scores.
#include "shard/merge.h"

#include <algorithm>

#include "base/error.h"
#include "exit.h"
#include "model_choice.h"
#include "shard/fingerprint.h"
#include "shard/part_file.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

/// Settings that say what is scored; those given with --merge replace all of the parts' own.
bool says_what(const std::string& setting) {
    constexpr std::string_view kNames[] = {"model", "feature", "aom_ctc", "nflx_ctc", "no_prediction"};
    return std::ranges::any_of(kNames, [&](std::string_view name) {
        const std::string option = cat("--", name);
        return setting == option || setting.starts_with(option + "=");
    });
}

template <class Read>
auto of_parts(const std::string& path, Read&& read) {
    try {
        return read();
    } catch (const Error& error) {
        throw ExitError(kExitFailed, cat("problem with the part ", path, ": ", error.what()), error.code());
    }
}

}  // namespace

Options options_of_parts(const Options& options) {
    const auto paths = find_parts(options.ignored);
    const PartFacts facts = of_parts(paths.front(), [&] { return read_part_facts(paths.front()); });
    const Fingerprint fingerprint = of_parts(paths.front(), [&] { return Fingerprint::of_text(facts.fingerprint); });
    const bool other_models = std::ranges::any_of(options.settings, says_what);
    std::vector<std::string> arguments;
    for (const std::string& setting : fingerprint.arguments)
        if (!other_models || !says_what(setting)) arguments.push_back(setting);
    arguments.insert(arguments.end(), options.given.begin(), options.given.end());
    Options merged;
    try {
        merged = parse_options(arguments);
    } catch (const UsageError& error) {
        throw ExitError(kExitUsage, error.what());
    }
    merged.parts = paths;
    merged.vmaf_10bit = merged.vmaf_10bit || facts.scored_depth > facts.format.bpc;  // as containers are for VMAF v1
    merged.command = options.command;
    merged.frame_rate = fingerprint.frame_rate;
    merged.reference.label = "reference (" + fingerprint.reference + ")";
    merged.distorted = {{.label = "distorted (" + fingerprint.distorted + ")"}};
    const std::string choice = choose_models(merged.models, facts.format);
    if (!choice.empty() && !merged.quiet) tell(choice);
    return merged;
}

void score_parts(const Options& options, Encodes& encodes) {
    open_encodes(encodes, options, 0);
    Encode& encode = encodes.front();
    encode.scorer.register_all(options.frame_rate);
    VmafContext* const context = encode.scorer.context();
    if (options.frames)
        must(vmaf_set_frame_range(context, static_cast<unsigned>(options.frames->first),
                                  static_cast<unsigned>(options.frames->last)),
             kExitFailed, "problem with --frames");
    std::vector<const char*> paths;
    for (const std::string& path : options.parts) paths.push_back(path.c_str());
    must(vmaf_read_parts(context, paths.data(), paths.size()), kExitReading, "could not merge");
    encode.frames = static_cast<unsigned>(read_part_facts(options.parts.front()).run.last) + 1;
    encode.finish();
}

}  // namespace vmaf::tool
