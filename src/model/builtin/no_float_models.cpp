// Stands in for the tables of a build without the models on floating-point features.
#include "model/builtin/tables.h"

namespace vmaf::builtin {

const std::span<const ModelFigures> kFloatModels = {};

}  // namespace vmaf::builtin
