// Takes room for references, and does without where a device has no more.
#include "cuda/engine/device_references.h"

#include <map>
#include <mutex>

namespace vmaf::cuda {

namespace {

/// Of the device's memory, that which references may take up.
constexpr size_t kShare = 8;

/// Null if the device has no memory left: frames are computed as pairs then.
template <class Room, class... Args>
std::unique_ptr<PreparedReference> make_room(const Args&... args) {
    try {
        return std::make_unique<Room>(args...);
    } catch (const vmaf::Error& error) {
        if (error.code() != ENOMEM) throw;
        return nullptr;
    }
}

}  // namespace

SharedResults::SharedResults(const std::shared_ptr<const Context>& context, size_t frames, size_t stride)
    : stride_(stride), memory_(context, frames * stride), ready_(context), results_(frames) {
    for (size_t i = 0; i < frames; ++i) {
        results_[i].raw = memory_.data() + i * stride;
        results_[i].ready = &ready_;
    }
}

std::shared_ptr<const PassIdentity> known_pass(const PassIdentity& pass) {
    static std::mutex mutex;
    static std::vector<std::weak_ptr<const PassIdentity>> all;
    const std::lock_guard lock(mutex);
    std::erase_if(all, [](const auto& known) { return known.expired(); });
    for (const auto& known : all)
        if (auto same = known.lock(); same && *same == pass) return same;
    auto added = std::make_shared<const PassIdentity>(pass);
    all.push_back(added);
    return added;
}

std::shared_ptr<ReferenceMemory> reference_memory_of(const Context& context) {
    static std::mutex mutex;
    static std::map<CUcontext, std::weak_ptr<ReferenceMemory>> known;
    const std::lock_guard lock(mutex);
    std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<ReferenceMemory>& entry = known[context.handle()];
    auto memory = entry.lock();
    if (!memory) entry = memory = std::make_shared<ReferenceMemory>(context.info().memory / kShare);
    return memory;
}

std::shared_ptr<DeviceReference> take_reference(ReferenceMemory& memory, const std::shared_ptr<const Context>& context,
                                                const PassIdentity& pass, size_t bytes) {
    return std::static_pointer_cast<DeviceReference>(
        memory.take(pass, bytes, [&] { return make_room<DeviceReference>(context, bytes); }));
}

std::shared_ptr<SharedResults> take_results(ReferenceMemory& memory, const std::shared_ptr<const Context>& context,
                                            const PassIdentity& pass, size_t frames, size_t stride) {
    return std::static_pointer_cast<SharedResults>(
        memory.take(pass, frames * stride, [&] { return make_room<SharedResults>(context, frames, stride); }));
}

}  // namespace vmaf::cuda
