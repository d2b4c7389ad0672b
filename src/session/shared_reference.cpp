// Makes each value of a reference once, in recycled memory.
#include "session/shared_reference.h"

#include <algorithm>
#include <atomic>

namespace vmaf {

std::shared_ptr<PreparedReference> ReferenceMemory::take(const PassIdentity& pass, size_t bytes,
                                                         const MakeRoom& make_room) {
    Room room;
    std::vector<Room> ended;  // without the lock
    {
        const std::lock_guard lock(mutex_);
        Share& share = share_of(pass);
        if (!share.idle.empty()) {
            room = std::move(share.idle.back());
            share.idle.pop_back();
        } else {
            ended = make_place(share, bytes);
            if (bytes_ + bytes > most_) return nullptr;
            bytes_ += bytes;
            share.rooms++;
        }
    }
    ended.clear();
    if (!room) {
        try {
            room = make_room();
        } catch (...) {
            unmade(pass, bytes, false);
            throw;
        }
        if (!room) {
            unmade(pass, bytes, true);
            return nullptr;
        }
    }
    return {room.release(),
            [memory = shared_from_this(), pass](PreparedReference* end) { memory->give_back(pass, Room(end)); }};
}

ReferenceMemory::Share& ReferenceMemory::share_of(const PassIdentity& pass) {
    const auto share = std::ranges::find(shares_, pass, &Share::pass);
    return share == shares_.end() ? shares_.emplace_back(Share{.pass = pass}) : *share;
}

/// Has the first room of a pass fit, if what is idle suffices; gives that which is to end for it.
std::vector<ReferenceMemory::Room> ReferenceMemory::make_place(const Share& share, size_t bytes) {
    std::vector<Room> ended;
    if (share.rooms > 0 || bytes_ + bytes <= most_) return ended;
    for (Share& other : shares_) {
        for (Room& room : other.idle) {
            bytes_ -= room->bytes();
            other.rooms--;
            ended.push_back(std::move(room));
        }
        other.idle.clear();
    }
    return ended;
}

/// A room that was counted is not there.
void ReferenceMemory::unmade(const PassIdentity& pass, size_t bytes, bool for_good) {
    const std::lock_guard lock(mutex_);
    bytes_ -= bytes;
    share_of(pass).rooms--;
    if (for_good) most_ = bytes_;
}

void ReferenceMemory::give_back(const PassIdentity& pass, Room room) noexcept {
    const size_t bytes = room->bytes();
    const std::lock_guard lock(mutex_);
    Share& share = share_of(pass);
    try {
        share.idle.push_back(std::move(room));
    } catch (...) {  // no memory for the list: it goes
        bytes_ -= bytes;
        share.rooms--;
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
