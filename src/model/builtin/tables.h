// The shape of the built-in figures. tools/import_model.py writes the tables; builtin.cpp makes models of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/transform.h"

namespace vmaf::builtin {

/// A support vector whose coefficient lies inside the bounds of the training.
struct FreeTerm {
    size_t position;  ///< in SvmFigures::terms
    double coefficient;
};

/// One regression over a table of distinct vectors, which the members of a bootstrap model share.
struct SvmFigures {
    double gamma, rho, bound;
    std::span<const double> vectors;  ///< one after the other
    std::span<const int16_t> terms;   ///< in order of summation: +-(1 + number of the vector); coefficient +-bound ...
    std::span<const FreeTerm> free;   ///< ... but for these
};

struct TransformFigures {
    double p0, p1, p2;
    bool at_least_input, enabled;
};

struct ModelFigures {
    std::string_view version;
    std::string_view features;                   ///< a line for each: name, then option=value, separated by blanks
    std::span<const double> slopes, intercepts;  ///< [0]: the score's
    std::span<const SvmFigures> svms;  ///< of the model; more than one: of the reference model and the members
    std::optional<TransformFigures> transform;
    ScoreClip clip;
    double chroma_correction;  ///< 0: none
};

/// Empty where the build leaves them out.
extern const std::span<const ModelFigures> kModels, kFloatModels;

}  // namespace vmaf::builtin
