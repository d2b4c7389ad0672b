// What passes make of references that several pipelines of one CUDA context read: once for all of them, in memory that is recycled.
#pragma once

#include <memory>
#include <vector>

#include "cuda/driver/buffer.h"
#include "cuda/driver/stream.h"
#include "session/shared_reference.h"

namespace vmaf::cuda {

/// What Extractor::prepare() makes of a frame's reference.
class DeviceReference final : public PreparedReference {
 public:
    DeviceReference(const std::shared_ptr<const Context>& context, size_t bytes)
        : bytes_(bytes), memory_(context, bytes), ready_(context) {}
    size_t bytes() const override { return bytes_; }
    CUdeviceptr address() const { return memory_.address(); }
    /// Behind what fills it.
    const Event& ready() const { return ready_; }

 private:
    size_t bytes_;
    Buffer memory_;
    Event ready_;
};

/// The raw result of a frame of a pass that reads no distorted picture; part of SharedResults.
struct SharedResult final : PreparedReference {
    size_t bytes() const override { return 0; }

    const std::byte* raw = nullptr;  ///< in page-locked memory
    const Event* ready = nullptr;    ///< behind the copy that fills it
};

/// Those of a batch, which one copy fills.
class SharedResults final : public PreparedReference {
 public:
    /// For that many frames, `stride` bytes from one to the next.
    SharedResults(const std::shared_ptr<const Context>& context, size_t frames, size_t stride);
    size_t bytes() const override { return results_.size() * stride_; }
    std::byte* data() const { return memory_.data(); }
    const Event& ready() const { return ready_; }
    const SharedResult& of(size_t frame) const { return results_[frame]; }

 private:
    size_t stride_;
    PinnedBuffer memory_;
    Event ready_;
    std::vector<SharedResult> results_;
};

/// The same object for all who have that pass, as long as one of them has it: its use_count() tells how many these are. Any thread.
std::shared_ptr<const PassIdentity> known_pass(const PassIdentity& pass);

/// The memory of all pipelines in one CUDA context, at most an eighth of the device's.
std::shared_ptr<ReferenceMemory> reference_memory_of(const Context& context);

/// Room for a reference; null if there is none.
std::shared_ptr<DeviceReference> take_reference(ReferenceMemory& memory, const std::shared_ptr<const Context>& context,
                                                const PassIdentity& pass, size_t bytes);
/// The same for the results of a batch.
std::shared_ptr<SharedResults> take_results(ReferenceMemory& memory, const std::shared_ptr<const Context>& context,
                                            const PassIdentity& pass, size_t frames, size_t stride);

}  // namespace vmaf::cuda
