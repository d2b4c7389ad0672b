// Pictures in clients' hands: how they were handed out, so that nothing in a struct which comes back is taken on trust.
#pragma once

#include "picture/picture.h"
#include "picture/sample_range.h"

namespace vmaf {

/// Hands a reference to a client. The struct's `priv` tells this loan from every other, so that copies of a struct whose reference
/// has been given back are recognised, even if new pictures lie where theirs lay. Any thread.
VmafPicture lend(Picture picture) noexcept;

/// Takes a client's reference back and clears the struct, whatever else is in it. Throws Error(EINVAL), and leaves the struct as it
/// is, unless the client holds this reference. Any thread; of several that give one reference back, one succeeds.
Picture take_back(VmafPicture& picture);

/// Takes a picture over for a call that does so whatever happens, as it was handed out. Throws Error(EINVAL) if the client does not hold it,
/// or has changed more of it than samples; it is given up then. `frame` and `side` are for the message.
Picture take_over(VmafPicture& picture, unsigned frame, Side side);

/// Throws Error(EINVAL) unless both structs are references that the client holds, two of them, and as they were handed out: the client may
/// write samples, and nothing else. `frame` is for the message.
void check_loans(const VmafPicture& ref, const VmafPicture& dis, unsigned frame);

}  // namespace vmaf
