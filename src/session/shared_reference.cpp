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
        if (!reference) {
            const std::lock_guard lock(mutex_);
            bytes_ -= bytes;
            most_ = bytes_;
            return nullptr;
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

/// Claims what nobody has: publish() or withdraw() has to follow.
SharedReference::State SharedReference::find_or_claim(const PassIdentity& pass, Wanted& wanted) {
    const std::lock_guard lock(mutex_);
    if (const Value* const value = find(pass, wanted.before)) {
        wanted.made = value->reference;
        return value->ready ? State::kReady : State::kOthers;
    }
    values_.push_back({pass, wanted.before});
    return State::kMine;
}

void SharedReference::publish(const PassIdentity& pass, const Wanted& wanted) {
    {
        const std::lock_guard lock(mutex_);
        Value& value = *find(pass, wanted.before);
        value.reference = wanted.made;
        value.ready = true;
    }
    changed_.notify_all();
}

void SharedReference::withdraw(const PassIdentity& pass, const Wanted& wanted) noexcept {
    {
        const std::lock_guard lock(mutex_);
        const Value* const claim = find(pass, wanted.before);
        values_.remove_if([claim](const Value& value) { return &value == claim; });
    }
    changed_.notify_all();
}

void SharedReference::wait_for_others(const PassIdentity& pass, const Before& before) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
        const Value* const value = find(pass, before);
        return !value || value->ready;
    });
}

void SharedReference::prepare_together(std::span<Wanted> wanted, const PassIdentity& pass, const FillAll& fill) {
    std::vector<Wanted*> missing, mine, others;
    for (Wanted& one : wanted) missing.push_back(&one);
    while (!missing.empty()) {
        mine.clear();
        others.clear();
        try {
            mine.reserve(missing.size());
            others.reserve(missing.size());
            for (Wanted* const one : missing) {
                const State state = one->shared->find_or_claim(pass, *one);
                if (state == State::kMine) mine.push_back(one);
                if (state == State::kOthers) others.push_back(one);
            }
            if (!mine.empty()) fill(mine);
        } catch (...) {
            for (Wanted* const one : mine) one->shared->withdraw(pass, *one);
            throw;
        }
        for (Wanted* const one : mine) one->shared->publish(pass, *one);
        for (Wanted* const one : others) one->shared->wait_for_others(pass, one->before);
        missing.swap(others);
    }
}

std::shared_ptr<const PreparedReference> SharedReference::prepared(const PassIdentity& pass, const Before& before,
                                                                   size_t bytes,
                                                                   const ReferenceMemory::MakeRoom& make_room,
                                                                   const Fill& fill) {
    Wanted wanted{this, before};
    prepare_together({&wanted, 1}, pass, [&](std::span<Wanted* const>) {
        const std::shared_ptr<PreparedReference> reference = memory_->take(pass, bytes, make_room);
        if (reference) fill(*reference);
        wanted.made = reference;
    });
    return std::move(wanted.made);
}

bool SharedReference::being_prepared(const PassIdentity& pass, const Before& before) {
    const std::lock_guard lock(mutex_);
    const Value* const value = find(pass, before);
    return value && !value->ready;
}

}  // namespace vmaf
