// Formats and throttles progress on standard error.
#include "progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "fixed.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

std::string or_null(const std::optional<double>& value, int decimals) {
    return value ? fixed(*value, decimals) : "null";
}

std::string json_text(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The last member of a line of JSON.
std::string means_json(const std::vector<std::optional<double>>& means) {
    if (means.size() == 1) return cat(", \"mean\": ", or_null(means[0], 6));
    std::string list;
    for (const auto& mean : means) list += cat(list.empty() ? "" : ", ", or_null(mean, 6));
    return cat(", \"means\": [", list, "]");
}

/// "1:02:03" or "2:03".
std::string clock_text(double seconds) {
    const auto all = static_cast<uint64_t>(seconds + .5);
    const auto two = [](uint64_t value) { return cat(value < 10 ? "0" : "", value); };
    const uint64_t hours = all / 3600, minutes = all / 60 % 60;
    return hours > 0 ? cat(hours, ":", two(minutes), ":", two(all % 60)) : cat(minutes, ":", two(all % 60));
}

/// Characters that a line on standard error takes without being wrapped.
size_t terminal_width() {
    constexpr size_t kUsual = 80;
    winsize size = {};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual - 1;
    return size.ws_col - 1u;  // a character in the last column would wrap on some terminals
}

}  // namespace

std::optional<double> ProgressState::percent() const {
    if (!total || *total == 0) return std::nullopt;
    return std::min(100., 100. * static_cast<double>(frames) / static_cast<double>(*total));
}

std::optional<double> ProgressState::seconds_left() const {
    if (!total || frames == 0) return std::nullopt;
    const uint64_t left = *total > frames ? *total - frames : 0;
    return seconds / static_cast<double>(frames) * static_cast<double>(left);
}

std::string progress_text(const ProgressState& state, size_t width) {
    const std::string frames = cat(state.frames, state.frames == 1 ? " frame" : " frames");
    const std::string fps = cat(", ", fixed(state.fps(), 2), " FPS");
    const auto percent = state.percent();
    const auto seconds_left = state.seconds_left();
    const std::string share = percent ? cat(" of ", *state.total, " (", fixed(*percent, 0), "%)") : "";
    const std::string left = seconds_left ? cat(", ", clock_text(*seconds_left), " left") : "";
    const std::string shortest = percent ? cat(fixed(*percent, 0), "%") : cat(state.frames);
    const std::string pair = state.pair.empty() ? "" : state.pair + ": ";
    for (const std::string& text : {pair + frames + share + fps + left, pair + frames + share + left,
                                    pair + frames + share, frames + share, frames, shortest})
        if (text.size() <= width) return text;
    return shortest.substr(0, width);
}

std::string progress_json(const ProgressState& state) {
    const std::string pair = state.pair.empty() ? "" : cat("\"pair\": ", json_text(state.pair), ", ");
    return cat("{", pair, "\"frames\": ", state.frames, ", \"total\": ", state.total ? cat(*state.total) : "null",
               ", \"percent\": ", or_null(state.percent(), 1), ", \"fps\": ", fixed(state.fps(), 2),
               ", \"elapsed\": ", fixed(state.seconds, 2), ", \"eta\": ", or_null(state.seconds_left(), 2),
               state.with_means ? means_json(state.means) : "", "}");
}

Progress::Progress(Style style, std::optional<uint64_t> total, Means means)
    : style_(style), total_(total), means_(std::move(means)), start_(Clock::now()), last_(start_) {}

Progress::~Progress() {
    if (line_open_) std::fputc('\n', stderr);
}

void Progress::update(uint64_t frames) {
    if (style_ == Style::kNone) return;
    const auto now = Clock::now();
    if (now - last_ < (style_ == Style::kTerminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(1000)))
        return;
    last_ = now;
    show(frames, now);
}

void Progress::finish(uint64_t frames) {
    if (style_ == Style::kNone) return;
    total_ = frames;
    show(frames, Clock::now());
}

void Progress::show(uint64_t frames, Clock::time_point now) {
    const ProgressState state{frames,
                              total_,
                              std::chrono::duration<double>(now - start_).count(),
                              bool{means_},
                              means_ ? means_() : std::vector<std::optional<double>>(),
                              Subject::current()};
    line_open_ = style_ == Style::kTerminal;
    if (line_open_)
        std::fprintf(stderr, "\r%s\033[K",
                     progress_text(state, terminal_width()).c_str());  // clears what a longer line before it left
    else
        std::fprintf(stderr, "%s\n", progress_json(state).c_str());
    std::fflush(stderr);
}

}  // namespace vmaf::tool
