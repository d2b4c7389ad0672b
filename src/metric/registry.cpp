// The one list of metrics. The order is the order in which feature names are looked up.
#include <utility>

#include "metric/metric.h"

namespace vmaf {

// One line a metric here and one below.
extern const Metric kAdm;
extern const Metric kCambi;
extern const Metric kFloatSsim;
extern const Metric kMotion;
extern const Metric kPsnr;
extern const Metric kSpeedChroma;
extern const Metric kSpeedTemporal;
extern const Metric kVif;

namespace {

constexpr const Metric* kMetrics[] = {
    &kSpeedChroma, &kSpeedTemporal, &kFloatSsim, &kPsnr, &kAdm, &kMotion, &kVif, &kCambi,
};

/// Names by which clients of libvmaf's CUDA build ask for a metric.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"adm_cuda", "adm"}, {"vif_cuda", "vif"}, {"motion_cuda", "motion"}};

}  // namespace

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

const Metric* find_metric_of_feature(std::string_view feature) {
    for (const Metric* metric : metrics())
        for (const Feature& f : metric->features)
            if (f.suffixed && f.name == feature) return metric;
    return nullptr;
}

}  // namespace vmaf
