// One reference picture of several encodes: what their sessions make of it once for all of them.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "metric/metric.h"
#include "picture/picture.h"

namespace vmaf {

/// A pass, as far as it tells what the pass makes of a reference.
struct PassIdentity {
    const Metric* metric = nullptr;
    std::vector<OptionValues> variants;
    PictureFormat format;
    std::vector<std::string_view> instruction_sets;  ///< on the CPU
    const void* device = nullptr;                    ///< a CUcontext; null: the CPU

    bool operator==(const PassIdentity&) const = default;
};

/// Memory of what passes make of references that several sessions read: recycled from frame to frame, and bounded. Any thread. Whatever is
/// taken keeps it.
class ReferenceMemory : public std::enable_shared_from_this<ReferenceMemory> {
 public:
    using MakeRoom = std::function<std::unique_ptr<PreparedReference>()>;

    /// Bytes that references of one group of encodes may take up on the host; beyond that frames are computed as if each had a reference of
    /// its own.
    static constexpr size_t kMost = size_t{2} << 30;

    explicit ReferenceMemory(size_t most = kMost) : most_(most) {}
    /// Room for a reference of `bytes`, the same for all of a pass, or null if there is none. Goes back with its last owner. A pass that has no
    /// room at all gets that which others leave idle; then no more is made, so that passes don't take it from each other frame by frame.
    /// Where make_room() gives null, what has been made by then is all that there will be.
    std::shared_ptr<PreparedReference> take(const PassIdentity& pass, size_t bytes, const MakeRoom& make_room);

 private:
    using Room = std::unique_ptr<PreparedReference>;
    /// The rooms of a pass.
    struct Share {
        PassIdentity pass;
        size_t rooms = 0;  ///< idle or not
        std::vector<Room> idle{};
    };

    Share& share_of(const PassIdentity& pass);
    std::vector<Room> make_place(const Share& share, size_t bytes);
    void unmade(const PassIdentity& pass, size_t bytes, bool for_good);
    void give_back(const PassIdentity& pass, Room room) noexcept;

    std::mutex mutex_;  // covers the next
    size_t most_;
    size_t bytes_ = 0;  // of all rooms
    std::vector<Share> shares_;
};

/// The reference of one frame. Lives as long as some session has work to do on the frame, and with it what was made of the picture.
class SharedReference {
 public:
    /// By the numbers of what a pass looks back to: 0 where there is nothing.
    using Before = std::array<uint64_t, kMaxLookback>;
    using Fill = std::function<void(PreparedReference&)>;

    explicit SharedReference(std::shared_ptr<ReferenceMemory> memory);

    /// Tells it from every other one of the process; never 0.
    uint64_t number() const { return number_; }

    /// What `pass` makes of the reference: filled by the first who asks; others wait meanwhile. Null if memory has run out. Throws what
    /// `fill` throws; the next one tries again then.
    std::shared_ptr<const PreparedReference> prepared(const PassIdentity& pass, const Before& before, size_t bytes,
                                                      const ReferenceMemory::MakeRoom& make_room, const Fill& fill);
    /// One of several references that a pass wants together.
    struct Wanted {
        SharedReference* shared;
        Before before;
        std::shared_ptr<const PreparedReference> made{};
    };
    /// fill(references) makes them, or leaves `made` null where memory has run out.
    using FillAll = std::function<void(std::span<Wanted* const>)>;
    /// prepared() for several: those that nobody has or fills are filled in one call. Threads may want the same ones in any order, since
    /// nobody waits for others before its own are filled.
    static void prepare_together(std::span<Wanted> wanted, const PassIdentity& pass, const FillAll& fill);
    /// True while another thread fills it.
    bool being_prepared(const PassIdentity& pass, const Before& before);

    /// A copy in a device's memory.
    struct DeviceCopy {
        const void* context;  ///< a CUcontext
        PictureFormat format;
        unsigned planes;  ///< that are there
        Picture picture;
        void* ready;  ///< the CUevent behind which it is complete; lives as long as the picture
    };
    /// The copy in that context with at least so many planes; use(copy) has to do with one that is there already, else make() makes it
    /// while others wait. Any thread.
    template <class Make, class Use>
    void on_device(const void* context, const PictureFormat& format, unsigned planes, Make make, Use use) {
        const std::lock_guard lock(device_mutex_);
        for (const DeviceCopy& copy : device_copies_)
            if (copy.context == context && copy.format == format && copy.planes >= planes) return use(copy);
        device_copies_.push_back(make());
    }

    /// The picture as make() brings it to the host, at `bpc` bits or more, with that many planes at least. The reading thread's.
    template <class Make>
    Picture on_host(unsigned bpc, unsigned planes, Make make) {
        if (!host_ || host_bpc_ != bpc || host_planes_ < planes) {
            host_ = make();
            host_bpc_ = bpc;
            host_planes_ = planes;
        }
        return host_.share();
    }

 private:
    struct Value {
        PassIdentity pass;
        Before before;
        bool ready = false;
        std::shared_ptr<const PreparedReference> reference;
    };

    Value* find(const PassIdentity& pass, const Before& before);
    enum class State { kReady, kOthers, kMine };
    State find_or_claim(const PassIdentity& pass, Wanted& wanted);
    void publish(const PassIdentity& pass, const Wanted& wanted);
    void withdraw(const PassIdentity& pass, const Wanted& wanted) noexcept;
    void wait_for_others(const PassIdentity& pass, const Before& before);

    const uint64_t number_;
    const std::shared_ptr<ReferenceMemory> memory_;
    Picture host_;
    unsigned host_bpc_ = 0, host_planes_ = 0;

    std::mutex device_mutex_;  // covers the next, and the making of them
    std::vector<DeviceCopy> device_copies_;

    std::mutex mutex_;  // covers the next
    std::condition_variable changed_;
    std::list<Value> values_;
};

}  // namespace vmaf
