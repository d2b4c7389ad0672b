// Moves frames through the GPU: one thread uploads and launches, one waits for results.
#include "cuda/engine/pipeline.h"

#include <algorithm>
#include <system_error>

#include "cuda/driver/nvtx.h"
#include "cuda/engine/pictures.h"

namespace vmaf::cuda {

namespace {

/// Batches on their way: one or two compute, one waits behind them or is read back.
constexpr unsigned kFlights = 3;

/// Frames that wait for their upload.
unsigned queue_length(unsigned batch) { return std::max(2u, batch); }
/// Frames in device memory: one batch is filled while the others are on their way.
unsigned slot_count(unsigned batch) { return batch * (kFlights + 1) + kMaxLookback; }

bool on_device(const Picture& picture) { return picture && picture.memory() == VmafRef::Memory::kDevice; }

}  // namespace

ClientOrder order_of(const Picture& picture, const ClientOrder& otherwise, const Context& context) {
    const ClientMemory* const client = picture.client_memory();
    if (!client) return otherwise;
    if (client->event) return {.event = static_cast<CUevent>(client->event)};
    const auto owner = static_cast<CUcontext>(const_cast<void*>(picture.device_context()));
    const bool foreign = owner && owner != context.handle();
    if (!client->stream && !foreign) return otherwise;
    return {.stream = client->stream ? static_cast<CUstream>(client->stream) : default_stream(),
            .context = foreign ? owner : nullptr};
}

Pipeline::Pipeline(std::unique_ptr<Device> device, const PipelineConfig& config, FrameSink& sink)
    : sink_(sink),
      format_(config.format),
      capacity_(std::clamp(config.max_batch, 1u, batch_capacity(config.format))),
      queue_limit_(queue_length(capacity_) + config.ahead),
      slots_(slot_count(capacity_)),
      context_(device->context()),
      runner_(std::move(device), config.format, config.policy),
      ring_(runner_.device(), config.format, slots_, config.copy_helpers, config.locks),
      client_ready_(context_),
      default_ready_(context_),
      jobs_(queue_limit_ + slots_),
      flights_(kFlights) {
    pending_.reserve(capacity_);
    for (Flight& flight : flights_) {
        flight.frames.reserve(capacity_);
        idle_.push_back(&flight);
    }
    try {
        dispatcher_ = std::thread([this] { dispatch(); });
        completer_ = std::thread([this] { complete(); });
    } catch (const std::system_error& error) {
        stop();
        vmaf::fail(EAGAIN, "CUDA: the engine's threads can't be started: ", error.what());
    }
}

Pipeline::~Pipeline() { stop(); }

unsigned Pipeline::frames_in_flight(const PictureFormat& format) {
    const unsigned batch = batch_capacity(format);
    return queue_length(batch) + slot_count(batch);
}

void Pipeline::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (dispatcher_.joinable()) dispatcher_.join();
    if (completer_.joinable()) completer_.join();
}

// ---------------------------------------------------------------------------------------------- the caller's side

void Pipeline::add_passes(std::span<const PassSpec> passes) {
    drain();
    const Current current(*context_);
    runner_.add_passes(passes);
    for (const PassSpec& pass : passes) {
        needs_ = united_needs(needs_, pass.needs);
        if (pass.every_frame()) every_frame_needs_ = united_needs(every_frame_needs_, pass.needs);
    }
    lookback_ = std::max(previous_refs(needs_), previous_dis(needs_));
}

uint64_t Pipeline::submit(FrameJob&& job) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
        return failure_ || (submitted_ - let_go_ < jobs_.size() && submitted_ - uploaded_ < queue_limit_);
    });
    if (failure_) std::rethrow_exception(failure_);
    for (const Picture* picture : {&job.ref, &job.dis}) {
        if (!on_device(*picture)) continue;
        const ClientOrder written = order_of(*picture, job.written, *context_);
        if (!job.neighbour || written.lasts()) follow(written);
    }
    const uint64_t number = submitted_++;
    job_of(number) = std::move(job);
    lock.unlock();
    changed_.notify_all();
    return number;
}

