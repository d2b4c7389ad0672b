// Statistics through the C API: the values that pooling gives, ranges, names, what reports show.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

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
    std::string report() {
        const std::string path = ::testing::TempDir() + "statistics_report.json";
        const VmafReportOptions options = {VMAF_OUTPUT_FORMAT_JSON, 0, 0};
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

}  // namespace
}  // namespace vmaf::test
