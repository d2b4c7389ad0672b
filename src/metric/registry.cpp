// The one list of metrics. The order is the order in which feature names are looked up.
#include <utility>

#include "base/error.h"
#include "metric/feature_name.h"
#include "metric/metric.h"

namespace vmaf {

// One line a metric here and one below.
extern const Metric kAdm;
extern const Metric kFloatAnsnr;
extern const Metric kButteraugli;
extern const Metric kCambi;
extern const Metric kCiede;
extern const Metric kFloatAdm;
extern const Metric kFloatMoment;
extern const Metric kFloatMotion;
extern const Metric kFloatMsSsim;
extern const Metric kFloatPsnr;
extern const Metric kFloatSsim;
extern const Metric kFloatVif;
extern const Metric kMotion;
extern const Metric kPsnr;
extern const Metric kPsnrHvs;
extern const Metric kSpeedChroma;
extern const Metric kSpeedTemporal;
extern const Metric kSsim;
extern const Metric kSsimulacra2;
extern const Metric kVif;
extern const Metric kXpsnr;

namespace {

constexpr const Metric* kMetrics[] = {
    &kFloatPsnr,     &kFloatAnsnr,  &kFloatAdm,  &kFloatVif, &kFloatMotion, &kFloatMoment, &kSpeedChroma,
    &kSpeedTemporal, &kFloatMsSsim, &kFloatSsim, &kSsim,     &kCiede,       &kPsnr,        &kPsnrHvs,
    &kAdm,           &kMotion,      &kVif,       &kCambi,    &kXpsnr,       &kButteraugli, &kSsimulacra2,
};

/// Names by which clients of libvmaf's CUDA build ask for a metric.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"adm_cuda", "adm"}, {"vif_cuda", "vif"}, {"motion_cuda", "motion"}};

/// Extractors of libvmaf 3.2.0 that this library lacks.
constexpr std::string_view kKnownElsewhere[] = {"null"};

/// What is to be said about a name that no extractor has: "" if nothing is known about it.
std::string remark_on(std::string_view name) {
    for (const std::string_view known : kKnownElsewhere)
        if (name == known) return "; libvmaf has it, this library does not";
    for (const Metric* metric : metrics())
        for (const Feature& f : metric->features)
            if (name == f.name || name == short_feature_name(f.name))
                return cat("; it is a feature that extractor '", metric->name, "' delivers");
    return {};
}

}  // namespace

std::unique_ptr<Extractor> Metric::make_cpu(Variants variants, const PictureFormat& format,
                                            const CpuFeatures& cpu) const {
    std::unique_ptr<Extractor> vectors = make_simd ? make_simd(variants, format, cpu) : nullptr;
    return vectors ? std::move(vectors) : make_scalar(variants, format);
}

size_t Metric::result_size(Variants variants, const PictureFormat& format) const {
    size_t bytes = variants.size() * sums_size;
    if (artefact_size)
        for (const OptionValues& options : variants) bytes += artefact_size(options, format);
    return bytes;
}

std::span<const Metric* const> metrics() { return kMetrics; }

const Metric* find_metric(std::string_view name) {
    for (const auto& [alias, target] : kAliases)
        if (name == alias) name = target;
    for (const Metric* metric : metrics())
        if (metric->name == name) return metric;
    return nullptr;
}

const Metric& metric_called(std::string_view name) {
    if (const Metric* metric = find_metric(name)) return *metric;
    std::string known;
    for (const Metric* metric : metrics()) known += cat(known.empty() ? "" : ", ", metric->name);
    fail(EINVAL, "unknown feature extractor '", name, "'", remark_on(name), "; this build has ", known);
}

const Metric* find_metric_of_feature(std::string_view feature) {
    for (const Metric* metric : metrics())
        for (const Feature& f : metric->features)
            if (f.suffixed && f.name == feature) return metric;
    return nullptr;
}

}  // namespace vmaf
