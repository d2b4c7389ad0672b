// What the opaque types of the C API hold, and how calls for a context are guarded.
#pragma once

#include <optional>
#include <utility>

#include "api/guard.h"
#include "base/option.h"
#include "model/model.h"
#include "session/session.h"

struct VmafContext {
    vmaf::Session session;
};

struct VmafModel {
    vmaf::Model model;
};

struct VmafModelCollection {
    vmaf::ModelCollection collection;
};

struct VmafFeatureDictionary {
    vmaf::OptionStrings entries;
};

namespace vmaf {

/// A call of the client's inside a context.
class ContextCall {
 public:
    explicit ContextCall(Session& session) : session_(session) { session.enter(); }
    ~ContextCall() { session_.leave(); }
    ContextCall(const ContextCall&) = delete;
    ContextCall& operator=(const ContextCall&) = delete;

 private:
    Session& session_;
};

/// Runs body() for a context; the messages go to its log. A context that a forked child can't go on with is none there: its log may be
/// in use for good by a thread that the child does not have.
template <class Body>
int guard_context(VmafContext* context, Body&& body, OnFailure how = OnFailure::kError) noexcept {
    std::optional<ContextCall> call;
    const int refused = guard([&] {
        check_arguments({{"vmaf", context}});
        call.emplace(context->session);
    });
    return refused ? refused : guard(&context->session.log(), how, std::forward<Body>(body));
}

}  // namespace vmaf
