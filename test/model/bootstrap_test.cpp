// Bootstrap collections: how files number their members, and the figures of the spread.
#include <cmath>

#include "support/model_text.h"

namespace vmaf {
namespace {

/// A bootstrap file of `members` + 1 entries; the intercept of the score tells them apart.
std::string bootstrap_json(int members) {
    std::string text = "{";
    for (int i = 0; i <= members; i++) {
        std::string entry =
            changed("LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR", changed("-0.25,", cat(-0.25 + 0.25 * i, ",")));
        entry = changed("[0.01,", "[0.125,", entry);
        text += cat(i ? "," : "", "\"", i, "\": ", entry);
    }
    return text + "}";
}

LoadedModel parse(std::string_view json, uint64_t flags = 0) { return parse_model(json, "test.json", "name", flags); }

TEST(Bootstrap, NamesItsMembers) {
    const LoadedModel loaded = parse(bootstrap_json(12));
    ASSERT_TRUE(loaded.collection);
    EXPECT_EQ(loaded.model.name(), "name");
    EXPECT_EQ(loaded.collection->name(), "name");
    ASSERT_EQ(loaded.collection->members().size(), 12u);
    EXPECT_EQ(loaded.collection->members()[0].name(), "name_0001");
    EXPECT_EQ(loaded.collection->members()[11].name(), "name_0012");
    const double v[] = {0.5, 0.75};
    EXPECT_NEAR(loaded.collection->members()[11].predict_raw(v), loaded.model.predict_raw(v) - 24, 1e-9);
}

TEST(Bootstrap, SingleModelsHaveNoCollection) { EXPECT_FALSE(parse(kSmallModel).collection); }

TEST(Bootstrap, RefusesBrokenCollections) {
    expect_refused(bootstrap_json(0), {"entry '1' is missing"});
    expect_refused(changed("\"2\": {", "\"7\": {", bootstrap_json(3)), {"entry '2' is missing"});
    expect_refused(changed("\"0\": {", "\"4\": {", bootstrap_json(3)), {"neither"});
    expect_refused(changed("BOOTSTRAP_", "", bootstrap_json(2)), {"/0"});
    const std::string text = bootstrap_json(2);
    const size_t last = text.rfind("BOOTSTRAP_");
    expect_refused(std::string(text).replace(last, 0, "RESIDUE"), {"/2", "RESIDUEBOOTSTRAP_LIBSVMNUSVR"});
    expect_refused(std::string(text).replace(text.rfind("adm3"), 4, "adm2"), {"/2", "other features"});
    expect_refused(std::string(text).replace(text.rfind("[0.125"), 6, "[0.125, 1"), {"/2/model_dict/slopes"});
}

TEST(Bootstrap, FiguresAreThoseOfTheMembersRawScores) {
    const LoadedModel loaded = parse(bootstrap_json(5));
    const double v[] = {0.25, 0.5};
    std::vector<double> raw;  // descending by member
    for (const Model& member : loaded.collection->members()) raw.push_back(member.predict_raw(v));
    double sum = 0, squares = 0;
    for (const double r : raw) sum += r;
    const double mean = sum / 5;
    for (const double r : raw) squares += (r - mean) * (r - mean);
    const BootstrapScore score = loaded.collection->predict(v);
    ASSERT_GT(raw[4], 0);
    ASSERT_LT(raw[0], 100);
    EXPECT_EQ(score.members, raw);
    EXPECT_EQ(score.bagging, mean);
    EXPECT_EQ(score.stddev, std::sqrt(squares / 5) * (((mean + 0.01) - (mean - 0.01)) / 0.02));
    const double low = 2.5 * 4 / 100, high = 97.5 * 4 / 100;
    EXPECT_EQ(score.ci95_low, raw[4] * (1 - low) + raw[3] * low);
    EXPECT_EQ(score.ci95_high, raw[1] * (4 - high) + raw[0] * (high - 3));
}

TEST(Bootstrap, ResidueModelsAreScoredAlike) {
    std::string text = bootstrap_json(5);
    const std::string plain = text;
    for (size_t at = 0; (at = text.find("\"BOOTSTRAP_", at)) != std::string::npos;) text.replace(at, 1, "\"RESIDUE");
    ASSERT_NE(text, plain);
    const double v[] = {0.25, 0.5};
    const LoadedModel residue = parse(text), bootstrap = parse(plain);
    const BootstrapScore a = residue.collection->predict(v), b = bootstrap.collection->predict(v);
    EXPECT_EQ(a.members, b.members);
    EXPECT_EQ(a.bagging, b.bagging);
    EXPECT_EQ(a.stddev, b.stddev);
    EXPECT_EQ(a.ci95_low, b.ci95_low);
    EXPECT_EQ(a.ci95_high, b.ci95_high);
}

TEST(Bootstrap, ClipAndTransformApplyToTheFigures) {
    const std::string json = bootstrap_json(4);
    const double v[] = {0.25, 0.5};
    const BootstrapScore plain = parse(json).collection->predict(v);
    const auto transformed =
        parse(json, VMAF_MODEL_FLAG_ENABLE_TRANSFORM | VMAF_MODEL_FLAG_DISABLE_CLIP).collection->predict(v);
    EXPECT_EQ(transformed.bagging, std::max(plain.bagging, 1.5 + 0.25 * plain.bagging * plain.bagging));
    EXPECT_NEAR(transformed.stddev, plain.stddev * 0.5 * plain.bagging, 1e-3 * transformed.stddev);
    const auto clipped = parse(json, VMAF_MODEL_FLAG_ENABLE_TRANSFORM).collection->predict(v);
    EXPECT_EQ(clipped.bagging, 100);
    EXPECT_EQ(clipped.stddev, 0);
    EXPECT_EQ(clipped.ci95_high, 100);
}

TEST(Bootstrap, OneMemberIsItsOwnInterval) {
    const double v[] = {0.25, 0.5};
    const LoadedModel loaded = parse(bootstrap_json(1));
    const BootstrapScore score = loaded.collection->predict(v);
    EXPECT_EQ(score.ci95_low, score.members[0]);
    EXPECT_EQ(score.ci95_high, score.members[0]);
    EXPECT_EQ(score.stddev, 0);
}

TEST(Bootstrap, NanIsNoCrash) {
    const double v[] = {std::nan(""), 0.5};
    EXPECT_TRUE(std::isnan(parse(bootstrap_json(20)).collection->predict(v).bagging));
}

}  // namespace
}  // namespace vmaf
