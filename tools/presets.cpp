// The presets as tables: version -> models, features.
#include "presets.h"

#include <initializer_list>

#include "base/error.h"

namespace vmaf::tool {

namespace {

using Features = std::initializer_list<const char*>;

constexpr const char* kSsim = "float_ssim=enable_db=true:clip_db=true";
constexpr const char* kSsimFullScale = "float_ssim=scale=1:enable_db=true:clip_db=true";

void add_models(Options& options, const std::string& version) {
    ModelSpec model, neg;
    model.version = version;
    neg.version = version + "neg";
    neg.name = "vmaf_neg";
    options.models.insert(options.models.end(), {model, neg});
}

void add_features(Options& options, Features features) {
    for (const char* text : features) {
        options.features.push_back(parse_feature(text));
        options.features.back().from_preset = true;
    }
}

}  // namespace

void apply_aom_ctc(Options& options, const std::string& version) {
    if (version == "proposed") throw UsageError("`--aom_ctc proposed` is deprecated; use v1.0");
    const bool known =
        version.size() == 4 && version[0] == 'v' && version[1] >= '1' && version[1] <= '7' && version.ends_with(".0");
    if (!known)
        throw UsageError(
            cat("bad aom_ctc version \"", version, "\"; there are v1.0, v2.0, v3.0, v4.0, v5.0, v6.0 and v7.0"));
    const char number = version[1];
    add_models(options, "vmaf_v0.6.1");
    add_features(options,
                 {"psnr=reduced_hbd_peak=true:enable_apsnr=true:min_sse=0.5", "ciede",
                  number >= '7' ? kSsimFullScale : kSsim, "float_ms_ssim=enable_db=true:clip_db=true", "psnr_hvs"});
    if (number >= '3') add_features(options, {"cambi"});
    if (number >= '6') options.common_bitdepth = true;
}

void apply_nflx_ctc(Options& options, const std::string& version) {
    if (version != "v1.0") throw UsageError(cat("bad nflx_ctc version \"", version, "\"; there is v1.0"));
    add_models(options, "vmaf_4k_v0.6.1");
    add_features(options, {"psnr=enable_chroma=true:enable_apsnr=true", kSsim, "cambi"});
}

}  // namespace vmaf::tool
