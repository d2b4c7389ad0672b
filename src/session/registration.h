// What a session computes: metrics with their options (registrations), grouped into the passes that share heavy work.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "metric/metric.h"
#include "score/collector.h"

namespace vmaf {

class Accelerator;

/// A metric with one set of options, and the columns that its values go to.
class Registration {
 public:
    Registration(const Metric& metric, OptionValues options, Collector& collector);

    const Metric& metric() const { return metric_; }
    const OptionValues& options() const { return options_; }
    Collector::Column column(size_t feature) const { return columns_[feature]; }
    unsigned needs(const PictureFormat& format) const {
        return metric_.needs ? metric_.needs(options_, format) : kLumaOnly;
    }
    /// True if both would give the same feature names.
    bool names_equal(const Metric& metric, const OptionValues& options) const;

    /// Made with the first picture.
    std::unique_ptr<Scorer> scorer;

 private:
    const Metric& metric_;
    OptionValues options_;
    std::vector<Collector::Column> columns_;
};

/// Name of a metric's feature under these options.
std::string feature_name(const Feature& feature, const OptionValues& options);

/// What passes are planned for.
struct Machine {
    PictureFormat format;
    CpuFeatures cpu;
    Accelerator* accelerator = nullptr;  ///< null: there is none
    Helpers* helpers = nullptr;          ///< likewise
    bool subsampled = false;             ///< passes may skip frames
};

/// One heavy computation, whose Sums serve one or more registrations. Hands out extractors: one per thread at a time.
class Pass {
 public:
    Pass(Registration& first, const Machine& machine, bool accelerated);

    /// An accelerator computes it, extract() is not used.
    bool accelerated() const { return accelerated_; }
    bool accepts(const Registration& other) const;
    void add(Registration& other);

    bool every_frame() const { return needs_ & kEveryFrame; }
    unsigned needs() const { return needs_; }
    const Metric& metric() const { return members_.front()->metric(); }
    Variants variants() const { return variants_; }
    const std::vector<Registration*>& members() const { return members_; }
    /// Bytes of a frame's Sums and artefacts.
    size_t result_size() const { return metric().result_size(variants_, format_); }

    /// Planes of host pictures that an extractor reads, and of them those that it checks for samples above their depth.
    PlaneSet reads() const { return accelerated_ ? 0 : planes_read(needs_, format_); }
    PlaneSet checks() const { return checks_itself_ ? reads() : scans_; }
    /// Has extract() check these planes first, unless the extractor does.
    void scan(PlaneSet planes) { scans_ = planes; }
    /// Makes the first extractor, once all members are there.
    void prepare();

    /// Computes one frame on the CPU. Thread-safe.
    void extract(const FramePictures& frame, std::byte* sums);

 private:
    std::unique_ptr<Extractor> take_extractor();

    PictureFormat format_;
    CpuFeatures cpu_;
    Helpers* helpers_;
    bool accelerated_;
    unsigned needs_ = kNoNeeds;
    PlaneSet scans_ = 0;
    bool checks_itself_ = false;
    std::vector<Registration*> members_;
    std::vector<OptionValues> variants_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Extractor>> idle_;
};

/// The passes that a frame goes through. Immutable once frames use it.
struct Plan {
    /// Where a registration finds its Sums among those of all passes.
    struct Slot {
        Registration* registration;
        const Pass* pass;
        size_t offset;
        size_t artefact_offset, artefact_size;  ///< bytes; its size is 0 for most
    };

    std::vector<std::shared_ptr<Pass>> passes;
    std::vector<Slot> slots;        ///< in the order of registration, which is that of the columns
    unsigned cpu_needs = kNoNeeds;  ///< of the passes on the CPU
    bool on_cpu = false, on_accelerator = false;
    size_t sums_size = 0;  ///< bytes of the results of all passes, one after the other
};

/// `plan` with passes for `added`, whose scorers are made here; new passes go to the accelerator if it serves their metric.
/// Passes that frames have used already take no more members.
std::shared_ptr<const Plan> extend_plan(const Plan& plan, const std::vector<Registration*>& added,
                                        const Machine& machine);

}  // namespace vmaf
