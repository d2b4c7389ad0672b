// Named ranges on a profiler's timeline, in builds with -Denable_nvtx=true; nothing at all in others.
#pragma once

#if VMAF_HAVE_NVTX
#include <nvtx3/nvToolsExt.h>
#endif

namespace vmaf::cuda {

/// What the calling thread does until the end of the scope. `name` is static text.
class Range {
 public:
#if VMAF_HAVE_NVTX
    explicit Range(const char* name) noexcept { nvtxRangePushA(name); }
    ~Range() { nvtxRangePop(); }
#else
    explicit Range(const char*) noexcept {}
    ~Range() {}
#endif
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;
};

}  // namespace vmaf::cuda
