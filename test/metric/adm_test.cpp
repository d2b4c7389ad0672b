// adm against recorded reference values, against its definition and against itself.
#include "metric/adm/adm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/error.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

const std::span<const Option> kOptions = kAdm.options;
/// Places among the features.
enum : size_t { kAdm2, kAim, kAdm3, kScale0 };

struct Recorded {
    unsigned w, h, bpc;
    Pattern ref, dis;
    OptionStrings options;
    double scores[7];  // adm2, aim, adm3, scales 0 to 3
};

// libvmaf 3.2.0 (f85a8536), C path (cpumask 63), on make_frames(format, 1, ref, dis).
const Recorded kRecorded[] = {
    {64,
     48,
     8,
     Pattern::kTexture,
     Pattern::kTexture,
     {},
     {0.82683333802834991, 0.040353449600927335, 0.89323994421371133, 0.79602332543927112, 0.74254551649160194,
      0.85079864658834747, 0.83169699752548409}},
    {67,
     53,
     8,
     Pattern::kTexture,
     Pattern::kNoise,
     {},
     {0.29324889409754462, 0.40477332218136269, 0.44423778595809094, 1.1058397767300734, 0.4387394811255188,
      0.35253563106451946, 0.19003902605448403}},
    {33,
     97,
     10,
     Pattern::kTexture,
     Pattern::kTexture,
     {},
     {0.83355755240835339, 0.03802144771059561, 0.89776805234887891, 0.76406589587969465, 0.76492475723147391,
      0.8397468735801894, 0.84437641274465425}},
    {144,
     80,
     8,
     Pattern::kNoise,
     Pattern::kNoise,
     {},
     {0.4032435322396048, 0.65661969473404036, 0.37331191875278225, 0.46683638854379361, 0.37182277454071788,
      0.37265420052394854, 0.40587295450880412}},
    {96,
     64,
     16,
     Pattern::kNoise,
     Pattern::kTexture,
     {},
     {0.24056742833137867, 1.2184478449197516, 0.01105979170581356, 0.27526504499279902, 0.27201555411678496,
      0.28991051510045418, 0.080331036835960268}},
    {80,
     72,
     12,
     Pattern::kRamp,
     Pattern::kTexture,
     {},
     {0.1305725308264874, 0.93272383302555617, 0.098924348900465614, 0.4472337195651776, 0.21578977108591849,
      0.1567192240056039, 0.023688776336513444}},
    {61,
     64,
     9,
     Pattern::kChecker,
     Pattern::kNoise,
     {},
     {0.6255488408943306, 3.8257179740333278, 0, 0.43058031500658733, 1, 0.9964475163915818, 0.99853325433369855}},
    {64, 64, 8, Pattern::kZero, Pattern::kPeak, {}, {1, 0, 1, 1, 1, 1, 1}},
    {100,
     60,
     8,
     Pattern::kTexture,
     Pattern::kTexture,
     {{"adm_enhn_gain_limit", "1"}},
     {0.81913571308137578, 0.034257755117926274, 0.89243897898172475, 0.78366085710882871, 0.72449160739340246,
      0.81977274128732314, 0.83266882104867546}},
    {100,
     60,
     10,
     Pattern::kTexture,
     Pattern::kRamp,
     {{"adm_enhn_gain_limit", "1.2"}},
     {0.36096049735355606, 0.78369322041306433, 0.28863363847024587, 0.6650899311549231, 0.36765523571001663,
      0.33511500737923228, 0.3451328913056928}},
    {100,
     60,
     8,
     Pattern::kTexture,
     Pattern::kTexture,
     {{"adm_csf_mode", "2"}, {"adm_dlm_weight", "0.7"}, {"adm_min_val", "0.5"}, {"adm_noise_weight", "0.02"}},
     {0.83093815071797617, 0.02607888185921925, 0.87383304094481762, 0.81820898982300083, 0.74274674024644582,
      0.84982225800430877, 0.83220496851333958}},
    {100,
     60,
     14,
     Pattern::kTexture,
     Pattern::kTexture,
     {{"adm_csf_mode", "3"}, {"adm_norm_view_dist", "1.5"}, {"adm_ref_display_height", "2160"}},
     {0.83730027835912502, 0.03081938733200729, 0.90324044551355887, 0.83409474022475794, 0.77503994373736818,
      0.8438655906261322, 0.84107316206157867}},
    {100,
     60,
     8,
     Pattern::kTexture,
     Pattern::kTexture,
     {{"adm_csf_diag_scale", "0.001"}, {"adm_csf_mode", "1"}, {"adm_csf_scale", "0.5"}},
     {0.028966633891520158, 0.0024696564452551927, 0.51324848872313245, 0.0706447773317848, 0.1437197856548437,
      0.03797169160004147, 0.023611301431552836}},
    {100,
     60,
     8,
     Pattern::kTexture,
     Pattern::kNoise,
     {{"adm_norm_view_dist", "4.5"}, {"adm_ref_display_height", "1440"}, {"adm_skip_scale0", "true"}},
     {0.27658740491500799, 0.2438107883852188, 0.51638830826489457, 0, 0.64966846345351248, 0.40380060678547919,
      0.18306977279166101}},
    {100,
     60,
     8,
     Pattern::kTexture,
     Pattern::kNoise,
     {{"adm_noise_weight", "0"}, {"adm_skip_aim", "true"}},
     {0.21011423209844521, 0, 0.60505711604922263, 1.1224741978206465, 0.16848262296764943, 0.30128236775625972,
      0.15327951078302043}},
};

