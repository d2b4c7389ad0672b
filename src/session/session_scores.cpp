// Queries: feature values, predictions, pooling, and the callbacks that follow new values.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "metric/feature_name.h"
#include "session/session_parts.h"

namespace vmaf {

namespace {

/// Frames after a frame that its scores may depend on.
constexpr uint64_t kLookAhead = 2;

}  // namespace

std::string describe(const PictureFormat& format) {
    static constexpr const char* kNames[] = {"unknown format", "4:2:0", "4:2:2", "4:4:4", "4:0:0"};
    return cat(format.w, "x", format.h, " ", kNames[format.pix_fmt <= VMAF_PIX_FMT_YUV400P ? format.pix_fmt : 0], " ",
               format.bpc, "-bit");
}

std::string list_metrics() {
    std::string names;
    for (const Metric* metric : metrics()) names += (names.empty() ? "" : ", ") + std::string(metric->name);
    return names;
}

std::vector<std::string> feature_columns(const Model& model) {
    std::vector<std::string> columns;
    for (const ModelFeature& feature : model.features()) {
        const Metric* metric = find_metric_of_feature(feature.name);
        std::vector<std::string> unknown;
        columns.push_back(
            metric ? feature_name({.name = feature.name}, OptionValues(metric->options, feature.options, &unknown))
                   : feature.name);
    }
    return columns;
}

void Session::Sink::set(unsigned frame, size_t feature, double value) {
    const Collector::Column column = registration_.column(feature);
    if (!session_.collector_.set(column, frame, value)) return;
    for (const auto& handler : session_.handlers_)
        if (handler->name == session_.collector_.name(column))
            session_.notices_.push_back({handler.get(), frame, value});
}

void Session::Sink::warn(std::string_view text) {
    session_.log_.warning(cat("extractor '", registration_.metric().name, "': ", text));
}

// ---------------------------------------------------------------------------------------------- callbacks

const Model* Session::find_model(std::string_view name) const {
    const auto model = std::find_if(models_.begin(), models_.end(), [&](const Model& m) { return m.name() == name; });
    return model == models_.end() ? nullptr : &*model;
}

/// Predicts what callbacks on models wait for, as far as the features go.
void Session::predict_for_handlers() {
    for (const auto& handler : handlers_) {
        const Model* model = find_model(handler->name);
        if (!model || handler->unpredicted.empty()) continue;
        const std::vector<std::string> columns = feature_columns(*model);
        while (!handler->unpredicted.empty()) {
            const unsigned frame = handler->unpredicted.front();
            const std::optional<double> score = try_predict(*model, columns, frame);
            if (!score) break;
            handler->unpredicted.pop_front();
            notices_.push_back({handler.get(), frame, *score});
        }
    }
}

/// Calls the callbacks without the lock, so that they may query; one thread at a time, so that the order holds.
void Session::notify(Lock& lock) {
    if (notifying_) return;
    notifying_ = true;
    while (!notices_.empty()) {
        const Notice notice = notices_.front();
        notices_.pop_front();
        lock.unlock();
        std::string name = notice.handler->name;
        VmafMetadata metadata = {name.data(), notice.frame, notice.score};
        notice.handler->callback(notice.handler->data, &metadata);
        lock.lock();
    }
    notifying_ = false;
    delivered_.notify_all();
}

// ---------------------------------------------------------------------------------------------- queries

void Session::import_score(std::string_view feature, unsigned frame, double value) {
    if (frame > kMaxFrameIndex)
        fail(EINVAL, "frame index ", frame, " is out of range; the largest is ", kMaxFrameIndex);
    const std::lock_guard lock(mutex_);
    const Collector::Column column = collector_.column(feature, Collector::Group::kFrame);
    if (!collector_.set(column, frame, value))
        fail(EINVAL, "feature '", feature, "' has a value at frame ", frame, " already");
}

void Session::fail_missing(unsigned frame, std::string_view what) const {
    if (failure_) std::rethrow_exception(failure_);
    if (frame > kMaxFrameIndex)
        fail(EINVAL, "frame index ", frame, " is out of range; the largest is ", kMaxFrameIndex);
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
    return wait_for_score(frame, feature, [&] {
        const auto column = collector_.find(feature);
        if (!column) fail(EINVAL, "no registered extractor delivers feature '", feature, "'");
        return collector_.get(*column, frame);
    });
}

std::optional<std::vector<double>> Session::feature_values(const std::vector<std::string>& columns,
                                                           unsigned frame) const {
    std::vector<double> values;
    for (const std::string& name : columns) {
        const auto column = collector_.find(name);
        if (!column)
            fail(EINVAL, "no registered extractor delivers feature '", name, "'; register the model's features first");
        const auto value = collector_.get(*column, frame);
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

std::optional<double> Session::try_predict(const Model& model, const std::vector<std::string>& columns,
                                           unsigned frame) {
    const Collector::Column column = collector_.column(model.name(), Collector::Group::kModel);
    if (const auto known = collector_.get(column, frame)) return known;
    const auto values = feature_values(columns, frame);
    if (!values) return std::nullopt;
    const double score = model.predict(*values);
    collector_.set(column, frame, score);
    last_score_ = std::chrono::steady_clock::now();
    return score;
}

double Session::score(const Model& model, unsigned frame) { return score(model, feature_columns(model), frame); }

double Session::score(const Model& model, const std::vector<std::string>& columns, unsigned frame) {
    return wait_for_score(frame, model.name(), [&] { return try_predict(model, columns, frame); });
}

BootstrapScore Session::score(const ModelCollection& collection, unsigned frame) {
    return score(collection, feature_columns(collection.members().front()), frame);
}

BootstrapScore Session::score(const ModelCollection& collection, const std::vector<std::string>& columns,
                              unsigned frame) {
    return wait_for_score(frame, collection.name(), [&]() -> std::optional<BootstrapScore> {
        const auto values = feature_values(columns, frame);
        if (!values) return std::nullopt;
        const BootstrapScore score = collection.predict(*values);
        const auto put = [&](const std::string& name, double value) {
            collector_.set(collector_.column(name, Collector::Group::kModel), frame, value);
        };
        for (size_t i = 0; i < score.members.size(); i++) put(collection.members()[i].name(), score.members[i]);
        put(collection.name() + "_bagging", score.bagging);
        put(collection.name() + "_stddev", score.stddev);
        put(collection.name() + "_ci_p95_lo", score.ci95_low);
        put(collection.name() + "_ci_p95_hi", score.ci95_high);
        last_score_ = std::chrono::steady_clock::now();
        return score;
    });
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
    if (!count) fail(EINVAL, "frames ", range.low, " to ", range.high, ": subsampling skips all of them");
}

Pooled Session::pooled(const Model& model, FrameRange range) {
    const std::vector<std::string> columns = feature_columns(model);
    Pooler pooler;
    for_sampled(range, [&](unsigned frame) { pooler.add(score(model, columns, frame)); });
    return pooler.result();
}

Pooled Session::pooled_feature(std::string_view feature, FrameRange range) {
    Pooler pooler;
    for_sampled(range, [&](unsigned frame) { pooler.add(feature_score(feature, frame)); });
    return pooler.result();
}

PooledBootstrap Session::pooled(const ModelCollection& collection, FrameRange range) {
    const std::vector<std::string> columns = feature_columns(collection.members().front());
    Pooler bagging, stddev, low, high;
    for_sampled(range, [&](unsigned frame) {
        const BootstrapScore score = this->score(collection, columns, frame);
        bagging.add(score.bagging);
        stddev.add(score.stddev);
        low.add(score.ci95_low);
        high.add(score.ci95_high);
    });
    return {bagging.result(), stddev.result(), low.result(), high.result()};
}

}  // namespace vmaf
