// Every metric on every backend: the Sums of each must be those of the scalar reference, byte by byte.
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "base/error.h"
#include "metric/metric.h"
#include "support/frames.h"
#include "support/instruction_sets.h"
#include "support/metric_cases.h"
#include "support/views.h"

namespace vmaf {
namespace {

using testing_frames::Frame;
using testing_frames::kPatterns;
using testing_frames::large_enough;
using testing_frames::Layout;
using testing_frames::needs_of;
using testing_frames::Pattern;
using testing_frames::some_patterns;
using testing_frames::works;
using Backend = testing_frames::InstructionSet;
using Bytes = std::vector<std::byte>;

std::string names_of(const std::vector<Backend>& list) {
    std::string names;
    for (const Backend& backend : list) names += (names.empty() ? "" : " ") + backend.name;
    return names;
}

std::string text_of(const PictureFormat& format) {
    return cat(format.w, "x", format.h, " format ", static_cast<int>(format.pix_fmt), " ", format.bpc, " bit");
}

/// The same as extract() by way of the reference alone, where an extractor can do that: the first step is shown no distorted picture.
Bytes sums_in_two_steps(Extractor& extractor, const FramePictures& pictures, size_t size) {
    const auto reference = extractor.new_reference();
    EXPECT_EQ(reference->bytes(), extractor.reference_bytes());
    FramePictures first = pictures;
    first.dis = {.format = pictures.dis.format};
    extractor.prepare(first, *reference);
    Bytes sums(size);
    for (int encode = 0; encode < 2; encode++) extractor.extract_with(*reference, pictures, sums.data());
    return sums;
}

/// What the extractor writes for a frame of which it is shown no more than the metric asks for.
Bytes sums_of(const Metric& metric, Extractor& extractor, Variants variants, const FramePictures& pictures) {
    const PictureFormat& format = pictures.dis.format;
    Bytes sums(metric.result_size(variants, format));
    unsigned needs = kNoNeeds;
    for (const OptionValues& options : variants) needs = united_needs(needs, needs_of(metric, options, format));
    const FramePictures shown = testing_frames::as_asked_for(pictures, needs);
    extractor.extract(shown, sums.data());
    constexpr unsigned kSmall = 96 * 96;  // the steps over more are the same
    if (extractor.reference_bytes() && format.w * format.h <= kSmall) {
        EXPECT_EQ(sums_in_two_steps(extractor, shown, sums.size()), sums) << metric.name;
    }
    return sums;
}

Bytes sums_of(const Metric& metric, Variants variants, const CpuFeatures& features, const FramePictures& pictures) {
    const auto extractor = metric.make_cpu(variants, pictures.dis.format, features);
    return sums_of(metric, *extractor, variants, pictures);
}

/// Offset of the first differing byte, for messages.
std::optional<size_t> first_difference(const Bytes& a, const Bytes& b) {
    for (size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) return i;
    return std::nullopt;
}

std::vector<PictureFormat> formats(const Metric& metric, unsigned bpc, unsigned w, unsigned h) {
    std::vector<PictureFormat> list{{VMAF_PIX_FMT_YUV420P, bpc, w, h}};
    const unsigned needs = needs_of(metric, OptionValues(metric.options, {}), list[0]);
    list.push_back({VMAF_PIX_FMT_YUV400P, bpc, w, h});
    if (needs & kChroma) {
        list.push_back({VMAF_PIX_FMT_YUV422P, bpc, w, h});
        list.push_back({VMAF_PIX_FMT_YUV444P, bpc, w, h});
    }
    return list;
}

/// Under sanitizers, which look at accesses and overflows, the ends of both sample types.
bool tried(unsigned bpc) { return !test::kSanitized || bpc == 8 || bpc == 9 || bpc == 16; }

/// Sizes and depths of a test run. Larger pictures with VMAF_TEST_LARGE=1 in the environment. Under sanitizers one pattern goes through all
/// sizes: what is accessed hangs on them alone, and what overflows shows in few.
std::vector<PictureFormat> cases(const Metric& metric, const Pattern& pattern) {
    const bool random = pattern.name == "random",
               large_too = random || (pattern.name == "texture" && !test::kSanitized);
    struct Size {
        unsigned w, h;
    };
    std::vector<PictureFormat> list;
    const auto add = [&](Size size, std::initializer_list<unsigned> depths) {
        for (unsigned bpc : depths)
            if (tried(bpc))
                for (const PictureFormat& format : formats(metric, bpc, size.w, size.h)) list.push_back(format);
    };
    const PictureFormat least = large_enough(metric, {VMAF_PIX_FMT_YUV420P, 8, 90, 35});
    if (test::kSanitized && !random) {
        for (Size size : {Size{31, 29}, {90, 35}}) add(size, {8, 16});
        if (least.w > 90) add({least.w, least.h}, {8});
        return list;
    }
    for (Size size : {Size{1, 1}, {2, 2}, {1, 9}, {9, 1}, {3, 5}, {7, 3}, {16, 16}, {31, 29}, {64, 64}})
        add(size, {8, 10, 16});
    add({17, 33}, {8, 9, 10, 11, 12, 13, 14, 15, 16});
    add({90, 35}, {8, 9, 10, 11, 12, 13, 14, 15, 16});
    if (least.w > 90) add({least.w, least.h}, {8, 10, 16});
    if (large_too) add({127, 129}, {8, 10, 16});
    if (large_too && !test::kSanitized) add({testing_frames::kEnoughWidth, testing_frames::kEnoughHeight}, {8, 10, 16});
    if (large_too && std::getenv("VMAF_TEST_LARGE"))
        for (Size size : {Size{1920, 1080}, {3840, 2160}}) add(size, {8, 10});
    return list;
}

/// One frame in both layouts.
struct Frames {
    Frames(const PictureFormat& format, const Pattern& pattern, unsigned previous)
        : padded(format, pattern, previous, Layout::kPadded),
          tight(padded, Layout::kTight),
          text(cat(text_of(format), ", ", pattern.name, ", ", previous, " previous")) {}

