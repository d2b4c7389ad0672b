// Launches batches: forks a few lanes off the uploads, on which the passes run, joins them, and brings the raw results back in one copy.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cuda/driver/device.h"
#include "cuda/driver/stream.h"
#include "cuda/engine/device_references.h"
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
        /// What the passes read that was made of the frames' references: in the order of the raw results, null where there is nothing.
        std::vector<std::shared_ptr<const PreparedReference>> references;

        /// Of what others share too, once no work of the flight is left.
        void let_go();
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

    /// One of the extractors of a pass, and what it has on its stream.
    struct Turn {
        std::unique_ptr<Extractor> extractor;
        size_t lane = 0;
        bool after_pairs = false;  ///< frames were computed as pairs since it last prepared some
        Event pairs_done{};        ///< behind these, if it prepares some
    };

    struct Pass {
        PassSpec spec;
        Strategy strategy;
        std::vector<Turn> turns;  ///< batches take them in turn
        size_t next_turn = 0;     ///< of the next batch; of the one that is launched until that is done
        size_t raw_stride;
        std::shared_ptr<const PassIdentity> identity;  ///< others' too, if they have the same pass
        size_t reference_bytes;

        Turn& turn() { return turns[next_turn]; }
        const Extractor& extractor() const { return *turns[0].extractor; }
        /// True if somebody else may want what it makes of a reference.
        bool shares() const { return (spec.of_reference_alone() || reference_bytes > 0) && identity.use_count() > 1; }
    };
    using References = std::span<std::shared_ptr<const PreparedReference>>;
    using Wanted = SharedReference::Wanted;

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
    void select(const Pass& pass, const Flight& flight);
    void run_pass(Pass& pass, Flight& flight, CUdeviceptr raw);
    template <class Chosen>
    void enqueue(Pass& pass, CUdeviceptr raw, Chosen chosen) const;
    ReferenceMemory& reference_memory();
    void share_results(Pass& pass, CUdeviceptr raw, References references);
    void share_references(Pass& pass, const Flight& flight, References references);
    void prepare(Pass& pass, const Flight& flight, std::span<Wanted* const> mine, References references);
    const Stream& stream_of(const Turn& turn) const { return lanes_[turn.lane].stream; }
    size_t check_size() const;
    size_t raw_size(const Pass& pass, const Flight& flight) const;

    std::unique_ptr<Device> device_;
    PictureFormat format_;
    DispatchPolicy policy_;
    Stream upload_, readback_;
    std::optional<SampleCheck> check_;
    std::vector<Pass> passes_;
    std::vector<Lane> lanes_;  ///< as many as passes use
    Stream preparing_;         ///< what is made of references, beside the lanes; null until there is some
    std::shared_ptr<ReferenceMemory> references_;  ///< null until a pass makes something of a shared reference
    // Of the pass that is launched:
    std::vector<FramePictures> selected_;    ///< its frames
    std::vector<CUdeviceptr> prepared_;      ///< what was made of their references; 0 for nothing
    std::vector<Wanted> wanted_;             ///< those of its frames whose references others read too
    std::vector<size_t> place_;              ///< of each of these among all
    std::vector<FramePictures> unprepared_;  ///< those of which this batch makes something
    std::vector<CUdeviceptr> rooms_;         ///< where that goes
};

}  // namespace vmaf::cuda
