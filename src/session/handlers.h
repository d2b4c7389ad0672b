// Clients' callbacks on scores: which values each is owed, in which order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libvmaf/libvmaf_ext.h"

namespace vmaf {

/// Frames after a frame that its scores may depend on.
inline constexpr uint64_t kLookAhead = 2;

/// Not synchronised: the session's score lock covers it, save for the call of a callback itself.
class Handlers {
 public:
    /// The prediction that a handler waits for, or none if the frame's features are not there yet. May throw Error.
    using Predict = std::function<std::optional<double>(unsigned frame)>;
    /// Frames and their values.
    using Values = std::vector<std::pair<unsigned, double>>;

    /// A value on its way to a callback.
    struct Notice {
        std::string name;
        VmafMetadataConfiguration handler;
        unsigned frame;
        double score;

        void deliver();
    };

    /// A handler of a feature's values, also of those in `known`.
    void add(const VmafMetadataConfiguration& handler, const Values& known);
    /// A handler of predictions: of the frames scored from now on, and of `scored`, the sampled frames that have been.
    void add(const VmafMetadataConfiguration& handler, Predict predict, const std::vector<unsigned>& scored);

    /// A feature has got a value.
    void value_set(std::string_view feature, unsigned frame, double value);
    /// A frame that may be predicted has been scored, as far as it and those before it go.
    void frame_scored(unsigned frame);
    /// Predicts what handlers wait for, as far as the features go. `ended`: nothing that is missing will ever come.
    void predict(bool ended = false);

    /// The next value to deliver; none if there is none.
    std::optional<Notice> next();

 private:
    /// A frame that waits for its prediction. `number` is its place among the scored frames.
    struct Pending {
        unsigned frame;
        uint64_t number;
    };
    struct Handler {
        std::string name;
        VmafMetadataConfiguration client;
        Predict predict;  ///< null: a handler of feature values
        std::deque<Pending> pending;
    };

    void predict(Handler& handler, bool ended);
    void queue(const Handler& handler, unsigned frame, double score);

    std::deque<Handler> handlers_;
    std::deque<Notice> notices_;
    std::deque<Pending> recent_;  ///< the last frames, which may still lack a value
    uint64_t scored_ = 0;
};

}  // namespace vmaf