/// The client's streams and events may be gone when submit() has returned. Its default stream stays, and is followed once for
/// a batch: that its order takes in what the client queued meanwhile does no harm.
void Pipeline::follow(const ClientOrder& written) {
    if (written.by_default_stream()) return;
    const Current current(*context_);
    if (written.context) return follow_foreign(written);
    if (!written.event) client_ready_.record(written.stream);
    runner_.upload_stream().wait(written.event ? written.event : client_ready_.get());
}

/// Events belong to their streams' context, which may be gone after this frame.
void Pipeline::follow_foreign(const ClientOrder& written) {
    const auto foreign = Context::foreign(context_->shared_driver(), written.context);
    Event ready;
    {
        const Current current(*foreign);
        ready = Event(foreign);
        ready.record(written.stream);
    }
    runner_.upload_stream().wait(ready);
}

void Pipeline::follow(const Pipeline& other) {
    const Current current(*context_);
    follow_foreign({.stream = other.runner_.upload_stream().get(), .context = other.context_->handle()});
}

bool Pipeline::failed() const {
    const std::lock_guard lock(mutex_);
    return failure_ != nullptr;
}

void Pipeline::hurry() {
    {
        const std::lock_guard lock(mutex_);
        hurried_ = submitted_;
    }
    changed_.notify_all();
}

void Pipeline::wait(uint64_t number) {
    std::unique_lock lock(mutex_);
    hurried_ = std::max(hurried_, number + 1);
    changed_.notify_all();
    changed_.wait(lock, [&] { return completed_ > number || failure_; });
    if (completed_ <= number) std::rethrow_exception(failure_);
}

void Pipeline::drain() {
    std::unique_lock lock(mutex_);
    hurried_ = submitted_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return completed_ == submitted_ || failure_; });
    if (failure_) std::rethrow_exception(failure_);
}

void Pipeline::finish() {
    drain();
    release_pictures(submitted_);
    const std::lock_guard lock(mutex_);
    let_go_ = submitted_;
}

// ---------------------------------------------------------------------------------------------- the dispatcher

void Pipeline::dispatch() {
    try {
        const Current current(*context_);
        for (Step step = next_step(); step != Step::kStop; step = next_step()) {
            if (step == Step::kUpload)
                upload_next();
            else
                launch_pending();
        }
    } catch (...) {
        fail(std::current_exception());
    }
    {
        const std::lock_guard lock(mutex_);
        dispatcher_gone_ = true;
    }
    changed_.notify_all();
}

Pipeline::Step Pipeline::next_step() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || failure_ || must_launch() || can_upload(); });
    if (stopping_ || failure_) return Step::kStop;
    return must_launch() ? Step::kLaunch : Step::kUpload;
}

bool Pipeline::can_upload() const {
    return uploaded_ < submitted_ && uploaded_ - launched_ < capacity_ && uploaded_ - let_go_ < slots_;
}

bool Pipeline::must_launch() const {
    const uint64_t pending = uploaded_ - launched_;
    if (pending == 0 || idle_.empty()) return false;
    if (pending == capacity_) return true;
    if (hurried_ > launched_ && (uploaded_ >= hurried_ || !can_upload())) return true;
    switch (runner_.pacing()) {
        case Strategy::kSerial: return true;
        case Strategy::kBatched: return false;
        case Strategy::kAdaptive: break;
    }
    // A second batch waits behind the one that computes, so that the GPU never idles; it grows while frames come in.
    return flying_.empty() || (flying_.size() == 1 && !can_upload());
}

/// Fills in the pictures of earlier frames, as far as passes read them. Needs the lock.
void Pipeline::look_back(uint64_t number, FramePictures& pictures) const {
    for (unsigned back = 1; back <= lookback_ && number >= back && number - back >= let_go_; ++back) {
        const PicturePair& earlier = recent_[back - 1];
        if (back <= previous_refs(needs_)) pictures.previous[back - 1].ref = earlier.ref;
        if (back <= previous_dis(needs_)) pictures.previous[back - 1].dis = earlier.dis;
    }
}

void Pipeline::follow_default_stream() {
    default_ready_.record(default_stream());
    runner_.upload_stream().wait(default_ready_);
    default_stream_due_ = false;
}

