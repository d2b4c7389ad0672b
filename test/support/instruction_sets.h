// The CPU's backends: what each instruction set of this machine is called and how a metric is held to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/cpu.h"

namespace vmaf::testing_frames {

struct InstructionSet {
    std::string name;
    CpuFeatures features;
};

/// The instruction sets of this machine, each with those below it; the scalar code first.
inline std::vector<InstructionSet> instruction_sets() {
    const CpuFeatures machine = cpu_features(0);
    std::vector<InstructionSet> list{{"scalar", {}}};
    CpuFeatures level;
    for (const auto& [name, feature] : {std::pair{"sse4", &CpuFeatures::sse4},
                                        {"avx2", &CpuFeatures::avx2},
                                        {"avx512", &CpuFeatures::avx512},
                                        {"avx512_icl", &CpuFeatures::avx512_icl},
                                        {"neon", &CpuFeatures::neon},
                                        {"sve", &CpuFeatures::sve}}) {
        if (!(machine.*feature)) continue;
        level.*feature = true;
        list.push_back({name, level});
    }
    return list;
}

}  // namespace vmaf::testing_frames
