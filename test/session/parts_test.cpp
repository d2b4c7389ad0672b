// Parts through the C API: cuts at random whose merged reports equal that of one run, and everything that must not be merged.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "session/frame_range.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

struct Extractor {
    const char* name;
    std::vector<std::pair<const char*, const char*>> options;
};

/// Every metric that looks at other frames, in each of its ways, and some that do not.
const std::vector<Extractor> kExtractors = {
    {"motion", {}},
    {"motion", {{"motion_five_frame_window", "true"}}},
    {"motion", {{"motion_moving_average", "true"}}},
    {"motion", {{"motion_five_frame_window", "true"}, {"motion_moving_average", "true"}, {"debug", "true"}}},
    {"motion", {{"motion_blend_factor", "0.5"}, {"motion_blend_offset", "2"}}},
    {"motion", {{"motion_force_zero", "true"}}},
    {"float_motion", {}},
    {"float_motion", {{"motion_add_scale1", "true"}, {"motion_add_uv", "true"}}},
    {"psnr", {{"enable_apsnr", "true"}}},
    {"xpsnr", {}},
    {"xpsnr", {{"fps", "50"}}},
    {"speed_temporal", {}},
    {"vif", {}},
    {"adm", {{"adm_enhn_gain_limit", "1"}}},
    {"float_ssim", {}},
    {"psnr_hvs", {}},
    {"ciede", {}},
};

/// Models that are scored beside the extractors. A collection's file is that of a bootstrap.
enum class Models { kNone, kOne, kBootstrap };

/// What a run is asked for.
struct Settings {
    std::vector<Extractor> extractors;
    Models models = Models::kNone;
    unsigned frames = 10, subsample = 1, least_depth = 8;
    FrameRange range;
    unsigned damage = 9;
    std::string fingerprint = "reference: a\ndistorted: b";
};

class Pictures {
 public:
    static constexpr unsigned kWidth = 80, kHeight = 80;  // the least that all metrics take

    /// A copy of picture `t` of a clip whose motion changes from frame to frame.
    static VmafPicture make(unsigned t, unsigned damage) {
        static std::map<std::pair<unsigned, unsigned>, VmafPicture> kept;
        const auto [at, is_new] = kept.try_emplace({t, damage});
        if (is_new) at->second = make_picture(t * t % 23, damage, kWidth, kHeight);
        VmafPicture copy;
        EXPECT_EQ(vmaf_picture_alloc(&copy, at->second.pix_fmt, at->second.bpc, kWidth, kHeight), 0);
        for (unsigned p = 0; p < 3; p++)
            for (unsigned y = 0; y < copy.h[p]; y++)
                std::memcpy(static_cast<char*>(copy.data[p]) + y * copy.stride[p],
                            static_cast<char*>(at->second.data[p]) + y * at->second.stride[p], copy.w[p]);
        return copy;
    }
};

/// A context with a setup's registrations.
class Scoring {
 public:
    explicit Scoring(const Settings& setup, unsigned threads = 0) : setup_(setup), context_(threads, setup.subsample) {
        EXPECT_EQ(vmaf_set_log_callback(
                      context_, [](void*, VmafLogLevel, const char*) {}, nullptr),
                  0);
        EXPECT_EQ(vmaf_set_least_depth(context_, setup.least_depth), 0);
        EXPECT_EQ(vmaf_set_frame_range(context_, setup.range.low, setup.range.high), 0) << vmaf_last_error();
        VmafModelConfig cfg = {"vmaf", 0};
        if (setup.models == Models::kOne) {
            EXPECT_EQ(vmaf_model_load(&model_, &cfg, "vmaf_v0.6.1"), 0);
            EXPECT_EQ(vmaf_use_features_from_model(context_, model_), 0);
        }
        if (setup.models == Models::kBootstrap) {
            EXPECT_EQ(vmaf_model_collection_load(&model_, &collection_, &cfg, "vmaf_b_v0.6.3"), 0);
            EXPECT_EQ(vmaf_use_features_from_model(context_, model_), 0);
            EXPECT_EQ(vmaf_use_features_from_model_collection(context_, collection_), 0);
        }
        for (const Extractor& extractor : setup.extractors) {
            VmafFeatureDictionary* options = nullptr;
            for (const auto& [name, value] : extractor.options) vmaf_feature_dictionary_set(&options, name, value);
            EXPECT_EQ(vmaf_use_feature(context_, extractor.name, options), 0) << vmaf_last_error();
        }
    }
    ~Scoring() {
        if (model_) vmaf_model_destroy(model_);
        if (collection_) vmaf_model_collection_destroy(collection_);
    }