PictureFormat grey(unsigned w, unsigned h, unsigned bpc) { return {VMAF_PIX_FMT_YUV400P, bpc, w, h}; }

Scores scores_of(const PictureFormat& format, Pattern ref, Pattern dis, const OptionStrings& options = {}) {
    return run_metric(kAdm, options, make_frames(format, 1, ref, dis));
}

std::string feature(size_t index) { return std::string(kAdm.features[index].name); }

TEST(Adm, EqualsTheRecordedValues) {
    for (const Recorded& r : kRecorded) {
        SCOPED_TRACE(cat(r.w, "x", r.h, ", ", r.bpc, " bit", OptionValues(kOptions, r.options).name_suffix()));
        const Scores scores = scores_of(grey(r.w, r.h, r.bpc), r.ref, r.dis, r.options);
        EXPECT_EQ(scores.size(), 7u);
        for (size_t f = 0; f < 7; f++) EXPECT_EQ(scores.at(feature(f), 0), r.scores[f]) << feature(f);
    }
}

TEST(Adm, DebugValuesAgreeWithTheScores) {
    const Scores scores = scores_of(grey(75, 41, 8), Pattern::kTexture, Pattern::kTexture, {{"debug", "true"}});
    EXPECT_EQ(scores.size(), kAdm.features.size());
    EXPECT_EQ(scores.at("integer_adm", 0), scores.at(feature(kAdm2), 0));
    EXPECT_EQ(scores.at("integer_adm", 0), scores.at("integer_adm_num", 0) / scores.at("integer_adm_den", 0));
    double num = 0, den = 0;
    for (int s = 0; s < adm::kScales; s++) {
        const double n = scores.at(cat("integer_adm_num_scale", s), 0),
                     d = scores.at(cat("integer_adm_den_scale", s), 0);
        EXPECT_EQ(scores.at(cat("integer_adm_scale", s), 0), n / d);
        num += n, den += d;
    }
    EXPECT_EQ(scores.at("integer_adm_num", 0), num);
    EXPECT_EQ(scores.at("integer_adm_den", 0), den);
}

