// Chooses devices for chunks, feeds them, and moves frames from devices that fail to others.
#include "session/accelerator_group.h"

#include <algorithm>
#include <future>

#include "base/error.h"
#include "session/chunk.h"

namespace vmaf {

namespace {

bool on_device(const Picture& picture) { return picture && picture.memory() == VmafRef::Memory::kDevice; }

std::string text_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown failure";
    }
}

}  // namespace

AcceleratorGroup::AcceleratorGroup(std::vector<std::unique_ptr<Accelerator>> devices, Log& log, unsigned chunk)
    : log_(log), chunk_(chunk) {
    for (auto& device : devices) members_.push_back(std::make_unique<Member>(*this, std::move(device)));
}

AcceleratorGroup::~AcceleratorGroup() {
    {
        const std::lock_guard feeding(feeding_);
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    for (const auto& member : members_) member->device.reset();
}

std::string AcceleratorGroup::describe() const {
    std::string text;
    for (const auto& member : members_) text += (text.empty() ? "" : "; ") + member->name;
    return text;
}

// ---------------------------------------------------------------------------------------------- devices together

std::vector<AcceleratorGroup::Member*> AcceleratorGroup::live() const {
    const std::lock_guard lock(mutex_);
    std::vector<Member*> members;
    for (const auto& member : members_)
        if (!member->lost) members.push_back(member.get());
    return members;
}

/// Runs it for all devices at once, each on a thread of its own. One that throws is lost, unless all do; then the first failure is thrown.
void AcceleratorGroup::for_each_live(const std::function<void(Member&)>& run) {
    std::vector<std::pair<Member*, std::future<void>>> runs;
    for (Member* const member : live())
        runs.emplace_back(member, std::async(std::launch::async, run, std::ref(*member)));
    std::vector<std::pair<Member*, std::exception_ptr>> failures;
    for (auto& [member, result] : runs) {
        try {
            result.get();
        } catch (...) {
            failures.emplace_back(member, std::current_exception());
        }
    }
    if (runs.empty()) {
        const std::lock_guard lock(mutex_);
        std::rethrow_exception(failure_);
    }
    if (failures.size() == runs.size()) std::rethrow_exception(failures.front().second);
    for (const auto& [member, failure] : failures) give_up(*member, failure);
}

void AcceleratorGroup::start(const PictureFormat& format, Listener& listener, unsigned ahead) {
    listener_ = &listener;
    if (!chunk_) chunk_ = chunk_of(format);
    for (const auto& member : members_) {
        try {
            member->device->start(format, *member, ahead + 2 * chunk_ + kMaxLookback);
        } catch (const Error& error) {
            fail(error.code(), member->name, ": ", error.what());
        }
        member->capacity = member->device->frames_in_flight();
    }
}

void AcceleratorGroup::wait_until_done() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return unfinished_ == 0; });
}

void AcceleratorGroup::add_passes(std::span<const PassSpec> passes) {
    hurry();
    wait_until_done();
    const std::lock_guard feeding(feeding_);
    for_each_live([passes](Member& member) { member.device->add_passes(passes); });
    for (const PassSpec& pass : passes) {
        refs_before_ = std::max(refs_before_, previous_refs(pass.needs));
        dis_before_ = std::max(dis_before_, previous_dis(pass.needs));
    }
}

void AcceleratorGroup::hurry() {
    for (const auto& member : members_) member->device->hurry();
}

void AcceleratorGroup::finish() {
    wait_until_done();
    const std::lock_guard feeding(feeding_);
    recent_.clear();
    for_each_live([](Member& member) { member.device->finish(); });
}

void AcceleratorGroup::follow(const Accelerator& other) {
    for (const auto& member : members_) member->device->follow(other);
}

bool AcceleratorGroup::failed() const { return live().empty(); }

unsigned AcceleratorGroup::frames_in_flight() const {
    unsigned frames = 0;
    for (const auto& member : members_) frames += member->capacity;
    return frames;
}

// ---------------------------------------------------------------------------------------------- pictures

unsigned AcceleratorGroup::pictures_wanted(const PictureFormat& format, VmafRef::Memory memory) const {
    if (memory == VmafRef::Memory::kDevice)
        fail(EINVAL,
             "a pool of pictures in device memory can't serve several devices; preallocate pictures in page-locked "
             "host memory, or wrap device memory of your own with vmaf_picture_wrap()");
    unsigned pictures = 2 * kMaxLookback;
    for (const auto& member : members_)
        pictures += member->device->pictures_wanted(format, memory) + 2 * (2 * chunk_of(format) + kMaxLookback);
    return pictures;
}

