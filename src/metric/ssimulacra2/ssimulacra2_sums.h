// What every backend of ssimulacra2 makes of a frame.
#pragma once

#include "base/float_sum.h"
#include "metric/ssimulacra2/ssimulacra2_math.h"

namespace vmaf::ssimulacra2 {

/// Which maps of a component in a scale have a weight.
struct MapSet {
    bool structure, edges;
};

/// Of a component in a scale: term norm * kMaps + map. Those of maps without a weight stay 0.
struct ChannelSums {
    FloatSum term[kTerms];

    bool operator==(const ChannelSums&) const = default;
};

struct Sums {
    ChannelSums of[kScales][kChannels];

    bool operator==(const Sums&) const = default;
};

}  // namespace vmaf::ssimulacra2
