// A session of the toy metric through the pipeline: what the tests of the engine run again and again.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "cuda/engine/pictures.h"
#include "cuda/engine/pipeline.h"
#include "toy_metric.h"

namespace vmaf::test {

struct ToySession {
    PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 37, 21};
    unsigned frames = 20;
    std::string dispatch;
    VmafRef::Memory memory = VmafRef::Memory::kHost;
    bool misaligned = false;  ///< device pictures with rows that kernels can't take
    unsigned subsample = 1;
    unsigned max_batch = cuda::kMaxBatch;
};

/// Collects frames in the order in which they are done.
class ToySink : public cuda::FrameSink {
 public:
    struct Frame {
        ToySums sums{};
        bool done = false;
    };
    explicit ToySink(size_t frames) : frames(frames) {}

    void frame_done(void* tag, std::exception_ptr failure) noexcept override;

    std::vector<Frame> frames;
    size_t done = 0, failed = 0, out_of_order = 0;

 private:
    Frame* last_ = nullptr;
};

/// The toy metric's pass, with its Sums at that place.
PassSpec toy_pass(size_t sums_offset = 0);

/// A picture of pseudo-random samples, the same for the same seed, in memory of that kind.
Picture toy_picture(const std::shared_ptr<const cuda::Context>& context, const ToySession& session, unsigned seed);

/// One in device memory that the test fills itself.
Picture empty_device_picture(const std::shared_ptr<const cuda::Context>& context, const ToySession& session);

/// The CPU's sums. Frames that subsampling skips stay zero.
std::vector<ToySums> expected_sums(const ToySession& session);

/// Runs the session on a device of its own. Throws what the pipeline throws.
std::vector<ToySums> run_toy(const ToySession& session);
std::vector<ToySums> run_toy(const ToySession& session, std::shared_ptr<const cuda::Context> context);

}  // namespace vmaf::test
