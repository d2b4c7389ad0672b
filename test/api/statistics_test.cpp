// Statistics through the C API: the values that pooling gives, ranges, names, what reports show.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

constexpr unsigned kFrames = 6;

struct Scored {
    Context context;
    Scored() {
        EXPECT_EQ(context.use("psnr"), 0);
        for (unsigned i = 0; i < kFrames; i++) EXPECT_EQ(context.read(i, i * i), 0);
        EXPECT_EQ(context.flush(), 0);
    }
    double statistic(const char* name, unsigned low = 0, unsigned high = kFrames - 1) {
        double value = NAN;
        EXPECT_EQ(vmaf_feature_score_statistic(context, "psnr_y", name, &value, low, high), 0) << vmaf_last_error();
        return value;
    }
    std::string report(unsigned flags = 0, VmafOutputFormat format = VMAF_OUTPUT_FORMAT_JSON) {
        const std::string path = ::testing::TempDir() + "statistics_report.json";
        const VmafReportOptions options = {format, 0, flags};
        EXPECT_EQ(vmaf_write_report(context, path.c_str(), &options), 0);
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }
};

TEST(Statistics, AreThoseOfPooling) {
    Scored scored;
    for (const auto& [name, method] : {std::pair{"min", VMAF_POOL_METHOD_MIN},
                                       {"max", VMAF_POOL_METHOD_MAX},
                                       {"mean", VMAF_POOL_METHOD_MEAN},
                                       {"harmonic_mean", VMAF_POOL_METHOD_HARMONIC_MEAN}}) {
        double pooled = NAN;
        EXPECT_EQ(vmaf_feature_score_pooled(scored.context, "psnr_y", method, &pooled, 1, 4), 0);
        EXPECT_EQ(scored.statistic(name, 1, 4), pooled) << name;
    }
    EXPECT_EQ(scored.statistic("median", 2, 2), scored.context.value("psnr_y", 2));
    EXPECT_EQ(scored.statistic("p0"), scored.statistic("min"));
    EXPECT_EQ(scored.statistic("p100"), scored.statistic("max"));
}

TEST(Statistics, MistakesAreNamed) {
    Scored scored;
    double value = 7;
    EXPECT_EQ(vmaf_feature_score_statistic(scored.context, "psnr_y", "p101", &value, 0, 1), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("there is no statistic 'p101'; there are min, max"),
              std::string::npos);
    EXPECT_EQ(vmaf_feature_score_statistic(scored.context, "psnr_y", "mean", &value, 3, 2), -EINVAL);
    EXPECT_EQ(vmaf_feature_score_statistic(scored.context, "psnr_y", nullptr, &value, 0, 1), -EINVAL);
    EXPECT_EQ(vmaf_score_statistic(scored.context, nullptr, "mean", &value, 0, 1), -EINVAL);
    EXPECT_EQ(vmaf_set_report_statistics(scored.context, "mean,mean"), -EINVAL);
    EXPECT_EQ(vmaf_set_report_statistics(nullptr, "mean"), -EINVAL);
    EXPECT_EQ(value, 7);
}

TEST(Statistics, OfReportsAreChosen) {
    Scored scored;
    const auto shows = [](const std::string& report, const char* part) {
        return report.find(part) != std::string::npos;
    };
    EXPECT_TRUE(shows(scored.report(), "\"harmonic_mean\""));
    EXPECT_EQ(vmaf_set_report_statistics(scored.context, "p5,stddev"), 0);
    EXPECT_TRUE(shows(scored.report(), "\"p5\"") && shows(scored.report(), "\"stddev\""));
    EXPECT_FALSE(shows(scored.report(), "\"harmonic_mean\""));
    EXPECT_EQ(vmaf_set_report_statistics(scored.context, "none"), -EINVAL);
    EXPECT_TRUE(shows(scored.report(), "\"p5\""));
    EXPECT_EQ(vmaf_set_report_statistics(scored.context, nullptr), 0);
    EXPECT_TRUE(shows(scored.report(), "\"harmonic_mean\"") && !shows(scored.report(), "\"p5\""));
}

/// What a visit of a report calls.
struct Visit {
    std::vector<std::string> columns, parameters;
    std::vector<double> values, statistics;

    static void column(void* data, const VmafReportColumn* column) {
        auto* visit = static_cast<Visit*>(data);
        visit->columns.push_back(std::string(column->name) + " " + column->feature_name +
                                 (column->is_model ? " model" : ""));
        if (std::string(column->name) != "psnr_y") return;
        visit->values.assign(column->values, column->values + column->count);
        visit->statistics.assign(column->statistics, column->statistics + column->statistic_count);
        for (unsigned i = 0; i < column->count; i++) EXPECT_EQ(column->frames[i], i);
    }
    static void parameter(void* data, const char* name, const char* value) {
        static_cast<Visit*>(data)->parameters.push_back(std::string(name) + "=" + value);
    }
};