TEST(Adm, VariantsOfOnePassEqualPassesOfTheirOwn) {
    std::vector<OptionValues> variants;
    for (const char* gain : {"100", "1", "1.2"})
        variants.emplace_back(kOptions, OptionStrings{{"adm_enhn_gain_limit", gain}});
    EXPECT_TRUE(variants[0].shares_pass(variants[1]));
    const PictureFormat format = grey(90, 51, 10);
    const TestPicture ref(format, Pattern::kTexture, 1), dis(format, Pattern::kTexture, 2);
    const FramePictures frame{.ref = ref.view(), .dis = dis.view()};

    adm::Sums together[3], alone[3];
    kAdm.make_cpu(variants, format, {})->extract(frame, reinterpret_cast<std::byte*>(together));
    for (int i = 0; i < 3; i++)
        kAdm.make_cpu({&variants[i], 1}, format, {})->extract(frame, reinterpret_cast<std::byte*>(&alone[i]));
    EXPECT_EQ(std::memcmp(together, alone, sizeof alone), 0);
    EXPECT_NE(std::memcmp(&alone[0], &alone[1], sizeof alone[0]), 0);
    EXPECT_NE(std::memcmp(&alone[1], &alone[2], sizeof alone[0]), 0);
}

TEST(Adm, AnExtractorKeepsNothingFromFrameToFrame) {
    const PictureFormat format = grey(50, 70, 8);
    const OptionValues options(kOptions, {});
    const auto extractor = kAdm.make_cpu({&options, 1}, format, {});
    const TestPicture noise(format, Pattern::kNoise), texture(format, Pattern::kTexture), flat(format, Pattern::kPeak);
    const auto run = [&](const TestPicture& ref, const TestPicture& dis) {
        adm::Sums sums;
        extractor->extract({.ref = ref.view(), .dis = dis.view()}, reinterpret_cast<std::byte*>(&sums));
        return sums;
    };
    const adm::Sums first = run(texture, noise);
    run(noise, flat);
    const adm::Sums again = run(texture, noise);
    EXPECT_EQ(std::memcmp(&first, &again, sizeof first), 0);
}

TEST(Adm, EverySizeFromOnePixelUp) {
    for (unsigned bpc : {8u, 10u})
        for (unsigned h = 1; h <= 36; h += h < 20 ? 1 : 5)
            for (unsigned w = 1; w <= 36; w += w < 20 ? 1 : 5) {
                SCOPED_TRACE(cat(w, "x", h, ", ", bpc, " bit"));
                const Scores scores = scores_of(grey(w, h, bpc), Pattern::kNoise, Pattern::kTexture);
                for (size_t f = 0; f < 7; f++) EXPECT_TRUE(std::isfinite(scores.at(feature(f), 0))) << feature(f);
                const Scores flat = scores_of(grey(w, h, bpc), Pattern::kZero, Pattern::kPeak);
                EXPECT_EQ(flat.at(feature(kAdm2), 0), 1);
                EXPECT_EQ(flat.at(feature(kAim), 0), 0);
            }
}

TEST(Adm, OnePixelEqualsAFlatPicture) {
    const Scores one = scores_of(grey(1, 1, 8), Pattern::kNoise, Pattern::kPeak);
    EXPECT_EQ(one.at(feature(kAdm2), 0), 1);
    EXPECT_EQ(one.at(feature(kAim), 0), 0);
}

TEST(Adm, SkippedAimIsZeroAndChangesNothingElse) {
    const PictureFormat format = grey(70, 60, 8);
    const Scores all = scores_of(format, Pattern::kTexture, Pattern::kNoise);
    const Scores skipped = scores_of(format, Pattern::kTexture, Pattern::kNoise, {{"adm_skip_aim", "true"}});
    EXPECT_EQ(skipped.at(feature(kAim), 0), 0);
    EXPECT_GT(all.at(feature(kAim), 0), 0);
    for (const size_t f : {size_t{kAdm2}, size_t{kScale0}, size_t{kScale0} + 3})
        EXPECT_EQ(skipped.at(feature(f), 0), all.at(feature(f), 0));
}

