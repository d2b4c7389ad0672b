// Stands in for the tables of a build without built-in models.
#include "model/builtin/tables.h"

namespace vmaf::builtin {

const std::span<const ModelFigures> kModels = {};

}  // namespace vmaf::builtin
