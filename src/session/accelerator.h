// A device at a session's side that computes passes of frames: what the session needs of it, whatever it is.
#pragma once

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "session/frame_queue.h"

namespace vmaf {

/// One thread at a time calls start(), add_passes(), submit() and to_host(); hurry() may come from any thread meanwhile.
class Accelerator {
 public:
    /// Learns that the accelerator's part of a frame is done: its Sums are there, or `failure` says why not.
    /// Called on the accelerator's own threads.
    class Listener {
     public:
        virtual ~Listener() = default;
        virtual void part_done(Frame& frame, std::exception_ptr failure) noexcept = 0;
    };

    /// Waits for the frames that it works on; those still queued fail.
    virtual ~Accelerator() = default;

    /// "cuda"
    virtual std::string_view backend() const = 0;
    /// The device in words, with its driver.
    virtual std::string describe() const = 0;
    virtual bool serves(const Metric& metric) const = 0;
    /// Why it can't read a picture in device memory; empty if it can.
    virtual std::string why_unreadable(const VmafRef& picture) const = 0;
    /// True if the picture lies in its own memory, where it is read without a copy.
    virtual bool holds(const Picture& picture) const = 0;

    /// Before the first pass: frames of this format will come, done ones go to `listener`. Begins afresh, without passes, if no frame
    /// has come since it was called before.
    /// `ahead`: frames that submit() takes without blocking beyond those that keep it busy.
    virtual void start(const PictureFormat& format, Listener& listener, unsigned ahead) = 0;
    /// The passes take part from the next frame on; if it throws, none does. May wait for the frames that it works on: the caller must
    /// hold nothing that the listener waits for.
    virtual void add_passes(std::span<const PassSpec> passes) = 0;
    /// Takes the frame in; blocks while too many are on their way. The frame stays where it is until part_done(). Takes over
    /// its pictures unless CPU passes need them too.
    virtual void submit(Frame& frame) = 0;
    /// Neighbours submitted from now on are read after the streams that fill the device pictures which `other` has been given so far.
    virtual void follow(const Accelerator& other) = 0;
    /// Somebody waits: has everything submitted so far started without waiting for more frames.
    virtual void hurry() = 0;
    /// No frame will follow those that were submitted, which are done: lets go of the pictures kept for passes that look back.
    virtual void finish() = 0;
    /// True once every frame fails. Any thread.
    virtual bool failed() const = 0;
    /// Most frames that submit() takes before it blocks; after start().
    virtual unsigned frames_in_flight() const = 0;
    /// Pictures that a client's pool needs to keep it busy with frames of this format. Throws if it allocates none in such memory.
    virtual unsigned pictures_wanted(const PictureFormat& format, VmafRef::Memory memory) const = 0;

    /// A plain copy in ordinary memory of the first `planes` planes of a picture in device memory.
    virtual Picture to_host(const Picture& picture, unsigned planes) = 0;
    /// A picture in that kind of memory, which may outlive the accelerator.
    virtual Picture allocate(const PictureFormat& format, VmafRef::Memory memory) = 0;
};

}  // namespace vmaf