TEST(Adm, NoEnergyAtAllIsAPerfectScore) {
    const Scores scores = scores_of(grey(70, 60, 8), Pattern::kZero, Pattern::kNoise, {{"adm_noise_weight", "0"}});
    EXPECT_EQ(scores.at(feature(kAdm2), 0), 1);
    EXPECT_EQ(scores.at(feature(kAim), 0), 0);
    EXPECT_EQ(scores.at(feature(kAdm3), 0), 1);
}

TEST(Adm, RefusesViewingConditionsItCannotWorkWith) {
    const auto refused = [](const OptionStrings& strings, std::string_view word) {
        try {
            kAdm.check(OptionValues(kOptions, strings), grey(64, 64, 8));
            ADD_FAILURE() << "accepted, instead of an error about " << word;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), EINVAL);
            EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
        }
    };
    refused({{"adm_norm_view_dist", "2.9"}}, "3240");
    refused({{"adm_ref_display_height", "1079"}}, "adm_ref_display_height");
    refused({{"adm_csf_mode", "2"}, {"adm_norm_view_dist", "4"}}, "adm_csf_mode=2");
    refused({{"adm_csf_mode", "3"}, {"adm_ref_display_height", "1440"}}, "adm_csf_mode=3");
    EXPECT_NO_THROW(
        kAdm.check(OptionValues(kOptions, {{"adm_csf_mode", "3"}, {"adm_norm_view_dist", "5"}}), grey(64, 64, 8)));
}

TEST(AdmMath, WaveletTapsAreOrthogonal) {
    const auto tap = [](auto filter, int k) {
        return filter(int64_t{k == 0}, int64_t{k == 1}, int64_t{k == 2}, int64_t{k == 3}, int64_t{0});
    };
    int64_t low_sum = 0, high_sum = 0, product = 0;
    for (int k = 0; k < 4; k++) {
        const int64_t low = tap(adm::low_pass<int64_t, int64_t>, k), high = tap(adm::high_pass<int64_t, int64_t>, k);
        low_sum += low, high_sum += high, product += low * high;
    }
    EXPECT_EQ(low_sum, 46342);
    EXPECT_EQ(high_sum, 0);
    EXPECT_EQ(product, 0);
}

TEST(AdmMath, RestoredDetailLiesBetweenZeroAndTheReference) {
    for (int o = -27411; o <= 27411; o += 7)
        for (const int t : {o, 2 * o / 3, o / 2, -o, 0, 1, -1, 9000}) {
            const int r = adm::restore<adm::Fine>(o, t, adm::reciprocal);
            EXPECT_GE(r * (o < 0 ? -1 : 1), 0);
            EXPECT_LE(std::abs(r), std::abs(o));
            if (t == o) {
                EXPECT_NEAR(r, o, 1);  // the reciprocal is cut, not rounded
            } else if (t == -o) {
                EXPECT_EQ(r, 0);
            }
            EXPECT_EQ((adm::restore<adm::Coarse>(o, t, adm::reciprocal)), r);
        }
}

TEST(AdmMath, RestoredDetailOfSmallCoefficientsNeedsNoQuotient) {
    const auto most = static_cast<int>(adm::kExactReference) - 1;
    for (int o = -most; o <= most; o += std::abs(o) > most - 200 || std::abs(o) < 200 ? 1 : 29) {
        const uint32_t reciprocal = adm::reciprocal(o == 0 ? 1 : static_cast<uint32_t>(std::abs(o)));
        const auto known = [=](uint32_t) { return reciprocal; };
        const int farthest = std::min(2 * std::abs(o) + 2, 32767);
        for (int along = -2; along <= farthest; along += along < farthest - 40 && along > 40 ? 7 : 1) {
            const int t = o < 0 ? -along : along;
            ASSERT_EQ(adm::restore_exact(o, t), (adm::restore<adm::Fine>(o, t, known))) << o << ", " << t;
        }
    }
    // Not far beyond, the error reaches a half.
    EXPECT_NE(adm::restore_exact(16554, 16457), (adm::restore<adm::Fine>(16554, 16457, adm::reciprocal)));
}

