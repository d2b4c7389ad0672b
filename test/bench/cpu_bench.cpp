// How long each metric takes for a frame on one thread: a table with a column for every instruction set of this
// machine.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>

#include "base/error.h"
#include "bench_formats.h"
#include "support/instruction_sets.h"

namespace vmaf::bench {
namespace {

using testing_frames::Frame;
using testing_frames::instruction_sets;
using testing_frames::InstructionSet;

void run(benchmark::State& state, const Metric& metric, const CpuFeatures& cpu, const FramePictures& pictures) {
    const OptionValues options(metric.options, {});
    const auto extractor = metric.make_cpu(Variants(&options, 1), pictures.ref.format, cpu);
    std::vector<std::byte> sums(metric.sums_size);
    for (auto _ : state) {
        extractor->extract(pictures, sums.data());
        benchmark::DoNotOptimize(sums.data());
    }
}

std::string row_name(const Metric& metric, const PictureFormat& format) {
    return cat(name_of(format), "/", metric.name);
}

void register_all(const Frame& frame) {
    const PictureFormat& format = frame.pictures().ref.format;
    for (const Metric* metric : metrics()) {
        if (!works(*metric, format)) continue;
        for (const InstructionSet& level : instruction_sets())
            benchmark::RegisterBenchmark(cat(row_name(*metric, format), "/", level.name).c_str(), run, *metric,
                                         level.features, frame.pictures())
                ->Unit(benchmark::kMillisecond);
    }
}

/// A row for each metric and format, a column for each instruction set: the median of the repetitions in milliseconds
/// of processor time, and how many times as fast as the scalar code that is.
class Table final : public benchmark::BenchmarkReporter {
 public:
    bool ReportContext(const Context&) override { return true; }

    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) {
            if (run.run_type != Run::RT_Iteration) continue;
            const std::string& name = run.run_name.function_name;
            const size_t slash = name.rfind('/');
            times_[name.substr(0, slash)][name.substr(slash + 1)].push_back(run.GetAdjustedCPUTime());
        }
    }

    void Finalize() override {
        std::printf("%-28s", "ms a frame (times scalar)");
        for (const InstructionSet& level : instruction_sets())
            std::printf("%18.*s", static_cast<int>(level.name.size()), level.name.data());
        std::printf("\n");
        for (auto& [row, by_level] : times_) {
            std::printf("%-28s", row.c_str());
            const double scalar = median(by_level["scalar"]);
            for (const InstructionSet& level : instruction_sets()) {
                const double time = median(by_level[std::string(level.name)]);
                std::printf("%10.3f (%5.1f)", time, scalar / time);
            }
            std::printf("\n");
        }
    }

 private:
    /// NaN if a filter left nothing.
    static double median(std::vector<double>& times) {
        if (times.empty()) return std::numeric_limits<double>::quiet_NaN();
        std::sort(times.begin(), times.end());
        return times[times.size() / 2];
    }

    std::map<std::string, std::map<std::string, std::vector<double>>> times_;
};

}  // namespace
}  // namespace vmaf::bench

int main(int argc, char** argv) {
    using namespace vmaf;
    const testing_frames::Frame frames[] = {
        {{VMAF_PIX_FMT_YUV420P, 8, 1920, 1080}, testing_frames::kPatterns[0], 2, testing_frames::Layout::kPadded},
        {{VMAF_PIX_FMT_YUV420P, 10, 1920, 1080}, testing_frames::kPatterns[0], 2, testing_frames::Layout::kPadded}};
    for (const testing_frames::Frame& frame : frames) bench::register_all(frame);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    bench::Table table;
    return benchmark::RunSpecifiedBenchmarks(&table) ? 0 : 1;
}
