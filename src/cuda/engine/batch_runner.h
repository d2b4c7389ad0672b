// Launches batches: forks a few lanes off the uploads, on which the passes run, joins them, and brings the raw results back in one copy.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cuda/driver/device.h"
#include "cuda/driver/stream.h"
#include "cuda/engine/dispatch.h"
#include "cuda/engine/extractor.h"
#include "cuda/engine/sample_check.h"
#include "session/pass.h"

namespace vmaf::cuda {

class BatchRunner {
 public:
    /// A batch on its way. Reused; its memory grows with the passes.
    struct Flight {
        std::vector<BatchFrame> frames;
        Event ready, done;
        Buffer raw;
        PinnedBuffer results;  ///< what the check found, then the raw results of the passes
        size_t capacity = 0;   ///< bytes of raw and results
    };

    BatchRunner(std::unique_ptr<Device> device, const PictureFormat& format, DispatchPolicy policy);

    Device& device() { return *device_; }
    const Device& device() const { return *device_; }
    const Stream& upload_stream() const { return upload_; }
    /// Takes all of them, or none if it throws. Only while no flight is on its way.
    void add_passes(std::span<const PassSpec> specs);
    /// What decides when a batch starts: kSerial if all passes are, kBatched if any is.
    Strategy pacing() const;

    /// Queues flight.frames, 1 to batch_capacity() of them, behind what upload_stream() holds; flight.done follows.
    void launch(Flight& flight);
    /// Which planes of the flight's frame `i` hold samples above their depth, once the flight has finished: of those named in
    /// BatchFrame::planes.
    PlaneSet planes_above_depth(const Flight& flight, size_t i) const;
    /// Turns the results of a flight that has finished into Sums. May run while launch() works on another flight.
    void collect(const Flight& flight) const;
    /// Waits until no stream holds work.
    void synchronize() const;

 private:
    static constexpr size_t kMostLanes = 4;

    struct Pass {
        PassSpec spec;
        Strategy strategy;
        std::vector<std::unique_ptr<Extractor>> extractors;  ///< batches take them in turn
        size_t raw_stride;
        size_t first_lane;  ///< of the first extractor; the others' follow

        size_t lane(size_t turn) const { return (first_lane + turn) % kMostLanes; }
    };

    /// A stream on which extractors run one after the other. Streams share a few queues of the hardware, with the client's too, and whoever
    /// shares one waits for the other: there are few, however many passes there are.
    struct Lane {
        Stream stream;
        Event done;
    };

    static bool runs(const Pass& pass, const BatchFrame& frame) {
        return !frame.neighbour && (frame.sampled || pass.spec.every_frame());
    }
    Pass make_pass(const PassSpec& spec, size_t number);
    void reserve(Flight& flight);
    void run_pass(const Pass& pass, size_t turn, const Flight& flight, size_t raw_offset);
    size_t check_size() const;
    size_t raw_size(const Pass& pass, const Flight& flight) const;

    std::unique_ptr<Device> device_;
    PictureFormat format_;
    DispatchPolicy policy_;
    Stream upload_, readback_;
    std::optional<SampleCheck> check_;
    std::vector<Pass> passes_;
    std::vector<Lane> lanes_;  ///< as many as passes use
    std::vector<FramePictures> selected_;
    size_t launches_ = 0;
};

}  // namespace vmaf::cuda
