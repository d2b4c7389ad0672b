// Which failures pass.
#include "exit.h"

#include <algorithm>
#include <cerrno>

namespace vmaf::tool {

bool may_pass(int error) {
    constexpr int kPassing[] = {ENOMEM, ENOSPC, EDQUOT, EFBIG,     EIO,   EAGAIN, EMFILE,
                                ENFILE, ENODEV, ESTALE, ETIMEDOUT, EINTR, EBUSY};
    return std::ranges::find(kPassing, error) != std::end(kPassing);
}

}  // namespace vmaf::tool
