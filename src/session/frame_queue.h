// Frames in work, in the order in which they were read: what back-pressure counts and what scoring takes from the front.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <vector>

#include "picture/picture.h"
#include "session/frame_range.h"
#include "session/plan.h"

namespace vmaf {

/// Pictures of the frames before one, the latest first, as far back as passes look.
struct History {
    Picture ref[kMaxLookback], dis[kMaxLookback];
    SharedReference::Before shared{};  ///< numbers of SharedReference, of all frames; 0: not shared
};

/// One frame in work: its pictures, and the Sums that the passes leave.
struct Frame {
    unsigned index = 0;
    uint64_t sequence = 0;   ///< place in reading order
    bool sampled = true;     ///< false: subsampling skips it, only every-frame passes run
    bool neighbour = false;  ///< another accelerator's frame: no pass runs, the next frames look back at its pictures
    std::shared_ptr<const Plan> plan;
    Picture ref, dis;
    std::shared_ptr<SharedReference> shared;  ///< `ref`, if other sessions read it too; until the passes are done
    Picture host_ref, host_dis;   ///< what CPU passes read: ref and dis, or copies of those in device memory
    History previous;             ///< earlier host_ref and host_dis
    std::vector<std::byte> sums;  ///< Plan::sums_size bytes
    int parts = 0;                ///< passes on the CPU, and the accelerator, as far as they are still at work
    bool done = false;
    std::exception_ptr failure;

    /// As CPU passes see them.
    FramePictures pictures() const;
    CpuFrame for_cpu() const { return {pictures(), shared.get(), previous.shared}; }
};

/// Not synchronised. Recycles frames, so that their memory is allocated once.
class FrameQueue {
 public:
    Frame& push(unsigned index, std::shared_ptr<const Plan> plan);
    bool empty() const { return frames_.empty(); }
    size_t size() const { return frames_.size(); }
    Frame& front() { return *frames_.front(); }
    void pop_front();
    /// Takes the newest frame back, as if it had never been pushed.
    void pop_back();
    /// The frame with that index, or null.
    const Frame* find(unsigned index) const;

 private:
    void recycle(std::unique_ptr<Frame> frame);

    uint64_t next_sequence_ = 0;
    std::deque<std::unique_ptr<Frame>> frames_;
    std::vector<std::unique_ptr<Frame>> spare_;
};

/// A set of frame indexes; memory is a bit for each, in blocks.
class FrameSet {
 public:
    bool contains(unsigned index) const;
    void insert(unsigned index);
    void erase(unsigned index);

    /// Calls visit(index) in ascending order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto& [number, bits] : blocks_)
            for (unsigned i = 0; i < kBlock; i++)
                if (bits[i]) visit(number * kBlock + i);
    }

 private:
    static constexpr unsigned kBlock = 4096;
    std::map<unsigned, std::bitset<kBlock>> blocks_;
};

}  // namespace vmaf
