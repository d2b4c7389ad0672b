// How long each metric's kernels take for a frame on the first GPU, full batches one behind the other on one stream.
#include <benchmark/benchmark.h>

#include <deque>

#include "bench_formats.h"
#include "cuda/driver/device.h"
#include "cuda/driver/stream.h"
#include "cuda/engine/extractor.h"
#include "device_copies.h"

namespace vmaf::bench {
namespace {

using testing_frames::Frame;
using testing_frames::Layout;

/// A batch on the device: the same frame again and again, each in memory of its own.
class DeviceBatch {
 public:
    DeviceBatch(cuda::Device& device, const Metric& metric, const PictureFormat& format, unsigned count) {
        const Frame frame(format, pattern_of(metric), 2, Layout::kPadded);
        for (unsigned i = 0; i < count; ++i) {
            copies_.emplace_back(device, test::DeviceCopies::Rows::kEngines);
            frames_.push_back(frame.pictures());
            for (PictureView* view : testing_frames::views_of(frames_.back())) *view = copies_.back().of(*view);
        }
    }
    const std::vector<FramePictures>& frames() const { return frames_; }

 private:
    std::deque<test::DeviceCopies> copies_;
    std::vector<FramePictures> frames_;
};

constexpr unsigned kBatches = 20;

void run(benchmark::State& state, cuda::Device& device, const Metric& metric, const std::vector<OptionValues>& variants,
         const PictureFormat& format) {
    const cuda::Current current(*device.context());
    const auto extractor = metric.make_cuda(variants, format, device);
    const unsigned count = cuda::batch_capacity(format);
    const DeviceBatch frames(device, metric, format, count);
    const size_t stride = (extractor->raw_size() + 255) / 256 * 256;
    const std::vector<std::byte> zeros(stride * count);
    const cuda::Buffer raw = device.upload(zeros.data(), zeros.size());
    const cuda::Stream stream(device.context());
    for (auto _ : state) {
        for (unsigned i = 0; i < kBatches; ++i)
            extractor->enqueue({frames.frames(), raw.address(), stride, stream.get()});
        stream.synchronize();
    }
    state.counters["us_per_frame"] =
        benchmark::Counter(1e-6 * static_cast<double>(state.iterations()) * kBatches * count,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Options with which a metric is timed: its own, those of models that differ, and what shares its pass.
std::vector<std::pair<std::string, std::vector<OptionValues>>> timed_options(const Metric& metric) {
    const OptionValues own(metric.options, {});
    std::vector<std::pair<std::string, std::vector<OptionValues>>> list{{"", {own}}};
    for (const Option& option : metric.options)
        if (option.alias == "egl")
            list.push_back({"/with_neg", {own, OptionValues(metric.options, {{std::string(option.name), "1"}})}});
    if (metric.name == "cambi")
        list.push_back({"/v1",
                        {OptionValues(metric.options,
                                      {{"cambi_high_res_speedup", "1080"}, {"cambi_vis_lum_threshold", "0.06"}})}});
    return list;
}

void register_metric(cuda::Device& device, const Metric& metric) {
    for (const auto& [w, h, bpc] : {std::tuple{576u, 324u, 8u},
                                    {1920u, 1080u, 8u},
                                    {1920u, 1080u, 10u},
                                    {3840u, 2160u, 8u},
                                    {3840u, 2160u, 10u},
                                    {7680u, 4320u, 8u}}) {
        const PictureFormat format{VMAF_PIX_FMT_YUV420P, bpc, w, h};
        if (!works(metric, format)) continue;
        for (const auto& [suffix, variants] : timed_options(metric))
            benchmark::RegisterBenchmark(cat(metric.name, "/", name_of(format), suffix).c_str(),
                                         [&device, &metric, variants = variants, format](benchmark::State& state) {
                                             run(state, device, metric, variants, format);
                                         })
                ->UseRealTime()
                ->Unit(benchmark::kMillisecond);
    }
}

}  // namespace
}  // namespace vmaf::bench

int main(int argc, char** argv) {
    using namespace vmaf;
    try {
        cuda::Device device(cuda::Context::primary(cuda::Driver::load(), 0));
        for (const Metric* metric : metrics())
            if (metric->make_cuda) bench::register_metric(device, *metric);
        benchmark::Initialize(&argc, argv);
        benchmark::RunSpecifiedBenchmarks();
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
