// cambi on vectors.
#pragma once

#include <memory>

#include "metric/cambi/cambi.h"

namespace vmaf::cambi {

/// The largest window of the vector code, which counts in 16 bits; the scalar code does the others.
inline constexpr int kMaxVectorWindow = 255;

/// A detector on the best instruction set of `cpu`; null if there is none that this build was compiled for, or if a
/// window is too large.
std::unique_ptr<Detector> make_vector_detector(const Setup& setup, const CpuFeatures& cpu);

}  // namespace vmaf::cambi
