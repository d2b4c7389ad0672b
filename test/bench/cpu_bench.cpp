// How long each metric takes for a frame on one thread, for every instruction set of this machine.
#include <benchmark/benchmark.h>

#include "base/error.h"
#include "bench_formats.h"

namespace vmaf::bench {
namespace {

using testing_frames::Frame;
using testing_frames::Layout;

void run(benchmark::State& state, const Metric& metric, const CpuFeatures& cpu, const PictureFormat& format) {
    const OptionValues options(metric.options, {});
    const Frame frame(format, testing_frames::kPatterns[0], 2, Layout::kPadded);
    const auto extractor = metric.make_cpu(Variants(&options, 1), format, cpu);
    std::vector<std::byte> sums(metric.sums_size);
    for (auto _ : state) {
        extractor->extract(frame.pictures(), sums.data());
        benchmark::DoNotOptimize(sums.data());
    }
    state.SetItemsProcessed(state.iterations());
}

struct Level {
    const char* name;
    bool CpuFeatures::*feature;
};

void register_all() {
    const CpuFeatures machine = cpu_features(0);
    for (const Metric* metric : metrics())
        for (const PictureFormat& format : {PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 1920, 1080},
                                            PictureFormat{VMAF_PIX_FMT_YUV420P, 10, 1920, 1080}}) {
            if (!works(*metric, format)) continue;
            CpuFeatures cpu;
            const auto add = [&](const char* level) {
                benchmark::RegisterBenchmark(cat(metric->name, "/", level, "/", name_of(format)).c_str(), run, *metric,
                                             cpu, format)
                    ->Unit(benchmark::kMillisecond);
            };
            add("scalar");
            for (const Level& level : {Level{"sse4", &CpuFeatures::sse4},
                                       {"avx2", &CpuFeatures::avx2},
                                       {"avx512", &CpuFeatures::avx512},
                                       {"neon", &CpuFeatures::neon},
                                       {"sve", &CpuFeatures::sve}}) {
                if (!(machine.*level.feature)) continue;
                cpu.*level.feature = true;
                add(level.name);
            }
        }
}

}  // namespace
}  // namespace vmaf::bench

int main(int argc, char** argv) {
    vmaf::bench::register_all();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
