// The GPU's side of a session: frames in, Sums out, in reading order; everything between is asynchronous and bounded.
//
//   submit -> queue -> [dispatcher] upload, batch, launch -> GPU -> [completer] collect -> FrameSink
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "cuda/engine/batch_runner.h"
#include "cuda/engine/frame_ring.h"
#include "picture/picture.h"
#include "session/shared_reference.h"

namespace vmaf::cuda {

/// One frame for the pipeline; on the device it is a BatchFrame.
struct FrameJob {
    unsigned index = 0;
    /// In ordinary, page-locked or device memory, of PipelineConfig::format or, all alike, of less depth, which is lifted on the device;
    /// let go of as soon as nothing reads them any more.
    Picture ref, dis;
    std::shared_ptr<SharedReference> shared;  ///< `ref`, if other pipelines read it too; null: none does
    Picture uploaded_from;                    ///< the pipeline's: what `ref` was while the device still reads it
    ClientOrder written;  ///< device pictures whose client says nothing else of them: when they are complete
    bool sampled = true;  ///< false: only every-frame passes run
    bool neighbour =
        false;  ///< as Frame::neighbour; streams that filled its pictures may be gone: see Pipeline::follow()
    std::byte* sums =
        nullptr;          ///< where the passes write, at PassSpec::sums_offset; valid until the sink has the frame
    void* tag = nullptr;  ///< for the sink
};

/// When a picture in device memory is complete: what its client said of it, or else `otherwise`. `context` is the session's.
ClientOrder order_of(const Picture& picture, const ClientOrder& otherwise, const Context& context);

/// Learns that frames are done, in the order in which they were submitted. Called on the pipeline's own thread, which
/// holds no lock and must not be made to wait for the pipeline.
class FrameSink {
 public:
    virtual ~FrameSink() = default;
    /// `failure` is null if the Sums are there. Samples above their depth fail their frame alone, anything else all later frames too.
    virtual void frame_done(void* tag, std::exception_ptr failure) noexcept = 0;
};

struct PipelineConfig {
    PictureFormat format;
    DispatchPolicy policy;
    unsigned max_batch = kMaxBatch;  ///< frames in a launch, at most batch_capacity(); for tests and measurements
    unsigned copy_helpers = CopyTeam::usual_helpers();  ///< threads that help to copy pictures out of ordinary memory
    unsigned ahead = 0;  ///< frames that may wait for their upload beyond those that keep the GPU busy
    std::shared_ptr<PageLocks>
        locks;  ///< of pipelines in several contexts that read the same memory; null: there are none
};

/// One thread at a time calls add_passes(), submit() and finish(); hurry() and wait() may come from any thread meanwhile.
class Pipeline {
 public:
    Pipeline(std::unique_ptr<Device> device, const PipelineConfig& config, FrameSink& sink);
    /// Frames still queued fail with ECANCELED; what the GPU works on is waited for.
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// The passes take part from the next frame on; if it throws, none does. Waits for the frames submitted so far.
    void add_passes(std::span<const PassSpec> passes);
    /// Takes the job over if it returns. Blocks while frames_in_flight() are on their way. Returns the frame's number.
    /// Throws what made an earlier frame fail.
    uint64_t submit(FrameJob&& job);
    /// Has everything submitted so far started without waiting for more frames. For those who wait for pictures to come back.
    void hurry();
    /// Returns when the frame with that number is done, whatever else is on its way. Throws its failure.
    void wait(uint64_t number);
    /// Returns when all submitted frames are done. Throws the first failure.
    void finish();
    /// Neighbours submitted from now on are read after the streams of clients that `other` has waited for so far.
    void follow(const Pipeline& other);
    /// True once all frames fail. Any thread.
    bool failed() const;

    /// Most frames that the pipeline holds at once, pictures included. Clients' pools of pictures need this many pairs, and
    /// 2 references more for passes that look back, to keep it busy.
    unsigned frames_in_flight() const { return static_cast<unsigned>(jobs_.size()); }
    /// The same for any pipeline whose batches are not made smaller, before there is one.
    static unsigned frames_in_flight(const PictureFormat& format);
    const Device& device() const { return runner_.device(); }

 private:
    using Flight = BatchRunner::Flight;
    enum class Step { kUpload, kLaunch, kStop };

    void dispatch();
    Step next_step();
    bool can_upload() const;
    bool must_launch() const;
    void follow(const ClientOrder& written);
    void follow_foreign(const ClientOrder& written);
    void follow_default_stream();
    void order_reads(const FrameJob& job, const Picture& picture, unsigned planes);
    void upload_next();
    PictureView bring_shared(FrameJob& job, unsigned planes);
    void look_back(uint64_t number, FramePictures& pictures) const;
    void launch_pending();

    void complete();
    Flight* next_flight();
    std::exception_ptr refusal_of(const FramePictures& frame, PlaneSet above_depth) const;
    void finish_flight(Flight& flight);
    void fail_rest();

    void fail(std::exception_ptr failure);
    void drain();
    void release_pictures(uint64_t end);
    void stop();
    FrameJob& job_of(uint64_t number) { return jobs_[number % jobs_.size()]; }

    FrameSink& sink_;
    const PictureFormat format_;
    const unsigned capacity_;     // frames of a batch
    const unsigned queue_limit_;  // frames waiting for their upload
    const unsigned slots_;        // frames in device memory
    std::shared_ptr<const Context> context_;
    BatchRunner runner_;
    FrameRing ring_;
    Event client_ready_, default_ready_;  // recorded by submit(), by the dispatcher
    bool default_stream_due_ = false;     // frames that wait for their launch must follow the default stream
    unsigned needs_ = kNoNeeds, every_frame_needs_ = kNoNeeds;  // of the passes
    unsigned lookback_ = 0;                                     // earlier frames whose pictures passes read
    std::vector<FrameJob> jobs_;  // from submit() until their pictures are let go of; whose they are, the counters say
    std::vector<BatchFrame> pending_;          // the dispatcher's: uploaded, not launched
    PicturePair recent_[kMaxLookback];         // the dispatcher's: what it uploaded last, the newest first
    SharedReference::Before recent_shared_{};  // the numbers of their references; 0: not shared

    mutable std::mutex mutex_;  // covers what follows
    std::condition_variable changed_;
    // Frames are numbered as submitted: let_go_ <= completed_ <= launched_ <= uploaded_ <= submitted_. The dispatcher owns
    // the jobs from launched_ to submitted_, the completer those from let_go_ to launched_, submit() all others.
    uint64_t submitted_ = 0, uploaded_ = 0, launched_ = 0, completed_ = 0, let_go_ = 0;
    uint64_t hurried_ = 0;  // frames before this number are to start now
    std::vector<Flight> flights_;
    std::deque<Flight*> idle_, flying_;
    std::exception_ptr failure_;
    bool stopping_ = false, dispatcher_gone_ = false;

    std::thread dispatcher_, completer_;
};

}  // namespace vmaf::cuda
