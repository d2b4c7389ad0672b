// vif against recorded reference values and against properties that its definition implies.
#include "metric/vif/vif.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "metric/vif/vif_math.h"

namespace vmaf {
namespace {

using vif::Sums;

enum class Pattern { kTexture, kNoise, kExtremes, kFlat };

uint32_t hash(uint32_t x, uint32_t y, uint32_t seed) {
    uint32_t v = x * 0x9e3779b1u ^ y * 0x85ebca77u ^ seed * 0xc2b2ae3du;
    v = (v ^ v >> 15) * 0x2c1b3c6du;
    v = (v ^ v >> 12) * 0x297a2d39u;
    return v ^ v >> 15;
}

/// A sample of the reference (seed 0) or of the distorted picture, which is the reference blended with noise.
unsigned sample(Pattern pattern, unsigned x, unsigned y, unsigned seed, unsigned bpc) {
    const unsigned max = (1u << bpc) - 1;
    switch (pattern) {
        case Pattern::kTexture: {
            const unsigned smooth = (x * 3 + y * 5) % 97 * max / 96, grain = hash(x / 3, y / 2, 1) & max;
            const unsigned ref = (3 * smooth + grain) / 4;
            return seed == 0 ? ref : (ref * 7 + (hash(x, y, seed) & max)) / 8;
        }
        case Pattern::kNoise: return hash(x, y, seed) & max;
        case Pattern::kExtremes: return (hash(x / 4, y / 4, 0) & 1) != (seed != 0 && x % 7 == 0) ? max : 0;
        case Pattern::kFlat: return max / 3 + (hash(x, y, seed) & 1);
    }
    return 0;
}

/// A luma picture of its own memory, with `pad` junk samples behind every row.
class Luma {
 public:
    template <class At>
    Luma(unsigned w, unsigned h, unsigned bpc, unsigned pad, At&& at) {
        view_.format = {VMAF_PIX_FMT_YUV400P, bpc, w, h};
        const size_t bytes = view_.format.sample_bytes(), stride = (w + pad) * bytes;
        data_.assign(stride * h, 0xa5);
        for (unsigned y = 0; y < h; y++)
            for (unsigned x = 0; x < w; x++) {
                const unsigned value = at(x, y);
                data_[y * stride + x * bytes] = static_cast<uint8_t>(value);
                if (bytes == 2) data_[y * stride + x * bytes + 1] = static_cast<uint8_t>(value >> 8);
            }
        view_.data[0] = data_.data();
        view_.stride[0] = static_cast<ptrdiff_t>(stride);
    }
    Luma(Pattern pattern, unsigned w, unsigned h, unsigned bpc, unsigned seed, unsigned pad = 0)
        : Luma(w, h, bpc, pad, [=](unsigned x, unsigned y) { return sample(pattern, x, y, seed, bpc); }) {}

    const PictureView& view() const { return view_; }

 private:
    std::vector<uint8_t> data_;
    PictureView view_;
};

std::vector<Sums> extract(const Luma& ref, const Luma& dis, const std::vector<OptionStrings>& options = {{}}) {
    std::vector<OptionValues> variants;
    for (const OptionStrings& strings : options) variants.emplace_back(kVif.options, strings);
    std::vector<Sums> sums(variants.size());
    kVif.make_cpu(variants, ref.view().format, CpuFeatures{})
        ->extract({.ref = ref.view(), .dis = dis.view()}, reinterpret_cast<std::byte*>(sums.data()));
    return sums;
}

std::vector<Sums> extract(Pattern pattern, unsigned w, unsigned h, unsigned bpc,
                          const std::vector<OptionStrings>& options = {{}}) {
    return extract({pattern, w, h, bpc, 0}, {pattern, w, h, bpc, 7}, options);
}

/// Scores as text of 17 digits, "none" where nothing was delivered.
class TextSink final : public ScoreSink {
 public:
    void set(unsigned, size_t feature, double value) override {
        char buffer[40];
        std::snprintf(buffer, sizeof buffer, "%.17g", value);
        text_.resize(std::max(text_.size(), feature + 1), "none");
        text_[feature] = buffer;
    }
    void aggregate(std::string_view, double) override {}
    void warn(std::string_view) override {}
    const std::vector<std::string>& text() const { return text_; }