/// Has what reads the picture follow the client's default stream, if that fills it: a copy now, kernels when they are launched.
void Pipeline::order_reads(const FrameJob& job, const Picture& picture, unsigned planes) {
    if (!on_device(picture) || !order_of(picture, job.written, *context_).by_default_stream()) return;
    if (ring_.in_place(picture, planes))
        default_stream_due_ = true;
    else
        follow_default_stream();
}

/// Has the job's reference in device memory, uploaded here or by the first pipeline of the context that needed it.
PictureView Pipeline::bring_shared(FrameJob& job, unsigned planes) {
    const Stream& stream = runner_.upload_stream();
    Picture ref;
    const auto make = [&] {
        FrameRing::Upload upload = ring_.upload(job.ref, planes, stream);
        upload.ready->record(stream.get());
        if (upload.holds_picture) job.uploaded_from = job.ref.share();
        ref = upload.picture.share();
        return SharedReference::DeviceCopy{context_->handle(), format_, planes, std::move(upload.picture),
                                           upload.ready->get()};
    };
    job.shared->on_device(context_->handle(), format_, planes, make, [&](const SharedReference::DeviceCopy& copy) {
        stream.wait(static_cast<CUevent>(copy.ready));
        ref = copy.picture.share();
    });
    job.shared.reset();
    job.ref = std::move(ref);
    return job.ref.view();
}

void Pipeline::upload_next() {
    const Range range("vmaf upload");
    uint64_t number = 0;
    BatchFrame frame;
    {
        const std::lock_guard lock(mutex_);
        number = uploaded_;
        look_back(number, frame.pictures);
    }
    FrameJob& job = job_of(number);
    const unsigned needs = job.sampled || lookback_ > 0 ? needs_ : every_frame_needs_;
    const unsigned planes = needs & kChroma ? format_.planes() : 1;
    const auto slot = static_cast<unsigned>(number % slots_);
    const bool computed = !job.neighbour && (job.sampled || every_frame_needs_ & kEveryFrame);
    frame.pictures.index = job.index;
    frame.shared = job.shared;
    frame.before = recent_shared_;
    const uint64_t shared_number = job.shared ? job.shared->number() : 0;
    const auto bring = [&](Picture& picture, Side side) {
        for (unsigned p = 0; p < planes && !job.neighbour; ++p) frame.planes |= plane_bit(side, p);
        if (side == Side::kReference && job.shared && !on_device(picture)) return bring_shared(job, planes);
        order_reads(job, picture, planes);
        const Brought brought = ring_.bring(picture, slot, side, planes, runner_.upload_stream());
        if (!brought.holds_picture) picture.reset();
        return brought.view;
    };
    if ((computed && !(needs & kNoReference)) || previous_refs(needs_))
        frame.pictures.ref = bring(job.ref, Side::kReference);
    if (computed || previous_dis(needs_)) frame.pictures.dis = bring(job.dis, Side::kDistorted);
    frame.sampled = job.sampled;
    frame.neighbour = job.neighbour;
    frame.sums = job.sums;
    std::copy_backward(std::begin(recent_), std::end(recent_) - 1, std::end(recent_));
    recent_[0] = {frame.pictures.ref, frame.pictures.dis};
    std::copy_backward(recent_shared_.begin(), recent_shared_.end() - 1, recent_shared_.end());
    recent_shared_[0] = shared_number;
    pending_.push_back(std::move(frame));
    const std::lock_guard lock(mutex_);
    ++uploaded_;
    changed_.notify_all();
}

void Pipeline::launch_pending() {
    const Range range("vmaf launch");
    Flight* flight = nullptr;
    {
        const std::lock_guard lock(mutex_);
        flight = idle_.front();
    }
    flight->frames.swap(pending_);
    pending_.clear();
    if (default_stream_due_) follow_default_stream();
    runner_.launch(*flight);
    const std::lock_guard lock(mutex_);
    idle_.pop_front();
    flying_.push_back(flight);
    launched_ = uploaded_;
    changed_.notify_all();
}

// ---------------------------------------------------------------------------------------------- the completer

void Pipeline::complete() {
    try {
        const Current current(*context_);
        while (Flight* flight = next_flight()) finish_flight(*flight);
    } catch (...) {
        fail(std::current_exception());
    }
    fail_rest();
}

