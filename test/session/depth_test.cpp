// Contexts that lift pictures to a greater depth: the scores are those of pictures that have it.
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

constexpr unsigned kFrames = 3;
constexpr const char* kExtractors[] = {"adm", "motion", "vif", "psnr", "float_ssim"};
constexpr const char* kFeatures[] = {"VMAF_integer_feature_adm2_score",
                                     "VMAF_integer_feature_motion2_score",
                                     "VMAF_integer_feature_vif_scale0_score",
                                     "psnr_y",
                                     "psnr_cr",
                                     "float_ssim"};

std::vector<double> run(Context& context, unsigned bpc) {
    for (const char* extractor : kExtractors) EXPECT_EQ(context.use(extractor), 0);
    for (unsigned i = 0; i < kFrames; i++) {
        VmafPicture ref = make_picture(i, 0, kW, kH, bpc), dis = make_picture(i, 9, kW, kH, bpc);
        EXPECT_EQ(vmaf_read_pictures(context, &ref, &dis, i), 0) << vmaf_last_error();
    }
    EXPECT_EQ(context.flush(), 0);
    std::vector<double> values;
    for (const char* feature : kFeatures)
        for (unsigned i = 0; i < kFrames; i++) values.push_back(context.value(feature, i));
    return values;
}

std::string report(VmafContext* context) {
    const std::string path = ::testing::TempDir() + "depth_test_report.json";
    EXPECT_EQ(vmaf_write_output(context, path.c_str(), VMAF_OUTPUT_FORMAT_JSON), 0);
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    std::remove(path.c_str());
    return text.str();
}

TEST(LeastDepth, ScoresAreThoseOfPicturesThatHaveIt) {
    Context plain, deep;
    const std::vector<double> shallow = run(plain, 8), expected = run(deep, 10);
    EXPECT_NE(shallow, expected);
    for (unsigned threads : {0u, 2u}) {
        Context context(threads);
        ASSERT_EQ(vmaf_set_least_depth(context, 10), 0);
        EXPECT_EQ(run(context, 8), expected) << threads << " threads";
        EXPECT_NE(report(context).find(R"("bitdepth": "10, lifted from 8")"), std::string::npos);
    }
    EXPECT_EQ(report(plain).find("bitdepth"), std::string::npos);
}

TEST(LeastDepth, DeeperPicturesStayAsTheyAre) {
    Context plain, context;
    ASSERT_EQ(vmaf_set_least_depth(context, 10), 0);
    EXPECT_EQ(run(context, 12), run(plain, 12));
    EXPECT_EQ(report(context).find("bitdepth"), std::string::npos);
}

TEST(LeastDepth, IsSetBeforeTheFirstPictureAndWithinBounds) {
    Context context;
    EXPECT_EQ(vmaf_set_least_depth(nullptr, 10), -EINVAL);
    EXPECT_EQ(vmaf_set_least_depth(context, 7), -EINVAL);
    EXPECT_EQ(vmaf_set_least_depth(context, 17), -EINVAL);
    EXPECT_EQ(context.use("psnr"), 0);
    EXPECT_EQ(context.read(0), 0);
    EXPECT_EQ(vmaf_set_least_depth(context, 10), -EINVAL);
    EXPECT_STREQ(vmaf_last_error(), "the depth of a context must be set before its first picture");
}

TEST(LeastDepth, RefusedPicturesGoBackAsTheyWere) {
    Context context;
    ASSERT_EQ(vmaf_set_least_depth(context, 10), 0);
    EXPECT_EQ(context.use("speed_chroma"), 0);  // which needs larger ones
    EXPECT_EQ(context.read(0), -EINVAL);        // and read() unreferences them
}

}  // namespace
}  // namespace vmaf::test
