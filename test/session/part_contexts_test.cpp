// Contexts that make parts or take them in place of pictures.
#include "parts.h"

namespace vmaf::test {
namespace {

TEST_F(Parts, AreWrittenWholeOrNotAtAll) {
    Settings setup{.extractors = {{"motion", {}}}, .frames = 9};
    Scoring run(setup);
    EXPECT_EQ(vmaf_write_part(run, path("p").c_str()), -EINVAL);
    ASSERT_EQ(run.begin({4, 8}, {0, 8}), 0);
    EXPECT_EQ(run.begin({4, 8}, {0, 8}), -EINVAL);
    EXPECT_EQ(run.needed(), (FrameRange{2, 8}));
    EXPECT_EQ(run.read(3), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "needs the pictures from frame 2 on");
    run.read({2, 6});
    EXPECT_EQ(run.read(8), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "frame 7 is next");
    EXPECT_EQ(vmaf_use_feature(run, "psnr", nullptr), 0);
    EXPECT_EQ(run.read(7), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "registered after the first picture of a part");
    EXPECT_EQ(vmaf_write_part(run, path("p").c_str()), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "flush");
    ASSERT_EQ(run.flush(), 0);
    EXPECT_EQ(vmaf_write_part(run, path("p").c_str()), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "frames 7 to 8 were not read");
    EXPECT_FALSE(fs::exists(path("p")));
}

TEST_F(Parts, FailToBeWrittenWithoutATrace) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 3};
    Scoring run(setup);
    ASSERT_EQ(run.begin({0, 2}, {0, 2}), 0);
    run.read({0, 2});
    ASSERT_EQ(run.flush(), 0);
    EXPECT_EQ(vmaf_write_part(run, path("missing/p").c_str()), -ENOENT);
    EXPECT_EQ(vmaf_write_part(run, path("").c_str()), -EISDIR);
    EXPECT_EQ(vmaf_write_part(run, path("p").c_str()), 0);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(Parts, ContextsThatMakeThemHaveNoScores) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 3};
    Scoring run(setup);
    ASSERT_EQ(run.begin({0, 2}, {0, 2}), 0);
    run.read({0, 2});
    ASSERT_EQ(run.flush(), 0);
    double value;
    EXPECT_EQ(vmaf_feature_score_at_index(run, "psnr_y", &value, 0), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "has no scores");
    EXPECT_EQ(vmaf_write_output(run, path("report").c_str(), VMAF_OUTPUT_FORMAT_XML), -EINVAL);
}

TEST_F(Parts, ComeInsteadOfPictures) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 4};
    const auto parts = make_parts(setup, {{0, 1}, {2, 3}});
    Scoring run(setup);
    ASSERT_EQ(run.merge(parts), 0) << vmaf_last_error();
    EXPECT_EQ(run.read(4), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "come from parts");
    EXPECT_EQ(run.merge(parts), -EINVAL);
    EXPECT_EQ(run.flush(), 0);
    Scoring late(setup);
    ASSERT_EQ(late.read(0), 0);
    EXPECT_EQ(late.merge(parts), -EINVAL);
}

TEST_F(Parts, HoldNoHeatmaps) {
    Settings setup{.extractors = {{"cambi", {{"heatmaps_path", "heat"}}}}, .frames = 3};
    setup.extractors[0].options[0].second = folder_.c_str();
    Scoring run(setup);
    ASSERT_EQ(run.begin({0, 2}, {0, 2}), 0);
    EXPECT_EQ(run.read(0), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "heatmaps");
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Parts, ArgumentsAreChecked) {
    Scoring run(Settings{.extractors = {{"psnr", {}}}});
    EXPECT_EQ(vmaf_begin_part(run, nullptr), -EINVAL);
    VmafPart part = {sizeof part, 3, 2, 0, 9, nullptr};
    EXPECT_EQ(vmaf_begin_part(run, &part), -EINVAL);
    part = {sizeof part, 3, 12, 0, 9, nullptr};
    EXPECT_EQ(vmaf_begin_part(run, &part), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "frames 3 to 12 are no part of frames 0 to 9");
    part = {sizeof part, 3, 4, 0, 9, "\xff"};
    EXPECT_EQ(vmaf_begin_part(run, &part), -EINVAL);
    part = {0, 3, 4, 0, 9, nullptr};
    EXPECT_EQ(vmaf_begin_part(run, &part), -EINVAL);
    const char* nothing = nullptr;
    EXPECT_EQ(vmaf_read_parts(run, &nothing, 1), -EINVAL);
    EXPECT_EQ(vmaf_read_parts(run, nullptr, 1), -EINVAL);
    EXPECT_EQ(vmaf_pictures_needed(run, nullptr, nullptr), -EINVAL);
    EXPECT_EQ(vmaf_part_check(nullptr), -EINVAL);
}

}  // namespace
}  // namespace vmaf::test