TEST(AdmMath, DecouplesAsTheFormulaWhetherSmallOrLarge) {
    const int sizes[] = {0, 1, 255, 8191, 16383, 16384, 16554, 27411};
    for (const int o : sizes)
        for (const int t : sizes)
            for (const int sign : {-1, 1}) {
                const adm::Bands ref{{o, sign * 100, -o}}, dis{{sign * t, t, -t}};
                const auto got = adm::decouple<adm::Fine>(ref, dis, adm::reciprocal).unlimited;
                for (int b = 0; b < adm::kBands; b++)
                    EXPECT_EQ(got.value[b], (adm::restore<adm::Fine>(ref.value[b], dis.value[b], adm::reciprocal)));
            }
}

TEST(AdmMath, WeightsOfScales1To3AreOf32Bits) {
    for (const uint32_t weight : {0u, 1u, 74000000u, 134217727u, 134217728u, 175000000u, 0x7fffffffu, 0x80000000u,
                                  0xf7ffffffu, 0xf8000000u, 0xffffffffu})
        for (const int64_t x : {int64_t{INT32_MIN}, int64_t{-75000001}, int64_t{-9}, int64_t{-1}, int64_t{0},
                                int64_t{1}, int64_t{7}, int64_t{4097}, int64_t{88000003}, int64_t{INT32_MAX}}) {
            const auto expected = static_cast<int32_t>((x * int64_t{weight} + (int64_t{1} << 27)) >> 28);
            EXPECT_EQ(adm::Coarse::weighted(static_cast<int32_t>(x), weight, 0), expected) << x << " * " << weight;
        }
}

TEST(AdmMath, GradientsAreAlignedWithinOneDegree) {
    const double degree = std::acos(-1.0) / 180;
    for (const double angle : {0.0, 0.9, 1.1, 45.0, 91.0, 180.0, 359.2}) {
        const int th = static_cast<int>(std::lround(1e6 * std::cos(angle * degree)));
        const int tv = static_cast<int>(std::lround(1e6 * std::sin(angle * degree)));
        EXPECT_EQ(adm::aligned<adm::Coarse>(3000000, 0, th, tv), angle < 1 || angle > 359) << angle;
    }
    EXPECT_TRUE(adm::aligned<adm::Coarse>(0, 0, 0, 0));
}

TEST(AdmMath, AlignmentIsDecidedAsInDoubles) {
    const double cosine = std::cos(std::acos(-1.0) / 180), sine = std::sin(std::acos(-1.0) / 180);
    const double square = static_cast<float>(cosine * cosine);
    int yes = 0, no = 0;
    for (unsigned i = 0; i < 100000; i++) {
        // A gradient and its copy turned by one degree, give or take a unit.
        const uint64_t random = test::hash(i);
        const int size = 1 << (8 + i % 22);
        const auto oh = static_cast<int>(random % size), ov = static_cast<int>((random >> 32) % size);
        const int th = static_cast<int>(oh * cosine - ov * sine) + static_cast<int>(i % 3) - 1;
        const int tv = static_cast<int>(ov * cosine + oh * sine) + static_cast<int>(i / 3 % 3) - 1;
        const auto rounded = [](int64_t v) { return static_cast<double>(static_cast<float>(v)); };
        const int64_t dot = int64_t{oh} * th + int64_t{ov} * tv;
        const double p = rounded(int64_t{oh} * oh + int64_t{ov} * ov), q = rounded(int64_t{th} * th + int64_t{tv} * tv);
        const bool expected = dot >= 0 && rounded(dot) * rounded(dot) >= square * p * q;
        EXPECT_EQ(adm::aligned<adm::Coarse>(oh, ov, th, tv), expected) << oh << " " << ov << " " << th << " " << tv;
        (expected ? yes : no)++;
    }
    EXPECT_GT(yes, 10000);
    EXPECT_GT(no, 10000);
}

