// What the opaque types of the C API hold, and how calls for a context are guarded.
#pragma once

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

/// Runs body() for a context; the messages go to its log.
template <class Body>
int guard_context(VmafContext* context, Body&& body, OnFailure how = OnFailure::kError) noexcept {
    if (!context) return guard([] { check_arguments({{"vmaf", nullptr}}); });
    return guard(&context->session.log(), how, [&] {
        context->session.check_process();
        std::forward<Body>(body)();
    });
}

}  // namespace vmaf
