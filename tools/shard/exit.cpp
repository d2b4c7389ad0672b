// Which failures pass, and how others than ExitError end the command.
#include "exit.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>

#include "base/error.h"

namespace vmaf::tool {

ExitError current_exit_error() {
    try {
        throw;
    } catch (const ExitError& error) {
        return error;
    } catch (const Error& error) {
        return {kExitFailed, error.what(), error.code()};
    } catch (const std::filesystem::filesystem_error& error) {
        return {kExitFailed, cat(error.path1().string(), ": ", error.code().message()), error.code().value()};
    } catch (const std::bad_alloc&) {
        return {kExitFailed, "out of memory", ENOMEM};
    } catch (const std::exception& error) {
        return {kExitFailed, error.what()};
    }
}

bool may_pass(int error) {
    constexpr int kPassing[] = {ENOMEM, ENOSPC, EDQUOT, EFBIG,     EIO,   EAGAIN, EMFILE,
                                ENFILE, ENODEV, ESTALE, ETIMEDOUT, EINTR, EBUSY};
    return std::ranges::find(kPassing, error) != std::end(kPassing);
}

}  // namespace vmaf::tool
