// SpEED's arithmetic at its edges: matrices with known answers, singular planes, sizes and options that are refused.
#include "metric/speed/speed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <set>

#include "base/error.h"
#include "metric/speed/speed_math.h"
#include "metric/speed/speed_plan.h"
#include "support/instruction_sets.h"
#include "support/pictures.h"
#include "support/speed_cases.h"

namespace vmaf {
namespace {

using speed::kOrder;
using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestFrame;
using test::TestPicture;

constexpr PictureFormat kSmallest{VMAF_PIX_FMT_YUV420P, 8, 160, 160};
constexpr const char* kU = "Speed_chroma_feature_speed_chroma_u_score";
constexpr const char* kV = "Speed_chroma_feature_speed_chroma_v_score";
constexpr const char* kUV = "Speed_chroma_feature_speed_chroma_uv_score";

std::string refusal(const OptionStrings& strings, const PictureFormat& format) {
    try {
        kSpeedChroma.check(OptionValues(kSpeedChroma.options, strings), format);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

void fill(TestPicture& picture, unsigned plane, unsigned value) {
    for (unsigned y = 0; y < picture.format().plane_h(plane); y++)
        for (unsigned x = 0; x < picture.format().plane_w(plane); x++) picture.set(plane, x, y, value);
}

/// A symmetric matrix with positive eigenvalues.
void make_positive(speed::Matrix& c, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(-1, 1);
    float root[kOrder][kOrder];
    for (auto& row : root)
        for (float& value : row) value = uniform(random);
    for (int i = 0; i < kOrder; i++)
        for (int j = 0; j < kOrder; j++) {
            c[i][j] = i == j ? 1.f : 0.f;
            for (int l = 0; l < kOrder; l++) c[i][j] += root[i][l] * root[j][l];
        }
}

TEST(SpeedOptions, PlanesBelowOneBlockAreRefused) {
    EXPECT_EQ(refusal({}, kSmallest), "");
    EXPECT_EQ(refusal({}, {VMAF_PIX_FMT_YUV420P, 8, 158, 160}),
              "speed_chroma needs chroma planes of at least 80x80 samples after speed_prescale; these have 79x80");
    EXPECT_NE(refusal({}, {VMAF_PIX_FMT_YUV420P, 8, 160, 159}), "");
    EXPECT_EQ(refusal({}, {VMAF_PIX_FMT_YUV444P, 8, 80, 80}), "");
    EXPECT_NE(refusal({{"speed_prescale", "0.5"}}, kSmallest), "");
    EXPECT_EQ(refusal({{"speed_prescale", "2"}}, {VMAF_PIX_FMT_YUV420P, 8, 80, 80}), "");
    EXPECT_EQ(refusal({}, {VMAF_PIX_FMT_YUV400P, 8, 160, 160}), "speed_chroma needs pictures with chroma");
}

TEST(SpeedOptions, KernelScalesAreThoseOfTheTable) {
    for (const char* scale : {"1", "0.5", "3", "3.71134", "0.4445", "0.7407"})
        EXPECT_EQ(refusal({{"speed_kernelscale", scale}}, kSmallest), "") << scale;
    EXPECT_NE(refusal({{"speed_kernelscale", "0.1"}}, kSmallest).find("speed_kernelscale 0.1 is none of 1, 0.5, 1.5"),
              std::string::npos);
    EXPECT_NE(refusal({{"speed_kernelscale", "1.002"}}, kSmallest), "");
}

TEST(SpeedPlan, FiltersAddUpToOne) {
    for (const char* scale : {"1", "0.444444", "1.6", "3.71134"}) {
        const OptionValues options(kSpeedChroma.options, {{"speed_kernelscale", scale}});
        const speed::Plan plan(speed::Settings::of_chroma(options), kSmallest);
        for (const auto* filter : {&plan.smoothing, &plan.local_mean}) {
            double sum = 0;
            for (size_t i = 0; i < filter->size(); i++) {
                sum += static_cast<double>((*filter)[i]);
                EXPECT_EQ((*filter)[i], (*filter)[filter->size() - 1 - i]);
            }
            EXPECT_EQ(filter->size() % 2, 1u);
            EXPECT_NEAR(sum, 1, 1e-6);
        }
    }
}

TEST(SpeedPlan, EveryResamplingKeepsAConstant) {
    for (Resampling method : {Resampling::kNearest, Resampling::kBilinear, Resampling::kBicubic, Resampling::kLanczos4})
        for (double prescale : {0.6, 0.5, 1.7}) {
            const speed::Axis axis(200, prescale);
            const ResamplingTable table = axis.resampling(method);
            ASSERT_EQ(table.weight.size(), static_cast<size_t>(table.taps * axis.scaled));
            for (int i = 0; i < axis.scaled; i++) {
                double sum = 0;
                for (int j = 0; j < table.taps; j++) sum += static_cast<double>(table.weight[i * table.taps + j]);
                EXPECT_NEAR(sum, 1, method == Resampling::kLanczos4 ? 0.02 : 1e-6) << i;
            }
            EXPECT_GE(*std::min_element(table.index.begin(), table.index.end()), 0);
            EXPECT_LT(*std::max_element(table.index.begin(), table.index.end()), axis.source);
        }
}

TEST(SpeedMath, DisplacementsMeetEveryPairOfWindowsOnce) {
    std::set<std::pair<int, int>> pairs;
    for (int i = 0; i < speed::kDisplacements; i++) {
        const speed::Displacement d = speed::displacement(i);
        for (int y = 0; y + d.rows < speed::kSide; y++)
            for (int x = d.first(); x <= d.last(); x++)
                EXPECT_TRUE(pairs.emplace(speed::kSide * y + x, speed::kSide * (y + d.rows) + x + d.columns).second);
    }
    EXPECT_EQ(pairs.size(), static_cast<size_t>(kOrder * (kOrder + 1) / 2));
    for (const auto& [a, b] : pairs) EXPECT_LE(a, b);
}

TEST(SpeedMath, EigenvaluesOfASecondDifferenceAreKnown) {
    speed::Matrix a = {};
    for (int i = 0; i < kOrder; i++) {
        a[i][i] = 2;
        if (i > 0) a[i][i - 1] = a[i - 1][i] = -1;
    }
    speed::Vector d, e, v, x;
    speed::make_tridiagonal(a, d, e, v, x, speed::Alone{});
    speed::diagonalise(d, e, speed::Alone{});
    std::sort(d, d + kOrder);
    for (int i = 0; i < kOrder; i++)
        EXPECT_NEAR(d[i], 2 - 2 * std::cos((i + 1) * std::numbers::pi / (kOrder + 1)), 2e-5) << i;
}

TEST(SpeedMath, EigenvaluesKeepTheTraceAndTheSquares) {
    speed::Matrix c, work;
    make_positive(c, 1);
    std::copy(&c[0][0], &c[0][0] + kOrder * speed::kPitch, &work[0][0]);
    speed::Vector d, e, v, x;
    speed::make_tridiagonal(work, d, e, v, x, speed::Alone{});
    speed::diagonalise(d, e, speed::Alone{});
    double trace = 0, squares = 0, sum = 0, sum_of_squares = 0;
    for (int i = 0; i < kOrder; i++) {
        trace += static_cast<double>(c[i][i]);
        sum += static_cast<double>(d[i]);
        sum_of_squares += std::pow(static_cast<double>(d[i]), 2);
        for (int j = 0; j < kOrder; j++) squares += std::pow(static_cast<double>(c[i][j]), 2);
    }
    EXPECT_NEAR(sum, trace, trace * 1e-5);
    EXPECT_NEAR(sum_of_squares, squares, squares * 1e-5);
}

TEST(SpeedMath, FactorsGiveTheQuadraticFormOfTheInverse) {
    speed::Matrix c;
    make_positive(c, 2);
    speed::Factors factors;
    speed::FactorScratch scratch;
    speed::factorise(c, factors, scratch, speed::Alone{});
    EXPECT_FALSE(speed::has_tiny_pivot(factors.r));
    // y = C z has y' C^-1 y = y' z.
    float y[kOrder] = {};
    double expected = 0;
    for (int i = 0; i < kOrder; i++)
        for (int j = 0; j < kOrder; j++) y[i] += c[i][j] * static_cast<float>(j % 7 - 3);
    for (int i = 0; i < kOrder; i++) expected += static_cast<double>(y[i]) * (i % 7 - 3) / kOrder;
    EXPECT_NEAR(speed::variance(factors, y), expected, std::fabs(expected) * 1e-4);
}

TEST(SpeedMath, WeightModesTakeTheVariancesThatTheyName) {
    const auto at = [](int mode) {
        const speed::WeightArguments arguments = speed::weight_arguments(mode, 8, 4);
        return std::pair(arguments.ref, arguments.dis);
    };
    EXPECT_EQ(at(0), std::pair(9., 5.));
    EXPECT_EQ(at(1), std::pair(9., 9.));
    EXPECT_EQ(at(2), std::pair(5., 5.));
    EXPECT_EQ(at(3), std::pair(7., 7.));
    EXPECT_EQ(at(4), std::pair(9., 7.));
    EXPECT_EQ(at(5), std::pair(9., 8.));
    EXPECT_EQ(at(6), std::pair(9., 6.));
}

TEST(SpeedMath, NoiseInBothPicturesCountsNothing) {
    const speed::Weighting weights = speed::weighting(0, 0.29f, 0.5f);
    EXPECT_EQ(speed::local_difference(weights, {3, weights.base_entropy - 1}, {9, weights.base_entropy - 2}), 0);
    EXPECT_GT(speed::local_difference(weights, {3, weights.base_entropy - 1}, {9, weights.base_entropy}), 0);
}

TEST(SpeedChroma, FlatPlanesAreSingularAndScoreZero) {
    const Scores scores = run_metric(kSpeedChroma, {}, make_frames(kSmallest, 1, Pattern::kZero, Pattern::kPeak));
    for (const char* name : {kU, kV, kUV}) EXPECT_EQ(scores.at(name, 0), 0) << name;
}

TEST(SpeedChroma, ASingularPlaneLeavesTheOtherOnesScore) {
    const PictureFormat format{VMAF_PIX_FMT_YUV444P, 8, 256, 256};
    for (unsigned flat : {1u, 2u}) {
        auto frames = make_frames(format, 1, Pattern::kNoise, Pattern::kTexture);
        fill(frames[0].dis, flat, 77);
        const Scores scores = run_metric(kSpeedChroma, {}, frames);
        EXPECT_EQ(scores.at(flat == 1 ? kU : kV, 0), 0);
        EXPECT_GT(scores.at(flat == 1 ? kV : kU, 0), 0);
        EXPECT_EQ(scores.at(kUV, 0), scores.at(flat == 1 ? kV : kU, 0));
    }
}

TEST(SpeedChroma, TheSamePictureTwiceScoresZero) {
    const PictureFormat format{VMAF_PIX_FMT_YUV422P, 12, 321, 163};
    std::vector<TestFrame> frames{{0, {format, Pattern::kNoise, 3}, {format, Pattern::kNoise, 3}}};
    const Scores scores = run_metric(kSpeedChroma, {}, frames);
    for (const char* name : {kU, kV, kUV}) EXPECT_EQ(scores.at(name, 0), 0) << name;
}

TEST(SpeedChroma, DepthsAreSteps) {
    std::vector<double> values;
    for (unsigned bpc : {8u, 9u, 12u, 16u}) {
        const PictureFormat format{VMAF_PIX_FMT_YUV444P, bpc, 256, 256};
        TestPicture ref(format), dis(format);
        for (unsigned p = 0; p < 3; p++)
            for (unsigned y = 0; y < format.plane_h(p); y++)
                for (unsigned x = 0; x < format.plane_w(p); x++) {
                    ref.set(p, x, y, test::pattern_sample(Pattern::kNoise, 8, p, x, y, 1) << (bpc - 8));
                    dis.set(p, x, y, test::pattern_sample(Pattern::kTexture, 8, p, x, y, 2) << (bpc - 8));
                }
        values.push_back(run_metric(kSpeedChroma, {}, {{0, ref, dis}}).at(kUV, 0));
    }
    EXPECT_GT(values[0], 0);
    for (double value : values) EXPECT_EQ(value, values[0]);
}

class Collected final : public ScoreSink {
 public:
    void set(unsigned, size_t feature, double value) override { values[feature] = value; }
    void aggregate(std::string_view, double) override {}
    void warn(std::string_view) override {}
    double values[3] = {};
};

TEST(SpeedChroma, TheLimitHoldsForEveryValueAndForNone) {
    const OptionValues options(kSpeedChroma.options, {{"speed_max_val", "45"}});
    const auto scorer = kSpeedChroma.make_scorer(options, kSmallest);
    const speed::Sums sums{{{std::numeric_limits<float>::quiet_NaN(), 0}, {60, 0}}};
    std::byte bytes[sizeof sums];
    store_sums(bytes, 0, sums);
    Collected collected;
    scorer->score(0, bytes, collected);
    for (double value : collected.values) EXPECT_EQ(value, 45);
}

TEST(SpeedVectors, EqualTheScalarPass) {
    unsigned regular = 0;
    for (const auto& [metric, format, strings] : test::speed_cases()) {
        const auto frames = test::make_frames(format, 2, Pattern::kNoise, Pattern::kTexture);
        const OptionValues options(metric->options, strings);
        const auto sums = [&, chosen = metric, size = format](const CpuFeatures& cpu) {
            std::vector<std::byte> bytes(chosen->sums_size);
            chosen->make_cpu(Variants(&options, 1), size, cpu)->extract(test::pictures_of(frames, 1), bytes.data());
            return load_sums<speed::Sums>(bytes.data());
        };
        const speed::Sums expected = sums({});
        regular += expected.plane[0].score > 0;
        for (const auto& [name, features] : testing_frames::instruction_sets())
            EXPECT_EQ(sums(features), expected)
                << name << ", " << metric->name << options.name_suffix() << ", " << format.w << "x" << format.h;
    }
    EXPECT_GE(regular, 8u);
}

constexpr const char* kTemporal = "Speed_temporal_feature_speed_temporal_score";
constexpr PictureFormat kLuma{VMAF_PIX_FMT_YUV400P, 10, 256, 241};

TEST(SpeedTemporal, TheFirstFrameAndStillPicturesScoreZero) {
    const TestPicture ref(kLuma, Pattern::kNoise, 1), dis(kLuma, Pattern::kTexture, 2);
    const Scores scores = run_metric(kSpeedTemporal, {}, {{4, ref, dis}, {7, ref, dis}, {8, dis, ref}});
    EXPECT_EQ(scores.at(kTemporal, 4), 0);
    EXPECT_EQ(scores.at(kTemporal, 7), 0);
    EXPECT_EQ(scores.at(kTemporal, 8), 0);  // both changed alike, but for the sign
}

TEST(SpeedTemporal, TheReferenceCanBeWhatTheDistortedChangeIsTakenFrom) {
    const TestPicture a(kLuma, Pattern::kNoise, 1), b(kLuma, Pattern::kTexture, 2), c(kLuma, Pattern::kNoise, 3);
    const auto score = [](const OptionStrings& options, const std::vector<TestFrame>& frames) {
        return run_metric(kSpeedTemporal, options, frames).at(kTemporal, 1);
    };
    const OptionStrings from_reference{{"speed_use_ref_diff", "true"}};
    EXPECT_GT(score({}, {{0, a, a}, {1, b, c}}), 0);
    EXPECT_EQ(score(from_reference, {{0, a, a}, {1, b, c}}), 0);
    EXPECT_EQ(score(from_reference, {{0, a, c}, {1, b, a}}), score({}, {{0, a, c}, {1, b, b}}));
}

TEST(SpeedTemporal, ALimitIsAcceptedWithoutEffect) {
    const auto frames = make_frames(kLuma, 2, Pattern::kNoise, Pattern::kTexture);
    const double value = run_metric(kSpeedTemporal, {}, frames).at(kTemporal, 1);
    EXPECT_GT(value, 1);
    EXPECT_EQ(run_metric(kSpeedTemporal, {{"speed_max_val", "1"}}, frames).at(kTemporal, 1), value);
}

}  // namespace
}  // namespace vmaf
