// The reading threads of an input and the frames that they have ready.
#include "input/frame_source.h"

#include <system_error>
#include <utility>

#include "base/error.h"

namespace vmaf::tool {

FrameSource::Slot::~Slot() { drop_picture(); }

void FrameSource::Slot::drop_picture() {
    if (picture.ref) vmaf_picture_unref(&picture);
}

FrameSource::FrameSource(std::unique_ptr<VideoReader> reader, PictureFetch fetch, const ReadPlan& plan)
    : fetch_(std::move(fetch)), plan_(plan), ahead_(plan.ahead) {
    open_readers(std::move(reader));
    try {
        for (unsigned i = 0; i < readers_.size(); i++) threads_.emplace_back([this, i] { run(i); });
    } catch (const std::system_error& error) {
        close();
        fail(error.code().value(), "can't start a thread to read ", readers_.front()->name(), ": ",
             error.code().message());
    }
}

/// As many as can be had, of which those of one frame share its rows if they can.
void FrameSource::open_readers(std::unique_ptr<VideoReader> reader) {
    readers_.push_back(std::move(reader));
    while (readers_.size() < plan_.readers) {
        auto twin = readers_.front()->twin();
        if (!twin) break;
        readers_.push_back(std::move(twin));
    }
    if (readers_.size() % plan_.sharers) return;
    for (unsigned i = 0; i < readers_.size(); i++)
        if (!readers_[i]->take_share({i % plan_.sharers, plan_.sharers})) return;
    sharers_ = plan_.sharers;
}

FrameSource::~FrameSource() { close(); }

void FrameSource::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        slots_.clear();  // before the threads are waited for: one may be waiting for a picture of the pool
    }
    changed_.notify_all();
    for (const auto& reader : readers_) reader->stop();
    for (std::thread& thread : threads_) thread.join();
}

/// The readers of a frame have numbers that follow each other; the frames are dealt to such groups in turn.
void FrameSource::run(unsigned number) {
    for (uint64_t index = number / sharers_;; index += readers_.size() / sharers_) {
        const std::shared_ptr<Slot> slot = wait_for_turn(index);
        if (!slot || !finish(*slot, read_frame(*slot, *readers_[number], index))) return;
    }
}

/// The frame's place; null if it is not wanted.
std::shared_ptr<FrameSource::Slot> FrameSource::wait_for_turn(uint64_t index) {
    if (index >= plan_.limit) return nullptr;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closing_ || index < next_ + ahead_; });
    if (closing_) return nullptr;
    while (slots_.size() <= index - next_) slots_.push_back(std::make_shared<Slot>());
    return slots_[index - next_];
}

void FrameSource::refuse_skip(const VideoReader& reader) const {
    const uint64_t frames = reader.position();
    if (plan_.skip_reason.empty())
        fail(EINVAL, reader.name(), ": can't pass over ", plan_.skip, " frames, there are only ", frames);
    fail(EINVAL, reader.name(), " has ", frames, frames == 1 ? " frame" : " frames", ", and ", plan_.skip_reason);
}

/// False if the input ends before the frame does.
bool FrameSource::read_into(Slot& slot, VideoReader& reader, uint64_t index, Finding& finding) const {
    const size_t at_a_time = readers_.size() / sharers_;
    const bool start = index < at_a_time;
    if (start && plan_.skip > 0) reader.seek(plan_.skip);
    if (start && reader.position() < plan_.skip) refuse_skip(reader);
    const uint64_t of_others = start ? index : at_a_time - 1;
    for (uint64_t i = 0; i < of_others; i++)
        if (!reader.skip()) return false;
    if (!reader.frame_begins()) {  // before memory is taken for it
        if (index == 0 && plan_.skip > 0 && reader.loose_end().empty()) refuse_skip(reader);
        return false;
    }
    finding.time = reader.frame_time();
    if (sharers_ == 1) return reader.read_picture(slot.picture, fetch_, plan_.planes);
    {
        const std::lock_guard lock(slot.fetching);
        if (!slot.picture.ref) slot.picture = fetch_();
    }
    return reader.read(slot.picture, plan_.planes);
}

FrameSource::Finding FrameSource::read_frame(Slot& slot, VideoReader& reader, uint64_t index) const {
    Finding finding;
    try {
        finding.there = read_into(slot, reader, index, finding);
        if (!finding.there) finding.loose_end = reader.loose_end();
    } catch (...) {
        finding.failure = std::current_exception();
    }
    return finding;
}

/// Adds what a reader has found. False if nothing more is to be read.
bool FrameSource::finish(Slot& slot, Finding finding) {
    const std::lock_guard lock(mutex_);
    const bool more = finding.there;
    if (slot.readers++ == 0 || (slot.found.there && !finding.there)) slot.found = std::move(finding);
    if (is_done(slot)) {
        if (!slot.found.there) slot.drop_picture();
        changed_.notify_all();
    }
    return more && !closing_;
}

bool FrameSource::next(VmafPicture& picture) {
    std::unique_lock lock(mutex_);
    if (next_ >= plan_.limit) return false;
    changed_.wait(lock, [&] { return !slots_.empty() && is_done(*slots_.front()); });
    Slot& slot = *slots_.front();  // an end or a failure stays here
    if (slot.found.failure) std::rethrow_exception(slot.found.failure);
    if (!slot.found.there) return false;
    picture = std::exchange(slot.picture, {});
    time_ = slot.found.time;
    slots_.pop_front();
    next_++;
    changed_.notify_all();
    return true;
}

std::string FrameSource::loose_end() {
    const std::lock_guard lock(mutex_);
    return slots_.empty() || !is_done(*slots_.front()) ? "" : slots_.front()->found.loose_end;
}

void FrameSource::set_ahead(size_t ahead) {
    {
        const std::lock_guard lock(mutex_);
        ahead_ = ahead;
    }
    changed_.notify_all();
}

}  // namespace vmaf::tool
