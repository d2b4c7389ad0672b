// Finds and names the columns of models.
#include "session/scored_models.h"

#include <algorithm>

#include "base/error.h"
#include "metric/feature_name.h"
#include "session/registration.h"

namespace vmaf {

namespace {

/// Names of a collection's columns behind its own name.
std::vector<std::string> collection_endings(const ModelCollection& collection) {
    std::vector<std::string> endings = {"_bagging", "_stddev", "_ci_p95_lo", "_ci_p95_hi"};
    for (const Model& member : collection.members()) endings.push_back(member.name().substr(collection.name().size()));
    return endings;
}

bool same_members(const ModelCollection& a, const ModelCollection& b) {
    return std::equal(a.members().begin(), a.members().end(), b.members().begin(), b.members().end(),
                      [](const Model& x, const Model& y) { return x.computes_same(y); });
}

}  // namespace

std::vector<std::string> feature_columns(const Model& model) {
    std::vector<std::string> columns;
    for (const ModelFeature& feature : model.features()) {
        const Metric* metric = find_metric_of_feature(feature.name);
        std::vector<std::string> unknown;
        columns.push_back(
            metric ? feature_name({.name = feature.name}, OptionValues(metric->options, feature.options, &unknown))
                   : feature.name);
    }
    return columns;
}

void check_names_differ(std::string_view name, std::string_view feature) {
    if (short_feature_name(name) != short_feature_name(feature)) return;
    fail(EINVAL, "a model can't be called '", name,
         "': that is the name of a feature, and one would be taken for the other; give the model another name");
}

bool ScoredCollection::owns(Collector::Column column) const {
    return column == bagging || column == stddev || column == ci95_low || column == ci95_high ||
           std::find(members.begin(), members.end(), column) != members.end();
}

/// `name`, or `name`_2 and so on, such that with none of the endings it is the name of another column.
std::string ScoredModels::free_name(const std::string& name, const std::vector<std::string>& endings) const {
    for (const std::string& ending : endings) check_model(name + ending);
    for (unsigned number = 1;; number++) {
        const std::string candidate = number == 1 ? name : cat(name, "_", number);
        const auto taken = [&](const std::string& ending) { return collector_.find(candidate + ending).has_value(); };
        if (std::none_of(endings.begin(), endings.end(), taken)) return candidate;
    }
}

const ScoredModel& ScoredModels::of(const Model& model) {
    std::vector<std::string> features = feature_columns(model);
    for (const ScoredModel& known : models_)
        if (known.model.name() == model.name() && known.features == features && known.model.computes_same(model))
            return known;
    const std::string name = free_name(model.name(), {""});
    models_.push_back({model, std::move(features), collector_.column(name, Collector::Group::kModel)});
    return models_.back();
}

const ScoredCollection& ScoredModels::of(const ModelCollection& collection) {
    std::vector<std::string> features = feature_columns(collection.members().front());
    for (const ScoredCollection& known : collections_)
        if (known.collection.name() == collection.name() && known.features == features &&
            same_members(known.collection, collection))
            return known;
    const std::vector<std::string> endings = collection_endings(collection);
    const std::string name = free_name(collection.name(), endings);
    std::vector<Collector::Column> columns;
    for (const std::string& ending : endings)
        columns.push_back(collector_.column(name + ending, Collector::Group::kModel));
    collections_.push_back({.collection = collection,
                            .features = std::move(features),
                            .members = {columns.begin() + 4, columns.end()},
                            .bagging = columns[0],
                            .stddev = columns[1],
                            .ci95_low = columns[2],
                            .ci95_high = columns[3]});
    return collections_.back();
}

void ScoredModels::check_model(std::string_view name) const {
    for (Collector::Column column = 0; column < collector_.columns(); column++)
        if (collector_.group(column) != Collector::Group::kModel) check_names_differ(name, collector_.name(column));
}

void ScoredModels::check_feature(std::string_view feature) const {
    for (Collector::Column column = 0; column < collector_.columns(); column++)
        if (collector_.group(column) == Collector::Group::kModel) check_names_differ(collector_.name(column), feature);
}

}  // namespace vmaf
