// The same bytes whatever the number of threads, the instruction sets and the run.
#include <gtest/gtest.h>

#include "scoring.h"
#include "support/sanitized.h"

namespace vmaf::testdata {
namespace {

Job family_job() {
    return {.models = {"vmaf_v0.6.1", "vmaf_v0.6.1neg"},
            .extractors = {"psnr=enable_mse:true", "float_ssim=enable_lcs:true"},
            .names = {"VMAF_integer_feature_adm2_score", "VMAF_integer_feature_motion2_score",
                      "VMAF_integer_feature_motion3_score", "VMAF_integer_feature_vif_scale0_score",
                      "integer_vif_scale3_egl_1", "integer_adm_scale3_egl_1", "psnr_y", "mse_cb", "float_ssim",
                      "float_ssim_s"}};
}

std::string text_of(const Job& job, const Clip& clip) {
    const Outcome outcome = score(job, clip_source(clip));
    EXPECT_TRUE(outcome.missing.empty()) << *outcome.missing.begin();
    std::string text;
    for (const Line& line : outcome.lines) text += line.key + ' ' + line.value + '\n';
    EXPECT_EQ(text.find("none"), std::string::npos);
    EXPECT_EQ(text.find("error"), std::string::npos);
    return text;
}

class Determinism : public testing::TestWithParam<const char*> {
 protected:
    const Clip& clip() const { return *find_clip(GetParam()); }
};

TEST_P(Determinism, ThreadsDoNotMatter) {
    Job job = family_job();
    const std::string expected = text_of(job, clip());
    for (unsigned threads : {0, 1, 2, 7, 16}) {
        job.threads = threads;
        EXPECT_EQ(text_of(job, clip()), expected) << threads << " threads";
    }
}

TEST_P(Determinism, InstructionSetsDoNotMatter) {
    Job job = family_job();
    job.cpumask = 63;
    const std::string expected = text_of(job, clip());
    for (uint64_t mask : {0, 1, 2, 4, 8, 16, 32, 48, 56}) {
        if (test::kSanitized && mask) break;  // backend tests go through the sets
        job.cpumask = mask;
        EXPECT_EQ(text_of(job, clip()), expected) << "cpumask " << mask;
    }
}

INSTANTIATE_TEST_SUITE_P(Clips, Determinism,
                         testing::Values("cuts8", "texture10", "odd8", "texture12_422", "noise16_444"));

}  // namespace
}  // namespace vmaf::testdata
