// adm's row kernels on vectors.
#pragma once

#include "metric/adm/adm_rows.h"

namespace vmaf::adm {

/// The best that `cpu` has; null if there is none that this build was compiled for. Its kernels read and write up to
/// kLinePadding elements behind the ranges they are given, but for the columns of the input.
const VectorCode* vector_code(const CpuFeatures& cpu);

}  // namespace vmaf::adm
