// A VMAF model: which features it takes and how it turns them into a score. Files and built-in figures give the same object.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/option.h"
#include "libvmaf/model.h"

namespace vmaf {

/// A feature that a model takes: its plain name and the extractor options that it asks for.
struct ModelFeature {
    std::string name;
    OptionStrings options;
};

/// What a loaded model holds; model.cpp and predict.cpp give it meaning.
struct ModelData;

/// A single model. Copies share the coefficients; features (hence overloads) belong to each copy.
class Model {
 public:
    Model(std::string name, std::shared_ptr<const ModelData> data, std::vector<ModelFeature> features, uint64_t flags);

    const std::string& name() const { return name_; }
    /// Version or path that it was loaded from; empty for a text.
    const std::string& source() const { return source_; }
    void set_source(std::string source) { source_ = std::move(source); }
    const std::vector<ModelFeature>& features() const { return features_; }

    /// Names of the extractors that deliver its features, as far as this build has them; each once.
    std::vector<std::string_view> extractors() const;
    /// True if `extractor` (aliases included) delivers one of its features.
    bool uses(std::string_view extractor) const;
    /// Merges `options` into every feature whose extractor is `extractor`; no match is no error.
    void overload(std::string_view extractor, const OptionStrings& options);

    /// True if both give the same score for the same values, whatever they are called.
    bool computes_same(const Model& other) const;

    /// Score of one frame; `values` in the order of features(). Thread-safe.
    double predict(std::span<const double> values) const;
    /// The same before transform and clip.
    double predict_raw(std::span<const double> values) const;
    /// Transform and clip of a raw score, as the flags and the model ask.
    double finish(double raw) const;

 private:
    std::string name_, source_;
    std::shared_ptr<const ModelData> data_;
    std::vector<ModelFeature> features_;
    uint64_t flags_;
};

/// Scores of a bootstrap collection for one frame.
struct BootstrapScore {
    std::vector<double> members;  ///< finished score of each member
    double bagging, stddev, ci95_low, ci95_high;
};

/// The resampled members of a bootstrap model; the reference member is a Model of its own.
class ModelCollection {
 public:
    ModelCollection(std::string name, std::vector<Model> members);

    const std::string& name() const { return name_; }
    /// Named <name>_0001, <name>_0002, ...; all take the same features.
    const std::vector<Model>& members() const { return members_; }
    void overload(std::string_view extractor, const OptionStrings& options);
    BootstrapScore predict(std::span<const double> values) const;

 private:
    std::string name_;
    std::vector<Model> members_;
};

/// A loaded file or built-in: a single model, or a reference model with its collection.
struct LoadedModel {
    Model model;
    std::optional<ModelCollection> collection;
};

/// Parses a model file's text. `origin` names it in messages. Throws Error(EINVAL) naming origin, place and reason.
LoadedModel parse_model(std::string_view json, std::string_view origin, std::string name, uint64_t flags);

/// Reads and parses a file; Error(ENOENT and the like) if it can't be read.
LoadedModel load_model_file(const std::string& path, std::string name, uint64_t flags);

/// A built-in model by version; Error(EINVAL) listing the versions if there is none of that name.
LoadedModel load_builtin_model(std::string_view version, std::string name, uint64_t flags);

/// Versions of the built-in models.
std::vector<std::string_view> builtin_versions();

}  // namespace vmaf
