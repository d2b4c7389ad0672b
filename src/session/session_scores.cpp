// Queries: feature values, predictions, pooling, and the callbacks that follow new values.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "metric/feature_name.h"
#include "session/session_parts.h"

namespace vmaf {

std::string describe(const PictureFormat& format) {
    static constexpr const char* kNames[] = {"unknown format", "4:2:0", "4:2:2", "4:4:4", "4:0:0"};
    return cat(format.w, "x", format.h, " ", kNames[format.pix_fmt <= VMAF_PIX_FMT_YUV400P ? format.pix_fmt : 0], " ",
               format.bpc, "-bit");
}

void Session::Sink::set(unsigned frame, size_t feature, double value) {
    if (!session_.range_.contains(frame)) return;
    const Collector::Column column = registration_.column(feature);
    if (!session_.scores_.collector().set(column, frame, value)) return;
    session_.handlers_.value_set(session_.scores_.collector().name(column), frame, value);
}

void Session::Sink::warn(std::string_view text) {
    session_.log_.warning(cat("extractor '", registration_.metric().name, "': ", text));
}

// ---------------------------------------------------------------------------------------------- callbacks

/// Calls the callbacks without the lock, so that they may query; one thread at a time, so that the order holds.
void Session::notify(Lock& lock) {
    if (notifying_) return;
    notifying_ = true;
    while (auto notice = handlers_.next()) {
        lock.unlock();
        notice->deliver();
        lock.lock();
    }
    notifying_ = false;
    delivered_.notify_all();
}

// ---------------------------------------------------------------------------------------------- queries

void Session::import_score(std::string_view feature, unsigned frame, double value) {
    if (frame > kMaxFrameIndex)
        fail(EINVAL, "frame index ", frame, " is out of range; the largest is ", kMaxFrameIndex);
    Lock lock(mutex_);
    scores_.check_feature(feature);
    Collector& collector = scores_.collector();
    const Collector::Column column = collector.column(feature, Collector::Group::kFrame);
    if (!collector.set(column, frame, value))
        fail(EINVAL, "feature '", feature, "' has a value at frame ", frame, " already");
    handlers_.value_set(feature, frame, value);
    notify(lock);
}

void Session::fail_missing(unsigned frame, std::string_view what) const {
    if (failure_) std::rethrow_exception(failure_);
    if (frame > kMaxFrameIndex)
        fail(EINVAL, "frame index ", frame, " is out of range; the largest is ", kMaxFrameIndex);
    if (share_) fail(EINVAL, "a context that writes a part has no scores; a context that reads all parts has them");
    if (!range_.contains(frame))
        fail(EINVAL, "'", what, "' has no value at frame ", frame, ": frames ", range_.low, " to ", range_.high,
             " are scored");
    if (!sampled(frame)) fail(EINVAL, "'", what, "' has no value at frame ", frame, ": subsampling skips it");
    if (ended_) fail(EINVAL, "'", what, "' has no value at frame ", frame);
    fail(EAGAIN, "'", what, "' at frame ", frame,
         " is not known yet: it needs further pictures, or the end of the stream");
}

/// What try_score() gives, after waiting for the frames in work that it can depend on.
template <class Try>
auto Session::wait_for_score(unsigned frame, std::string_view what, Try&& try_score) {
    Lock lock(mutex_);
    const Frame* in_work = frames_.find(frame);
    const uint64_t last = in_work           ? in_work->sequence + kLookAhead
                          : frames_.empty() ? 0
                                            : frames_.front().sequence + kLookAhead - 1;
    bool hurried = false;
    for (;;) {
        if (auto score = try_score()) return *score;
        if (frames_.empty() || frames_.front().sequence > last) fail_missing(frame, what);
        if (!std::exchange(hurried, true)) hurry_accelerator();
        delivered_.wait(lock);
    }
}

double Session::feature_score(std::string_view feature, unsigned frame) {
    return wait_for_score(frame, feature, [&] { return scores_.feature(feature, frame); });
}

/// The model's entry, for as long as the session lives.
const ScoredModel& Session::scored(const Model& model) {
    const std::lock_guard lock(mutex_);
    return scores_.of(model);
}

const ScoredCollection& Session::scored(const ModelCollection& collection) {
    const std::lock_guard lock(mutex_);
    return scores_.of(collection);
}

double Session::score(const ScoredModel& model, unsigned frame) {
    return wait_for_score(frame, model.model.name(), [&] { return scores_.predict(model, frame); });
}

BootstrapScore Session::score(const ScoredCollection& collection, unsigned frame) {
    return wait_for_score(frame, collection.collection.name(), [&] { return scores_.predict(collection, frame); });
}

double Session::score(const Model& model, unsigned frame) { return score(scored(model), frame); }

BootstrapScore Session::score(const ModelCollection& collection, unsigned frame) {
    return score(scored(collection), frame);
}

// ---------------------------------------------------------------------------------------------- pooling

template <class Add>
void Session::for_sampled(FrameRange range, Add&& add) {
    if (range.low > range.high) fail(EINVAL, "frames ", range.low, " to ", range.high, ": the range is empty");
    size_t count = 0;
    for (uint64_t frame = range.low; frame <= range.high; frame++) {
        if (!sampled(static_cast<unsigned>(frame))) continue;
        add(static_cast<unsigned>(frame));
        count++;
    }
    if (!count)
        fail(EINVAL, "frames ", range.low, " to ", range.high,
             ": subsampling or the frame range leaves all of them out");
}

Pooled Session::pooled(const Model& model, FrameRange range) {
    const ScoredModel& entry = scored(model);
    Pooler pooler;
    for_sampled(range, [&](unsigned frame) { pooler.add(score(entry, frame)); });
    return pooler.result();
}

Pooled Session::pooled_feature(std::string_view feature, FrameRange range) {
    Pooler pooler;
    for_sampled(range, [&](unsigned frame) { pooler.add(feature_score(feature, frame)); });
    return pooler.result();
}

double Session::statistic(const Model& model, const Statistic& statistic, FrameRange range) {
    const ScoredModel& entry = scored(model);
    std::vector<double> values;
    for_sampled(range, [&](unsigned frame) { values.push_back(score(entry, frame)); });
    return statistic.of(values);
}

double Session::statistic(std::string_view feature, const Statistic& statistic, FrameRange range) {
    std::vector<double> values;
    for_sampled(range, [&](unsigned frame) { values.push_back(feature_score(feature, frame)); });
    return statistic.of(values);
}

PooledBootstrap Session::pooled(const ModelCollection& collection, FrameRange range) {
    const ScoredCollection& entry = scored(collection);
    Pooler bagging, stddev, low, high;
    for_sampled(range, [&](unsigned frame) {
        const BootstrapScore score = this->score(entry, frame);
        bagging.add(score.bagging);
        stddev.add(score.stddev);
        low.add(score.ci95_low);
        high.add(score.ci95_high);
    });
    return {bagging.result(), stddev.result(), low.result(), high.result()};
}

}  // namespace vmaf
