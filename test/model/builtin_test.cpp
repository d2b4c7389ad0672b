// Built-in models: their scores are those on record to the last bit, and equal those of the published files.
#include <filesystem>
#include <fstream>
#include <random>

#include "support/model_text.h"

namespace vmaf {
namespace {

bool is_built_in(std::string_view version) {
    const auto versions = builtin_versions();
    return std::find(versions.begin(), versions.end(), version) != versions.end();
}

/// Every score of a frame: the model's, then the members' and the figures of the spread.
std::vector<double> all_scores(const LoadedModel& loaded, std::span<const double> values) {
    std::vector<double> scores = {loaded.model.predict(values)};
    if (!loaded.collection) return scores;
    const BootstrapScore spread = loaded.collection->predict(values);
    scores.insert(scores.end(), spread.members.begin(), spread.members.end());
    scores.insert(scores.end(), {spread.bagging, spread.stddev, spread.ci95_low, spread.ci95_high});
    return scores;
}

TEST(Builtin, ScoresAreThoseOnRecord) {
    std::ifstream file(VMAF_SOURCE_ROOT "/testdata/model/scores.txt");
    ASSERT_TRUE(file);
    size_t compared = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream fields(line);
        std::string version;
        uint64_t flags = 0;
        size_t count = 0;
        fields >> version >> flags >> count;
        if (!is_built_in(version)) continue;
        std::vector<double> values(count), expected;
        for (double& value : values) fields >> value;
        for (double value; fields >> value;) expected.push_back(value);
        ASSERT_FALSE(expected.empty()) << line;
        EXPECT_EQ(all_scores(load_builtin_model(version, "m", flags), values), expected) << line;
        compared++;
    }
    if (builtin_versions().empty()) GTEST_SKIP() << "this build has no built-in models";
    EXPECT_EQ(compared, builtin_versions().size() * 20);
}

TEST(Builtin, EqualsThePublishedFiles) {
    const std::filesystem::path folder = VMAF_SOURCE_ROOT "/../shared/models";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the published model files are not there: " << folder;
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> anything(-2, 30), zero_or_one(0, 1);
    for (const std::string_view version : builtin_versions()) {
        const LoadedModel ours = load_builtin_model(version, "m", VMAF_MODEL_FLAG_DISABLE_CLIP);
        const LoadedModel theirs = load_model_file(folder / cat(version, ".json"), "m", VMAF_MODEL_FLAG_DISABLE_CLIP);
        ASSERT_EQ(ours.model.features().size(), theirs.model.features().size()) << version;
        for (size_t i = 0; i < ours.model.features().size(); i++) {
            EXPECT_EQ(ours.model.features()[i].name, theirs.model.features()[i].name) << version;
            EXPECT_EQ(ours.model.features()[i].options, theirs.model.features()[i].options) << version;
        }
        for (int i = 0; i < 50; i++) {
            std::vector<double> values(ours.model.features().size());
            for (double& value : values) value = i % 2 ? anything(random) : zero_or_one(random);
            if (i % 3 == 0) values[1] = 0;
            EXPECT_EQ(all_scores(ours, values), all_scores(theirs, values)) << version;
            EXPECT_EQ(ours.model.predict_raw(values), theirs.model.predict_raw(values)) << version;
        }
        EXPECT_EQ(ours.model.finish(-3), theirs.model.finish(-3)) << version;
    }
}

TEST(Builtin, OtherPublishedFilesLoad) {
    const std::filesystem::path folder = VMAF_SOURCE_ROOT "/../shared/models/file_only";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the published model files are not there: " << folder;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        EXPECT_NO_THROW(load_model_file(entry.path(), "m", 0)) << entry.path();
}

TEST(Builtin, UnknownVersionsAreRefusedWithTheKnownOnes) {
    try {
        load_builtin_model("vmaf_v9", "m", 0);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), EINVAL);
        const std::string text = error.what();
        EXPECT_NE(text.find("'vmaf_v9'"), std::string::npos);
        for (const std::string_view version : builtin_versions()) EXPECT_NE(text.find(version), std::string::npos);
    }
}

TEST(Builtin, NamesFollowTheCaller) {
    if (!is_built_in("vmaf_b_v0.6.3")) GTEST_SKIP() << "this build has no built-in models";
    const LoadedModel loaded = load_builtin_model("vmaf_b_v0.6.3", "x", 0);
    EXPECT_EQ(loaded.model.name(), "x");
    ASSERT_TRUE(loaded.collection);
    ASSERT_EQ(loaded.collection->members().size(), 20u);
    EXPECT_EQ(loaded.collection->members()[19].name(), "x_0020");
}

}  // namespace
}  // namespace vmaf
