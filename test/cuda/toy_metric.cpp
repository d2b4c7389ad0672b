// The toy metric's host sides: the CPU's loops and the launcher of the kernels.
#include "toy_metric.h"

#include <cstdlib>

#include "base/mirror.h"
#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "toy.h"

extern "C" const unsigned char vmaf_cuda_image_toy[];

namespace vmaf::test {

namespace {

constexpr const char* kNames[] = {"toy_u8", "toy_u16"};
constexpr std::string_view kFeatureName = "toy";
constexpr Feature kFeatures[] = {{.name = kFeatureName}};

class CpuToy : public Extractor {
 public:
    void extract(const FramePictures& frame, std::byte* sums) override {
        const PictureFormat& format = frame.ref.format;
        with_sample_type(format.bpc, [&](auto type) {
            using T = typename decltype(type)::type;
            const auto ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            const auto previous_ref = frame.previous[0].ref.plane<T>(0),
                       previous_dis = frame.previous[0].dis.plane<T>(0),
                       before_previous = frame.previous[1].ref.plane<T>(0);
            ToySums s{};
            for (unsigned y = 0; y < format.h; ++y)
                for (unsigned x = 0; x < format.w; ++x) {
                    const int v = ref.row(y)[x];
                    s.difference += std::abs(v - dis.row(y)[x]);
                    s.gradient +=
                        std::abs(v - ref.row(y)[mirror_centre(static_cast<int>(x) + 1, static_cast<int>(format.w))]);
                    if (previous_ref.data) s.motion += std::abs(v - previous_ref.row(y)[x]);
                    if (previous_dis.data) s.wobble += std::abs(dis.row(y)[x] - previous_dis.row(y)[x]);
                    if (before_previous.data) s.wobble += std::abs(v - before_previous.row(y)[x]);
                }
            store_sums(sums, 0, s);
        });
    }
};

class GpuToy : public cuda::Extractor {
 public:
    GpuToy(const PictureFormat& format, cuda::Device& device)
        : format_(format), kernel_(device.kernel(kToyKernels, format.bpc > 8 ? "toy_u16" : "toy_u8")) {}

    size_t raw_size() const override { return sizeof(ToyRaw); }

    void enqueue(const cuda::Batch& batch) override {
        ToyArgs args{};
        for (size_t i = 0; i < batch.frames.size(); ++i)
            args.frames[i] = {cuda::plane_pair_arg(batch.frames[i], 0),
                              cuda::plane_pair_arg(batch.frames[i].previous[0], 0),
                              cuda::plane_arg(batch.frames[i].previous[1].ref, 0)};
        args.raw = reinterpret_cast<std::byte*>(batch.raw);
        args.raw_stride = batch.raw_stride;
        args.w = static_cast<int>(format_.w);
        args.h = static_cast<int>(format_.h);
        const cuda::Extent grid = {cuda::tiles(format_.w, ToyTuning::kTileWidth),
                                   cuda::tiles(format_.h, ToyTuning::kTileHeight),
                                   static_cast<unsigned>(batch.frames.size())};
        cuda::launch(kernel_, {grid, {ToyTuning::kTileWidth, ToyTuning::kTileHeight}}, batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* sums) const override {
        const auto r = load_sums<ToyRaw>(raw);
        store_sums(sums, 0, ToySums{r.difference, r.gradient, r.motion, r.wobble});
    }

 private:
    PictureFormat format_;
    cuda::Kernel kernel_;
};

unsigned toy_needs(const OptionValues&, const PictureFormat&) { return kToyNeeds; }

}  // namespace

const cuda::KernelSet kToyKernels{"toy", vmaf_cuda_image_toy, kNames};

const Metric kToy{
    .name = "toy",
    .features = kFeatures,
    .sums_size = sizeof(ToySums),
    .needs = toy_needs,
    .make_scalar = [](Variants, const PictureFormat&) -> std::unique_ptr<Extractor> {
        return std::make_unique<CpuToy>();
    },
    .make_cuda = [](Variants, const PictureFormat& format, cuda::Device& device) -> std::unique_ptr<cuda::Extractor> {
        return std::make_unique<GpuToy>(format, device);
    },
};

}  // namespace vmaf::test
