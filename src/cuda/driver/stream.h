// Streams and events: where work is queued, and the only means by which it is ordered.
#pragma once

#include <cstdint>

#include "cuda/driver/owned.h"

namespace vmaf::cuda {

inline CUresult destroy_event(const Functions& cu, CUevent event) { return cu.cuEventDestroy(event); }
inline CUresult destroy_stream(const Functions& cu, CUstream stream) { return cu.cuStreamDestroy(stream); }

/// The legacy default stream of the current context: it and all streams of the context that were not made non-blocking follow
/// each other. Clients who name no stream work on it.
inline CUstream default_stream() { return reinterpret_cast<CUstream>(uintptr_t{1}); }

/// Where clients say that their device pictures are complete: behind the work that a stream holds when they hand them in, or
/// when an event has happened, as they recorded it last.
struct ClientOrder {
    CUstream stream = default_stream();
    CUevent event = nullptr;      ///< if there is one, it decides
    CUcontext context = nullptr;  ///< of the stream, if it is another than the session's

    /// The session's own default stream.
    bool by_default_stream() const { return !event && !context && stream == default_stream(); }
    /// Its event or stream lives as long as the picture does.
    bool lasts() const { return event || stream == default_stream(); }
};

/// A point in a stream's work. Made without timing; a thread that waits for it sleeps.
class Event : public Owned<CUevent, destroy_event> {
 public:
    Event() = default;
    explicit Event(std::shared_ptr<const Context> context);
    void record(CUstream stream) const;
    /// Blocks the calling thread until the work recorded last has finished.
    void wait() const;
};

/// A queue of work that follows no other stream implicitly.
class Stream : public Owned<CUstream, destroy_stream> {
 public:
    Stream() = default;
    explicit Stream(std::shared_ptr<const Context> context);
    /// Work queued from here on starts after what the event has recorded.
    void wait(const Event& event) const { wait(event.get()); }
    void wait(CUevent event) const;
    /// Blocks the calling thread until all work has finished. For set-up and teardown.
    void synchronize() const;
};

}  // namespace vmaf::cuda
