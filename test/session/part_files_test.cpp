// Files of parts, and everything that must not be merged.
#include "parts.h"

namespace vmaf::test {
namespace {

TEST_F(Parts, HaveTheSameBytesFromAnyNumberOfThreads) {
    Settings setup{.extractors = kExtractors, .models = Models::kOne, .frames = 12};
    const std::string expected = contents(make_part(setup, "a", {5, 9}));
    for (const unsigned threads : {1u, 3u, 8u}) EXPECT_EQ(contents(make_part(setup, "b", {5, 9}, threads)), expected);
}

TEST_F(Parts, MoreModelsCanBeAskedOfThemLater) {
    Settings setup{.models = Models::kBootstrap, .frames = 8};
    const auto parts = make_parts(setup, {{0, 2}, {3, 7}});
    setup.models = Models::kOne;
    EXPECT_EQ(merged(setup, parts, VMAF_OUTPUT_FORMAT_JSON), one_run(setup, VMAF_OUTPUT_FORMAT_JSON));
    setup.extractors = {{"vif", {}}, {"ciede", {}}};
    EXPECT_SAYS(refusal(setup, parts), "the parts lack feature 'ciede2000'");
    setup.extractors = {{"motion", {{"motion_moving_average", "true"}}}};
    EXPECT_SAYS(refusal(setup, parts), "with motion_moving_average=1");
}

TEST_F(Parts, OverlapsThatAgreeAreFine) {
    Settings setup{.extractors = {{"motion", {}}, {"psnr", {}}}, .frames = 12};
    const auto parts = make_parts(setup, {{0, 8}, {0, 3}, {2, 5}, {4, 11}, {4, 11}});
    EXPECT_EQ(merged(setup, parts, VMAF_OUTPUT_FORMAT_CSV), one_run(setup, VMAF_OUTPUT_FORMAT_CSV));
}

TEST_F(Parts, GapsAreNamed) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 12};
    const auto parts = make_parts(setup, {{0, 3}, {4, 7}, {8, 11}});
    EXPECT_SAYS(refusal(setup, {parts[0], parts[2]}), "frames 4 to 7 are in no part ('" + parts[0]);
    EXPECT_SAYS(refusal(setup, {parts[1], parts[0]}), "frames 8 to 11 are in no part ('" + parts[1]);
    EXPECT_SAYS(refusal(setup, {parts[2], parts[1]}), "frames 0 to 3 are in no part ('" + parts[1]);
    EXPECT_SAYS(refusal(setup, {}), "no part");
}

TEST_F(Parts, OfOtherVideosAreFoundByTheOverlap) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 12};
    const std::string first = make_part(setup, "first", {0, 5});
    setup.damage = 10;
    const std::string second = make_part(setup, "second", {6, 11});
    const std::string text = refusal(setup, {first, second});
    EXPECT_SAYS(text, "'" + first + "' and '" + second + "' disagree on frame 5");
}

TEST_F(Parts, OfDifferentRunsAreRefused) {
    const Settings setup{.extractors = {{"psnr", {}}, {"motion", {}}}, .frames = 12};
    const std::string first = make_part(setup, "first", {0, 5});
    Settings other = setup;
    const auto says = [&](const char* what) {
        const std::string second = make_part(other, "second", {6, 11}), text = refusal(setup, {first, second});
        EXPECT_SAYS(text, "'" + first + "' and '" + second + "' are not of one run");
        EXPECT_SAYS(text, what);
        other = setup;
    };
    other.fingerprint = "reference: a\ndistorted: c";
    says("fingerprint distorted: b in the one, distorted: c in the other");
    other.fingerprint = "";
    says("fingerprint reference: a in the one, (nothing) in the other");
    other.subsample = 2;
    says("subsampling 1 in the one, 2 in the other");
    other.least_depth = 10;
    says("scored depth 8 in the one, 10 in the other");
    other.extractors.pop_back();
    says("their metrics differ");
    other.frames = 13;
    says("whole run frames 0 to 11 in the one, frames 0 to 12 in the other");
}

TEST_F(Parts, NeedTheSettingsThatMadeThem) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 6, .subsample = 2};
    const auto parts = make_parts(setup, {{0, 5}});
    Settings other = setup;
    other.subsample = 1;
    EXPECT_SAYS(refusal(other, parts), "n_subsample");
    other = setup;
    other.least_depth = 12;
    EXPECT_SAYS(refusal(other, parts), "scored at 8 bits, the context scores at 12");
    other = setup;
    other.range = {0, 3};
    EXPECT_SAYS(refusal(other, parts), "the context scores 0 to 3");
}

TEST_F(Parts, DamageIsFoundWhereverItIs) {
    Settings setup{.extractors = {{"psnr", {}}, {"motion", {}}}, .frames = 6};
    const std::string good = contents(make_part(setup, "part", {0, 5}));
    const std::string bad = path("bad");
    const auto refused = [&](const std::string& bytes) {
        write(bad, bytes);
        EXPECT_EQ(vmaf_part_check(bad.c_str()), -EINVAL);
        EXPECT_SAYS(vmaf_last_error(), "'" + bad + "'");
        EXPECT_SAYS(refusal(setup, {bad}), "'" + bad + "'");
    };
    for (size_t at = 0; at < good.size(); at += at < 40 ? 1 : 29) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        refused(bytes);
    }
    for (size_t size = 0; size < good.size(); size += size < 40 ? 1 : 37) refused(good.substr(0, size));
    refused(good + "x");
    refused("not a part");
    EXPECT_SAYS(refusal(setup, {path("nowhere")}, -ENOENT), "nowhere");
    EXPECT_EQ(vmaf_part_check(path("part").c_str()), 0);
}

TEST_F(Parts, OfAnotherVersionAreRefused) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 3};
    const auto parts = make_parts(setup, {{0, 2}});
    std::string bytes = contents(parts[0]);
    bytes[8] = 2;  // the version of the format
    write(path("newer"), bytes);
    EXPECT_SAYS(refusal(setup, {path("newer")}), "has format 2");
}

TEST_F(Parts, SayWhatTheyAre) {
    Settings setup{.extractors = {{"psnr", {}}}, .frames = 9};
    const std::string part = make_part(setup, "part", {4, 6});
    char* json = nullptr;
    ASSERT_EQ(vmaf_part_describe(part.c_str(), &json), 0);
    EXPECT_SAYS(json, "\"frames\":{\"first\":4,\"last\":6}");
    EXPECT_SAYS(json, "\"metric\":\"psnr\"");
    EXPECT_SAYS(json, "\"fingerprint\":\"reference: a\\ndistorted: b\"");
    vmaf_text_free(json);
    write(path("text"), "some text that is no part");
    EXPECT_EQ(vmaf_part_describe(path("text").c_str(), &json), -EINVAL);
    EXPECT_EQ(json, nullptr);
    vmaf_text_free(json);
}

}  // namespace
}  // namespace vmaf::test