AcceleratorGroup::Member* AcceleratorGroup::holder_of(const Picture& picture) const {
    if (!on_device(picture)) return nullptr;
    for (const auto& member : members_)
        if (member->device->holds(picture)) return member.get();
    return nullptr;
}

/// Which of the contexts is meant where the client names none, nobody knows.
std::string AcceleratorGroup::why_unreadable(const VmafRef& picture) const {
    if (!picture.device_context()) return "one of several devices; name its cu_context in VmafFrame";
    std::string why;
    for (const auto& member : members_) {
        why = member->device->why_unreadable(picture);
        if (why.empty()) break;
    }
    return why;
}

Picture AcceleratorGroup::to_host(const Picture& picture, unsigned planes) {
    Member* const holder = holder_of(picture);
    return (holder ? *holder : *members_.front()).device->to_host(picture, planes);
}

Picture AcceleratorGroup::allocate(const PictureFormat& format, VmafRef::Memory memory) {
    return members_.front()->device->allocate(format, memory);
}

// ---------------------------------------------------------------------------------------------- frames in

void AcceleratorGroup::submit(Frame& frame) {
    const std::lock_guard feeding(feeding_);
    Ticket ticket = ticket_of(frame);
    const Pair own = ticket.own.share();
    {
        const std::lock_guard lock(mutex_);
        unfinished_++;
    }
    try {
        feed_to_any(ticket, false);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        unfinished_--;
        throw;
    }
    submitted_++;
    remember(own);
}

AcceleratorGroup::Ticket AcceleratorGroup::ticket_of(Frame& frame) const {
    Ticket ticket{&frame, submitted_, {frame.ref.share(), frame.dis.share()}, {}};
    for (const Pair& pair : recent_) ticket.before.push_back(pair.share());
    return ticket;
}

/// The next frames look back at these pictures.
void AcceleratorGroup::remember(const Pair& pair) {
    const size_t most = std::max(refs_before_, dis_before_);
    if (!most) return;
    recent_.insert(recent_.begin(), Pair());
    if (refs_before_) recent_.front().ref = pair.ref.share();
    if (dis_before_) recent_.front().dis = pair.dis.share();
    if (recent_.size() > most) recent_.pop_back();
}

/// Has a device compute the frame; those that turn out to have failed are passed over.
void AcceleratorGroup::feed_to_any(Ticket& ticket, bool hurried) {
    for (;;) {
        Member& member = choose(ticket);
        try {
            feed(member, ticket);
            if (hurried) member.device->hurry();
            return;
        } catch (...) {
            if (!member.device->failed() || !give_up(member, std::current_exception())) throw;
        }
    }
}

/// The device whose memory the frame is in, else the one that has not got all of its chunk, else the one with least to do.
AcceleratorGroup::Member& AcceleratorGroup::choose(const Ticket& ticket) {
    for (const Picture* picture : {&ticket.own.ref, &ticket.own.dis})
        if (Member* const holder = holder_of(*picture)) {
            check_there(*holder);
            return *holder;
        }
    if (!left_ || is_lost(*current_)) {
        current_ = &with_room(chunk_ + kMaxLookback);
        left_ = chunk_;
    }
    left_--;
    return *current_;
}

bool AcceleratorGroup::is_lost(const Member& member) const {
    const std::lock_guard lock(mutex_);
    return member.lost;
}

/// What lies in the memory of a device that failed is gone.
void AcceleratorGroup::check_there(const Member& holder) const {
    const std::lock_guard lock(mutex_);
    if (holder.lost) std::rethrow_exception(failure_);
}

/// Waits until a device takes that many frames without blocking.
AcceleratorGroup::Member& AcceleratorGroup::with_room(size_t frames) {
    std::unique_lock lock(mutex_);
    for (;;) {
        Member* best = nullptr;
        size_t most_room = 0;
        bool any = false;
        for (const auto& member : members_) {
            if (member->lost) continue;
            any = true;
            const size_t room = member->capacity - std::min<size_t>(member->capacity, member->pending());
            if (room >= frames && room > most_room) {
                most_room = room;
                best = member.get();
            }
        }
        if (best) return *best;
        if (!any) std::rethrow_exception(failure_);
        changed_.wait(lock);
    }
}

