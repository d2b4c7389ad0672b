// Runs passes on the CPU.
#include "session/pass.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vmaf {

std::optional<SharedReference::Before> PassSpec::shared_before(const FramePictures& frame, uint64_t number,
                                                               const SharedReference::Before& numbers) const {
    if (!number || needs & kNoReference) return std::nullopt;
    SharedReference::Before before{};
    for (unsigned i = 0; i < previous_refs(needs); i++) {
        if (!frame.previous[i].ref) continue;
        if (!numbers[i]) return std::nullopt;
        before[i] = numbers[i];
    }
    return before;
}

CpuPass::CpuPass(PassSpec spec, const PictureFormat& format, const CpuFeatures& cpu, Helpers* helpers)
    : spec_(std::move(spec)),
      format_(format),
      cpu_(cpu),
      identity_{spec_.metric, spec_.variants, format, names_of(cpu), nullptr},
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

}  // namespace

std::optional<SharedReference::Before> CpuPass::shared_before(const CpuFrame& frame) const {
    return spec_.shared_before(frame.pictures, frame.shared ? frame.shared->number() : 0, frame.before);
}

bool CpuPass::must_wait(const CpuFrame& frame) const {
    const auto before = shared_before(frame);
    return before && frame.shared->being_prepared(identity_, *before);
}

void CpuPass::extract(const CpuFrame& frame, std::byte* sums) {
    check_samples(frame.pictures, scans_, best_or_samples(cpu_));
    std::unique_ptr<Extractor> extractor = take_extractor();
    sums += spec_.sums_offset;
    if (const auto before = shared_before(frame))
        extract_shared(*extractor, frame, *before, sums);
    else
        extractor->extract(frame.pictures, sums);
    give_back(std::move(extractor));
}

void CpuPass::extract_shared(Extractor& extractor, const CpuFrame& frame, const SharedReference::Before& before,
                             std::byte* sums) {
    if (spec_.of_reference_alone()) {
        const size_t size = spec_.metric->result_size(spec_.variants, format_);
        const auto result = frame.shared->prepared(
            identity_, before, size, [&] { return std::make_unique<ReferenceSums>(size); },
            [&](PreparedReference& made) {
                extractor.extract(frame.pictures, static_cast<ReferenceSums&>(made).sums.data());
            });
        if (!result) return extractor.extract(frame.pictures, sums);
        std::memcpy(sums, static_cast<const ReferenceSums&>(*result).sums.data(), size);
        return;
    }
    const size_t size = extractor.reference_bytes();
    const auto reference = size ? frame.shared->prepared(
                                      identity_, before, size, [&] { return extractor.new_reference(); },
                                      [&](PreparedReference& made) { extractor.prepare(frame.pictures, made); })
                                : nullptr;
    if (reference)
        extractor.extract_with(*reference, frame.pictures, sums);
    else
        extractor.extract(frame.pictures, sums);
}

}  // namespace vmaf
