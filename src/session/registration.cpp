// Names the features of registrations.
#include "session/registration.h"

#include "metric/feature_name.h"

namespace vmaf {

std::string feature_name(const Feature& feature, const OptionValues& options) {
    // A name with options starts from the short form: "integer_adm2_egl_1".
    const std::string suffix = feature.suffixed ? options.name_suffix() : std::string();
    return suffix.empty() ? std::string(feature.name) : std::string(short_feature_name(feature.name)) + suffix;
}

Registration::Registration(const Metric& metric, OptionValues options, Collector& collector)
    : metric_(metric), options_(std::move(options)) {
    for (const Feature& feature : metric.features) {
        const auto group =
            feature.phase == Feature::Phase::kFlush ? Collector::Group::kFlush : Collector::Group::kFrame;
        columns_.push_back(collector.column(feature_name(feature, options_), group));
    }
}

bool Registration::names_equal(const Metric& metric, const OptionValues& options) const {
    return &metric == &metric_ && options.name_suffix() == options_.name_suffix();
}

}  // namespace vmaf
