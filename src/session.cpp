// The flow of a session: pictures in, passes in parallel, scores in reading order.
#include "session.h"

#include <algorithm>

#include "base/error.h"
#include "session_parts.h"

namespace vmaf {

namespace {

constexpr unsigned kMaxThreads = 1024;
/// Frames beyond one per thread that may be in work, so that no thread waits for the caller.
constexpr unsigned kQueuedFrames = 2;

VmafLogLevel valid_level(VmafLogLevel level) {
    return std::clamp(level, VMAF_LOG_LEVEL_NONE, VMAF_LOG_LEVEL_DEBUG);
}

}  // namespace

Session::Session(const VmafConfiguration& configuration)
    : log_(valid_level(configuration.log_level)),
      subsample_(std::max(configuration.n_subsample, 1u)),
      max_in_flight_(std::min(configuration.n_threads, kMaxThreads) + kQueuedFrames),
      cpu_(cpu_features(configuration.cpumask)) {
    if (configuration.n_threads) threads_ = std::make_unique<ThreadPool>(std::min(configuration.n_threads, kMaxThreads));
}

Session::~Session() { threads_.reset(); }

// ---------------------------------------------------------------------------------------------- registration

void Session::add_registration(const Metric& metric, const OptionStrings& options) {
    std::vector<std::string> unknown;
    OptionValues values(metric.options, options, &unknown);
    for (const std::string& name : unknown)
        log_.warning(cat("extractor '", metric.name, "' has no option '", name, "'; it is ignored"));
    const std::lock_guard lock(mutex_);
    if (ended_) fail(EINVAL, "extractor '", metric.name, "': the stream has ended");
    for (const auto& registration : registrations_) {
        if (!registration->names_equal(metric, values)) continue;
        if (!(registration->options() == values))
            log_.warning(cat("extractor '", metric.name, "' is registered already under the same feature names; its first options hold"));
        return;
    }
    registrations_.push_back(std::make_unique<Registration>(metric, std::move(values), collector_));
    unplanned_.push_back(registrations_.back().get());
}

void Session::use_feature(std::string_view name, const OptionStrings& options) {
    const Metric* metric = find_metric(name);
    if (!metric) fail(EINVAL, "unknown feature extractor '", name, "'; this build has ", list_metrics());
    add_registration(*metric, options);
}

void Session::use_model_features(const Model& model) {
    for (const ModelFeature& feature : model.features()) {
        const Metric* metric = find_metric_of_feature(feature.name);
        if (!metric) fail(EINVAL, "model '", model.name(), "': no feature extractor in this build delivers '", feature.name, "'");
        add_registration(*metric, feature.options);
    }
}

void Session::use_model(const Model& model) {
    use_model_features(model);
    const std::lock_guard lock(mutex_);
    models_.push_back(model);
}

void Session::use_collection(const ModelCollection& collection) {
    for (const Model& member : collection.members()) use_model_features(member);
}

void Session::add_handler(const VmafMetadataConfiguration& handler) {
    if (!handler.feature_name || !handler.callback) fail(EINVAL, "a metadata handler needs a feature name and a callback");
    const std::lock_guard lock(mutex_);
    handlers_.push_back(std::make_unique<Handler>(handler));
}

// ---------------------------------------------------------------------------------------------- pictures in

void Session::check_pair(const VmafPicture& ref, const VmafPicture& dis, unsigned index) const {
    if (ended_) fail(EINVAL, "frame ", index, ": the stream has ended, no further picture is accepted");
    if (index > kMaxFrameIndex) fail(EINVAL, "frame index ", index, " is out of range; the largest is ", kMaxFrameIndex);
    if (!ref.ref || !dis.ref) fail(EINVAL, "frame ", index, ": a picture is empty; fill pictures from vmaf_picture_alloc()");
    const PictureFormat r = Picture::view_of(ref).format, d = Picture::view_of(dis).format;
    check_picture_format(r);
    if (!(r == d)) fail(EINVAL, "frame ", index, ": the reference is ", describe(r), ", the distorted picture ", describe(d));
    if (format_ && !(r == *format_)) fail(EINVAL, "frame ", index, " is ", describe(r), ", the first frame was ", describe(*format_));
    if (!r.w || !r.h) fail(EINVAL, "frame ", index, " is ", describe(r), ": an empty picture can't be scored");
    if (read_.contains(index)) fail(EINVAL, "frame ", index, " was read before");
}

void Session::prepare(const PictureFormat& format) {
    if (!unplanned_.empty()) {
        plan_ = extend_plan(*plan_, unplanned_, format, cpu_);
        unplanned_.clear();
    }
    if (!format_) first_read_ = last_score_ = std::chrono::steady_clock::now();
    format_ = format;
}

Frame& Session::admit(Lock& lock, unsigned index) {
    delivered_.wait(lock, [this] { return frames_.size() < max_in_flight_; });
    if (failure_) std::rethrow_exception(failure_);
    Frame& frame = frames_.push(index, plan_);
    frame.sampled = sampled(index);
    return frame;
}

void Session::read(VmafPicture& ref, VmafPicture& dis, unsigned index) {
    Lock lock(mutex_);
    check_pair(ref, dis, index);
    prepare(Picture::view_of(ref).format);
    Frame& frame = admit(lock, index);
    frame.ref = Picture::adopt(ref);
    frame.dis = Picture::adopt(dis);
    const unsigned kept = plan_->needs & kPreviousRef2 ? 2 : plan_->needs & kPreviousRef ? 1 : 0;
    for (unsigned i = 0; i < kept; i++) frame.prev_ref[i] = previous_ref_[i].share();
    Picture current = kept ? frame.ref.share() : Picture();
    lock.unlock();
    try {
        launch(frame);
    } catch (...) {
        lock.lock();
        withdraw(frame, ref, dis);
        throw;
    }
    lock.lock();
    read_.insert(index);
    read_count_++;
    if (kept > 1) previous_ref_[1] = std::move(previous_ref_[0]);
    previous_ref_[0] = std::move(current);
    lock.unlock();
    deliver_finished_frames();
}

/// A frame that failed in the caller's own thread never was: its pictures go back.
void Session::withdraw(Frame& frame, VmafPicture& ref, VmafPicture& dis) {
    ref = frame.ref.release();
    dis = frame.dis.release();
    frames_.pop_back();
}

// ---------------------------------------------------------------------------------------------- passes

void Session::compute(Frame& frame) {
    const FramePictures pictures = frame.pictures();
    std::byte* sums = frame.sums.data();
    for (const auto& pass : frame.plan->passes) {
        if (frame.runs(*pass)) pass->extract(pictures, sums);
        sums += pass->sums_size();
    }
}

void Session::launch(Frame& frame) {
    if (!threads_) {
        compute(frame);
        frame.done = true;
        return;
    }
    threads_->run([this, &frame] {
        try {
            compute(frame);
        } catch (...) {
            frame.failure = std::current_exception();
        }
        complete(frame);
    });
}

void Session::complete(Frame& frame) {
    {
        const std::lock_guard lock(mutex_);
        frame.done = true;
    }
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
    last_score_ = std::chrono::steady_clock::now();
    keep_failure([this] { predict_for_handlers(); });
    delivered_.notify_all();
    notify(lock);
}

void Session::score_frame(const Frame& frame) {
    if (frame.failure) std::rethrow_exception(frame.failure);
    for (const Plan::Slot& slot : frame.plan->slots) {
        if (!frame.runs(*slot.pass)) continue;
        Sink sink(*this, *slot.registration);
        slot.registration->scorer->score(frame.index, frame.sums.data() + slot.offset, sink);
    }
    if (!frame.sampled) return;
    for (const auto& handler : handlers_)
        if (find_model(handler->name)) handler->unpredicted.push_back(frame.index);
}

void Session::flush() {
    Lock lock(mutex_);
    if (ended_) fail(EINVAL, "the stream has ended already");
    delivered_.wait(lock, [this] { return frames_.empty(); });
    if (failure_) std::rethrow_exception(failure_);
    if (!read_count_ && !registrations_.empty()) fail(EINVAL, "the stream ended before its first picture");
    for (const auto& registration : registrations_) {
        if (!registration->scorer) continue;
        Sink sink(*this, *registration);
        registration->scorer->flush(sink);
    }
    ended_ = true;
    for (Picture& picture : previous_ref_) picture.reset();
    last_score_ = std::chrono::steady_clock::now();
    predict_for_handlers();
    notify(lock);
    delivered_.wait(lock, [this] { return !notifying_; });
}

void Session::preallocate_pictures(const PictureFormat& format, unsigned count) {
    auto pool = std::make_shared<PicturePool>(format, count);
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
        return !frames_.empty();
    });
}

}  // namespace vmaf