    operator VmafContext*() const { return context_; }
    FrameRange needed() {
        FrameRange range;
        EXPECT_EQ(vmaf_pictures_needed(context_, &range.low, &range.high), 0);
        return {range.low, std::min(range.high, setup_.frames - 1)};
    }
    int read(unsigned index) {
        VmafPicture ref = Pictures::make(index, 0), dis = Pictures::make(index, setup_.damage);
        const int result = vmaf_read_pictures(context_, &ref, &dis, index);
        if (result) vmaf_picture_unref(&ref), vmaf_picture_unref(&dis);
        return result;
    }
    void read(const FrameRange& frames) {
        for (unsigned i = frames.low; i <= frames.high; i++) ASSERT_EQ(read(i), 0) << vmaf_last_error();
    }
    int flush() { return context_.flush(); }
    int begin(const FrameRange& frames, const FrameRange& run) {
        const VmafPart part = {sizeof part, frames.low, frames.high, run.low, run.high, setup_.fingerprint.c_str()};
        return vmaf_begin_part(context_, &part);
    }
    int merge(const std::vector<std::string>& paths) {
        std::vector<const char*> names;
        for (const std::string& path : paths) names.push_back(path.c_str());
        names.push_back(nullptr);
        return vmaf_read_parts(context_, names.data(), paths.size());
    }
    /// All scores, in full, as the report has them.
    std::string report(const std::string& path, VmafOutputFormat format) {
        const unsigned last = std::min(setup_.range.high, setup_.frames - 1);
        if (model_) {
            double score = 0;
            EXPECT_EQ(vmaf_score_pooled(context_, model_, VMAF_POOL_METHOD_MEAN, &score, setup_.range.low, last), 0)
                << vmaf_last_error();
        }
        if (collection_) {
            VmafModelCollectionScore score;
            EXPECT_EQ(vmaf_score_pooled_model_collection(context_, collection_, VMAF_POOL_METHOD_HARMONIC_MEAN, &score,
                                                         setup_.range.low, last),
                      0);
        }
        const VmafReportOptions options = {format, VMAF_REPORT_PRECISION_MAX, 0};
        EXPECT_EQ(vmaf_write_report(context_, path.c_str(), &options), 0) << vmaf_last_error();
        static const std::regex kFps("fps[\"=: ]+[0-9.einf+-]+");
        return std::regex_replace(contents(path), kFps, "fps");
    }

 private:
    const Settings setup_;
    Context context_;
    VmafModel* model_ = nullptr;
    VmafModelCollection* collection_ = nullptr;
};

