// Makes, orders and waits for streams and events.
#include "cuda/driver/stream.h"

namespace vmaf::cuda {

namespace {
constexpr unsigned kNonBlocking = 1;        // no implicit order with the default stream
constexpr unsigned kSleepNoTiming = 1 | 2;  // CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING
}  // namespace

Event::Event(std::shared_ptr<const Context> context) : Owned(std::move(context)) {
    const Current current(*context_);
    VMAF_CUDA_TRY(driver(), cuEventCreate, &handle_, kSleepNoTiming);
}

void Event::record(CUstream stream) const { VMAF_CUDA_TRY(driver(), cuEventRecord, handle_, stream); }
void Event::wait() const { VMAF_CUDA_TRY(driver(), cuEventSynchronize, handle_); }

Stream::Stream(std::shared_ptr<const Context> context) : Owned(std::move(context)) {
    const Current current(*context_);
    VMAF_CUDA_TRY(driver(), cuStreamCreate, &handle_, kNonBlocking);
}

void Stream::wait(CUevent event) const { VMAF_CUDA_TRY(driver(), cuStreamWaitEvent, handle_, event, 0); }
void Stream::synchronize() const { VMAF_CUDA_TRY(driver(), cuStreamSynchronize, handle_); }

}  // namespace vmaf::cuda
