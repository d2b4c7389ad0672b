// Keeps frames in reading order and recycles them.
#include "session/frame_queue.h"

namespace vmaf {

FramePictures Frame::pictures() const {
    FramePictures pictures;
    pictures.index = index;
    pictures.ref = host_ref.view();
    pictures.dis = host_dis.view();
    for (unsigned i = 0; i < kMaxLookback; i++) pictures.previous[i] = {previous.ref[i].view(), previous.dis[i].view()};
    return pictures;
}

Frame& FrameQueue::push(unsigned index, std::shared_ptr<const Plan> plan) {
    std::unique_ptr<Frame> frame;
    if (spare_.empty()) {
        spare_.reserve(frames_.size() + 1);  // recycling must not allocate
        frame = std::make_unique<Frame>();
    } else {
        frame = std::move(spare_.back());
        spare_.pop_back();
    }
    frame->sums.resize(plan->sums_size);
    frame->plan = std::move(plan);
    frame->index = index;
    frame->sequence = next_sequence_++;
    frames_.push_back(std::move(frame));
    return *frames_.back();
}

void FrameQueue::recycle(std::unique_ptr<Frame> frame) {
    for (Picture* picture : {&frame->ref, &frame->dis, &frame->host_ref, &frame->host_dis}) picture->reset();
    for (Picture& picture : frame->previous.ref) picture.reset();
    for (Picture& picture : frame->previous.dis) picture.reset();
    frame->shared.reset();
    frame->plan.reset();
    frame->failure = nullptr;
    frame->done = false;
    spare_.push_back(std::move(frame));
}

void FrameQueue::pop_front() {
    recycle(std::move(frames_.front()));
    frames_.pop_front();
}

void FrameQueue::pop_back() {
    next_sequence_--;
    recycle(std::move(frames_.back()));
    frames_.pop_back();
}

const Frame* FrameQueue::find(unsigned index) const {
    for (const auto& frame : frames_)
        if (frame->index == index) return frame.get();
    return nullptr;
}

bool FrameSet::contains(unsigned index) const {
    const auto block = blocks_.find(index / kBlock);
    return block != blocks_.end() && block->second[index % kBlock];
}

void FrameSet::insert(unsigned index) { blocks_[index / kBlock].set(index % kBlock); }

void FrameSet::erase(unsigned index) {
    const auto block = blocks_.find(index / kBlock);
    if (block != blocks_.end()) block->second.reset(index % kBlock);
}

}  // namespace vmaf
