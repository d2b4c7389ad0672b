// Common to the tests of parts: what a run is asked for, a context that does it, and a folder of parts.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "session/frame_range.h"
#include "support/context.h"

namespace vmaf::test {

namespace fs = std::filesystem;

inline std::string contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

struct Extractor {
    const char* name;
    std::vector<std::pair<const char*, const char*>> options;
};

/// Every metric that looks at other frames, in each of its ways, and some that do not.
inline const std::vector<Extractor> kExtractors = {
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

}  // namespace vmaf::test
