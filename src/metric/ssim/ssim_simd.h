// float_ssim on vectors.
#pragma once

#include <memory>

#include "metric/metric.h"
#include "metric/ssim/ssim.h"

namespace vmaf::ssim {

/// An extractor on the best instruction set of `cpu`; null if there is none that this build was compiled for.
std::unique_ptr<Extractor> make_vector_extractor(size_t variants, const Geometry& geometry, unsigned bpc,
                                                 const CpuFeatures& cpu);

}  // namespace vmaf::ssim
