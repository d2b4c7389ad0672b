// Queues values for callbacks, and keeps the frames whose predictions are still to come.
#include "session/handlers.h"

#include <algorithm>

namespace vmaf {

void Handlers::Notice::deliver() {
    VmafMetadata metadata = {name.data(), frame, score};
    handler.callback(handler.data, &metadata);
}

void Handlers::queue(const Handler& handler, unsigned frame, double score) {
    notices_.push_back({handler.name, handler.client, frame, score});
}

void Handlers::add(const VmafMetadataConfiguration& handler, const Values& known) {
    handlers_.push_back({handler.feature_name, handler, nullptr, {}});
    for (const auto& [frame, value] : known) queue(handlers_.back(), frame, value);
}

void Handlers::add(const VmafMetadataConfiguration& handler, Predict predict, const std::vector<unsigned>& scored) {
    Handler& added = handlers_.emplace_back(Handler{handler.feature_name, handler, std::move(predict), {}});
    for (const unsigned frame : scored) {
        const bool is_recent =
            std::any_of(recent_.begin(), recent_.end(), [&](const Pending& r) { return r.frame == frame; });
        if (!is_recent) added.pending.push_back({frame, 0});
    }
    added.pending.insert(added.pending.end(), recent_.begin(), recent_.end());
}

void Handlers::value_set(std::string_view feature, unsigned frame, double value) {
    for (const Handler& handler : handlers_)
        if (!handler.predict && handler.name == feature) queue(handler, frame, value);
}

void Handlers::frame_scored(unsigned frame) {
    const Pending scored = {frame, ++scored_};
    recent_.push_back(scored);
    if (recent_.size() > kLookAhead) recent_.pop_front();
    for (Handler& handler : handlers_)
        if (handler.predict) handler.pending.push_back(scored);
}

void Handlers::predict(bool ended) {
    for (Handler& handler : handlers_)
        if (handler.predict) predict(handler, ended);
}

/// A frame whose features were registered after it, and are not there when all that it may depend on is, gets no score.
void Handlers::predict(Handler& handler, bool ended) {
    while (!handler.pending.empty()) {
        const Pending waiting = handler.pending.front();
        const std::optional<double> score = handler.predict(waiting.frame);
        if (!score && !ended && scored_ < waiting.number + kLookAhead) return;
        handler.pending.pop_front();
        if (score) queue(handler, waiting.frame, *score);
    }
}

std::optional<Handlers::Notice> Handlers::next() {
    if (notices_.empty()) return std::nullopt;
    Notice notice = std::move(notices_.front());
    notices_.pop_front();
    return notice;
}

}  // namespace vmaf
