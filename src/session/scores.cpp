// Finds and names the columns of models, and fills them.
#include "session/scores.h"

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
std::string Scores::free_name(const std::string& name, const std::vector<std::string>& endings) const {
    for (const std::string& ending : endings) check_model(name + ending);
    for (unsigned number = 1;; number++) {
        const std::string candidate = number == 1 ? name : cat(name, "_", number);
        const auto taken = [&](const std::string& ending) { return collector_.find(candidate + ending).has_value(); };
        if (std::none_of(endings.begin(), endings.end(), taken)) return candidate;
    }
}

const ScoredModel& Scores::of(const Model& model) {
    std::vector<std::string> features = feature_columns(model);
    for (const ScoredModel& known : models_)
        if (known.model.name() == model.name() && known.features == features && known.model.computes_same(model))
            return known;
    const std::string name = free_name(model.name(), {""});
    models_.push_back({model, std::move(features), collector_.column(name, Collector::Group::kModel)});
    return models_.back();
}

const ScoredCollection& Scores::of(const ModelCollection& collection) {
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

void Scores::check_model(std::string_view name) const {
    for (Collector::Column column = 0; column < collector_.columns(); column++)
        if (collector_.group(column) != Collector::Group::kModel) check_names_differ(name, collector_.name(column));
}

void Scores::check_feature(std::string_view feature) const {
    for (Collector::Column column = 0; column < collector_.columns(); column++)
        if (collector_.group(column) == Collector::Group::kModel) check_names_differ(collector_.name(column), feature);
}

namespace {

template <class Entry>
void add_once(std::vector<const Entry*>& list, const Entry& entry) {
    if (std::find(list.begin(), list.end(), &entry) == list.end()) list.push_back(&entry);
}

}  // namespace

void Scores::enlist(const ScoredModel& model) { add_once(models_enlisted_, model); }
void Scores::enlist(const ScoredCollection& collection) { add_once(collections_enlisted_, collection); }

std::optional<double> Scores::feature(std::string_view name, unsigned frame) const {
    const auto column = collector_.find(name);
    if (!column) fail(EINVAL, "no registered extractor delivers feature '", name, "'");
    return collector_.get(*column, frame);
}

std::optional<std::vector<double>> Scores::values_of(const std::vector<std::string>& features, unsigned frame) const {
    std::vector<double> values;
    for (const std::string& name : features) {
        const auto column = collector_.find(name);
        if (!column)
            fail(EINVAL, "no registered extractor delivers feature '", name, "'; register the model's features first");
        const auto value = collector_.get(*column, frame);
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

std::optional<double> Scores::predict(const ScoredModel& model, unsigned frame) {
    if (const auto known = collector_.get(model.column, frame)) return known;
    const auto values = values_of(model.features, frame);
    if (!values) return std::nullopt;
    const double score = model.model.predict(*values);
    collector_.set(model.column, frame, score);
    touch();
    return score;
}

std::optional<BootstrapScore> Scores::predict(const ScoredCollection& collection, unsigned frame) {
    const auto values = values_of(collection.features, frame);
    if (!values) return std::nullopt;
    const BootstrapScore score = collection.collection.predict(*values);
    for (size_t i = 0; i < score.members.size(); i++) collector_.set(collection.members[i], frame, score.members[i]);
    collector_.set(collection.bagging, frame, score.bagging);
    collector_.set(collection.stddev, frame, score.stddev);
    collector_.set(collection.ci95_low, frame, score.ci95_low);
    collector_.set(collection.ci95_high, frame, score.ci95_high);
    touch();
    return score;
}

std::function<std::optional<double>(unsigned frame)> Scores::predictor_of(Collector::Column column) {
    for (const ScoredModel* model : models_enlisted_)
        if (model->column == column) return [this, model](unsigned frame) { return predict(*model, frame); };
    for (const ScoredCollection* collection : collections_enlisted_)
        if (collection->owns(column))
            return [this, collection, column](unsigned frame) {
                return predict(*collection, frame) ? collector_.get(column, frame) : std::nullopt;
            };
    return nullptr;
}

std::vector<std::pair<unsigned, double>> Scores::known(Collector::Column column) const {
    std::vector<std::pair<unsigned, double>> values;
    for (const unsigned frame : collector_.frames())
        if (const auto value = collector_.get(column, frame)) values.emplace_back(frame, *value);
    return values;
}

}  // namespace vmaf