    Frame padded, tight;
    std::string text;
};

/// Compares every backend, on a tight picture, with the scalar path on a padded one.
void compare(const Metric& metric, const OptionValues& options, const Frames& frames) {
    SCOPED_TRACE(cat(frames.text, ", options", options.name_suffix()));
    const Variants variants(&options, 1);
    const Bytes expected = sums_of(metric, variants, {}, frames.padded.pictures());
    for (const Backend& backend : testing_frames::instruction_sets()) {
        const Bytes sums = sums_of(metric, variants, backend.features, frames.tight.pictures());
        EXPECT_EQ(first_difference(sums, expected), std::nullopt) << "backend " << backend.name << ": offset in Sums";
    }
}

/// For runs that are made for a certain processor, such as an emulated one: without its sets they would prove little.
TEST(InstructionSets, AreThoseThatTheEnvironmentNames) {
    const char* const wanted = std::getenv("VMAF_TEST_SETS");
    if (!wanted)
        GTEST_SKIP() << "VMAF_TEST_SETS names no sets; this machine has "
                     << names_of(testing_frames::instruction_sets());
    EXPECT_EQ(names_of(testing_frames::instruction_sets()), wanted);
}

class Backends : public testing::TestWithParam<const Metric*> {
 protected:
    const Metric& metric() const { return *GetParam(); }
};

TEST_P(Backends, EveryOptionAgreesWithScalar) {
    std::vector<OptionStrings> sweep = testing_frames::option_sweep(metric(), Option::Scope::kPass);
    for (const auto& more :
         {testing_frames::option_sweep(metric(), Option::Scope::kVariant), testing_frames::choice_sweep(metric())})
        sweep.insert(sweep.end(), more.begin(), more.end());
    unsigned compared = 0;
    for (const PictureFormat& smallest :
         {PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 97, 43}, {VMAF_PIX_FMT_YUV420P, 12, 66, 40}})
        for (unsigned i = 0; i < testing_frames::kOptionPatterns; ++i) {
            const PictureFormat format = large_enough(metric(), smallest);
            const Frames frames(format, kPatterns[i], 2);
            for (const OptionStrings& strings : sweep) {
                const OptionValues options(metric().options, strings);
                if (!works(metric(), options, format)) continue;
                compare(metric(), options, frames);
                ++compared;
            }
        }
    if (!compared) GTEST_SKIP() << "this metric has no option that works at these sizes";
}

TEST_P(Backends, SharedPassAgreesWithSeparateOnes) {
    std::vector<OptionValues> options{OptionValues(metric().options, {})};
    for (const OptionStrings& strings : testing_frames::option_sweep(metric(), Option::Scope::kVariant))
        options.emplace_back(metric().options, strings);
    if (options.size() == 1) GTEST_SKIP() << "all options of this metric change its pass";
    for (const PictureFormat& smallest :
         {PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 97, 43}, {VMAF_PIX_FMT_YUV420P, 16, 64, 64}})
        for (const Pattern& pattern : some_patterns()) {
            const PictureFormat format = large_enough(metric(), smallest);
            const Frame frame(format, pattern, 2, Layout::kTight);
            for (const Backend& backend : testing_frames::instruction_sets()) {
                Bytes separate, artefacts;
                for (const OptionValues& variant : options) {
                    const Bytes sums = sums_of(metric(), Variants(&variant, 1), backend.features, frame.pictures());
                    const auto artefact = sums.begin() + static_cast<ptrdiff_t>(metric().sums_size);
                    separate.insert(separate.end(), sums.begin(), artefact);
                    artefacts.insert(artefacts.end(), artefact, sums.end());
                }
                separate.insert(separate.end(), artefacts.begin(), artefacts.end());
                EXPECT_EQ(first_difference(sums_of(metric(), options, backend.features, frame.pictures()), separate),
                          std::nullopt)
                    << text_of(format) << ", " << pattern.name << ", " << backend.name;
            }
        }
}

