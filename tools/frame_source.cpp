// The reading thread of an input and its short queue of frames.
#include "frame_source.h"

#include <utility>

#include "base/error.h"

namespace vmaf {

FrameSource::FrameSource(std::unique_ptr<VideoReader> reader, Fetch fetch, unsigned planes, uint64_t skip, uint64_t limit)
    : reader_(std::move(reader)), fetch_(std::move(fetch)) {
    thread_ = std::thread([=, this] {
        std::exception_ptr failure;
        try {
            run(planes, skip, limit);
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        failure_ = failure;
        ended_ = true;
        changed_.notify_all();
    });
}

FrameSource::~FrameSource() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        // Before the thread is waited for: it may be waiting for a picture of the pool.
        for (VmafPicture& picture : frames_) vmaf_picture_unref(&picture);
        frames_.clear();
    }
    changed_.notify_all();
    reader_->stop();
    thread_.join();
}

void FrameSource::pass_over(uint64_t count) {
    for (uint64_t i = 0; i < count; i++)
        if (!reader_->skip()) fail(EINVAL, reader_->name(), ": can't pass over ", count, " frames, there are only ", i);
}

void FrameSource::run(unsigned planes, uint64_t skip, uint64_t limit) {
    pass_over(skip);
    for (uint64_t i = 0; i < limit; i++) {
        VmafPicture picture = fetch_();
        bool pushed = false;
        try {
            pushed = reader_->read(picture, planes) && push(picture);
        } catch (...) {
            vmaf_picture_unref(&picture);
            throw;
        }
        if (!pushed) {
            vmaf_picture_unref(&picture);
            return;
        }
    }
}

bool FrameSource::push(const VmafPicture& picture) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closing_ || frames_.size() < kAhead; });
    if (closing_) return false;
    frames_.push_back(picture);
    changed_.notify_all();
    return true;
}

bool FrameSource::next(VmafPicture& picture) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !frames_.empty(); });
    if (frames_.empty()) {
        if (failure_) std::rethrow_exception(failure_);
        return false;
    }
    picture = frames_.front();
    frames_.pop_front();
    changed_.notify_all();
    return true;
}

}  // namespace vmaf