void AcceleratorGroup::feed(Member& member, Ticket& ticket) {
    if (member.next != ticket.number || !ticket.number) feed_neighbours(member, ticket);
    Frame& frame = *ticket.frame;
    const uint64_t number = ticket.number;
    frame.ref = ticket.own.ref.share();
    frame.dis = ticket.own.dis.share();
    {
        const std::lock_guard lock(mutex_);
        member.tickets.emplace(&frame, std::move(ticket));
    }
    try {
        member.device->submit(frame);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        ticket = std::move(member.tickets.extract(&frame).mapped());
        throw;
    }
    member.next = number + 1;
}

/// Gives the device what the frame's passes look back at. Where that is less than they could, it must not see what it was fed before.
void AcceleratorGroup::feed_neighbours(Member& member, const Ticket& ticket) {
    const size_t most = std::max(refs_before_, dis_before_);
    if (!most) return;
    if (ticket.before.size() < most && member.next) member.device->finish();
    for (size_t back = ticket.before.size(); back-- > 0;) feed_neighbour(member, ticket.before[back], *ticket.frame);
}

void AcceleratorGroup::feed_neighbour(Member& member, const Pair& pair, const Frame& of) {
    for (const Picture* picture : {&pair.ref, &pair.dis})
        if (const Member* const holder = holder_of(*picture); holder && holder != &member) {
            check_there(*holder);
            member.device->follow(*holder->device);
        }
    Frame* neighbour = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (member.spare.empty()) member.spare.push_back(std::make_unique<Frame>());
        member.spare.reserve(member.neighbours.size() + member.spare.size());  // recycling must not allocate
        member.neighbours.push_back(std::move(member.spare.back()));
        member.spare.pop_back();
        neighbour = member.neighbours.back().get();
    }
    neighbour->neighbour = true;
    neighbour->index = of.index;
    neighbour->plan = of.plan;
    Pair shares = pair.share();
    neighbour->ref = std::move(shares.ref);
    neighbour->dis = std::move(shares.dis);
    try {
        member.device->submit(*neighbour);
    } catch (...) {
        recycle(member, *neighbour);
        throw;
    }
}

// ---------------------------------------------------------------------------------------------- frames done

void AcceleratorGroup::part_done(Member& member, Frame& frame, std::exception_ptr failure) noexcept {
    if (frame.neighbour) return recycle(member, frame);
    Ticket ticket;
    bool lost = false;
    {
        const std::lock_guard lock(mutex_);
        ticket = std::move(member.tickets.extract(&frame).mapped());
        lost = failure && !stopping_ && member.device->failed();
    }
    changed_.notify_all();
    if (lost) {
        failure = hand_on(member, ticket, failure);
        if (!failure) return;
    }
    ticket = {};  // the pictures, before anybody learns of it
    listener_->part_done(frame, failure);
    {
        const std::lock_guard lock(mutex_);
        unfinished_--;
    }
    changed_.notify_all();
}

void AcceleratorGroup::recycle(Member& member, Frame& neighbour) {
    neighbour.ref.reset();
    neighbour.dis.reset();
    {
        const std::lock_guard lock(mutex_);
        const auto place = std::find_if(member.neighbours.begin(), member.neighbours.end(),
                                        [&](const auto& frame) { return frame.get() == &neighbour; });
        std::iter_swap(place, member.neighbours.end() - 1);
        member.spare.push_back(std::move(member.neighbours.back()));
        member.neighbours.pop_back();
    }
    changed_.notify_all();
}

/// Has another device compute what this one left undone. Null, or what the frame fails with.
std::exception_ptr AcceleratorGroup::hand_on(Member& member, Ticket& ticket,
                                             const std::exception_ptr& failure) noexcept {
    try {
        if (stopping_ || !give_up(member, failure)) return failure;
        const std::lock_guard feeding(
            feeding_);  // whoever holds it may wait for room, and learns before that this device is lost
        if (stopping_) return failure;
        feed_to_any(ticket, true);
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

/// The device gets no further frame. False if it was the last one.
bool AcceleratorGroup::give_up(Member& member, const std::exception_ptr& failure) {
    bool news = false, others = false;
    {
        const std::lock_guard lock(mutex_);
        news = !std::exchange(member.lost, true);
        failure_ = failure;
        for (const auto& other : members_) others = others || !other->lost;
    }
    changed_.notify_all();
    if (news && others) log_.warning(cat(member.name, " failed: ", text_of(failure), "; its frames go to the others"));
    return others;
}

}  // namespace vmaf
