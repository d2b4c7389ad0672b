// From registrations to passes: which share heavy work, where each runs, where its results lie, who scores them.
#pragma once

#include <memory>
#include <vector>

#include "session/pass.h"
#include "session/registration.h"

namespace vmaf {

class Accelerator;

/// What passes are planned for.
struct Machine {
    PictureFormat format;
    CpuFeatures cpu;
    const Accelerator* accelerator = nullptr;  ///< null: there is none
    Helpers* helpers = nullptr;                ///< likewise
    bool subsampled = false;                   ///< passes may skip frames
    bool ranged = false;                       ///< frames are read that are not scored
};

/// What is done with a frame. Immutable, save for what scorers and extractors keep to themselves.
struct Plan {
    /// Who turns a registration's results into scores, and where they lie among those of all passes.
    struct Slot {
        const Registration* registration;
        std::shared_ptr<Scorer> scorer;
        bool every_frame;  ///< false: frames that subsampling skips have no results
        size_t sums_offset;
        size_t artefact_offset, artefact_size;  ///< bytes; its size is 0 for most
        /// Sees the frames of the range alone, for figures of the whole stream; null where all frames are scored.
        std::shared_ptr<Scorer> of_range;
        size_t column = 0;  ///< of a part that its Sums come from
    };

    std::vector<std::shared_ptr<CpuPass>> cpu_passes;
    std::vector<PassSpec> accelerated_passes;
    std::vector<Slot> slots;        ///< in the order of registration, which is that of the columns
    unsigned cpu_needs = kNoNeeds;  ///< of the passes on the CPU
    size_t sums_size = 0;           ///< bytes of the results of all passes
};

/// A registration's place in a plan, with scorers of its own; where its results lie is left open.
Plan::Slot make_slot(const Registration& registration, const PictureFormat& format, bool ranged);

/// `plan` with passes for `added`, and scorers; new passes go to the accelerator if it serves their metric. Those of `plan` take no
/// more members: frames may use them. Nothing but the new plan comes of it. Throws what a metric throws that refuses the format.
std::shared_ptr<const Plan> extend_plan(const Plan& plan, const std::vector<const Registration*>& added,
                                        const Machine& machine);

}  // namespace vmaf
