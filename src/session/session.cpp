// The flow of a session: pictures in, passes in parallel, scores in reading order.
#include "session/session.h"

#include <algorithm>

#include "base/error.h"
#include "picture/lending.h"
#include "session/session_parts.h"

namespace vmaf {

namespace {

constexpr unsigned kMaxThreads = 1024;
/// Frames beyond one per thread that may be in work, so that no thread waits for the caller.
constexpr unsigned kQueuedFrames = 2;

}  // namespace

Session::Session(const VmafConfiguration& configuration)
    : log_(valid_level(configuration.log_level)),
      subsample_(std::max(configuration.n_subsample, 1u)),
      cpu_(cpu_features(configuration.cpumask)),
      allow_accelerator_(configuration.gpumask == 0),
      max_in_flight_(std::min(configuration.n_threads, kMaxThreads) + kQueuedFrames) {
    if (configuration.n_threads) threads_ = std::make_unique<Workers>(std::min(configuration.n_threads, kMaxThreads));
}

void Session::enter() {
    if (lost_its_threads())
        fail(EINVAL,
             "the context was opened before fork(), and its threads or device stayed with the parent process; open "
             "another one here");
    if (!gate_.enter())
        fail(EINVAL,
             "another thread was inside a call on the context at the time of fork(), and stayed with the parent "
             "process; open another context here");
}

Session::~Session() {
    threads_.reset();
    accelerator_.reset();
    recycling_.reset();  // before the pictures that are left: nobody will want their memory
}

void Session::use_accelerator(std::unique_ptr<Accelerator> accelerator) {
    const std::lock_guard lock(mutex_);
    if (accelerator_) fail(EINVAL, "the context has a device already");
    if (format_) fail(EINVAL, "a device must be given to a context before its first picture");
    accelerator_ = std::move(accelerator);
}

void Session::set_least_depth(unsigned bpc) {
    const std::lock_guard lock(mutex_);
    if (format_) fail(EINVAL, "the depth of a context must be set before its first picture");
    least_depth_ = bpc;
}

// ---------------------------------------------------------------------------------------------- pictures in

void Session::check_pair(const VmafPicture& ref, const VmafPicture& dis, unsigned index) const {
    if (ended_) fail(EINVAL, "frame ", index, ": the stream has ended, no further picture is accepted");
    if (from_parts_) fail(EINVAL, "frame ", index, ": the context's frames come from parts, it takes no pictures");
    if (index > kMaxFrameIndex)
        fail(EINVAL, "frame index ", index, " is out of range; the largest is ", kMaxFrameIndex);
    if (share_) check_place_in_part(index);
    const PictureFormat r = Picture::view_of(ref).format, d = Picture::view_of(dis).format;
    if (!(r == d))
        fail(EINVAL, "frame ", index, ": the reference is ", describe(r), ", the distorted picture ", describe(d));
    if (format_ && !(r == *format_))
        fail(EINVAL, "frame ", index, " is ", describe(r), ", the first frame was ", describe(*format_));
    if (!r.w || !r.h) fail(EINVAL, "frame ", index, " is ", describe(r), ": an empty picture can't be scored");
    if (read_.contains(index)) fail(EINVAL, "frame ", index, " was read before");
    check_reach(ref, index, Side::kReference);
    check_reach(dis, index, Side::kDistorted);
}

/// Device memory that the library allocated can be read in its own CUDA context alone.
void Session::check_reach(const VmafPicture& picture, unsigned index, Side side) const {
    if (picture.ref->memory != VmafRef::Memory::kDevice) return;
    const std::string why =
        accelerator_ ? accelerator_->why_unreadable(*picture.ref)
                     : "a CUDA device, and the context has no CUDA state; call vmaf_cuda_import_state() first";
    if (!why.empty()) fail(EINVAL, "frame ", index, ": ", describe(side), " lies in memory of ", why);
}

/// Plans for what is new, has the accelerator take its part, and only then makes the plan the session's: if anything of this fails,
/// nothing has changed, and the next picture tries again.
void Session::prepare(Lock& lock, const PictureFormat& format) {
    if (format_ && unplanned_.empty()) return;
    if (share_) check_fit_for_part(format);
    const auto begun = std::chrono::steady_clock::now();
    Accelerator* const accelerator = allow_accelerator_ ? accelerator_.get() : nullptr;
    auto plan = extend_plan(
        *plan_, unplanned_,
        {scored(format), cpu_, accelerator, threads_.get(), subsample_ > 1 || !range_.all() || share_, !range_.all()});
    if (accelerator) {
        lock.unlock();  // the accelerator may wait for frames, and these for the lock
        if (!format_) accelerator->start(scored(format), *this, 0);
        const auto added = std::span(plan->accelerated_passes).subspan(plan_->accelerated_passes.size());
        if (!added.empty()) accelerator->add_passes(added);
        lock.lock();
    }
    if (!format_) {
        if (accelerator) max_in_flight_ += accelerator->frames_in_flight();
        first_read_ = begun;
        scores_.touch();
        if (share_) start_part(*plan, format);
        format_ = format;
    }
    plan_ = std::move(plan);
    for (const Registration* registration : std::exchange(unplanned_, {})) warn_about(*registration);
}

void Session::warn_about(const Registration& registration) {
    const Metric& metric = registration.metric();
    if (!metric.warnings) return;
    for (const std::string& text : metric.warnings(registration.options(), scored(*format_)))
        log_.warning(cat("extractor '", metric.name, "': ", text));
}

Frame& Session::admit(Lock& lock, unsigned index) {
    delivered_.wait(lock, [this] { return frames_.size() < max_in_flight_; });
    if (failure_) std::rethrow_exception(failure_);
    Frame& frame = frames_.push(index, plan_);
    frame.sampled = sampled(index);
    return frame;
}

/// The frame of a pair that can be read; still without its pictures.
Frame& Session::begin(const VmafPicture& ref, const VmafPicture& dis, unsigned index) {
    Lock lock(mutex_);
    check_pair(ref, dis, index);
    prepare(lock, Picture::view_of(ref).format);
    return admit(lock, index);
}

void Session::read(VmafPicture& ref, VmafPicture& dis, unsigned index) {
    check_loans(ref, dis, index);
    Frame& frame = begin(ref, dis, index);
    Latest latest;
    try {
        frame.ref = take_back(ref);
        frame.dis = take_back(dis);
        latest = compute(frame);
    } catch (...) {
        if (frame.ref) ref = lend(std::move(frame.ref));
        if (frame.dis) dis = lend(std::move(frame.dis));
        withdraw();
        throw;
    }
    remember(index, std::move(latest));
}

void Session::read_encode(const Picture& ref, Picture dis, unsigned index, std::shared_ptr<SharedReference> shared) {
    Frame& frame = begin(ref.get(), dis.get(), index);
    Latest latest;
    try {
        frame.ref = ref.share();
        frame.dis = std::move(dis);
        frame.shared = std::move(shared);
        latest = compute(frame);
    } catch (...) {
        withdraw();
        throw;
    }
    remember(index, std::move(latest));
}

/// Takes the newest frame on its way; it may be done when this returns.
Session::Latest Session::compute(Frame& frame) {
    const unsigned needs = plan_->cpu_needs;
    for (unsigned i = 0; i < previous_refs(needs); i++) frame.previous.ref[i] = history_.ref[i].share();
    for (unsigned i = 0; i < previous_dis(needs); i++) frame.previous.dis[i] = history_.dis[i].share();
    frame.previous.shared = history_.shared;
    if (!plan_->cpu_passes.empty()) bring_to_host(frame);
    Latest latest;
    if (previous_refs(needs)) latest.ref = frame.host_ref.share();
    if (previous_dis(needs)) latest.dis = frame.host_dis.share();
    if (frame.shared) latest.shared = frame.shared->number();
    launch(frame);
    return latest;
}

/// CPU passes can't read device memory or clients' layouts, and get the depth that is scored.
void Session::bring_to_host(Frame& frame) {
    const unsigned needs = frame.plan->cpu_needs;
    const unsigned planes = needs & kChroma ? frame.dis.view().format.planes() : 1;
    const auto host = [&](const Picture& picture) {
        Picture copy =
            picture.memory() == VmafRef::Memory::kDevice ? accelerator_->to_host(picture, planes) : picture.share();
        const PictureView view = copy.view();
        const bool as_it_is = copy.layout().plain(planes) && view.format.bpc >= least_depth_;
        return as_it_is ? std::move(copy) : unpacked(view, copy.layout(), least_depth_, planes);
    };
    const auto host_reference = [&] { return host(frame.ref); };
    if (!(needs & kNoReference) || previous_refs(needs))
        frame.host_ref = frame.shared ? frame.shared->on_host(least_depth_, planes, host_reference) : host_reference();
    if (!(needs & kNoDistorted) || previous_dis(needs)) frame.host_dis = host(frame.dis);
}

/// The newest frame failed in the caller's own thread: it never was.
void Session::withdraw() {
    const std::lock_guard lock(mutex_);
    frames_.pop_back();
}

namespace {

/// Puts `newest` before the first `depth` ones; the one that drops out is left in it.
template <class List, class T>
void push_front(List& pictures, unsigned depth, T& newest) {
    for (unsigned i = 0; i < depth; i++) std::swap(pictures[i], newest);
}

}  // namespace

/// Frame `index` has been read.
void Session::remember(unsigned index, Latest latest) {
    Lock lock(mutex_);
    read_.insert(index);
    read_count_++;
    if (share_) share_->next = index + 1;
    push_front(history_.ref, previous_refs(plan_->cpu_needs), latest.ref);
    push_front(history_.dis, previous_dis(plan_->cpu_needs), latest.dis);
    push_front(history_.shared, kMaxLookback, latest.shared);
    lock.unlock();
    deliver_finished_frames();
}

// ---------------------------------------------------------------------------------------------- passes

namespace {

/// Calls visit(pass) for every pass that the CPU computes of a frame. The frame may be done, and another one, when the last call
/// returns.
template <class Visit>
void for_cpu_passes(const Plan& plan, const Frame& frame, Visit&& visit) {
    const bool sampled = frame.sampled;
    for (const auto& pass : plan.cpu_passes)
        if (sampled || pass->spec().every_frame()) visit(*pass);
}

}  // namespace

void Session::launch(Frame& frame) {
    const std::shared_ptr<const Plan> plan = frame.plan;  // the frame may be done before this returns
    const bool accelerated = !plan->accelerated_passes.empty();
    if (!threads_ && !accelerated) {
        for_cpu_passes(*plan, frame, [&](CpuPass& pass) { pass.extract(frame.for_cpu(), frame.sums.data()); });
        frame.done = true;
        return;
    }
    frame.parts = accelerated;
    for_cpu_passes(*plan, frame, [&](CpuPass&) { frame.parts++; });
    if (!frame.parts) {  // nothing to compute; other threads may look at frames
        const std::lock_guard lock(mutex_);
        frame.done = true;
    }
    if (accelerated) accelerator_->submit(frame);
    for_cpu_passes(*plan, frame, [&](CpuPass& pass) { launch_on_cpu(frame, pass); });
}

/// Passes are jobs of their own, so that threads share one frame where there are few. A job that would have to wait for another session's
/// goes back behind the others once.
void Session::launch_on_cpu(Frame& frame, CpuPass& pass) {
    const auto work = [this, &frame, &pass] {
        std::exception_ptr failure;
        try {
            pass.extract(frame.for_cpu(), frame.sums.data());
        } catch (...) {
            failure = std::current_exception();
        }
        part_done(frame, failure);
    };
    Workers* const threads = threads_.get();  // not for jobs to read: the session's end clears it before they are done
    if (!threads) return work();
    const auto run = [this, &frame, threads](const auto& job) {
        try {
            threads->run(job);
        } catch (...) {  // other parts are at work already: the frame can't be taken back
            part_done(frame, std::current_exception());
        }
    };
    run([&frame, &pass, work, run] {
        if (pass.must_wait(frame.for_cpu())) return run(work);
        work();
    });
}

void Session::part_done(Frame& frame, std::exception_ptr failure) noexcept {
    std::shared_ptr<SharedReference> shared;  // ends without the lock
    {
        const std::lock_guard lock(mutex_);
        if (failure && !frame.failure) frame.failure = failure;
        if (--frame.parts) return;
        frame.done = true;
        shared = std::move(frame.shared);
    }
    shared.reset();
    deliver_finished_frames();
}

// ---------------------------------------------------------------------------------------------- scores out

/// Runs what may also happen in a worker thread, where nobody catches: the first failure waits for the caller's next read.
template <class Body>
void Session::keep_failure(Body&& body) {
    try {
        body();
    } catch (...) {
        if (!failure_) failure_ = std::current_exception();
    }
}

void Session::deliver_finished_frames() {
    Lock lock(mutex_);
    while (!frames_.empty() && frames_.front().done) {
        keep_failure([this] { score_frame(frames_.front()); });
        frames_.pop_front();
    }
    scores_.touch();
    keep_failure([this] { handlers_.predict(); });
    delivered_.notify_all();
    notify(lock);
}

void Session::score_frame(const Frame& frame) {
    if (frame.failure) std::rethrow_exception(frame.failure);
    if (share_) return keep_sums(frame);
    for (const Plan::Slot& slot : frame.plan->slots)
        if (frame.sampled || slot.every_frame) score(slot, frame);
    if (frame.sampled) handlers_.frame_scored(frame.index);
}

void Session::score(const Plan::Slot& slot, const Frame& frame) {
    const std::byte* const sums = frame.sums.data() + slot.sums_offset;
    Sink sink(*this, *slot.registration);
    slot.scorer->score(frame.index, sums, sink);
    if (slot.artefact_size)
        slot.scorer->keep_artefact(frame.index,
                                   std::span(frame.sums).subspan(slot.artefact_offset, slot.artefact_size));
    if (!slot.of_range || !range_.contains(frame.index)) return;
    RangeSink of_range(*this);
    slot.of_range->score(frame.index, sums, of_range);
}

/// Somebody waits for frames. Needs the lock.
void Session::hurry_accelerator() {
    if (!plan_->accelerated_passes.empty()) accelerator_->hurry();
}

void Session::flush() {
    Lock lock(mutex_);
    if (ended_) fail(EINVAL, "the stream has ended already");
    hurry_accelerator();
    delivered_.wait(lock, [this] { return frames_.empty(); });
    if (failure_) std::rethrow_exception(failure_);
    if (!read_count_ && !registrations_.empty()) fail(EINVAL, "the stream ended before its first picture");
    if (!plan_->accelerated_passes.empty()) {
        lock.unlock();  // pictures end, of which clients may be told
        accelerator_->finish();
        lock.lock();
    }
    for (const Plan::Slot& slot : plan_->slots) {
        if (share_) break;  // nothing was scored
        Sink sink(*this, *slot.registration);
        slot.scorer->flush(sink);
        RangeSink of_range(*this);
        if (slot.of_range) slot.of_range->flush(of_range);
    }
    ended_ = true;
    history_ = {};
    scores_.touch();
    handlers_.predict(ended_);
    notify(lock);
    delivered_.wait(lock, [this] { return !notifying_; });
}

void Session::preallocate_pictures(const PictureFormat& format, unsigned count) {
    auto pool = std::make_shared<PicturePool>(format, count);
    const std::lock_guard lock(mutex_);
    pool_ = std::move(pool);
}

void Session::preallocate_pictures(const PictureFormat& format, VmafRef::Memory memory) {
    if (!accelerator_) fail(EINVAL, "the context has no CUDA state; call vmaf_cuda_import_state() first");
    check_picture_format(format);
    const unsigned count = accelerator_->pictures_wanted(format, memory);
    auto pool = std::make_shared<PicturePool>(
        format, count, [this, memory](const PictureFormat& f) { return accelerator_->allocate(f, memory); });
    const std::lock_guard lock(mutex_);
    pool_ = std::move(pool);
}

Picture Session::fetch_picture() {
    std::shared_ptr<PicturePool> pool;
    {
        const std::lock_guard lock(mutex_);
        pool = pool_;
    }
    if (!pool) fail(EINVAL, "there is no picture pool; call vmaf_preallocate_pictures() first");
    return pool->fetch([this] {
        const std::lock_guard lock(mutex_);
        hurry_accelerator();
        return !frames_.empty();
    });
}

}  // namespace vmaf