class Parts : public ::testing::Test {
 protected:
    /// In memory where that is to be had: parts are synced, which a disk takes its time for.
    Parts()
        : folder_((fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
                  ("parts_test_" + std::to_string(getpid()))) {
        fs::create_directory(folder_);
    }
    ~Parts() override { fs::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ / name; }
    std::string one_run(const Settings& setup, VmafOutputFormat format, unsigned threads = 0) const {
        Scoring run(setup, threads);
        run.read(run.needed());
        EXPECT_EQ(run.flush(), 0) << vmaf_last_error();
        return run.report(path("one"), format);
    }
    std::string merged(const Settings& setup, const std::vector<std::string>& parts, VmafOutputFormat format) const {
        Scoring run(setup);
        EXPECT_EQ(run.merge(parts), 0) << vmaf_last_error();
        EXPECT_EQ(run.flush(), 0) << vmaf_last_error();
        return run.report(path("merged"), format);
    }
    /// The frames of all parts of a setup.
    static FrameRange whole(const Settings& setup) { return Scoring(setup).needed(); }
    /// Scores a part and writes it.
    std::string make_part(const Settings& setup, const std::string& name, const FrameRange& frames,
                          unsigned threads = 0) const {
        Scoring run(setup, threads);
        EXPECT_EQ(run.begin(frames, whole(setup)), 0) << vmaf_last_error();
        run.read(run.needed());
        EXPECT_EQ(run.flush(), 0) << vmaf_last_error();
        EXPECT_EQ(vmaf_write_part(run, path(name).c_str()), 0) << vmaf_last_error();
        return path(name);
    }
    std::vector<std::string> make_parts(const Settings& setup, const std::vector<FrameRange>& cuts) const {
        std::vector<std::string> paths;
        for (const FrameRange& frames : cuts)
            paths.push_back(make_part(setup, "part" + std::to_string(paths.size()), frames));
        return paths;
    }
    /// What merging says, which must fail.
    std::string refusal(const Settings& setup, const std::vector<std::string>& parts, int code = -EINVAL) const {
        Scoring run(setup);
        EXPECT_EQ(run.merge(parts), code);
        return vmaf_last_error();
    }

    fs::path folder_;
};

#define EXPECT_SAYS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

// ---------------------------------------------------------------------------------------------- cuts at random

template <class Random>
unsigned pick(Random& random, unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
}

template <class Random>
Settings random_setup(Random& random) {
    Settings setup;
    setup.frames = pick(random, 1, 48);
    setup.subsample = pick(random, 0, 2) ? 1 : pick(random, 2, 5);
    setup.least_depth = pick(random, 0, 7) ? 8 : 10;
    setup.models = static_cast<Models>(pick(random, 0, 5) % 3);
    for (unsigned i = pick(random, setup.models == Models::kNone, 4); i > 0; i--)
        setup.extractors.push_back(kExtractors[pick(random, 0, kExtractors.size() - 1)]);
    if (pick(random, 0, 3) == 0) {
        setup.range.low = pick(random, 0, setup.frames - 1);
        setup.range.high = pick(random, setup.range.low, setup.frames - 1);
        if ((setup.range.high / setup.subsample) * setup.subsample < setup.range.low) setup.subsample = 1;
    }
    return setup;
}

/// N ranges of nearly equal length, or of any; N is at most the number of frames.
template <class Random>
std::vector<FrameRange> random_cuts(Random& random, const FrameRange& run) {
    const unsigned frames = run.high - run.low + 1, parts = std::min(pick(random, 1, 40), frames);
    std::vector<unsigned> inside(frames - 1);
    std::iota(inside.begin(), inside.end(), run.low + 1);
    std::vector<unsigned> bounds = {run.low};
    std::ranges::sample(inside, std::back_inserter(bounds), parts - 1, random);
    bounds.push_back(run.high + 1);
    std::vector<FrameRange> cuts;
    for (size_t i = 0; i + 1 < bounds.size(); i++) cuts.push_back({bounds[i], bounds[i + 1] - 1});
    return cuts;
}

class RandomCuts : public Parts, public ::testing::WithParamInterface<unsigned> {};

TEST_P(RandomCuts, MergeIntoTheReportOfOneRun) {
    constexpr unsigned kCuts = 20;
    constexpr VmafOutputFormat kFormats[] = {VMAF_OUTPUT_FORMAT_JSON, VMAF_OUTPUT_FORMAT_XML, VMAF_OUTPUT_FORMAT_CSV,
                                             VMAF_OUTPUT_FORMAT_SUB};
    std::mt19937 random(GetParam());
    for (unsigned cut = 0; cut < kCuts; cut++) {
        const Settings setup = random_setup(random);
        const std::vector<FrameRange> cuts = random_cuts(random, whole(setup));
        std::vector<std::string> paths;
        for (const FrameRange& frames : cuts) {
            while (pick(random, 0, 9) == 0) {  // killed, and started again
                Scoring killed(setup, pick(random, 0, 2));
                ASSERT_EQ(killed.begin(frames, whole(setup)), 0) << vmaf_last_error();
                const FrameRange needed = killed.needed();
                killed.read({needed.low, pick(random, needed.low, needed.high)});
            }
            paths.push_back(
                make_part(setup, "part" + std::to_string(paths.size()), frames, pick(random, 0, 3) ? 0 : 2));
        }
        std::ranges::shuffle(paths, random);
        const VmafOutputFormat format = kFormats[pick(random, 0, 3)];
        const std::string one = one_run(setup, format, pick(random, 0, 2)), together = merged(setup, paths, format);
        ASSERT_EQ(together, one) << "cut " << cut << " of seed " << GetParam() << ": " << setup.frames << " frames in "
                                 << cuts.size() << " parts, every " << setup.subsample;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCuts, ::testing::Range(1u, 11u));

// ---------------------------------------------------------------------------------------------- ranges

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

// ---------------------------------------------------------------------------------------------- files

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

// ---------------------------------------------------------------------------------------------- contexts

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
