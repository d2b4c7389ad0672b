// Model files: what is read from them, and that whatever is wrong with one becomes a message naming it.
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "model/json_document.h"
#include "support/model_text.h"

namespace vmaf {
namespace {

std::string repeated(std::string_view text, size_t count) {
    std::string all;
    all.reserve(text.size() * count);
    for (size_t i = 0; i < count; i++) all += text;
    return all;
}

TEST(ModelJson, ReadsFeaturesAndOptions) {
    const Model model = parse_single(kSmallModel);
    ASSERT_EQ(model.features().size(), 2u);
    EXPECT_EQ(model.name(), "vmaf");
    EXPECT_EQ(model.features()[0].name, "speed_chroma");
    const OptionStrings options = {{"gain", "1.12346"}, {"on", "true"}, {"way", "bilinear"}, {"count", "12"}};
    EXPECT_EQ(model.features()[0].options, options);
    EXPECT_TRUE(model.features()[1].options.empty());
}

TEST(ModelJson, PredictsInTheDocumentedOrder) {
    const Model model = parse_single(kSmallModel);
    const double x0 = 0.5 * 0.3 + 0.1, x1 = 2 * 0.8 + 0.0;
    const auto kernel = [&](double v0, double v1) {
        return std::exp(-0.5 * ((x0 - v0) * (x0 - v0) + (x1 - v1) * (x1 - v1)));
    };
    const double regression = 4 * kernel(0.5, 1) + -3.5 * kernel(0, -0.25) - -0.75;
    EXPECT_EQ(model.predict_raw(std::vector{0.3, 0.8}), (regression - -0.25) / 0.01);
}

TEST(ModelJson, NormalisationNoneNeedsNoSlopes) {
    const std::string text =
        changed(R"("slopes": [0.01, 0.5, 2],)", "",
                changed(R"("intercepts": [-0.25, 0.1, 0],)", "", changed("linear_rescale", "none")));
    const Model model = parse_single(text);
    const auto kernel = [](double d0, double d1) { return std::exp(-0.5 * (d0 * d0 + d1 * d1)); };
    EXPECT_EQ(model.predict_raw(std::vector{0.3, 0.8}),
              4 * kernel(0.3 - 0.5, 0.8 - 1) + -3.5 * kernel(0.3, 0.8 - -0.25) - -0.75);
}

TEST(ModelJson, RefusesAWrongNumberOfValues) {
    const Model model = parse_single(kSmallModel);
    EXPECT_THROW(model.predict(std::vector{1.0}), Error);
    EXPECT_THROW(model.predict(std::vector{1.0, 2.0, 3.0}), Error);
}

TEST(ModelJson, OptionalPartsMayBeMissingOrNull) {
    const std::string text =
        changed(R"("feature_opts_dicts": [{"gain": 1.123456789, "on": true, "way": "bilinear", "count": 12}, {}],)",
                R"("feature_opts_dicts": null,)", changed(R"("score_clip": [0, 100.0])", R"("score_clip": null)"));
    const Model model = parse_single(text);
    EXPECT_TRUE(model.features()[0].options.empty());
    EXPECT_EQ(model.finish(-5), -5);
}

TEST(ModelJson, NamesLineAndColumnOfBrokenText) {
    expect_refused("{", {"line 1, column 2"});
    expect_refused("{\n\"model_dict\": {,}}", {"line 2", "column 16"});
    expect_refused(kSmallModel.substr(0, 100), {"line 4"});
    expect_refused(std::string(kSmallModel) + "x", {"line 1"});
    expect_refused(changed("0.01", "1e999"), {"1e999"});
    expect_refused(changed("0.01", "NaN"), {"line"});
    expect_refused(changed("0.01", "Infinity"), {"line"});
    expect_refused(changed("param_dict", "\xff\xfe"), {"line"});
}

TEST(ModelJson, EveryTruncationIsAnError) {
    for (size_t length = 0; length < kSmallModel.size(); length++) expect_refused(kSmallModel.substr(0, length), {});
}

TEST(ModelJson, NamesMissingKeys) {
    expect_refused("{}", {"model_dict", "'0'"});
    expect_refused("[1]", {"an object is wanted, not array"});
    expect_refused("7", {"an object is wanted, not number"});
    for (const std::string_view key : {"model_type", "norm_type", "slopes", "intercepts", "feature_names", "model"}) {
        const std::string quoted = cat("\"", key, "\": ");
        expect_refused(changed(quoted, cat("\"_", key, "\": ")), {"/model_dict", key, "missing"});
    }
}

TEST(ModelJson, NamesRepeatedKeys) {
    expect_refused(changed("\"intercepts\"", "\"slopes\""), {"/model_dict", "repeated key 'slopes'"});
    expect_refused(changed("\"on\"", "\"gain\""), {"repeated key 'gain'"});
    expect_refused(R"({"a": 1, "a": 1})", {"repeated key 'a'"});
}

TEST(ModelJson, NamesWrongTypes) {
    expect_refused(R"({"model_dict": 3})", {"/model_dict", "an object is wanted, not number"});
    const std::pair<std::string_view, std::string_view> changes[] = {{R"("LIBSVMNUSVR")", "1"},
                                                                     {R"("linear_rescale")", "true"},
                                                                     {"[0.01, 0.5, 2]", "0.01"},
                                                                     {"0.01", "\"0.01\""},
                                                                     {"-0.25, 0.1", "null, 0.1"},
                                                                     {R"(["speed_chroma", "adm3"])", "{}"},
                                                                     {R"("adm3")", "3"},
                                                                     {"{}]", "3]"},
                                                                     {": 12}", ": [12]}"},
                                                                     {"[0, 100.0]", "5"},
                                                                     {"100.0", "\"100\""},
                                                                     {"\"enabled\": false", "\"enabled\": \"true\""},
                                                                     {"1.5", "\"1.5\""},
                                                                     {R"("true"})", "1}"},
                                                                     {R"("true"})", R"("yes"})"},
                                                                     {"\"knots\": null", "\"knots\": 1"},
                                                                     {"\"knots\": null", "\"knots\": [[0, 0], 1]"}};
    for (const auto& [from, to] : changes) expect_refused(changed(from, to), {"/model_dict/"});
}

TEST(ModelJson, NamesUnknownKinds) {
    expect_refused(changed("LIBSVMNUSVR", "FOREST"), {"/model_dict/model_type", "FOREST"});
    expect_refused(changed("linear_rescale", "clip_0to1"), {"/model_dict/norm_type"});
}

TEST(ModelJson, NamesSizesThatDisagree) {
    expect_refused(changed("[0.01, 0.5, 2]", "[0.01, 0.5]"), {"/model_dict/slopes", "2 elements where 3"});
    expect_refused(changed("[-0.25, 0.1, 0]", "[-0.25, 0.1, 0, 0]"), {"/model_dict/intercepts", "4 elements where 3"});
    expect_refused(changed(", {}]", "]"), {"/model_dict/feature_opts_dicts", "1 elements where 2"});
    expect_refused(changed(R"(["speed_chroma", "adm3"])", "[]"), {"/model_dict/feature_names", "0 features"});
    expect_refused(changed(R"(["speed_chroma", )", cat("[", repeated(R"("a", )", 64))), {"65 features"});
    expect_refused(changed("\"adm3\"", "\"\""), {"/model_dict/feature_names/1", "empty"});
    expect_refused(changed("[0, 100.0]", "[0]"), {"/model_dict/score_clip", "1 elements where 2"});
    expect_refused(changed("[0, 100.0]", "[100, 0]"), {"/model_dict/score_clip"});
    expect_refused(changed("[0.01,", "[0,"), {"/model_dict/slopes/0"});
    expect_refused(changed("\"knots\": null", "\"knots\": [[0, 0, 0], [1, 1]]"),
                   {"/model_dict/score_transform/knots/0"});
    expect_refused(changed("\"knots\": null", "\"knots\": [[0, 0]]"), {"knots", "two knots or more"});
    expect_refused(changed("\"knots\": null", "\"knots\": [[0, 0], [0, 1]]"), {"knots", "x must rise"});
    expect_refused(changed("\"knots\": null", "\"knots\": [[0, 0], [1, 1], [2, 0]]"), {"knots 1 and 2"});
}

TEST(ModelJson, ChromaCorrectionNeedsOneFeatureOfEachKind) {
    const std::string_view clip = R"("score_clip")", with = R"("chroma_correction_parameter": 120, "score_clip")";
    EXPECT_NO_THROW(parse_single(changed(clip, with)));
    expect_refused(changed("adm3", "adm2", changed(clip, with)), {"/model_dict", "*adm3*"});
    expect_refused(changed("\"adm3\"", "\"speed_chroma_adm3\"", changed(clip, with)),
                   {"more than one", "*speed_chroma*"});
    EXPECT_NO_THROW(
        parse_single(changed("adm3", "adm2", changed(clip, R"("chroma_correction_parameter": 0, "score_clip")"))));
}

TEST(ModelJson, HostileTextCostsAMessage) {
    expect_refused(repeated("[", 1 << 20), {"nested deeper"});
    expect_refused(repeated("{\"a\":", 1 << 20), {"nested deeper"});
    expect_refused(cat("[", repeated("1,", 1 << 20), "1]"), {"values"});
    expect_refused(cat("{\"", repeated("k", 1 << 20)), {"line 1"});
    expect_refused(cat("{\"", repeated("k", 1 << 20), "\": {\"model_dict\": []}}"), {"model_dict"});
    expect_refused(changed("feature_names\": [", cat("feature_names\": [", repeated("0,", 200000))), {"features"});
    expect_refused(changed("LIBSVMNUSVR", repeated("\\u00e9", 100000)), {"model_type"});
    expect_refused("{" + std::string(JsonDocument::kMaxBytes, ' '), {"16 MiB"});
}

TEST(ModelJson, ReadsFilesAndNamesThoseItCannot) {
    const auto path = std::filesystem::temp_directory_path() / cat("vmaf_model_test_", getpid(), ".json");
    std::ofstream(path) << kSmallModel;
    EXPECT_EQ(load_model_file(path, "a", 0).model.name(), "a");
    std::filesystem::remove(path);
    for (const auto& [name, code] : {std::pair{path.string(), ENOENT}, {std::string("/"), EISDIR}}) {
        try {
            load_model_file(name, "a", 0);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), code);
            EXPECT_NE(std::string(error.what()).find(name), std::string::npos);
        }
    }
}

TEST(ModelJson, AHugeFileIsRefusedUnread) {
    const auto path = std::filesystem::temp_directory_path() / cat("vmaf_model_test_", getpid(), ".huge");
    std::ofstream(path).close();
    std::filesystem::resize_file(path, uintmax_t{1} << 40);
    EXPECT_THROW(load_model_file(path, "a", 0), Error);
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace vmaf
