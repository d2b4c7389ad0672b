// The contract of a metric's kernels: a batch of frames in device memory -> raw results -> Sums, one Extractor per pass.
#pragma once

#include <ffnvcodec/dynlink_cuda.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "cuda/kernel/frame_args.h"
#include "cuda/kernel/plane_tiles.h"
#include "picture/picture_format.h"

namespace vmaf::cuda {

/// Most frames of this format that a batch holds; never 0, never above kMaxBatch. Extractors size their scratch
/// memory by it. 8 million samples fill the largest chips at full resolution; twice as many let their small scales share a launch.
inline unsigned batch_capacity(const PictureFormat& format) {
    const uint64_t samples = std::max<uint64_t>(1, uint64_t{format.w} * format.h);
    return static_cast<unsigned>(std::clamp<uint64_t>((uint64_t{16} << 20) / samples, 1, kMaxBatch));
}

/// One batch of work. The engine owns all memory in it and keeps it until the work has finished.
struct Batch {
    /// 1 to batch_capacity() frames in reading order, device pointers; every plane obeys PlaneArg's rules on alignment.
    /// Planes that the metric did not ask for may be null.
    std::span<const FramePictures> frames;
    /// Frame i's raw result lies at raw + i * raw_stride, zeroed before the work on `stream` starts, 256-byte aligned.
    CUdeviceptr raw = 0;
    size_t raw_stride = 0;
    CUstream stream = nullptr;
    /// What prepare() fills for each frame, or has filled: Extractor::reference_bytes() each, 256-byte aligned. Empty: nothing is prepared.
    std::span<const CUdeviceptr> references;
};

/// The heavy part of a metric on the GPU. Made by Metric::make_cuda with the device's context current; owns its scratch
/// memory in device memory, allocated when it is made. Called by one thread at a time, always with the context current.
/// A pass may have several, alike but for their scratch, which batches take in turn.
class Extractor {
 public:
    virtual ~Extractor() = default;
    /// Bytes of raw result per frame, for all variants together. Constant.
    virtual size_t raw_size() const = 0;
    /// How many extractors a pass has. With two of them a batch's first kernels run beside the last ones of the batch before: worth
    /// twice the scratch where those are too small to fill the GPU. Constant, at least 1.
    virtual unsigned turns() const { return 1; }
    /// Puts the batch's kernels on batch.stream, and nothing else: no allocation, no copy, no waiting. Batches of one
    /// extractor follow each other on one stream, so scratch memory may be used again from batch to batch.
    virtual void enqueue(const Batch& batch) = 0;
    /// enqueue() in two steps, for several encodes of one reference: bytes of device memory for what prepare() makes of a frame's reference.
    /// Constant; 0: there are no two steps.
    virtual size_t reference_bytes() const { return 0; }
    /// Puts on batch.stream what fills batch.references. Reads the references of the frames, and of those before if the pass asks for them; the
    /// batch has no raw results. enqueue() with the same references, of any extractor of the same pass, then leaves the raw results that it
    /// leaves without them. Batches that are prepared follow each other on one stream, beside those of enqueue() with references: they share no
    /// scratch with them. None runs beside enqueue() without references.
    virtual void prepare(const Batch& batch) { static_cast<void>(batch); }
    /// Turns a frame's raw result, now in host memory, into what the CPU's Extractor::extract writes: one Sums per variant.
    virtual void collect(const std::byte* raw, std::byte* sums) const = 0;
};

/// Plane p of a picture as kernels take it.
inline PlaneArg plane_arg(const PictureView& picture, unsigned p) {
    return {picture.data[p], static_cast<int>(picture.stride[p])};
}

/// The tiles of the first `planes` planes of pictures of this format.
PictureTiles picture_tiles(const PictureFormat& format, unsigned planes);

/// Plane p of both pictures of a FramePictures or a PicturePair.
template <class Pair>
PlanePairArg plane_pair_arg(const Pair& pair, unsigned p) {
    return {plane_arg(pair.ref, p), plane_arg(pair.dis, p)};
}

}  // namespace vmaf::cuda
