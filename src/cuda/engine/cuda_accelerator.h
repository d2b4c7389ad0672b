// The GPU as a session's accelerator: the session's passes and frames on one side, the pipeline on the other.
#pragma once

#include <memory>
#include <optional>

#include "cuda/driver/context.h"
#include "cuda/engine/pipeline.h"
#include "session/accelerator.h"

namespace vmaf::cuda {

class CudaAccelerator final : public Accelerator, private FrameSink {
 public:
    /// `locks`: of several devices that read the same memory; null: it is the only one.
    explicit CudaAccelerator(std::shared_ptr<const Context> context, std::shared_ptr<PageLocks> locks = nullptr)
        : context_(std::move(context)), locks_(std::move(locks)) {}

    std::string_view backend() const override { return "cuda"; }
    std::string describe() const override;
    bool serves(const Metric& metric) const override { return metric.make_cuda != nullptr; }
    std::string why_unreadable(const VmafRef& picture) const override;
    bool holds(const Picture& picture) const override;
    void start(const PictureFormat& format, Listener& listener, unsigned ahead) override;
    void add_passes(std::span<const PassSpec> passes) override { pipeline_->add_passes(passes); }
    void submit(Frame& frame) override;
    void hurry() override { pipeline_->hurry(); }
    void follow(const Accelerator& other) override;
    void finish() override { pipeline_->finish(); }
    bool failed() const override { return pipeline_->failed(); }
    unsigned frames_in_flight() const override { return pipeline_->frames_in_flight(); }
    unsigned pictures_wanted(const PictureFormat& format, VmafRef::Memory memory) const override;
    Picture to_host(const Picture& picture, unsigned planes) override;
    Picture allocate(const PictureFormat& format, VmafRef::Memory memory) override;
    /// Device pictures of frames submitted from now on, and of copies to the host, are complete in this order.
    void follow(const ClientOrder& written) { written_ = written; }

 private:
    void wait_for(const ClientOrder& written) const;
    void frame_done(void* tag, std::exception_ptr failure) noexcept override;

    std::shared_ptr<const Context> context_;
    Listener* listener_ = nullptr;
    std::shared_ptr<PageLocks> locks_;
    ClientOrder written_;
    std::optional<Pipeline> pipeline_;
};

}  // namespace vmaf::cuda
