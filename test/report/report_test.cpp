// Report formats against literal text: layout, number format, missing values, odd names.
#include "report/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "report/text.h"
#include "score/statistic.h"

namespace vmaf {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

/// Owns the scores that its report shows.
struct Sample {
    Collector scores;
    Report report;

    Sample() {
        report.scores = &scores;
        report.version = "1.2.3";
        report.fps = 182.434;
        report.width = 576;
        report.height = 324;
    }

    /// One value per entry of report.frames; NAN is a value, "no value" is kMissing.
    static constexpr double kMissing = -12345;
    void add(const std::string& name, std::vector<double> values, bool pooled = true) {
        const auto column = scores.column(name, Collector::Group::kFrame);
        std::vector<double> there;
        for (size_t i = 0; i < values.size(); i++) {
            if (values[i] == kMissing) continue;
            scores.set(column, report.frames[i], values[i]);
            there.push_back(values[i]);
        }
        ReportColumn& shown = report.columns.emplace_back(ReportColumn{name, column, {}});
        for (const Statistic& statistic : parse_statistics(kReportStatistics))
            if (pooled) shown.pooled.emplace_back(statistic.name(), statistic.of(there));
    }

    std::string text(VmafOutputFormat format) const {
        std::ostringstream out;
        write_report(out, report, format);
        return out.str();
    }
};

Sample two_frames() {
    Sample sample;
    sample.report.frames = {0, 1};
    sample.add("float_ssim", {0.9250232, 0.891992});
    sample.add("psnr_y", {34.7862879, 31.9087369});
    sample.report.aggregates = {{"apsnr_y", 33.113422}, {"apsnr_cb", -kInf}, {"apsnr_cr", -kInf}};
    return sample;
}

TEST(Report, Xml) {
    EXPECT_EQ(two_frames().text(VMAF_OUTPUT_FORMAT_XML), R"(<VMAF version="1.2.3">
  <params qualityWidth="576" qualityHeight="324" />
  <fyi fps="182.43" />
  <frames>
    <frame frameNum="0" float_ssim="0.925023" psnr_y="34.786288" />
    <frame frameNum="1" float_ssim="0.891992" psnr_y="31.908737" />
  </frames>
  <pooled_metrics>
    <metric name="float_ssim" min="0.891992" max="0.925023" mean="0.908508" harmonic_mean="0.908365" />
    <metric name="psnr_y" min="31.908737" max="34.786288" mean="33.347512" harmonic_mean="33.287244" />
  </pooled_metrics>
  <aggregate_metrics apsnr_y="33.113422" apsnr_cb="-inf" apsnr_cr="-inf" />
</VMAF>
)");
}

TEST(Report, Json) {
    const std::string text = two_frames().text(VMAF_OUTPUT_FORMAT_JSON);
    EXPECT_EQ(text, R"({
  "version": "1.2.3",
  "fps": 182.43,
  "frames": [
    {
      "frameNum": 0,
      "metrics": {
        "float_ssim": 0.925023,
        "psnr_y": 34.786288
      }
    },
    {
      "frameNum": 1,
      "metrics": {
        "float_ssim": 0.891992,
        "psnr_y": 31.908737
      }
    }
  ],
  "pooled_metrics": {
    "float_ssim": {
      "min": 0.891992,
      "max": 0.925023,
      "mean": 0.908508,
      "harmonic_mean": 0.908365
    },
    "psnr_y": {
      "min": 31.908737,
      "max": 34.786288,
      "mean": 33.347512,
      "harmonic_mean": 33.287244
    }
  },
  "aggregate_metrics": {
    "apsnr_y": 33.113422,
    "apsnr_cb": null,
    "apsnr_cr": null
  }
}
)");
    EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(Report, Csv) {
    EXPECT_EQ(two_frames().text(VMAF_OUTPUT_FORMAT_CSV),
              "Frame,float_ssim,psnr_y,\n"
              "0,0.925023,34.786288,\n"
              "1,0.891992,31.908737,\n");
}

TEST(Report, Subtitle) {
    EXPECT_EQ(two_frames().text(VMAF_OUTPUT_FORMAT_SUB),
              "{0}{1}frame: 0|float_ssim: 0.925023|psnr_y: 34.786288|\n"
              "{1}{2}frame: 1|float_ssim: 0.891992|psnr_y: 31.908737|\n");
}

TEST(Report, NothingToShow) {
    Sample sample;
    sample.report.fps = kNan;
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_JSON), R"({
  "version": "1.2.3",
  "fps": null,
  "frames": [
  ],
  "pooled_metrics": {
  },
  "aggregate_metrics": {
  }
}
)");
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_XML), R"(<VMAF version="1.2.3">
  <params qualityWidth="576" qualityHeight="324" />
  <fyi fps="nan" />
  <frames>
  </frames>
  <pooled_metrics>
  </pooled_metrics>
  <aggregate_metrics />