TEST(Statistics, AreHandedOutWithTheColumns) {
    Scored scored;
    Visit visit;
    const VmafReportVisitor visitor = {sizeof visitor, Visit::column, nullptr, Visit::parameter};
    ASSERT_EQ(vmaf_visit_report(scored.context, "p1,max,low1", &visitor, &visit), 0) << vmaf_last_error();
    EXPECT_EQ(visit.columns, (std::vector<std::string>{"psnr_y psnr_y", "psnr_cb psnr_cb", "psnr_cr psnr_cr"}));
    EXPECT_EQ(visit.parameters, std::vector<std::string>{"backend.psnr=cpu"});
    ASSERT_EQ(visit.values.size(), kFrames);
    for (unsigned i = 0; i < kFrames; i++) EXPECT_EQ(visit.values[i], scored.context.value("psnr_y", i));
    EXPECT_EQ(visit.statistics,
              (std::vector<double>{scored.statistic("p1"), scored.statistic("max"), scored.statistic("low1")}));
    EXPECT_NE(scored.report().find("\"harmonic_mean\""), std::string::npos);  // the choice for reports stays
    ASSERT_EQ(vmaf_visit_report(scored.context, nullptr, &visitor, &visit), 0);
    EXPECT_EQ(visit.statistics.size(), 4u);
}

TEST(Statistics, VisitsWithMistakesCallNobody) {
    Scored scored;
    Visit visit;
    VmafReportVisitor visitor = {sizeof visitor, Visit::column, nullptr, nullptr};
    EXPECT_EQ(vmaf_visit_report(scored.context, "mean,p1000", &visitor, &visit), -EINVAL);
    EXPECT_EQ(vmaf_visit_report(scored.context, "mean", nullptr, &visit), -EINVAL);
    EXPECT_EQ(vmaf_visit_report(nullptr, "mean", &visitor, &visit), -EINVAL);
    visitor.size--;
    EXPECT_EQ(vmaf_visit_report(scored.context, "mean", &visitor, &visit), -EINVAL);
    EXPECT_TRUE(visit.columns.empty());
}

TEST(Statistics, ValuesArePrintedAsInReports) {
    char text[16];
    ASSERT_EQ(vmaf_format_score(89.2150604, 0, text, sizeof text), 0);
    EXPECT_STREQ(text, "89.215060");
    ASSERT_EQ(vmaf_format_score(89.2150604, 4, text, sizeof text), 0);
    EXPECT_STREQ(text, "89.22");
    EXPECT_EQ(vmaf_format_score(1e300, 0, text, sizeof text), -EINVAL);
    EXPECT_EQ(vmaf_format_score(1, 18, text, sizeof text), -EINVAL);
    EXPECT_EQ(vmaf_format_score(1, 0, nullptr, 400), -EINVAL);
    EXPECT_STREQ(text, "89.22");
}

TEST(ReportParameters, OfTheClientComeBehindTheLibrarys) {
    Scored scored;
    const auto count = [](const std::string& text, const std::string& part) {
        size_t found = 0;
        for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at++) found++;
        return found;
    };
    EXPECT_EQ(vmaf_set_report_parameter(scored.context, "reference.format", "a \"b\" <c>"), 0);
    EXPECT_EQ(vmaf_set_report_parameter(scored.context, "reference.codec", "x"), 0);
    EXPECT_EQ(count(scored.report(), "reference."), 0u);
    const std::string json = scored.report(VMAF_REPORT_PARAMS);
    EXPECT_EQ(count(json, R"("reference.format": "a \"b\" <c>")"), 1u) << json;
    EXPECT_LT(json.find("backend.psnr"), json.find("reference.format"));
    EXPECT_EQ(count(scored.report(VMAF_REPORT_PARAMS, VMAF_OUTPUT_FORMAT_XML),
                    R"(reference.format="a &quot;b&quot; &lt;c&gt;")"),
              1u);
    EXPECT_EQ(vmaf_set_report_parameter(scored.context, "reference.format", "other"), 0);
    EXPECT_EQ(vmaf_set_report_parameter(scored.context, "reference.codec", nullptr), 0);
    EXPECT_EQ(vmaf_set_report_parameter(scored.context, "reference.codec", nullptr), 0);
    const std::string changed = scored.report(VMAF_REPORT_PARAMS);
    EXPECT_EQ(count(changed, R"("reference.format": "other")"), 1u);
    EXPECT_EQ(count(changed, "reference."), 1u);
    for (const char* bad : {"", "format", ".format", "reference.", "a b.c", "a\".b", "model.x", "backend.x"})
        EXPECT_EQ(vmaf_set_report_parameter(scored.context, bad, "x"), -EINVAL) << bad;
    EXPECT_EQ(vmaf_set_report_parameter(scored.context, nullptr, "x"), -EINVAL);
    EXPECT_EQ(vmaf_set_report_parameter(nullptr, "a.b", "x"), -EINVAL);
}

}  // namespace
}  // namespace vmaf::test
