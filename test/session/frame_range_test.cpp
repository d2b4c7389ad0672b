// Ranges of frames: their values are those of the whole run.
#include "parts.h"

namespace vmaf::test {
namespace {

/// The values of a CSV report, by frame and by column: their order is that in which they came.
std::map<std::pair<std::string, std::string>, std::string> values_of(const std::string& csv) {
    std::map<std::pair<std::string, std::string>, std::string> values;
    std::istringstream lines(csv);
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        std::vector<std::string> row;
        for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
        if (names.empty())
            names = row;
        else
            for (size_t i = 1; i < row.size(); i++) values[{row[0], names[i]}] = row[i];
    }
    return values;
}

TEST_F(Parts, AFrameRangeHasTheValuesOfTheWholeRun) {
    Settings setup;
    setup.extractors = kExtractors;
    setup.models = Models::kOne;
    setup.frames = 14;
    const auto whole_run = values_of(one_run(setup, VMAF_OUTPUT_FORMAT_CSV));
    const size_t columns = whole_run.size() / setup.frames;
    for (unsigned low = 0; low < setup.frames; low++) {
        setup.range = {low, std::min(low + low % 3, setup.frames - 1)};
        const auto ranged = values_of(one_run(setup, VMAF_OUTPUT_FORMAT_CSV));
        EXPECT_EQ(ranged.size(), columns * (setup.range.high - low + 1));
        for (const auto& [place, value] : ranged)
            EXPECT_EQ(whole_run.at(place), value) << "frame " << place.first << ", " << place.second;
    }
}

TEST_F(Parts, FiguresOfTheStreamAreOfTheRangeAlone) {
    Settings setup;
    setup.extractors = {{"psnr", {{"enable_apsnr", "true"}}}, {"motion", {{"motion_five_frame_window", "true"}}}};
    setup.frames = 9;
    setup.range = {6, 8};
    const std::string ranged = one_run(setup, VMAF_OUTPUT_FORMAT_JSON);
    Scoring alone(setup = {.extractors = {setup.extractors[0]}, .frames = 9});
    alone.read({6, 8});
    ASSERT_EQ(alone.flush(), 0);
    const std::string expected = alone.report(path("alone"), VMAF_OUTPUT_FORMAT_JSON);
    const auto aggregates = [](const std::string& report) { return report.substr(report.find("aggregate_metrics")); };
    EXPECT_SAYS(expected, "apsnr_y");
    EXPECT_EQ(aggregates(ranged), aggregates(expected));
}

TEST_F(Parts, FramesAroundARangeHaveNoScores) {
    Settings setup{.extractors = {{"motion", {}}}, .frames = 9, .range = {4, 6}};
    Scoring run(setup);
    EXPECT_EQ(run.needed(), (FrameRange{2, 8}));
    std::vector<unsigned> told;
    const auto tell = [](void* data, VmafMetadata* metadata) {
        static_cast<std::vector<unsigned>*>(data)->push_back(metadata->picture_index);
    };
    std::string feature = "VMAF_integer_feature_motion2_score";
    ASSERT_EQ(vmaf_register_metadata_handler(run, {feature.data(), tell, &told}), 0);
    run.read(run.needed());
    ASSERT_EQ(run.flush(), 0);
    EXPECT_EQ(told, (std::vector<unsigned>{4, 5, 6}));
    double value;
    EXPECT_EQ(vmaf_feature_score_at_index(run, feature.c_str(), &value, 3), -EINVAL);
    EXPECT_SAYS(vmaf_last_error(), "frames 4 to 6 are scored");
    EXPECT_EQ(vmaf_set_frame_range(run, 1, 2), -EINVAL);
    EXPECT_EQ(vmaf_set_frame_range(Scoring(setup), 3, 2), -EINVAL);
}

}  // namespace
}  // namespace vmaf::test
