// Streams and events.
#include "entry.h"

using namespace vmaf::emulator;

namespace {

Event* event_of(const Machine& machine, CUevent handle) {
    auto* event = reinterpret_cast<Event*>(handle);
    return machine.events.count(event) ? event : nullptr;
}

}  // namespace

ENTRY CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
    return entry("cuStreamCreate", true, [&](Machine& m) {
        constexpr unsigned kNonBlockingFlag = 1;
        const auto made = std::make_shared<Stream>();
        made->context = context_stack().back();
        made->kind = flags & kNonBlockingFlag ? Kind::kNonBlocking : Kind::kBlocking;
        m.streams[made.get()] = made;
        *stream = reinterpret_cast<CUstream>(made.get());
        return kSuccess;
    });
}

/// What is queued still runs.
ENTRY CUresult cuStreamDestroy_v2(CUstream stream) {
    return entry("cuStreamDestroy_v2", true, [&](Machine& m) {
        return m.streams.erase(reinterpret_cast<Stream*>(stream)) ? kSuccess : kInvalidHandle;
    });
}

ENTRY CUresult cuStreamSynchronize(CUstream stream) {
    return entry("cuStreamSynchronize", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        const auto s = stream_of(m, stream);
        if (!s) return static_cast<int>(kInvalidHandle);
        if (!m.wait({s, s->queued()})) return complain("cuStreamSynchronize", "the stream waits for ever");
        return m.sticky();
    });
}

ENTRY CUresult cuCtxSynchronize() {
    return entry("cuCtxSynchronize", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        m.timeline.drain_all();
        return m.sticky();
    });
}

ENTRY CUresult cuStreamQuery(CUstream stream) {
    return entry("cuStreamQuery", true, [&](Machine& m) {
        const auto s = stream_of(m, stream);
        if (!s) return kInvalidHandle;
        m.timeline.step();
        return s->queue.empty() ? kSuccess : kNotReady;
    });
}

ENTRY CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
    return entry("cuStreamWaitEvent", true, [&](Machine& m) {
        const auto s = stream_of(m, stream);
        const Event* e = event_of(m, event);
        if (!s || !e) return kInvalidHandle;
        if (e->recorded.stream) m.timeline.queue(s, {{}, {e->recorded}});
        return kSuccess;
    });
}

ENTRY CUresult cuEventCreate(CUevent* event, unsigned) {
    return entry("cuEventCreate", true, [&](Machine& m) {
        auto* made = new Event{context_stack().back(), {}};
        m.events.insert(made);
        *event = reinterpret_cast<CUevent>(made);
        return kSuccess;
    });
}

ENTRY CUresult cuEventDestroy_v2(CUevent event) {
    return entry("cuEventDestroy_v2", true, [&](Machine& m) {
        Event* gone = event_of(m, event);
        if (!gone) return kInvalidHandle;
        m.events.erase(gone);
        delete gone;
        return kSuccess;
    });
}

ENTRY CUresult cuEventRecord(CUevent event, CUstream stream) {
    return entry("cuEventRecord", true, [&](Machine& m) {
        const auto s = stream_of(m, stream);
        Event* e = event_of(m, event);
        if (!s || !e || s->context != e->context) return kInvalidHandle;
        e->recorded = m.timeline.queue(s, {});
        return kSuccess;
    });
}

ENTRY CUresult cuEventQuery(CUevent event) {
    return entry("cuEventQuery", true, [&](Machine& m) {
        const Event* e = event_of(m, event);
        if (!e) return static_cast<int>(kInvalidHandle);
        if (!e->recorded.reached()) m.timeline.step();
        return e->recorded.reached() ? m.sticky() : static_cast<int>(kNotReady);
    });
}

ENTRY CUresult cuEventSynchronize(CUevent event) {
    return entry("cuEventSynchronize", true, [&](Machine& m) {
        const Event* e = event_of(m, event);
        if (!e) return static_cast<int>(kInvalidHandle);
        if (!m.wait(e->recorded)) return complain("cuEventSynchronize", "the event can never happen");
        return m.sticky();
    });
}

ENTRY CUresult cuEventElapsedTime(float* milliseconds, CUevent, CUevent) {
    return entry("cuEventElapsedTime", true, [&](Machine&) {
        *milliseconds = 0;
        return kSuccess;
    });
}