 private:
    std::vector<std::string> text_;
};

std::vector<std::string> scores(const Sums& sums, const OptionStrings& options) {
    TextSink sink;
    kVif.make_scorer(OptionValues(kVif.options, options), {})
        ->score(0, reinterpret_cast<const std::byte*>(&sums), sink);
    return sink.text();
}

struct Recorded {
    Pattern pattern;
    unsigned w, h, bpc;
    OptionStrings options;
    std::vector<std::string> scores;
};

void PrintTo(const Recorded& r, std::ostream* out) { *out << r.w << 'x' << r.h << ' ' << r.bpc << " bit"; }

/// Values of libvmaf 3.2.0 (f85a8536), cpumask 63, for the patterns above.
const std::vector<Recorded>& recorded() {
    static const std::vector<Recorded> kRecorded = {
        {Pattern::kTexture,
         64,
         48,
         8,
         {{"debug", "true"}},
         {"0.44918820261955261", "0.87648075819015503", "0.91761136054992676", "0.92927473783493042",
          "0.54490560947826205", "22219.1796875", "40776.19921875", "14302.8798828125", "31841.619140625",
          "6103.29052734375", "6963.4052734375", "1475.43798828125", "1607.91162109375", "337.5712890625",
          "363.26318359375"}},
        {Pattern::kTexture,
         33,
         47,
         10,
         {{"debug", "true"}},
         {"0.44371643662452698", "0.86131715774536133", "0.89417284727096558", "0.90125638246536255",
          "0.53127092023929579", "10733.30712890625", "20203.07666015625", "7116.5673828125", "16038.5478515625",
          "2834.26416015625", "3290.6162109375", "649.30615234375", "726.15283203125", "133.16943359375",
          "147.759765625"}},
        {Pattern::kTexture,
         70,
         31,
         12,
         {{"debug", "true"}, {"vif_enhn_gain_limit", "1"}},
         {"0.44668367505073547", "0.87736141681671143", "0.92198801040649414", "0.93185991048812866",
          "0.53805204324990619", "15152.35498046875", "28161.50439453125", "9966.2314453125", "22311.609375",
          "4112.68994140625", "4687.56640625", "905.359375", "981.96435546875", "168.07421875", "180.3642578125"}},
        {Pattern::kTexture,
         16,
         16,
         16,
         {},
         {"0.41646036505699158", "0.8525736927986145", "0.89376753568649292", "0.92204105854034424"}},
        {Pattern::kNoise,
         53,
         61,
         8,
         {{"debug", "true"}, {"vif_enhn_gain_limit", "1.5"}},
         {"0.0011811313452199101", "0.031907524913549423", "0.055239070206880569", "0.24093407392501831",
          "0.0061904290978067192", "260.77685546875", "42125.8125", "43.458984375", "36794.37109375", "139.51513671875",
          "4372.48388671875", "45.58544921875", "825.2392578125", "32.21728515625", "133.71826171875"}},
        {Pattern::kNoise,
         40,
         40,
         9,
         {},
         {"0.00033870621700771153", "0.014309813268482685", "0.032144714146852493", "0.081729970872402191"}},
        {Pattern::kNoise,
         19,
         83,
         16,
         {{"debug", "true"}, {"vif_skip_scale0", "true"}},
         {"0", "0.0071992450393736362", "0.013001452200114727", "0.095978990197181702", "0.010720068306252816",
          "26.6064453125", "2481.9287109375", "0", "-1", "14.8544921875", "2063.34033203125", "4.45361328125",
          "342.54736328125", "7.29833984375", "76.041015625"}},
        {Pattern::kExtremes,
         57,
         35,
         8,
         {},
         {"0.072392120957374573", "0.2960810661315918", "0.37898662686347961", "0.49617210030555725"}},
        {Pattern::kExtremes,
         48,
         48,
         14,
         {{"vif_enhn_gain_limit", "1"}},
         {"0.074999652802944183", "0.29280346632003784", "0.38881954550743103", "0.48703068494796753"}},
        {Pattern::kExtremes,
         32,
         65,
         16,
         {{"debug", "true"}},
         {"0.072149038314819336", "0.28407034277915955", "0.36459073424339294", "0.4539380669593811",
          "0.12051516704499869", "4042.2451171875", "33541.380859375", "1917.63134765625", "26578.75",
          "1550.89404296875", "5459.5419921875", "443.1103515625", "1215.36376953125", "130.609375",
          "287.72509765625"}},
        {Pattern::kFlat,
         41,
         26,
         8,
         {{"debug", "true"}},
         {"0.99998533725738525", "0.99999707937240601", "0.99999648332595825", "0.99999648332595825",
          "0.99998811548901489", "1400.9833498001099", "1401", "1065.984375", "1066", "259.99923706054688", "260",
          "59.999790191650391", "60", "14.999947547912598", "15"}},
        {Pattern::kFlat,
         24,
         24,
         10,
         {{"vif_skip_scale0", "true"}},
         {"0", "0.9999968409538269", "0.99999809265136719", "0.99999547004699707"}},
    };
    return kRecorded;
}

class VifRecorded : public testing::TestWithParam<Recorded> {};

TEST_P(VifRecorded, EqualsReferenceToTheLastDigit) {
    const Recorded& r = GetParam();
    EXPECT_EQ(scores(extract(r.pattern, r.w, r.h, r.bpc, {r.options})[0], r.options), r.scores);
}

INSTANTIATE_TEST_SUITE_P(Vif, VifRecorded, testing::ValuesIn(recorded()));

TEST(Vif, FiltersSumToOne) {
    for (const vif::Filter& filter : vif::kFilters) {
        int sum = filter.tap[0];
        for (int k = 1; k <= filter.radius; k++) sum += 2 * filter.tap[k];
        EXPECT_EQ(sum, 65536);
    }
}

TEST(Vif, LogTableIsTheRoundedLogarithm) {
    for (uint32_t i = 32768; i < 65536; i++)
        ASSERT_EQ(vif::log2_q11(i, vif::kLogTable.data()), std::floor(2048 * std::log2(i) + 0.5 + 1.0 / 1024)) << i;
}

TEST(Vif, LogarithmUsesTheLeadingBits) {
    const uint16_t* table = vif::kLogTable.data();
    for (uint32_t x : {0x20000u, 0x2ffffu, 0x123456u, 0x7fffffffu}) {
        EXPECT_EQ(vif::log2_q11(2 * x, table), vif::log2_q11(x, table) + 2048);
        EXPECT_EQ(vif::log2_q11(2 * x + 1, table), vif::log2_q11(2 * x, table));
    }
}

TEST(Vif, VariantsEqualSingleRuns) {
    const std::vector<OptionStrings> options = {{},
                                                {{"vif_enhn_gain_limit", "1"}},
                                                {{"vif_enhn_gain_limit", "1.25"}, {"vif_skip_scale0", "true"}},
                                                {{"debug", "true"}}};
    const auto noise = [](unsigned gain) {
        return Luma(61, 43, 8, 0, [=](unsigned x, unsigned y) { return gain * (hash(x, y, 3) & 63); });
    };
    const Luma ref = noise(2), enhanced = noise(3);
    const std::vector<Sums> together = extract(ref, enhanced, options);
    for (size_t i = 0; i < options.size(); i++) EXPECT_EQ(together[i], extract(ref, enhanced, {options[i]})[0]) << i;
    EXPECT_EQ(together[0], together[3]);
    EXPECT_LT(together[1].scale[0].num_log, together[0].scale[0].num_log);
    EXPECT_EQ(together[2].scale[0], vif::ScaleSums{});
}

TEST(Vif, OptionsShareOnePass) {
    const OptionValues vmaf(kVif.options, {}), neg(kVif.options, {{"vif_enhn_gain_limit", "1"}});
    EXPECT_TRUE(vmaf.shares_pass(neg));
    EXPECT_EQ(neg.name_suffix(), "_egl_1");
}

TEST(Vif, EqualFlatPicturesScoreOne) {
    const auto grey = [](unsigned, unsigned) { return 77u; };
    const Luma picture(40, 24, 8, 0, grey);
    const std::vector<std::string> values = scores(extract(picture, picture)[0], {});
    EXPECT_EQ(values, std::vector<std::string>(4, "1"));
}

TEST(Vif, EveryPixelCountsOnce) {
    for (const Pattern pattern : {Pattern::kTexture, Pattern::kFlat}) {
        const Sums sums = extract(pattern, 37, 29, 10)[0];
        for (int s = 0; s < vif::kScales; s++) {
            EXPECT_LE(sums.scale[s].flat, (37 >> s) * (29 >> s));
            if (pattern == Pattern::kFlat) {
                EXPECT_EQ(sums.scale[s].flat, (37 >> s) * (29 >> s));
            }
        }
    }
}

TEST(Vif, StrideAndBytesBehindRowsDoNotMatter) {
    for (unsigned bpc : {8, 12}) {
        const Pattern p = Pattern::kTexture;
        EXPECT_EQ(extract({p, 35, 33, bpc, 0, 13}, {p, 35, 33, bpc, 7, 29}), extract(p, 35, 33, bpc)) << bpc;
    }
}

TEST(Vif, ScaleZeroIsBlindToFlips) {
    const unsigned w = 31, h = 22, bpc = 10;
    const auto flipped = [&](unsigned seed, bool across) {
        return Luma(w, h, bpc, 0, [=](unsigned x, unsigned y) {
            return sample(Pattern::kTexture, across ? w - 1 - x : x, across ? y : h - 1 - y, seed, bpc);
        });
    };
    const vif::ScaleSums upright = extract(Pattern::kTexture, w, h, bpc)[0].scale[0];
    for (bool across : {false, true}) EXPECT_EQ(extract(flipped(0, across), flipped(7, across))[0].scale[0], upright);
}

TEST(Vif, OneRowIsARepeatedRow) {
    const auto striped = [](unsigned h, unsigned seed) {
        return Luma(29, h, 8, 0, [=](unsigned x, unsigned) { return sample(Pattern::kNoise, x, 0, seed, 8); });
    };
    const vif::ScaleSums one = extract(striped(1, 0), striped(1, 7))[0].scale[0];
    const vif::ScaleSums six = extract(striped(6, 0), striped(6, 7))[0].scale[0];
    EXPECT_GT(one.num_log, 0);
    EXPECT_EQ(six, (vif::ScaleSums{6 * one.num_log, 6 * one.den_log, 6 * one.flat, 6 * one.flat_distortion}));
}

TEST(Vif, EverySizeFromOnePixelHasFiniteScores) {
    const OptionStrings options = {{"debug", "true"}};
    for (unsigned w = 1; w <= 17; w++)
        for (unsigned h = 1; h <= 17; h++) {
            const std::vector<std::string> values = scores(extract(Pattern::kNoise, w, h, 8, {options})[0], options);
            ASSERT_EQ(values.size(), kVif.features.size());
            for (const std::string& value : values) EXPECT_TRUE(std::isfinite(std::stod(value))) << w << 'x' << h;
            if (w < 8 || h < 8) {
                EXPECT_EQ(values[3], "1");
            }
        }
}

}  // namespace
}  // namespace vmaf
