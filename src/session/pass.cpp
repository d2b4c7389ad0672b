// Runs passes on the CPU.
#include "session/pass.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vmaf {

CpuPass::CpuPass(PassSpec spec, const PictureFormat& format, const CpuFeatures& cpu, Helpers* helpers)
    : spec_(std::move(spec)),
      format_(format),
      cpu_(cpu),
      identity_{spec_.metric, spec_.variants, format, names_of(cpu)},
      helpers_(helpers) {}

std::unique_ptr<Extractor> CpuPass::take_extractor() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto found =
                std::find_if(idle_.begin(), idle_.end(),
                             [user = std::this_thread::get_id()](const Idle& idle) { return idle.user == user; });
            if (found == idle_.end()) found--;
            std::unique_ptr<Extractor> extractor = std::move(found->extractor);
            idle_.erase(found);
            return extractor;
        }
    }
    auto extractor = spec_.metric->make_cpu(spec_.variants, format_, cpu_);
    if (helpers_) extractor->use_helpers(*helpers_);
    return extractor;
}

void CpuPass::give_back(std::unique_ptr<Extractor> extractor) {
    const std::lock_guard lock(mutex_);
    idle_.push_back({std::move(extractor), std::this_thread::get_id()});
}

void CpuPass::prepare() {
    std::unique_ptr<Extractor> extractor = take_extractor();
    checks_itself_ = extractor->checks_samples();
    give_back(std::move(extractor));
}

namespace {

/// The whole result of a pass that reads no distorted picture.
struct ReferenceSums final : PreparedReference {
    explicit ReferenceSums(size_t size) : sums(size) {}
    size_t bytes() const override { return sums.size(); }

    std::vector<std::byte> sums;
};

bool of_reference_alone(unsigned needs) { return needs & kNoDistorted && !previous_dis(needs); }

}  // namespace

/// True if the frame's reference, and what the pass looks back to, are the same pictures in other sessions.
bool CpuPass::shares(const CpuFrame& frame) const {
    if (!frame.shared || spec_.needs & kNoReference) return false;
    for (unsigned i = 0; i < previous_refs(spec_.needs); i++)
        if (frame.pictures.previous[i].ref && !frame.before[i]) return false;
    return true;
}

SharedReference::Before CpuPass::before(const CpuFrame& frame) const {
    SharedReference::Before before{};
    for (unsigned i = 0; i < previous_refs(spec_.needs); i++)
        if (frame.pictures.previous[i].ref) before[i] = frame.before[i];
    return before;
}

bool CpuPass::must_wait(const CpuFrame& frame) const {
    return shares(frame) && frame.shared->being_prepared(identity_, before(frame));
}

void CpuPass::extract(const CpuFrame& frame, std::byte* sums) {
    check_samples(frame.pictures, scans_, best_or_samples(cpu_));
    std::unique_ptr<Extractor> extractor = take_extractor();
    sums += spec_.sums_offset;
    if (shares(frame))
        extract_shared(*extractor, frame, sums);
    else
        extractor->extract(frame.pictures, sums);
    give_back(std::move(extractor));
}

void CpuPass::extract_shared(Extractor& extractor, const CpuFrame& frame, std::byte* sums) {
    if (of_reference_alone(spec_.needs)) {
        const size_t size = spec_.metric->result_size(spec_.variants, format_);
        const auto result = frame.shared->prepared(
            identity_, before(frame), size, [&] { return std::make_unique<ReferenceSums>(size); },
            [&](PreparedReference& made) {
                extractor.extract(frame.pictures, static_cast<ReferenceSums&>(made).sums.data());
            });
        if (!result) return extractor.extract(frame.pictures, sums);
        std::memcpy(sums, static_cast<const ReferenceSums&>(*result).sums.data(), size);
        return;
    }
    const size_t size = extractor.reference_bytes();
    const auto reference = size ? frame.shared->prepared(
                                      identity_, before(frame), size, [&] { return extractor.new_reference(); },
                                      [&](PreparedReference& made) { extractor.prepare(frame.pictures, made); })
                                : nullptr;
    if (reference)
        extractor.extract_with(*reference, frame.pictures, sums);
    else
        extractor.extract(frame.pictures, sums);
}

}  // namespace vmaf