</VMAF>
)");
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_CSV), "Frame,\n");
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_SUB), "");
}

TEST(Report, MissingValuesAndFirstFrameAboveZero) {
    Sample sample;
    sample.report.frames = {7, 9};
    sample.add("a", {1, Sample::kMissing}, false);
    sample.add("b", {2, 3});
    sample.add("c", {Sample::kMissing, 4}, false);
    const std::string json = sample.text(VMAF_OUTPUT_FORMAT_JSON);
    EXPECT_NE(json.find(R"(  "frames": [
    {
      "frameNum": 7,
      "metrics": {
        "a": 1.000000,
        "b": 2.000000
      }
    },
    {
      "frameNum": 9,
      "metrics": {
        "b": 3.000000,
        "c": 4.000000
      }
    }
  ],
  "pooled_metrics": {
    "a": {
    },
    "b": {
      "min": 2.000000,)"),
              std::string::npos)
        << json;
    EXPECT_TRUE(nlohmann::json::accept(json));
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_CSV), "Frame,a,b,c,\n7,1.000000,2.000000,,\n9,,3.000000,4.000000,\n");
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_SUB),
              "{7}{8}frame: 7|a: 1.000000|b: 2.000000|\n{9}{10}frame: 9|b: 3.000000|c: 4.000000|\n");
    const std::string xml = sample.text(VMAF_OUTPUT_FORMAT_XML);
    EXPECT_NE(xml.find("    <frame frameNum=\"7\" a=\"1.000000\" b=\"2.000000\" />\n"), std::string::npos) << xml;
    EXPECT_NE(xml.find("    <metric name=\"a\" />\n"), std::string::npos) << xml;
}

TEST(Report, NullsInFrames) {
    Sample sample;
    sample.report.frames = {0};
    sample.add("a", {kInf});
    sample.add("b", {1});
    sample.add("c", {kNan}, false);
    const std::string json = sample.text(VMAF_OUTPUT_FORMAT_JSON);
    EXPECT_NE(json.find("      \"metrics\": {\n        \"a\": null,        \"b\": 1.000000,\n        \"c\": null      "
                        "}\n    }\n  ],"),
              std::string::npos)
        << json;
    EXPECT_TRUE(nlohmann::json::accept(json));
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_CSV), "Frame,a,b,c,\n0,inf,1.000000,nan,\n");
}

TEST(Report, ParamsAreShownIfThereAreAny) {
    Sample sample;
    sample.report.params = {{"backend", "cpu"}, {"model 1", "a\"b<c"}};
    const std::string xml = sample.text(VMAF_OUTPUT_FORMAT_XML), json = sample.text(VMAF_OUTPUT_FORMAT_JSON);
    EXPECT_NE(
        xml.find("<params qualityWidth=\"576\" qualityHeight=\"324\" backend=\"cpu\" model_1=\"a&quot;b&lt;c\" />\n"),
        std::string::npos)
        << xml;
    EXPECT_NE(
        json.find("  \"params\": {\n    \"backend\": \"cpu\",\n    \"model 1\": \"a\\\"b<c\"\n  },\n  \"frames\""),
        std::string::npos)
        << json;
}

