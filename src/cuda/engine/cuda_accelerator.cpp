// Hands a session's passes and frames to the pipeline.
#include "cuda/engine/cuda_accelerator.h"

#include "cuda/engine/pictures.h"

namespace vmaf::cuda {

std::string CudaAccelerator::describe() const {
    const DeviceInfo& info = context_->info();
    const int version = context_->driver().version();
    return cat("device ", info.index, ": ", info.name, ", compute capability ", info.major, ".", info.minor,
               ", driver for CUDA ", version / 1000, ".", version % 1000 / 10);
}

std::string CudaAccelerator::why_unreadable(const VmafRef& picture) const {
    if (picture.client_memory() || picture.device_context() == context_->handle()) return {};
    return "another CUDA context; take pictures from a pool of this one";
}

bool CudaAccelerator::holds(const Picture& picture) const {
    return picture.memory() == VmafRef::Memory::kDevice && picture.device_context() == context_->handle();
}

void CudaAccelerator::start(const PictureFormat& format, Listener& listener, unsigned ahead) {
    listener_ = &listener;
    const Current current(*context_);
    FrameSink& sink = *this;
    PipelineConfig config{format, DispatchPolicy::from_environment()};
    config.ahead = ahead;
    config.locks = locks_;
    pipeline_.emplace(std::make_unique<Device>(context_), config, sink);
}

void CudaAccelerator::follow(const Accelerator& other) {
    pipeline_->follow(*dynamic_cast<const CudaAccelerator&>(other).pipeline_);
}

void CudaAccelerator::submit(Frame& frame) {
    FrameJob job;
    job.index = frame.index;
    job.sampled = frame.sampled;
    job.neighbour = frame.neighbour;
    job.sums = frame.sums.data();
    job.tag = &frame;
    job.written = written_;
    job.shared = frame.shared;
    const bool shared = !frame.plan->cpu_passes.empty();
    job.ref = shared ? frame.ref.share() : std::move(frame.ref);
    job.dis = shared ? frame.dis.share() : std::move(frame.dis);
    try {
        pipeline_->submit(std::move(job));
    } catch (...) {
        frame.ref = std::move(job.ref);
        frame.dis = std::move(job.dis);
        throw;
    }
}

void CudaAccelerator::frame_done(void* tag, std::exception_ptr failure) noexcept {
    listener_->part_done(*static_cast<Frame*>(tag), failure);
}

unsigned CudaAccelerator::pictures_wanted(const PictureFormat& format, VmafRef::Memory) const {
    return 2 * Pipeline::frames_in_flight(format) + 2;
}

Picture CudaAccelerator::allocate(const PictureFormat& format, VmafRef::Memory memory) {
    if (memory == VmafRef::Memory::kHost) return Picture::allocate(format);
    const Current current(*context_);
    return allocate_picture(context_, format, memory);
}

/// The copies that follow are on the client's default stream; what else fills pictures must have happened.
void CudaAccelerator::wait_for(const ClientOrder& written) const {
    const Driver& driver = context_->driver();
    const auto foreign = written.context ? Context::foreign(context_->shared_driver(), written.context) : nullptr;
    const Current current(foreign ? *foreign : *context_);
    if (written.event)
        VMAF_CUDA_TRY(driver, cuEventSynchronize, written.event);
    else if (!written.by_default_stream())
        VMAF_CUDA_TRY(driver, cuStreamSynchronize, written.stream);
}

Picture CudaAccelerator::to_host(const Picture& picture, unsigned planes) {
    const Current current(*context_);
    wait_for(order_of(picture, written_, *context_));
    return copy_to_host(*context_, picture.view(), picture.layout(), planes);
}

}  // namespace vmaf::cuda