/// The oldest batch on its way; null after a failure, or when the pipeline stops and the last one is done.
Pipeline::Flight* Pipeline::next_flight() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return failure_ || !flying_.empty() || (stopping_ && dispatcher_gone_); });
    return failure_ || flying_.empty() ? nullptr : flying_.front();
}

namespace {

/// Gives back a picture of a frame that is done. Later frames look back to a device picture itself, else to the copy of it.
void let_go(Picture& picture, unsigned lookback) {
    if (picture && (!lookback || picture.memory() != VmafRef::Memory::kDevice)) picture.reset();
}

}  // namespace

/// What the frame fails with because of the samples above their depth that these planes hold; null if there are none.
std::exception_ptr Pipeline::refusal_of(const FramePictures& frame, PlaneSet above_depth) const {
    if (!above_depth) return nullptr;
    const auto copy_of = [&](const PictureView& picture, Side side) {
        unsigned planes = 0;
        for (unsigned p = 0; p < format_.planes(); ++p)
            if (above_depth & plane_bit(side, p)) planes = p + 1;
        return planes ? copy_to_host(*context_, picture, {}, planes) : Picture();
    };
    const Picture ref = copy_of(frame.ref, Side::kReference), dis = copy_of(frame.dis, Side::kDistorted);
    FramePictures copies{.index = frame.index};
    if (ref) copies.ref = ref.view();
    if (dis) copies.dis = dis.view();
    try {
        check_samples(copies, above_depth);
        vmaf::fail(EINVAL, "frame ", frame.index, ": samples were above the range of ", format_.bpc,
                   " bits when the GPU read them, and no longer are: the client still wrote to the pictures");
    } catch (const vmaf::Error&) {
        return std::current_exception();
    }
}

void Pipeline::finish_flight(Flight& flight) {
    {
        const Range range("vmaf wait for batch");
        flight.done.wait();
    }
    const Range range("vmaf collect");
    runner_.collect(flight);
    flight.let_go();
    uint64_t number = completed_;  // changed by this thread alone
    for (size_t i = 0; i < flight.frames.size(); ++i, ++number) {
        FrameJob& job = job_of(number);
        sink_.frame_done(job.tag, refusal_of(flight.frames[i].pictures, runner_.planes_above_depth(flight, i)));
        job.uploaded_from.reset();
        job.shared.reset();
        let_go(job.ref, previous_refs(needs_));
        let_go(job.dis, previous_dis(needs_));
    }
    const uint64_t unread = std::max(let_go_, number - std::min<uint64_t>(number, lookback_));
    release_pictures(unread);
    {
        const std::lock_guard lock(mutex_);
        flying_.pop_front();
        idle_.push_back(&flight);
        completed_ = number;
        let_go_ = unread;
    }
    changed_.notify_all();
}

/// Ends the pictures of frames before `end`, which no frame to come looks back to.
void Pipeline::release_pictures(uint64_t end) {
    for (uint64_t number = let_go_; number < end; ++number) {
        job_of(number).ref.reset();
        job_of(number).dis.reset();
    }
}

void Pipeline::fail(std::exception_ptr failure) {
    {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::move(failure);
    }
    changed_.notify_all();
}

/// Reports the frames that will never be done, once nothing works on them any more.
void Pipeline::fail_rest() {
    uint64_t first = 0, end = 0;
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return dispatcher_gone_; });
        if (!failure_ && completed_ == submitted_) return;
        if (!failure_)
            failure_ = std::make_exception_ptr(
                vmaf::Error(ECANCELED, "CUDA: the session ended before this frame was computed"));
        first = completed_;
        end = submitted_;
    }
    try {
        const Current current(*context_);
        runner_.synchronize();
    } catch (...) {
        // the context is lost: nothing runs in it any more
    }
    for (Flight& flight : flights_) flight.let_go();
    pending_.clear();
    for (uint64_t number = first; number < end; ++number) {
        FrameJob& job = job_of(number);
        for (Picture* picture : {&job.ref, &job.dis, &job.uploaded_from}) picture->reset();
        job.shared.reset();
        sink_.frame_done(job.tag, failure_);
    }
    changed_.notify_all();
}

}  // namespace vmaf::cuda