TEST(Report, OddNamesGiveWellFormedFiles) {
    Sample sample;
    sample.report.frames = {0};
    sample.add("my \"best\" <model>", {1});
    sample.add("a,b|c\n", {2});
    sample.add("\xff\x01", {3});
    sample.add("my_\"best\"_<model>", {4});
    const std::string json = sample.text(VMAF_OUTPUT_FORMAT_JSON);
    const auto parsed = nlohmann::json::parse(json);
    EXPECT_EQ(parsed["frames"][0]["metrics"]["my \"best\" <model>"], 1);
    EXPECT_EQ(parsed["frames"][0]["metrics"]["\uFFFD\u0001"], 3);
    EXPECT_NE(sample.text(VMAF_OUTPUT_FORMAT_XML)
                  .find("    <frame frameNum=\"0\" my__best___model_=\"1.000000\" a_b_c_=\"2.000000\" __=\"3.000000\" "
                        "my__best___model__=\"4.000000\" />\n"),
              std::string::npos);
    EXPECT_EQ(sample.text(VMAF_OUTPUT_FORMAT_CSV).substr(0, 38), "Frame,\"my \"\"best\"\" <model>\",\"a,b|c\n\",\xff");
    EXPECT_NE(sample.text(VMAF_OUTPUT_FORMAT_SUB).find("|a,b_c_: 2.000000|"), std::string::npos);
}

TEST(Report, RepeatedNamesStayApart) {
    Sample sample;
    sample.report.frames = {0};
    sample.add("x", {1});
    sample.add("x2", {2});
    sample.report.columns[1].name = "x";
    EXPECT_EQ(nlohmann::json::parse(sample.text(VMAF_OUTPUT_FORMAT_JSON))["frames"][0]["metrics"].size(), 2u);
    EXPECT_NE(sample.text(VMAF_OUTPUT_FORMAT_XML).find("x=\"1.000000\" x_=\"2.000000\""), std::string::npos);
}

TEST(Report, UnknownFormatIsAnError) {
    EXPECT_THROW(two_frames().text(VMAF_OUTPUT_FORMAT_NONE), Error);
    EXPECT_THROW(two_frames().text(static_cast<VmafOutputFormat>(9)), Error);
}

TEST(FormatScore, SixDecimalsUnlessTheFractionIsTiny) {
    EXPECT_EQ(format_score(0, 0), "0.000000");
    EXPECT_EQ(format_score(-0.0, 0), "-0.000000");
    EXPECT_EQ(format_score(83.856283912, 0), "83.856284");
    EXPECT_EQ(format_score(1.0000002316781935, 0), "1.0000002316781935");
    EXPECT_EQ(format_score(-1.0000002316781935, 0), "-1.0000002316781935");
    EXPECT_EQ(format_score(2e-6, 0), "0.000002");
    EXPECT_EQ(format_score(1e-7, 0), "0.0000001000000000");
    EXPECT_EQ(format_score(0.99999999, 0), "1.000000");
    EXPECT_EQ(format_score(1e300, 0).substr(0, 8), "10000000");
    EXPECT_EQ(format_score(kNan, 0), "nan");
    EXPECT_EQ(format_score(-kNan, 0), "nan");
    EXPECT_EQ(format_score(-kInf, 0), "-inf");
}

TEST(FormatScore, SignificantDigits) {
    EXPECT_EQ(format_score(83.856283912, 4), "83.86");
    EXPECT_EQ(format_score(0.1, 17), "0.10000000000000001");
    EXPECT_EQ(format_score(1e-9, 3), "1e-09");
    EXPECT_EQ(format_score(kInf, 17), "inf");
    EXPECT_EQ(std::stod(format_score(1. / 3, 17)), 1. / 3);
}

TEST(ReportText, JsonEscapesReplaceMalformedUtf8) {
    EXPECT_EQ(json_escape("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
    EXPECT_EQ(json_escape("\x80"), "\xEF\xBF\xBD");
    EXPECT_EQ(json_escape("\xC3"), "\xEF\xBF\xBD");
    EXPECT_EQ(json_escape("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(json_escape("\xED\xA0\x80x"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx");
    EXPECT_EQ(json_escape("\n\x1f\\"), "\\u000a\\u001f\\\\");
}

TEST(ReportText, XmlEscapes) {
    EXPECT_EQ(xml_escape("<&>\"'\n\x02"), "&lt;&amp;&gt;&quot;&apos;&#10;\xEF\xBF\xBD");
    EXPECT_EQ(xml_attribute_name(""), "_");
    EXPECT_EQ(xml_attribute_name("1st"), "_1st");
    EXPECT_EQ(xml_attribute_name("adm2_egl_1.1-x"), "adm2_egl_1.1-x");
}

}  // namespace
}  // namespace vmaf
