// A session's values and what models make of them. Models are told apart by what they compute: two that compute different things never
// share a column, whatever they are called.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "score/collector.h"

namespace vmaf {

/// A model and its column.
struct ScoredModel {
    Model model;
    std::vector<std::string> features;  ///< full names of the columns that it takes
    Collector::Column column;
};

/// A collection and its columns.
struct ScoredCollection {
    ModelCollection collection;
    std::vector<std::string> features;
    std::vector<Collector::Column> members;
    Collector::Column bagging, stddev, ci95_low, ci95_high;

    bool owns(Collector::Column column) const;
};

/// Not synchronised: the session's lock covers it. References that it returns hold as long as it lives.
class Scores {
 public:
    /// All values, those of features and those of models.
    Collector& collector() { return collector_; }
    const Collector& collector() const { return collector_; }

    /// The entry of a model that computes the same under the same name, made on first call. The column is called as the model; if
    /// another model is called so already, _2, _3 ... is added. Throws Error(EINVAL), and changes nothing, if a feature has the name.
    const ScoredModel& of(const Model& model);
    const ScoredCollection& of(const ModelCollection& collection);

    /// Throws Error(EINVAL) if a feature's column has this name, in full or as reports show it.
    void check_model(std::string_view name) const;
    /// The same for a feature and the columns of models.
    void check_feature(std::string_view feature) const;

    /// Registered models: those that reports name and that callbacks may be asked for.
    void enlist(const ScoredModel& model);
    void enlist(const ScoredCollection& collection);
    const std::vector<const ScoredModel*>& enlisted() const { return models_enlisted_; }

    /// A feature's value; none if it is not there yet. Throws Error(EINVAL) if there is no such column.
    std::optional<double> feature(std::string_view name, unsigned frame) const;
    /// The prediction, kept in its columns; none if a feature's value is not there yet. Throws Error(EINVAL) if a feature has no column.
    std::optional<double> predict(const ScoredModel& model, unsigned frame);
    std::optional<BootstrapScore> predict(const ScoredCollection& collection, unsigned frame);
    /// What predicts the values of an enlisted model's column; null if the column is no such one.
    std::function<std::optional<double>(unsigned frame)> predictor_of(Collector::Column column);
    /// When there was last something new: a prediction, or what touch() says.
    std::chrono::steady_clock::time_point last_change() const { return last_change_; }
    void touch() { last_change_ = std::chrono::steady_clock::now(); }
    /// The values of a column by ascending frame.
    std::vector<std::pair<unsigned, double>> known(Collector::Column column) const;

 private:
    std::string free_name(const std::string& name, const std::vector<std::string>& endings) const;

    std::optional<std::vector<double>> values_of(const std::vector<std::string>& features, unsigned frame) const;

    Collector collector_;
    std::deque<ScoredModel> models_;
    std::deque<ScoredCollection> collections_;
    std::vector<const ScoredModel*> models_enlisted_;
    std::vector<const ScoredCollection*> collections_enlisted_;
    std::chrono::steady_clock::time_point last_change_;
};

/// Throws Error(EINVAL) if a model's column `name` would have the name of this feature, in full or as reports show it.
void check_names_differ(std::string_view name, std::string_view feature);

/// Full names of the columns that hold a model's features.
std::vector<std::string> feature_columns(const Model& model);

}  // namespace vmaf
