// Makes models of the built-in figures: the same objects that the published files give.
#include <utility>

#include "base/error.h"
#include "model/builtin/tables.h"
#include "model/data.h"

namespace vmaf {

namespace {

using builtin::ModelFigures;

/// Calls `take` with each part of `text` between separators; empty parts are skipped.
template <class Take>
void split(std::string_view text, char separator, Take&& take) {
    while (!text.empty()) {
        const size_t end = text.find(separator);
        if (end != 0) take(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

ModelFeature make_feature(std::string_view line) {
    ModelFeature feature;
    split(line, ' ', [&](std::string_view part) {
        const size_t equals = part.find('=');
        if (equals == std::string_view::npos)
            feature.name = part;
        else
            feature.options.emplace(part.substr(0, equals), part.substr(equals + 1));
    });
    return feature;
}

std::vector<ModelFeature> make_features(const ModelFigures& figures) {
    std::vector<ModelFeature> features;
    split(figures.features, '\n', [&](std::string_view line) { features.push_back(make_feature(line)); });
    return features;
}

Svm make_svm(const builtin::SvmFigures& figures, size_t width) {
    std::vector<double> coefficients, vectors;
    for (const int16_t term : figures.terms) {
        coefficients.push_back(term > 0 ? figures.bound : -figures.bound);
        const auto vector = figures.vectors.subspan((std::abs(term) - 1) * width, width);
        vectors.insert(vectors.end(), vector.begin(), vector.end());
    }
    for (const auto& [position, coefficient] : figures.free) coefficients[position] = coefficient;
    return {figures.gamma, figures.rho, std::move(coefficients), std::move(vectors)};
}

ScoreTransform make_transform(const builtin::TransformFigures& figures) {
    ScoreTransform transform;
    transform.p0 = figures.p0;
    transform.p1 = figures.p1;
    transform.p2 = figures.p2;
    transform.at_least_input = figures.at_least_input;
    transform.enabled = figures.enabled;
    return transform;
}

/// The model with regression `i` of the figures.
Model make_model(const ModelFigures& figures, size_t i, std::string name, uint64_t flags) {
    std::vector<ModelFeature> features = make_features(figures);
    ModelData data{.rescale = {},
                   .score_rescale = {figures.slopes[0], figures.intercepts[0]},
                   .svm = make_svm(figures.svms[i], features.size()),
                   .clip = figures.clip};
    for (size_t k = 1; k <= features.size(); k++) data.rescale.push_back({figures.slopes[k], figures.intercepts[k]});
    if (figures.transform) data.transform = make_transform(*figures.transform);
    if (figures.chroma_correction != 0) data.chroma = ChromaCorrection::find(figures.chroma_correction, features);
    return {std::move(name), std::make_shared<const ModelData>(std::move(data)), std::move(features), flags};
}

const ModelFigures& find_figures(std::string_view version) {
    for (const auto table : {builtin::kModels, builtin::kFloatModels})
        for (const ModelFigures& figures : table)
            if (figures.version == version) return figures;
    std::string known;
    for (const std::string_view name : builtin_versions()) known += cat(known.empty() ? "" : ", ", name);
    fail(EINVAL, "no built-in model '", version, "'; ",
         known.empty() ? "this build has none, load a file" : "there are ", known);
}

}  // namespace

LoadedModel load_builtin_model(std::string_view version, std::string name, uint64_t flags) {
    const ModelFigures& figures = find_figures(version);
    Model model = make_model(figures, 0, name, flags);
    model.set_source(std::string(version));
    if (figures.svms.size() == 1) return {std::move(model), std::nullopt};
    std::vector<Model> members;
    for (size_t i = 1; i < figures.svms.size(); i++)
        members.push_back(make_model(figures, i, member_name(name, i), flags));
    return {std::move(model), ModelCollection(std::move(name), std::move(members))};
}

std::vector<std::string_view> builtin_versions() {
    std::vector<std::string_view> versions;
    for (const auto table : {builtin::kModels, builtin::kFloatModels})
        for (const ModelFigures& figures : table) versions.push_back(figures.version);
    return versions;
}

}  // namespace vmaf
