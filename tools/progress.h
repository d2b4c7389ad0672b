// Tells the user how far a run is: a line that renews itself on a terminal, or lines of JSON for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vmaf::tool {

/// How far a run is.
struct ProgressState {
    uint64_t frames = 0;
    std::optional<uint64_t> total;                  ///< frames, where known
    double seconds = 0;                             ///< of wall-clock time since the start
    bool with_means = false;                        ///< JSON has what follows
    std::vector<std::optional<double>> means = {};  ///< of each encode's scores so far
    std::string pair = {};                          ///< of a list; empty: there is none

    double fps() const { return seconds > 0 ? static_cast<double>(frames) / seconds : 0; }
    std::optional<double> percent() const;
    std::optional<double> seconds_left() const;
};

/// "a.mp4: 24 frames of 48 (50%), 12.3 FPS, 0:02 left", as far as it is known, and without its less important parts where it would be longer
/// than `width` characters. The pair's name is there if there is one.
std::string progress_text(const ProgressState& state, size_t width = SIZE_MAX);

/// {"pair": "a.mp4", "frames": 24, "total": 48, "percent": 50.0, "fps": 12.30, "elapsed": 1.95, "eta": 1.95}; unknown values are null; there is no "pair" without
/// a list. With means,
/// "mean": 91.234567 is the last member, or of several encodes "means": [91.234567, 88.765432].
std::string progress_json(const ProgressState& state);

class Progress {
 public:
    enum class Style { kNone, kTerminal, kJson };

    /// `means`: gives the means of the encodes' scores so far, for JSON; may be empty.
    using Means = std::function<std::vector<std::optional<double>>()>;
    Progress(Style style, std::optional<uint64_t> total, Means means = {});
    /// Leaves the terminal's line, which an error may have cut short.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// After each frame; shows every tenth of a second on a terminal, every second in JSON.
    void update(uint64_t frames);
    /// After the last one: shows the final state.
    void finish(uint64_t frames);

 private:
    using Clock = std::chrono::steady_clock;
    void show(uint64_t frames, Clock::time_point now);

    Style style_;
    std::optional<uint64_t> total_;
    Means means_;
    Clock::time_point start_, last_;
    bool line_open_ = false;
};

}  // namespace vmaf::tool
