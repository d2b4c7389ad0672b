// SpEED on vectors.
#pragma once

#include <memory>

#include "metric/speed/speed_plan.h"

namespace vmaf::speed {

/// An extractor on the best instruction set of `cpu`; null if there is none that this build was compiled for.
std::unique_ptr<Extractor> make_vector_extractor(size_t variants, const Plan& plan, const CpuFeatures& cpu);

}  // namespace vmaf::speed