TEST_P(Backends, NothingIsKeptFromFrameToFrame) {
    const PictureFormat format = large_enough(metric(), {VMAF_PIX_FMT_YUV420P, 10, 97, 63});
    const OptionValues options(metric().options, {});
    for (const Backend& backend : testing_frames::instruction_sets()) {
        const auto used = metric().make_cpu(Variants(&options, 1), format, backend.features);
        for (const Pattern& pattern : some_patterns()) {
            const Frame frame(format, pattern, 2, Layout::kTight);
            const Bytes fresh = sums_of(metric(), Variants(&options, 1), backend.features, frame.pictures());
            EXPECT_EQ(first_difference(sums_of(metric(), *used, Variants(&options, 1), frame.pictures()), fresh),
                      std::nullopt)
                << backend.name << ", " << pattern.name;
        }
    }
}

/// Three workers, to whom items go from the last to the first.
class BackwardHelpers final : public Helpers {
 public:
    unsigned most() const override { return 3; }
    void share(unsigned items, const Item& item) override {
        for (unsigned i = items; i-- > 0;) item(i, i % most());
        shared_ += items;
    }
    unsigned shared() const { return shared_; }

 private:
    unsigned shared_ = 0;
};

TEST_P(Backends, HelpersChangeNothing) {
    unsigned shared = 0;
    const OptionValues options(metric().options, {});
    for (const PictureFormat& format : {PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 1050, 40},
                                        {VMAF_PIX_FMT_YUV420P, 10, 513, 64},
                                        {VMAF_PIX_FMT_YUV420P, 8, 353, 289},
                                        {VMAF_PIX_FMT_YUV420P, 8, 72, 530},
                                        {VMAF_PIX_FMT_YUV420P, 10, 40, 795}}) {
        if (!works(metric(), options, format)) continue;
        const Frame frame(format, kPatterns[0], 2, Layout::kTight);
        for (const Backend& backend : testing_frames::instruction_sets()) {
            const auto helped = metric().make_cpu(Variants(&options, 1), format, backend.features);
            BackwardHelpers helpers;
            helped->use_helpers(helpers);
            const Bytes expected = sums_of(metric(), Variants(&options, 1), backend.features, frame.pictures());
            for (int i = 0; i < 2; i++)
                EXPECT_EQ(
                    first_difference(sums_of(metric(), *helped, Variants(&options, 1), frame.pictures()), expected),
                    std::nullopt)
                    << text_of(format) << ", " << backend.name << ", frame " << i;
            if (helped->reference_bytes()) {
                EXPECT_EQ(first_difference(sums_in_two_steps(*helped, frame.pictures(), expected.size()), expected),
                          std::nullopt)
                    << text_of(format) << ", " << backend.name;
            }
            shared += helpers.shared();
        }
    }
    if (!shared) GTEST_SKIP() << "this metric shares no work";
}

class Contents : public testing::TestWithParam<std::tuple<const Metric*, Pattern>> {};

TEST_P(Contents, EverySizeDepthAndFormatAgreesWithScalar) {
    const Metric& metric = *std::get<0>(GetParam());
    const Pattern& pattern = std::get<1>(GetParam());
    const OptionValues options(metric.options, {});
    unsigned compared = 0;
    for (const PictureFormat& format : cases(metric, pattern)) {
        if (!works(metric, options, format)) continue;
        compare(metric, options, {format, pattern, 2});
        const unsigned needs = needs_of(metric, options, format);
        for (unsigned previous = 0; previous < std::max(previous_refs(needs), previous_dis(needs)); ++previous)
            compare(metric, options, {format, pattern, previous});
        ++compared;
    }
    if (!compared) GTEST_SKIP() << "this metric needs larger pictures";
}

std::vector<const Metric*> all_metrics() { return {metrics().begin(), metrics().end()}; }

INSTANTIATE_TEST_SUITE_P(Metrics, Backends, testing::ValuesIn(all_metrics()),
                         [](const auto& info) { return std::string(info.param->name); });
INSTANTIATE_TEST_SUITE_P(Metrics, Contents,
                         testing::Combine(testing::ValuesIn(all_metrics()), testing::ValuesIn(kPatterns)),
                         [](const auto& info) {
                             return cat(std::get<0>(info.param)->name, "_", std::get<1>(info.param).name);
                         });

}  // namespace
}  // namespace vmaf
