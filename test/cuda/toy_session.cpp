// Makes pictures, feeds them to a pipeline and checks the sink's side of the contract.
#include "toy_session.h"

#include <gtest/gtest.h>

#include <cstring>

#include "cuda/driver/device.h"
#include "support/samples.h"

namespace vmaf::test {

namespace {

/// Samples of a frame's picture: seed 2n is frame n's reference, 2n + 1 its distorted picture.
void fill(const VmafPicture& picture, unsigned seed) {
    uint32_t state = seed * 2654435761u + 12345;
    const unsigned mask = (1u << picture.bpc) - 1;
    write_samples(picture, [&](unsigned, unsigned, unsigned) {
        state = state * 1664525u + 1013904223u;
        return picture.bpc > 8 ? state >> 16 & mask : state >> 24;
    });
}

/// A reference to a part of another picture's memory.
class Sub final : public VmafRef {
 public:
    explicit Sub(Picture whole) : VmafRef(Memory::kDevice), whole_(std::move(whole)) {}

 protected:
    void release() noexcept override { delete this; }

 private:
    Picture whole_;
};

Picture misalign(Picture whole) {
    VmafPicture part = whole.share().release();
    part.ref->drop();  // the struct alone; `whole` keeps the reference
    part.data[0] = static_cast<char*>(part.data[0]) + (part.bpc > 8 ? 2 : 1);
    part.ref = new Sub(std::move(whole));
    return Picture::adopt(part);
}

}  // namespace

Picture empty_device_picture(const std::shared_ptr<const cuda::Context>& context, const ToySession& session) {
    PictureFormat format = session.format;
    format.w += session.misaligned;
    Picture device = cuda::allocate_picture(context, format, VmafRef::Memory::kDevice);
    return session.misaligned ? misalign(std::move(device)) : std::move(device);
}

namespace {

Picture to_device(const std::shared_ptr<const cuda::Context>& context, const ToySession& session, const Picture& host) {
    Picture device = empty_device_picture(context, session);
    const cuda::Current current(*context);
    const PictureView from = host.view(), to = device.view();
    for (unsigned p = 0; p < session.format.planes(); ++p)
        for (unsigned y = 0; y < session.format.plane_h(p); ++y) {
            const ptrdiff_t row = static_cast<ptrdiff_t>(y);
            VMAF_CUDA_TRY(context->driver(), cuMemcpyHtoD,
                          reinterpret_cast<CUdeviceptr>(to.data[p]) + static_cast<size_t>(row * to.stride[p]),
                          static_cast<const char*>(from.data[p]) + row * from.stride[p],
                          session.format.plane_w(p) * session.format.sample_bytes());
        }
    return device;
}

bool sampled(const ToySession& session, unsigned frame) { return frame % session.subsample == 0; }

}  // namespace

void ToySink::frame_done(void* tag, std::exception_ptr failure) noexcept {
    auto* frame = static_cast<Frame*>(tag);
    if (last_ && frame <= last_) ++out_of_order;
    last_ = frame;
    frame->done = true;
    ++(failure ? failed : done);
}

PassSpec toy_pass(size_t sums_offset) {
    return {.metric = &kToy, .variants = std::vector<OptionValues>(1), .needs = kToyNeeds, .sums_offset = sums_offset};
}

Picture toy_picture(const std::shared_ptr<const cuda::Context>& context, const ToySession& session, unsigned seed) {
    const bool pinned = session.memory == VmafRef::Memory::kPinnedHost;
    Picture host =
        pinned ? cuda::allocate_picture(context, session.format, session.memory) : Picture::allocate(session.format);
    VmafPicture samples = host.release();
    fill(samples, seed);
    host = Picture::adopt(samples);
    return session.memory == VmafRef::Memory::kDevice ? to_device(context, session, host) : std::move(host);
}

std::vector<ToySums> expected_sums(const ToySession& session) {
    ToySession on_host = session;
    on_host.memory = VmafRef::Memory::kHost;
    std::vector<ToySums> sums(session.frames);
    const std::vector<OptionValues> variants(1);
    const auto extractor = kToy.make_cpu(variants, session.format, CpuFeatures{});
    Picture previous_ref, previous_dis, before_previous;
    for (unsigned i = 0; i < session.frames; ++i) {
        Picture ref = toy_picture(nullptr, on_host, 2 * i), dis = toy_picture(nullptr, on_host, 2 * i + 1);
        FramePictures pictures{.index = i, .ref = ref.view(), .dis = dis.view()};
        pictures.previous[0] = {previous_ref.view(), previous_dis.view()};
        pictures.previous[1].ref = before_previous.view();
        if (sampled(session, i)) extractor->extract(pictures, reinterpret_cast<std::byte*>(&sums[i]));
        before_previous = std::move(previous_ref);
        previous_ref = std::move(ref);
        previous_dis = std::move(dis);
    }
    return sums;
}

std::vector<ToySums> run_toy(const ToySession& session) {
    return run_toy(session, cuda::Context::primary(cuda::Driver::load(), 0));
}

std::vector<ToySums> run_toy(const ToySession& session, std::shared_ptr<const cuda::Context> context) {
    const Recycling recycling;
    ToySink sink(session.frames);
    {
        cuda::Pipeline pipeline(std::make_unique<cuda::Device>(context),
                                {.format = session.format,
                                 .policy = cuda::DispatchPolicy(session.dispatch),
                                 .max_batch = session.max_batch,
                                 .copy_helpers = 1},
                                sink);
        const PassSpec pass = toy_pass();
        pipeline.add_passes({&pass, 1});
        for (unsigned i = 0; i < session.frames; ++i) {
            cuda::FrameJob job{.index = i, .sampled = sampled(session, i), .tag = &sink.frames[i]};
            job.ref = toy_picture(context, session, 2 * i);
            job.dis = toy_picture(context, session, 2 * i + 1);
            job.sums = reinterpret_cast<std::byte*>(&sink.frames[i].sums);
            EXPECT_EQ(pipeline.submit(std::move(job)), i);
        }
        pipeline.finish();
    }
    EXPECT_EQ(sink.done, session.frames);
    EXPECT_EQ(sink.out_of_order, 0u);
    std::vector<ToySums> sums;
    for (const ToySink::Frame& frame : sink.frames) sums.push_back(frame.sums);
    return sums;
}

}  // namespace vmaf::test
