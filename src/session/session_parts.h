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
    void aggregate(std::string_view name, double value) override {
        session_.scores_.collector().set_aggregate(name, value);
    }
    void warn(std::string_view text) override;

 private:
    Session& session_;
    const Registration& registration_;
};

}  // namespace vmaf
