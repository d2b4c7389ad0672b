// The reading threads of an input and the frames that they have ready.
#include "input/frame_source.h"

#include <system_error>
#include <utility>

#include "base/error.h"

namespace vmaf::tool {

FrameSource::FrameSource(std::unique_ptr<VideoReader> reader, PictureFetch fetch, const ReadPlan& plan)
    : fetch_(std::move(fetch)), plan_(plan), ahead_(plan.ahead) {
    readers_.push_back(std::move(reader));
    while (readers_.size() < plan.readers) {
        auto twin = readers_.front()->twin();
        if (!twin) break;
        readers_.push_back(std::move(twin));
    }
    try {
        for (unsigned i = 0; i < readers_.size(); i++) threads_.emplace_back([this, i] { run(i); });
    } catch (const std::system_error& error) {
        close();
        fail(error.code().value(), "can't start a thread to read ", readers_.front()->name(), ": ",
             error.code().message());
    }
}

FrameSource::~FrameSource() { close(); }

void FrameSource::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        // Before the threads are waited for: one may be waiting for a picture of the pool.
        for (Slot& slot : slots_)
            if (slot.picture.ref) vmaf_picture_unref(&slot.picture);
        slots_.clear();
    }
    changed_.notify_all();
    for (const auto& reader : readers_) reader->stop();
    for (std::thread& thread : threads_) thread.join();
}

/// Reader number `first` reads every frame whose index is `first` modulo the number of readers.
void FrameSource::run(unsigned first) {
    for (uint64_t index = first; wait_for_turn(index); index += readers_.size())
        if (!publish(index, read_frame(*readers_[first], index))) return;
}

/// False if the frame is not wanted.
bool FrameSource::wait_for_turn(uint64_t index) {
    if (index >= plan_.limit) return false;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closing_ || index < next_ + ahead_; });
    return !closing_;
}

void FrameSource::refuse_skip(const VideoReader& reader) const {
    const uint64_t frames = reader.position();
    if (plan_.skip_reason.empty())
        fail(EINVAL, reader.name(), ": can't pass over ", plan_.skip, " frames, there are only ", frames);
    fail(EINVAL, reader.name(), " has ", frames, frames == 1 ? " frame" : " frames", ", and ", plan_.skip_reason);
}

/// False if the input ends before the frame does.
bool FrameSource::read_into(Slot& slot, VideoReader& reader, uint64_t index) const {
    const bool start = index < readers_.size();
    if (start && plan_.skip > 0) reader.seek(plan_.skip);
    if (start && reader.position() < plan_.skip) refuse_skip(reader);
    const uint64_t of_others = start ? index : readers_.size() - 1;
    for (uint64_t i = 0; i < of_others; i++)
        if (!reader.skip()) return false;
    if (!reader.frame_begins()) {  // before memory is taken for it
        if (index == 0 && plan_.skip > 0 && reader.loose_end().empty()) refuse_skip(reader);
        return false;
    }
    slot.time = reader.frame_time();
    return reader.read_picture(slot.picture, fetch_, plan_.planes);
}

FrameSource::Slot FrameSource::read_frame(VideoReader& reader, uint64_t index) const {
    Slot slot{.done = true};
    try {
        if (read_into(slot, reader, index)) return slot;
        slot.loose_end = reader.loose_end();
    } catch (...) {
        slot.failure = std::current_exception();
    }
    if (slot.picture.ref) vmaf_picture_unref(&slot.picture);
    return slot;
}

/// Hands the slot over whole, so that what it holds is the caller's of next() alone. False if nothing more is to be read.
bool FrameSource::publish(uint64_t index, Slot slot) {
    std::unique_lock lock(mutex_);
    if (closing_) {
        lock.unlock();
        if (slot.picture.ref) vmaf_picture_unref(&slot.picture);
        return false;
    }
    const bool more = slot.picture.ref != nullptr;
    if (slots_.size() <= index - next_) slots_.resize(index - next_ + 1);
    slots_[index - next_] = std::move(slot);
    changed_.notify_all();
    return more;
}

bool FrameSource::next(VmafPicture& picture) {
    std::unique_lock lock(mutex_);
    if (next_ >= plan_.limit) return false;
    changed_.wait(lock, [&] { return !slots_.empty() && slots_.front().done; });
    const Slot& slot = slots_.front();  // an end or a failure stays here
    if (slot.failure) std::rethrow_exception(slot.failure);
    if (!slot.picture.ref) return false;
    picture = slot.picture;
    time_ = slot.time;
    slots_.pop_front();
    next_++;
    changed_.notify_all();
    return true;
}

std::string FrameSource::loose_end() {
    const std::lock_guard lock(mutex_);
    return slots_.empty() || slots_.front().picture.ref ? "" : slots_.front().loose_end;
}

void FrameSource::set_ahead(size_t ahead) {
    {
        const std::lock_guard lock(mutex_);
        ahead_ = ahead;
    }
    changed_.notify_all();
}

}  // namespace vmaf::tool
