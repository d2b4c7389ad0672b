// Where the texts of failed calls go.
#include "api/guard.h"

namespace vmaf {

int report_failure(const Log* log, OnFailure how, int code, const char* text) noexcept {
    try {
        last_error() = text;
        if (how == OnFailure::kAnswer) return -code;
        const bool expected = how == OnFailure::kScore && code == EAGAIN;
        const VmafLogLevel level = expected ? VMAF_LOG_LEVEL_DEBUG : VMAF_LOG_LEVEL_ERROR;
        if (log)
            log->write(level, last_error());
        else
            write_without_context(level, last_error());
    } catch (...) {  // no memory for the text: the code alone must do
        last_error().clear();
    }
    return -code;
}

}  // namespace vmaf
