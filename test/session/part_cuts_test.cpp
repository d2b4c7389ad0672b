// Runs cut at random, whose parts merge into the report of one run.
#include <numeric>
#include <random>

#include "parts.h"

namespace vmaf::test {
namespace {

template <class Random>
unsigned pick(Random& random, unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
}

template <class Random>
Settings random_setup(Random& random) {
    Settings setup;
    setup.frames = pick(random, 1, 48);
    setup.subsample = pick(random, 0, 2) ? 1 : pick(random, 2, 5);
    setup.least_depth = pick(random, 0, 7) ? 8 : 10;
    setup.models = static_cast<Models>(pick(random, 0, 5) % 3);
    for (unsigned i = pick(random, setup.models == Models::kNone, 4); i > 0; i--)
        setup.extractors.push_back(kExtractors[pick(random, 0, kExtractors.size() - 1)]);
    if (pick(random, 0, 3) == 0) {
        setup.range.low = pick(random, 0, setup.frames - 1);
        setup.range.high = pick(random, setup.range.low, setup.frames - 1);
        if ((setup.range.high / setup.subsample) * setup.subsample < setup.range.low) setup.subsample = 1;
    }
    return setup;
}

/// N ranges of nearly equal length, or of any; N is at most the number of frames.
template <class Random>
std::vector<FrameRange> random_cuts(Random& random, const FrameRange& run) {
    const unsigned frames = run.high - run.low + 1, parts = std::min(pick(random, 1, 40), frames);
    std::vector<unsigned> inside(frames - 1);
    std::iota(inside.begin(), inside.end(), run.low + 1);
    std::vector<unsigned> bounds = {run.low};
    std::ranges::sample(inside, std::back_inserter(bounds), parts - 1, random);
    bounds.push_back(run.high + 1);
    std::vector<FrameRange> cuts;
    for (size_t i = 0; i + 1 < bounds.size(); i++) cuts.push_back({bounds[i], bounds[i + 1] - 1});
    return cuts;
}

class RandomCuts : public Parts, public ::testing::WithParamInterface<unsigned> {};

TEST_P(RandomCuts, MergeIntoTheReportOfOneRun) {
    constexpr unsigned kCuts = 20;
    constexpr VmafOutputFormat kFormats[] = {VMAF_OUTPUT_FORMAT_JSON, VMAF_OUTPUT_FORMAT_XML, VMAF_OUTPUT_FORMAT_CSV,
                                             VMAF_OUTPUT_FORMAT_SUB};
    std::mt19937 random(GetParam());
    for (unsigned cut = 0; cut < kCuts; cut++) {
        const Settings setup = random_setup(random);
        const std::vector<FrameRange> cuts = random_cuts(random, whole(setup));
        std::vector<std::string> paths;
        for (const FrameRange& frames : cuts) {
            while (pick(random, 0, 9) == 0) {  // killed, and started again
                Scoring killed(setup, pick(random, 0, 2));
                ASSERT_EQ(killed.begin(frames, whole(setup)), 0) << vmaf_last_error();
                const FrameRange needed = killed.needed();
                killed.read({needed.low, pick(random, needed.low, needed.high)});
            }
            paths.push_back(
                make_part(setup, "part" + std::to_string(paths.size()), frames, pick(random, 0, 3) ? 0 : 2));
        }
        std::ranges::shuffle(paths, random);
        const VmafOutputFormat format = kFormats[pick(random, 0, 3)];
        const std::string one = one_run(setup, format, pick(random, 0, 2)), together = merged(setup, paths, format);
        ASSERT_EQ(together, one) << "cut " << cut << " of seed " << GetParam() << ": " << setup.frames << " frames in "
                                 << cuts.size() << " parts, every " << setup.subsample;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCuts, ::testing::Range(1u, 11u));

}  // namespace
}  // namespace vmaf::test
