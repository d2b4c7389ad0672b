// Copies and fills. Those without a stream are ordered on the legacy default stream, and wait no longer than the driver promises.
#include "entry.h"

using namespace vmaf::emulator;

namespace {

/// One side of a copy of `height` rows of `width` bytes.
struct Rectangle {
    bool device;
    char* start;
    size_t pitch, width, height;

    size_t bytes() const { return width && height ? (height - 1) * pitch + width : 0; }
    /// Host memory that the device reaches by itself.
    bool pinned(const Machine& m) const {
        return !device && (m.holds(address_of(start), bytes(), false) || m.page_locked(address_of(start), bytes()));
    }
    /// Ordinary host memory has no known bounds.
    bool valid(const Machine& m) const {
        return bytes() == 0 || (width <= pitch && (!device || m.holds(address_of(start), bytes(), true)));
    }
};

void copy_rows(const Rectangle& to, const Rectangle& from) {
    for (size_t y = 0; y < from.height; ++y)
        std::memcpy(to.start + y * to.pitch, from.start + y * from.pitch, from.width);
}

Rectangle on_device(CUdeviceptr address, size_t bytes) {
    return {true, static_cast<char*>(pointer_to(address)), bytes, bytes, 1};
}
Rectangle on_host(const void* address, size_t bytes) {
    return {false, static_cast<char*>(const_cast<void*>(address)), bytes, bytes, 1};
}

Rectangle source_of(const CUDA_MEMCPY2D& c) {
    const bool device = c.srcMemoryType != CU_MEMORYTYPE_HOST;
    const auto* base = static_cast<const char*>(device ? pointer_to(c.srcDevice) : c.srcHost);
    return {device, const_cast<char*>(base) + c.srcY * c.srcPitch + c.srcXInBytes, c.srcPitch, c.WidthInBytes,
            c.Height};
}
Rectangle target_of(const CUDA_MEMCPY2D& c) {
    const bool device = c.dstMemoryType != CU_MEMORYTYPE_HOST;
    auto* base = static_cast<char*>(device ? pointer_to(c.dstDevice) : c.dstHost);
    return {device, base + c.dstY * c.dstPitch + c.dstXInBytes, c.dstPitch, c.WidthInBytes, c.Height};
}

/// Ordinary host memory is read at once; the copy out of the driver's own memory is still to come.
Point queue_staged(Machine& m, const std::shared_ptr<Stream>& stream, const Rectangle& to, const Rectangle& from) {
    m.timeline.drain(stream);
    const auto staged = std::make_shared<std::vector<char>>(from.width * from.height);
    const Rectangle copy{false, staged->data(), from.width, from.width, from.height};
    copy_rows(copy, from);
    return m.timeline.queue(stream, {[to, copy, staged] { copy_rows(to, copy); }, {}});
}

/// As cuMemcpy and its kin: returns before a copy within the device, or from ordinary memory to the device, has happened.
int copy_in_default_order(Machine& m, const char* call, const Rectangle& to, const Rectangle& from) {
    ++m.counts.costly_calls;
    if (!from.valid(m) || !to.valid(m)) return complain(call, "out of bounds");
    const auto stream = stream_of(m, nullptr);
    if (to.device && !from.device && !from.pinned(m)) {
        queue_staged(m, stream, to, from);
        return kSuccess;
    }
    const Point done = m.timeline.queue(stream, {[=] { copy_rows(to, from); }, {}});
    if (!(to.device && from.device) && !m.timeline.complete(done))
        return complain(call, "the default stream waits for ever");
    return m.sticky();
}

/// Ordinary host memory makes an asynchronous copy block: only clients may do that, on their default streams.
int copy_async(Machine& m, const char* call, const Rectangle& to, const Rectangle& from, CUstream handle) {
    if (!from.valid(m) || !to.valid(m)) return complain(call, "out of bounds");
    const bool direct = (from.device || from.pinned(m)) && (to.device || to.pinned(m));
    if (direct || from.bytes() == 0) return queue_task(m, handle, [=] { copy_rows(to, from); });
    const auto stream = stream_of(m, handle);
    if (!stream || m.streams.count(stream.get()))
        return complain(call, "host memory that is not page-locked or out of bounds");
    if (to.device) {
        queue_staged(m, stream, to, from);
        return kSuccess;
    }
    const Point done = m.timeline.queue(stream, {[=] { copy_rows(to, from); }, {}});
    return m.timeline.complete(done) ? m.sticky() : complain(call, "the stream waits for ever");
}

}  // namespace

ENTRY CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
    return entry("cuMemcpyHtoD_v2", true, [&](Machine& m) {
        return copy_in_default_order(m, "cuMemcpyHtoD", on_device(to, bytes), on_host(from, bytes));
    });
}

ENTRY CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
    return entry("cuMemcpyDtoH_v2", true, [&](Machine& m) {
        return copy_in_default_order(m, "cuMemcpyDtoH", on_host(to, bytes), on_device(from, bytes));
    });
}

ENTRY CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
    return entry("cuMemcpyDtoD_v2", true, [&](Machine& m) {
        return copy_in_default_order(m, "cuMemcpyDtoD", on_device(to, bytes), on_device(from, bytes));
    });
}

ENTRY CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D* p) {
    return entry("cuMemcpy2D_v2", true,
                 [&](Machine& m) { return copy_in_default_order(m, "cuMemcpy2D", target_of(*p), source_of(*p)); });
}

ENTRY CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
    return entry("cuMemcpyHtoDAsync_v2", true, [&](Machine& m) {
        return copy_async(m, "cuMemcpyHtoDAsync", on_device(to, bytes), on_host(from, bytes), stream);
    });
}

ENTRY CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
    return entry("cuMemcpyDtoHAsync_v2", true, [&](Machine& m) {
        return copy_async(m, "cuMemcpyDtoHAsync", on_host(to, bytes), on_device(from, bytes), stream);
    });
}

ENTRY CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
    return entry("cuMemcpyDtoDAsync_v2", true, [&](Machine& m) {
        return copy_async(m, "cuMemcpyDtoDAsync", on_device(to, bytes), on_device(from, bytes), stream);
    });
}

ENTRY CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D* p, CUstream stream) {
    return entry("cuMemcpy2DAsync_v2", true,
                 [&](Machine& m) { return copy_async(m, "cuMemcpy2DAsync", target_of(*p), source_of(*p), stream); });
}

ENTRY CUresult cuMemsetD8Async(CUdeviceptr address, unsigned char value, size_t bytes, CUstream stream) {
    return entry("cuMemsetD8Async", true, [&](Machine& m) {
        if (!on_device(address, bytes).valid(m)) return complain("cuMemsetD8Async", "out of bounds");
        return queue_task(m, stream, [=] { std::memset(pointer_to(address), value, bytes); });
    });
}