TEST(AdmMath, TheGainLimitNeverPassesTheDistortedCoefficient) {
    EXPECT_EQ(adm::limit_gain<adm::Coarse>(10, 100, 1.25), 12);
    EXPECT_EQ(adm::limit_gain<adm::Coarse>(-10, -100, 1.25), -12);
    EXPECT_EQ(adm::limit_gain<adm::Coarse>(10, 11, 1.25), 11);
    EXPECT_EQ(adm::limit_gain<adm::Coarse>(-10, -11, 1.25), -11);
    EXPECT_EQ(adm::limit_gain<adm::Coarse>(0, 11, adm::WholeGain(100)), 0);
    EXPECT_EQ(adm::limit_gain<adm::Coarse>(10, 3, adm::WholeGain(1)), 3);
    for (const int gain : {1, 2, 57, 100})
        for (const int t : {INT32_MIN, -1000000007, -500, 0, 500, 1000000007, INT32_MAX})
            for (const int restored : {0, 1, 4, 20000000, 21474836, 21474837, 42949673, 1000000000, INT32_MAX}) {
                const int same_sign = t < 0 ? -restored : t == 0 ? 0 : restored;
                EXPECT_EQ((adm::limit_gain<adm::Coarse>(same_sign, t, adm::WholeGain(static_cast<uint32_t>(gain)))),
                          (adm::limit_gain<adm::Coarse>(same_sign, t, static_cast<double>(gain))));
            }
}

TEST(AdmMath, SmallCoefficientsAreRestoredAndRaisedAtOnce) {
    const int most = static_cast<int>(adm::kExactReference) - 1;
    for (const uint32_t gain : {1u, 2u, 57u, 100u})
        for (uint64_t i = 0; i < 20000; i++) {
            const uint64_t random = test::hash(i);
            const int size = i % 2 ? most : 300;
            const auto value = [&](int from, int beyond) {
                return static_cast<int>(random >> from & 0xffff) % (2 * beyond + 1) - beyond;
            };
            const adm::Bands ref{{value(0, size), value(8, size), value(16, size)}};
            adm::Bands dis{{value(24, 27411), value(32, 27411), value(40, 27411)}};
            if (i % 3) dis = {{ref.value[0] + value(24, 9), ref.value[1] + value(32, 9), ref.value[2] + value(40, 9)}};
            const adm::Decoupled decoupled = adm::decouple<adm::Fine>(ref, dis, adm::reciprocal);
            const adm::Parts expected = adm::split<adm::Fine>(decoupled, adm::WholeGain(gain));
            const adm::Parts got = adm::split_exact({ref, dis, decoupled.is_aligned}, adm::WholeGain(gain));
            for (int b = 0; b < adm::kBands; b++) {
                ASSERT_EQ(got.restored.value[b], expected.restored.value[b]) << i << ", gain " << gain;
                ASSERT_EQ(got.additive.value[b], expected.additive.value[b]) << i << ", gain " << gain;
            }
        }
}

TEST(AdmMath, NothingMasksExactlyItself) {
    EXPECT_EQ(adm::masked_cube<adm::Coarse>(0, -27, adm::kHorizontal, adm::RoundingShift(5)),
              adm::round_shift<int64_t>(0, 5));
    EXPECT_EQ(adm::masked_cube<adm::Coarse>(1000, 1000, adm::kHorizontal, adm::RoundingShift(0)), 0);
    EXPECT_EQ(adm::masked_cube<adm::Fine>(5 << 20, 5 << 8, adm::kDiagonal, adm::RoundingShift(0)), 0);
    EXPECT_GT(adm::masked_cube<adm::Fine>(5 << 20, 5 << 7, adm::kDiagonal, adm::RoundingShift(0)), 0);
}

}  // namespace
}  // namespace vmaf
