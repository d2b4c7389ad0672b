// Several devices as one: chunks of consecutive frames go to each in turn, and what a device leaves undone goes to the others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"
#include "session/accelerator.h"

namespace vmaf {

/// Passes look at frames one by one and at the pictures just before them, and scorers run over the Sums of all devices in reading order: the
/// scores do not depend on who computed what. A device that gets a chunk is given the frames before it as neighbours.
class AcceleratorGroup final : public Accelerator {
 public:
    /// Two devices or more, of one backend. `log` is told of devices that fail. `chunk`: frames; 0: chunk_of() the format.
    AcceleratorGroup(std::vector<std::unique_ptr<Accelerator>> devices, Log& log, unsigned chunk = 0);
    ~AcceleratorGroup() override;

    std::string_view backend() const override { return members_.front()->device->backend(); }
    std::string describe() const override;
    bool serves(const Metric& metric) const override { return members_.front()->device->serves(metric); }
    std::string why_unreadable(const VmafRef& picture) const override;
    bool holds(const Picture& picture) const override { return holder_of(picture) != nullptr; }
    void start(const PictureFormat& format, Listener& listener, unsigned ahead) override;
    void add_passes(std::span<const PassSpec> passes) override;
    void submit(Frame& frame) override;
    void follow(const Accelerator& other) override;
    void hurry() override;
    void finish() override;
    bool failed() const override;
    unsigned frames_in_flight() const override;
    unsigned pictures_wanted(const PictureFormat& format, VmafRef::Memory memory) const override;
    Picture to_host(const Picture& picture, unsigned planes) override;
    Picture allocate(const PictureFormat& format, VmafRef::Memory memory) override;

 private:
    struct Pair {
        Picture ref, dis;
        Pair share() const { return {ref ? ref.share() : Picture(), dis ? dis.share() : Picture()}; }
    };
    /// A frame on its way, and what another device would need to compute it.
    struct Ticket {
        Frame* frame = nullptr;
        uint64_t number = 0;  ///< place among the frames submitted to the group
        Pair own;
        std::vector<Pair> before;  ///< of the frames before it, the latest first
    };
    struct Member final : Listener {
        Member(AcceleratorGroup& owner, std::unique_ptr<Accelerator> accelerator)
            : group(owner), device(std::move(accelerator)), name(device->describe()) {}
        void part_done(Frame& frame, std::exception_ptr failure) noexcept override {
            group.part_done(*this, frame, std::move(failure));
        }

        AcceleratorGroup& group;
        std::unique_ptr<Accelerator> device;
        const std::string name;
        uint64_t next = 0;      ///< number behind that of the frame fed last; 0: none was
        unsigned capacity = 0;  ///< frames that it takes without blocking
        // The group's mutex covers these.
        std::map<const Frame*, Ticket> tickets;
        std::vector<std::unique_ptr<Frame>> neighbours, spare;  ///< on their way; to be used again
        bool lost = false;

        size_t pending() const { return tickets.size() + neighbours.size(); }
    };

    std::vector<Member*> live() const;
    bool is_lost(const Member& member) const;
    void check_there(const Member& holder) const;
    Member* holder_of(const Picture& picture) const;
    void for_each_live(const std::function<void(Member&)>& run);
    void wait_until_done();
    Ticket ticket_of(Frame& frame) const;
    void remember(const Pair& pair);
    Member& choose(const Ticket& ticket);
    Member& with_room(size_t frames);
    void feed(Member& member, Ticket& ticket);
    void feed_neighbours(Member& member, const Ticket& ticket);
    void feed_neighbour(Member& member, const Pair& pair, const Frame& of);
    void feed_to_any(Ticket& ticket, bool hurried);
    bool give_up(Member& member, const std::exception_ptr& failure);
    void part_done(Member& member, Frame& frame, std::exception_ptr failure) noexcept;
    void recycle(Member& member, Frame& neighbour);
    std::exception_ptr hand_on(Member& member, Ticket& ticket, const std::exception_ptr& failure) noexcept;

    Log& log_;
    std::vector<std::unique_ptr<Member>> members_;
    Listener* listener_ = nullptr;
    unsigned chunk_;  // frames; 0 before start(), if the format decides

    // Covers what follows. Held while frames are fed, by the session's thread or by that of a device that failed; taken before mutex_.
    std::mutex feeding_;
    unsigned refs_before_ = 0, dis_before_ = 0;  // pictures that passes look back at
    std::vector<Pair> recent_;                   // of the frames submitted last, the latest first
    uint64_t submitted_ = 0;
    Member* current_ = nullptr;  // gets the rest of its chunk
    unsigned left_ = 0;

    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;  // covers what follows, and the marked parts of members
    std::condition_variable changed_;
    size_t unfinished_ = 0;       // frames whose listener does not know of it yet
    std::exception_ptr failure_;  // of the device lost last
};

}  // namespace vmaf
