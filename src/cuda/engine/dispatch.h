// How frames become launches: VMAF_CUDA_DISPATCH, which shapes the timeline and never a score.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vmaf::cuda {

enum class Strategy {
    kAdaptive,  ///< frames that arrive while the GPU works go together; an idle GPU gets what there is
    kBatched,   ///< as many frames in a launch as batch_capacity() allows, whatever the wait
    kSerial,    ///< one frame in a launch, one pass after the other
};

/// A strategy for all metrics, and exceptions.
class DispatchPolicy {
 public:
    DispatchPolicy() = default;
    /// "adaptive", "batched", "serial", each optionally followed by ",METRIC=STRATEGY..."; empty: adaptive.
    /// Throws Error(EINVAL) naming the word that is none of these.
    explicit DispatchPolicy(std::string_view text);
    /// What the environment variable VMAF_CUDA_DISPATCH says.
    static DispatchPolicy from_environment();

    Strategy of(std::string_view metric) const;

 private:
    Strategy default_ = Strategy::kAdaptive;
    std::vector<std::pair<std::string, Strategy>> exceptions_;
};

}  // namespace vmaf::cuda
