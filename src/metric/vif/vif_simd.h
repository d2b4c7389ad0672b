// The vif metric on vectors.
#pragma once

#include <memory>

#include "metric/metric.h"

namespace vmaf::vif {

/// An extractor on the best instruction set of `cpu`; null if there is none that this build was compiled for.
std::unique_ptr<Extractor> make_vector_extractor(Variants variants, const PictureFormat& format,
                                                 const CpuFeatures& cpu);

}  // namespace vmaf::vif
