// Which columns hold the scores of which model. Models are told apart by what they compute: two that compute different things never share
// a column, whatever they are called.
#pragma once

#include <deque>
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

/// Not synchronised: the session's score lock covers it. What it returns stays where it is.
class ScoredModels {
 public:
    explicit ScoredModels(Collector& collector) : collector_(collector) {}

    /// The entry of a model that computes the same under the same name, made on first call. The column is called as the model; if
    /// another model is called so already, _2, _3 ... is added. Throws Error(EINVAL), and changes nothing, if a feature has the name.
    const ScoredModel& of(const Model& model);
    const ScoredCollection& of(const ModelCollection& collection);

    /// Throws Error(EINVAL) if a feature's column has this name, in full or as reports show it.
    void check_model(std::string_view name) const;
    /// The same for a feature and the columns of models.
    void check_feature(std::string_view feature) const;

 private:
    std::string free_name(const std::string& name, const std::vector<std::string>& endings) const;

    Collector& collector_;
    std::deque<ScoredModel> models_;
    std::deque<ScoredCollection> collections_;
};

/// Throws Error(EINVAL) if a model's column `name` would have the name of this feature, in full or as reports show it.
void check_names_differ(std::string_view name, std::string_view feature);

/// Full names of the columns that hold a model's features.
std::vector<std::string> feature_columns(const Model& model);

}  // namespace vmaf
