// Builds passes from registrations and runs them on the CPU.
#include "session/registration.h"

#include <map>

#include "base/error.h"
#include "metric/feature_name.h"
#include "session/accelerator.h"

namespace vmaf {

std::string feature_name(const Feature& feature, const OptionValues& options) {
    // A name with options starts from the short form: "integer_adm2_egl_1".
    const std::string suffix = feature.suffixed ? options.name_suffix() : std::string();
    return suffix.empty() ? std::string(feature.name) : std::string(short_feature_name(feature.name)) + suffix;
}

Registration::Registration(const Metric& metric, OptionValues options, Collector& collector)
    : metric_(metric), options_(std::move(options)) {
    for (const Feature& feature : metric.features) {
        const auto group =
            feature.phase == Feature::Phase::kFlush ? Collector::Group::kFlush : Collector::Group::kFrame;
        columns_.push_back(collector.column(feature_name(feature, options_), group));
    }
}

bool Registration::names_equal(const Metric& metric, const OptionValues& options) const {
    return &metric == &metric_ && options.name_suffix() == options_.name_suffix();
}

Pass::Pass(Registration& first, const Machine& machine, bool accelerated)
    : format_(machine.format), cpu_(machine.cpu), helpers_(machine.helpers), accelerated_(accelerated) {
    add(first);
}

bool Pass::accepts(const Registration& other) const {
    return &other.metric() == &metric() && other.options().shares_pass(variants_.front());
}

void Pass::add(Registration& other) {
    members_.push_back(&other);
    variants_.push_back(other.options());
    needs_ = united_needs(needs_, other.needs(format_));
}

std::unique_ptr<Extractor> Pass::take_extractor() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto extractor = std::move(idle_.back());
            idle_.pop_back();
            return extractor;
        }
    }
    auto extractor = metric().make_cpu(variants_, format_, cpu_);
    if (helpers_) extractor->use_helpers(*helpers_);
    return extractor;
}

void Pass::prepare() {
    std::unique_ptr<Extractor> extractor = take_extractor();
    checks_itself_ = extractor->checks_samples();
    idle_.push_back(std::move(extractor));
}

void Pass::extract(const FramePictures& frame, std::byte* sums) {
    check_samples(frame, scans_, best_or_samples(cpu_));
    std::unique_ptr<Extractor> extractor = take_extractor();
    extractor->extract(frame, sums);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(extractor));
}

namespace {

/// The registrations' passes, without their places among the Sums.
void add_passes(Plan& plan, const std::vector<Registration*>& added, const Machine& machine) {
    const size_t used = plan.passes.size();
    for (Registration* registration : added) {
        const Metric& metric = registration->metric();
        if (metric.check) metric.check(registration->options(), machine.format);
        registration->scorer = metric.make_scorer(registration->options(), machine.format);
        const bool accelerated = machine.accelerator && machine.accelerator->serves(metric);
        size_t i = used;
        while (i < plan.passes.size() && !plan.passes[i]->accepts(*registration)) i++;
        if (i < plan.passes.size())
            plan.passes[i]->add(*registration);
        else
            plan.passes.push_back(std::make_shared<Pass>(*registration, machine, accelerated));
    }
}

/// Sees to it that each plane that some pass on the CPU reads is checked: by a pass that does so in passing, else by the first one that reads
/// it. On frames that subsampling skips only passes of every frame run, so that those don't rely on others.
void share_checks(const Plan& plan, size_t first_new, const Machine& machine) {
    if (!words_exceed_samples(machine.format.bpc)) return;
    for (size_t i = first_new; i < plan.passes.size(); i++)
        if (!plan.passes[i]->accelerated()) plan.passes[i]->prepare();
    for (size_t i = first_new; i < plan.passes.size(); i++) {
        PlaneSet others = 0;
        for (const auto& other : plan.passes)
            if (!machine.subsampled || other->every_frame() || !plan.passes[i]->every_frame())
                others |= other->checks();
        plan.passes[i]->scan(plan.passes[i]->reads() & ~others);
    }
}

/// Gives each member of the pass its slot, with the pass's results from `offset` on.
void place_results(const Pass& pass, size_t offset, const PictureFormat& format,
                   std::map<Registration*, Plan::Slot>& slots) {
    const Metric& metric = pass.metric();
    size_t artefact = offset + metric.sums_size * pass.members().size();
    for (Registration* member : pass.members()) {
        const size_t size = metric.artefact_size ? metric.artefact_size(member->options(), format) : 0;
        slots[member] = {member, &pass, offset, artefact, size};
        offset += metric.sums_size;
        artefact += size;
    }
}

}  // namespace

std::shared_ptr<const Plan> extend_plan(const Plan& plan, const std::vector<Registration*>& added,
                                        const Machine& machine) {
    auto extended = std::make_shared<Plan>(plan);
    add_passes(*extended, added, machine);
    share_checks(*extended, plan.passes.size(), machine);
    std::map<Registration*, Plan::Slot> slots;
    for (size_t i = plan.passes.size(); i < extended->passes.size(); i++) {
        const Pass& pass = *extended->passes[i];
        (pass.accelerated() ? extended->on_accelerator : extended->on_cpu) = true;
        if (pass.accelerated())
            machine.accelerator->add_pass(pass, extended->sums_size);
        else
            extended->cpu_needs = united_needs(extended->cpu_needs, pass.needs());
        place_results(pass, extended->sums_size, machine.format, slots);
        extended->sums_size += pass.result_size();
    }
    for (Registration* registration : added) extended->slots.push_back(slots.at(registration));
    return extended;
}

}  // namespace vmaf
