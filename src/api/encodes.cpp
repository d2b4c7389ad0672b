// vmaf_read_encodes(): one reference, many contexts.
#include <exception>
#include <string>

#include "api/guard.h"
#include "api/handles.h"
#include "libvmaf/libvmaf_ext.h"
#include "picture/lending.h"

namespace vmaf {

namespace {

/// A picture that the client has given up, or why it can't be read.
class Given {
 public:
    /// `name` is the argument's.
    Given(VmafPicture* client, const char* name, unsigned frame, Side side) noexcept {
        try {
            check_arguments({{name, client}});
            picture_ = take_over(*client, frame, side);
        } catch (...) {
            refusal_ = std::current_exception();
        }
    }
    Picture& picture() {
        if (refusal_) std::rethrow_exception(refusal_);
        return picture_;
    }

 private:
    Picture picture_;
    std::exception_ptr refusal_;
};

/// One call for each of several encodes, where a failure keeps no other from its turn; the first one is the client's.
class Turns {
 public:
    template <class Body>
    void take(unsigned encode, VmafContext* context, Body&& body) noexcept {
        const int code = context ? guard_context(context, [&] { body(context->session); })
                                 : guard([] { fail(EINVAL, "its context is NULL"); });
        if (!code || code_) return;
        code_ = code;
        guard_quietly([&] { text_ = cat("encode ", encode, ": ", last_error()); });
    }
    /// What the client gets; leaves the failure's text.
    int outcome() noexcept {
        if (code_) last_error().swap(text_);
        return code_;
    }

 private:
    int code_ = 0;
    std::string text_;
};

}  // namespace

}  // namespace vmaf

using namespace vmaf;

int vmaf_read_encodes(VmafContext** contexts, unsigned count, VmafPicture* ref, VmafPicture* dist, unsigned index) {
    const bool ended = !ref && !dist;
    Turns turns;
    std::shared_ptr<SharedReference> shared;
    Given reference(ref, "ref", index, Side::kReference);
    for (unsigned i = 0; i < count; i++) {
        Given encode(dist ? dist + i : nullptr, "dist", index, Side::kDistorted);
        if (!contexts) continue;
        turns.take(i, contexts[i], [&](Session& session) {
            if (ended) return session.flush();
            if (count > 1 && !shared) shared = session.share_reference();
            session.read_encode(reference.picture(), std::move(encode.picture()), index, shared);
        });
    }
    const int refused = guard([&] {
        check_arguments({{"contexts", contexts}});
        if (!count) fail(EINVAL, "the number of encodes is 0");
    });
    return refused ? refused : turns.outcome();
}
