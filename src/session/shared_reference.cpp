// Makes each value of a reference once, in recycled memory.
#include "session/shared_reference.h"

#include <algorithm>
#include <atomic>

namespace vmaf {

std::shared_ptr<PreparedReference> ReferenceMemory::take(const PassIdentity& pass, size_t bytes,
                                                         const MakeRoom& make_room) {
    std::unique_ptr<PreparedReference> reference;
    {
        const std::lock_guard lock(mutex_);
        reference = take_idle(pass);
        if (!reference) {
            if (bytes_ + bytes > most_) {
                for (const Room& room : idle_) bytes_ -= room.reference->bytes();
                idle_.clear();
            }
            if (bytes_ + bytes > most_) return nullptr;
            bytes_ += bytes;
        }
    }
    if (!reference) {
        try {
            reference = make_room();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            bytes_ -= bytes;
            throw;
        }
    }
    return {reference.release(), [memory = shared_from_this(), pass](PreparedReference* end) {
                memory->give_back(pass, std::unique_ptr<PreparedReference>(end));
            }};
}

std::unique_ptr<PreparedReference> ReferenceMemory::take_idle(const PassIdentity& pass) {
    const auto room = std::ranges::find(idle_, pass, &Room::pass);
    if (room == idle_.end()) return nullptr;
    std::unique_ptr<PreparedReference> reference = std::move(room->reference);
    idle_.erase(room);
    return reference;
}

void ReferenceMemory::give_back(PassIdentity pass, std::unique_ptr<PreparedReference> reference) noexcept {
    const size_t bytes = reference->bytes();
    const std::lock_guard lock(mutex_);
    try {
        idle_.push_back({std::move(pass), std::move(reference)});
    } catch (...) {  // no memory for the list: it goes
        bytes_ -= bytes;
    }
}

namespace {

uint64_t next_number() {
    static std::atomic<uint64_t> last{0};
    return ++last;
}

}  // namespace

SharedReference::SharedReference(std::shared_ptr<ReferenceMemory> memory)
    : number_(next_number()), memory_(std::move(memory)) {}

SharedReference::Value* SharedReference::find(const PassIdentity& pass, const Before& before) {
    for (Value& value : values_)
        if (value.before == before && value.pass == pass) return &value;
    return nullptr;
}

std::shared_ptr<const PreparedReference> SharedReference::prepared(const PassIdentity& pass, const Before& before,
                                                                   size_t bytes,
                                                                   const ReferenceMemory::MakeRoom& make_room,
                                                                   const Fill& fill) {
    std::unique_lock lock(mutex_);
    Value* value = nullptr;
    changed_.wait(lock, [&] {
        value = find(pass, before);
        return !value || value->ready;
    });
    if (value) return value->reference;
    values_.push_back({pass, before});
    const auto own = std::prev(values_.end());
    lock.unlock();
    std::shared_ptr<PreparedReference> reference;
    try {
        reference = memory_->take(pass, bytes, make_room);
        if (reference) fill(*reference);
    } catch (...) {
        lock.lock();
        values_.erase(own);
        changed_.notify_all();
        throw;
    }
    lock.lock();
    own->reference = reference;
    own->ready = true;
    changed_.notify_all();
    return reference;
}

bool SharedReference::being_prepared(const PassIdentity& pass, const Before& before) {
    const std::lock_guard lock(mutex_);
    const Value* const value = find(pass, before);
    return value && !value->ready;
}

}  // namespace vmaf
