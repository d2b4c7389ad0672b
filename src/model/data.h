// The figures of a loaded model: what the copies of a Model share.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "model/svm.h"
#include "model/transform.h"

namespace vmaf {

inline constexpr size_t kMaxModelFeatures = 64;

/// y = slope x + intercept; the default is the normalisation 'none'.
struct Rescale {
    double slope = 1, intercept = 0;

    double forward(double x) const noexcept { return slope * x + intercept; }
    double back(double y) const noexcept { return (y - intercept) / slope; }
    bool operator==(const Rescale&) const = default;
};

/// Where content has no chroma information, a guess from the loss of luma detail stands in for the chroma feature.
struct ChromaCorrection {
    double parameter;
    size_t luma, chroma;  ///< indexes of the two features

    /// The correction for a model with these features; Error(EINVAL) unless there is one of each kind.
    static ChromaCorrection find(double parameter, std::span<const ModelFeature> features);
    bool operator==(const ChromaCorrection&) const = default;
};

struct ModelData {
    std::vector<Rescale> rescale;  ///< one per feature
    Rescale score_rescale;
    Svm svm;
    std::optional<ChromaCorrection> chroma;
    ScoreTransform transform;
    std::optional<ScoreClip> clip;

    /// The score before transform and clip; `values` has as many elements as rescale.
    double predict(std::span<const double> values) const noexcept;
    bool operator==(const ModelData&) const = default;
};

/// The name of member `number`, from 1, of a collection: <name>_0001 and on.
std::string member_name(std::string_view name, size_t number);

}  // namespace vmaf
