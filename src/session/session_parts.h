// Parts of a session that its three source files share: where scores go, and whom to tell about them.
#pragma once

#include <string>

#include "session/session.h"

namespace vmaf {

/// "1920x1080 4:2:0 10-bit"
std::string describe(const PictureFormat& format);

/// Puts one registration's values into the collector and queues notices of them. Needs the session's lock.
class Session::Sink final : public ScoreSink {
 public:
    Sink(Session& session, const Registration& registration) : session_(session), registration_(registration) {}

    void set(unsigned frame, size_t feature, double value) override;
    /// Where a range is scored, this scorer has seen frames outside it.
    void aggregate(std::string_view name, double value) override {
        if (session_.range_.all()) session_.scores_.collector().set_aggregate(name, value);
    }
    void warn(std::string_view text) override;

 private:
    Session& session_;
    const Registration& registration_;
};

/// Takes from a scorer that sees the frames of a range alone what is of all of them. Needs the session's lock.
class Session::RangeSink final : public ScoreSink {
 public:
    explicit RangeSink(Session& session) : session_(session) {}

    void set(unsigned, size_t, double) override {}
    void aggregate(std::string_view name, double value) override {
        session_.scores_.collector().set_aggregate(name, value);
    }
    void warn(std::string_view) override {}

 private:
    Session& session_;
};

}  // namespace vmaf
