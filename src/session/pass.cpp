// Runs passes on the CPU.
#include "session/pass.h"

#include <utility>

namespace vmaf {

CpuPass::CpuPass(PassSpec spec, const PictureFormat& format, const CpuFeatures& cpu, Helpers* helpers)
    : spec_(std::move(spec)), format_(format), cpu_(cpu), helpers_(helpers) {}

std::unique_ptr<Extractor> CpuPass::take_extractor() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto extractor = std::move(idle_.back());
            idle_.pop_back();
            return extractor;
        }
    }
    auto extractor = spec_.metric->make_cpu(spec_.variants, format_, cpu_);
    if (helpers_) extractor->use_helpers(*helpers_);
    return extractor;
}

void CpuPass::prepare() {
    std::unique_ptr<Extractor> extractor = take_extractor();
    checks_itself_ = extractor->checks_samples();
    idle_.push_back(std::move(extractor));
}

void CpuPass::extract(const FramePictures& frame, std::byte* sums) {
    check_samples(frame, scans_, best_or_samples(cpu_));
    std::unique_ptr<Extractor> extractor = take_extractor();
    extractor->extract(frame, sums + spec_.sums_offset);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(extractor));
}

}  // namespace vmaf
