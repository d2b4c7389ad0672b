// Groups registrations into passes and lays out their results.
#include "session/plan.h"

#include <algorithm>
#include <iterator>

#include "session/accelerator.h"

namespace vmaf {

namespace {

/// A pass in the making, with the registrations that it serves.
struct Group {
    PassSpec pass{.needs = kNoNeeds};
    std::vector<const Registration*> members;

    bool accepts(const Registration& other) const {
        return &other.metric() == pass.metric && other.options().shares_pass(pass.variants.front());
    }
    void add(const Registration& other, const PictureFormat& format) {
        members.push_back(&other);
        pass.metric = &other.metric();
        pass.variants.push_back(other.options());
        pass.needs = united_needs(pass.needs, other.needs(format));
    }
};

std::vector<Group> group(const std::vector<const Registration*>& registrations, const PictureFormat& format) {
    std::vector<Group> groups;
    for (const Registration* registration : registrations) {
        const Metric& metric = registration->metric();
        if (metric.check) metric.check(registration->options(), format);
        const auto known = std::ranges::find_if(groups, [&](const Group& g) { return g.accepts(*registration); });
        Group& home = known == groups.end() ? groups.emplace_back() : *known;
        home.add(*registration, format);
    }
    return groups;
}

/// Puts the group's results behind those of the passes before it. Gives its members' slots.
std::vector<Plan::Slot> place(Group& group, const PictureFormat& format, bool ranged, size_t& sums_size) {
    const Metric& metric = *group.pass.metric;
    group.pass.sums_offset = sums_size;
    size_t sums = sums_size, artefact = sums_size + metric.sums_size * group.members.size();
    std::vector<Plan::Slot> slots;
    for (const Registration* member : group.members) {
        Plan::Slot& slot = slots.emplace_back(make_slot(*member, format, ranged));
        slot.every_frame = group.pass.every_frame();
        slot.sums_offset = sums;
        slot.artefact_offset = artefact;
        sums += metric.sums_size;
        artefact += slot.artefact_size;
    }
    sums_size += metric.result_size(group.pass.variants, format);
    return slots;
}

/// Sees to it that each plane that some pass on the CPU reads is checked: by a pass that does so in passing, else by the first one that reads
/// it. On frames that subsampling skips only passes of every frame run, so that those don't rely on others.
void share_checks(const Plan& plan, size_t first_new, const Machine& machine) {
    if (!words_exceed_samples(machine.format.bpc)) return;
    const auto& passes = plan.cpu_passes;
    for (size_t i = first_new; i < passes.size(); i++) passes[i]->prepare();
    for (size_t i = first_new; i < passes.size(); i++) {
        PlaneSet others = 0;
        for (const auto& other : passes)
            if (!machine.subsampled || other->spec().every_frame() || !passes[i]->spec().every_frame())
                others |= other->checks();
        passes[i]->scan(passes[i]->reads() & ~others);
    }
}

}  // namespace

Plan::Slot make_slot(const Registration& registration, const PictureFormat& format, bool ranged) {
    const Metric& metric = registration.metric();
    const OptionValues& options = registration.options();
    Plan::Slot slot{&registration, metric.make_scorer(options, format), false, 0, 0, 0, nullptr, 0};
    slot.every_frame = registration.needs(format) & kEveryFrame;
    slot.artefact_size = metric.artefact_size ? metric.artefact_size(options, format) : 0;
    // Scorers that keep artefacts have files of their own, and no figures of the stream.
    if (ranged && !slot.artefact_size) slot.of_range = metric.make_scorer(options, format);
    return slot;
}

std::shared_ptr<const Plan> extend_plan(const Plan& plan, const std::vector<const Registration*>& added,
                                        const Machine& machine) {
    auto extended = std::make_shared<Plan>(plan);
    std::vector<Plan::Slot> slots;
    for (Group& g : group(added, machine.format)) {
        std::ranges::move(place(g, machine.format, machine.ranged, extended->sums_size), std::back_inserter(slots));
        if (machine.accelerator && machine.accelerator->serves(*g.pass.metric)) {
            extended->accelerated_passes.push_back(std::move(g.pass));
        } else {
            extended->cpu_needs = united_needs(extended->cpu_needs, g.pass.needs);
            extended->cpu_passes.push_back(
                std::make_shared<CpuPass>(std::move(g.pass), machine.format, machine.cpu, machine.helpers));
        }
    }
    share_checks(*extended, plan.cpu_passes.size(), machine);
    for (const Registration* registration : added)
        extended->slots.push_back(*std::ranges::find(slots, registration, &Plan::Slot::registration));
    return extended;
}

}  // namespace vmaf
