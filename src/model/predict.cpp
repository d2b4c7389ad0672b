// A single model at work: normalised features through the regression to a finished score; overloads of its features.
#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "metric/metric.h"
#include "model/data.h"

namespace vmaf {

namespace {

bool delivers(std::string_view extractor, const ModelFeature& feature) {
    const Metric* metric = find_metric(extractor);
    return metric && find_metric_of_feature(feature.name) == metric;
}

size_t find_only(std::string_view part, std::span<const ModelFeature> features) {
    std::optional<size_t> found;
    for (size_t i = 0; i < features.size(); i++) {
        if (features[i].name.find(part) == std::string::npos) continue;
        if (found) fail(EINVAL, "more than one feature is called '*", part, "*'");
        found = i;
    }
    if (!found) fail(EINVAL, "no feature is called '*", part, "*'");
    return *found;
}

/// In normalised features, as the model sees them.
void correct_chroma(const ChromaCorrection& correction, std::span<const Rescale> rescale, std::span<double> x) {
    const Rescale& chroma = rescale[correction.chroma];
    if (chroma.back(x[correction.chroma]) != 0) return;
    const double luma = rescale[correction.luma].back(x[correction.luma]);
    x[correction.chroma] = chroma.forward(-correction.parameter * luma + correction.parameter);
}

}  // namespace

ChromaCorrection ChromaCorrection::find(double parameter, std::span<const ModelFeature> features) {
    return {parameter, find_only("adm3", features), find_only("speed_chroma", features)};
}

double ModelData::predict(std::span<const double> values) const noexcept {
    std::array<double, kMaxModelFeatures> normalised;
    const std::span<double> x(normalised.data(), rescale.size());
    for (size_t i = 0; i < x.size(); i++) x[i] = rescale[i].forward(values[i]);
    if (chroma) correct_chroma(*chroma, rescale, x);
    return score_rescale.back(svm.predict(x));
}

Model::Model(std::string name, std::shared_ptr<const ModelData> data, std::vector<ModelFeature> features,
             uint64_t flags)
    : name_(std::move(name)), data_(std::move(data)), features_(std::move(features)), flags_(flags) {}

std::vector<std::string_view> Model::extractors() const {
    std::vector<std::string_view> names;
    for (const ModelFeature& feature : features_) {
        const Metric* const metric = find_metric_of_feature(feature.name);
        if (metric && std::find(names.begin(), names.end(), metric->name) == names.end()) names.push_back(metric->name);
    }
    return names;
}

bool Model::uses(std::string_view extractor) const {
    return std::any_of(features_.begin(), features_.end(),
                       [&](const ModelFeature& feature) { return delivers(extractor, feature); });
}

void Model::overload(std::string_view extractor, const OptionStrings& options) {
    for (ModelFeature& feature : features_)
        if (delivers(extractor, feature))
            for (const auto& [name, value] : options) feature.options.insert_or_assign(name, value);
}

bool Model::computes_same(const Model& other) const {
    return flags_ == other.flags_ && (data_ == other.data_ || *data_ == *other.data_);
}

double Model::predict(std::span<const double> values) const { return finish(predict_raw(values)); }

double Model::predict_raw(std::span<const double> values) const {
    if (values.size() != features_.size())
        fail(EINVAL, "model '", name_, "' takes ", features_.size(), " features, not ", values.size());
    return data_->predict(values);
}

double Model::finish(double raw) const {
    const bool wanted = data_->transform.enabled || (flags_ & VMAF_MODEL_FLAG_ENABLE_TRANSFORM);
    const double score = wanted && !(flags_ & VMAF_MODEL_FLAG_DISABLE_TRANSFORM) ? data_->transform(raw) : raw;
    return data_->clip && !(flags_ & VMAF_MODEL_FLAG_DISABLE_CLIP) ? (*data_->clip)(score) : score;
}

}  // namespace vmaf
