// Callbacks on scores: every value once, in order, whenever the handler came.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

struct Received {
    std::vector<std::pair<unsigned, double>> scores;

    std::vector<unsigned> frames() const {
        std::vector<unsigned> frames;
        for (const auto& [frame, score] : scores) frames.push_back(frame);
        return frames;
    }
};

void receive(void* data, VmafMetadata* metadata) {
    static_cast<Received*>(data)->scores.emplace_back(metadata->picture_index, metadata->score);
}

int add_handler(VmafContext* context, std::string name, Received& received) {
    return vmaf_register_metadata_handler(context, {name.data(), receive, &received});
}

std::vector<unsigned> first(unsigned count, unsigned from = 0) {
    std::vector<unsigned> frames;
    for (unsigned i = from; i < count; i++) frames.push_back(i);
    return frames;
}

class HandlersOfModels : public ::testing::TestWithParam<unsigned> {
 protected:
    void SetUp() override {
        VmafModelConfig config = {};
        if (vmaf_model_load(&model_, &config, "vmaf_v0.6.1")) GTEST_SKIP() << "this build has no built-in models";
        config.name = "late";
        ASSERT_EQ(vmaf_model_load(&late_, &config, "vmaf_v0.6.1neg"), 0);
    }
    void TearDown() override {
        vmaf_model_destroy(model_);
        vmaf_model_destroy(late_);
    }

    VmafModel *model_ = nullptr, *late_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Threads, HandlersOfModels, ::testing::Values(0u, 4u));

TEST_P(HandlersOfModels, GetFramesScoredBeforeThem) {
    Context context(GetParam());
    ASSERT_EQ(vmaf_use_features_from_model(context, model_), 0);
    Received received;
    for (unsigned i = 0; i < 5; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(add_handler(context, "vmaf", received), 0);
    for (unsigned i = 5; i < 9; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
    EXPECT_EQ(received.frames(), first(9));
    for (const auto& [frame, score] : received.scores) {
        double again = NAN;
        EXPECT_EQ(vmaf_score_at_index(context, model_, &again, frame), 0);
        EXPECT_EQ(score, again);
    }
}

/// The late model's features were there before it: so are its scores.
TEST_P(HandlersOfModels, RegisteredLateGetFramesScoredBeforeIt) {
    Context context(GetParam());
    ASSERT_EQ(vmaf_use_features_from_model(context, model_), 0);
    VmafFeatureDictionary *vif = nullptr, *adm = nullptr;
    ASSERT_EQ(vmaf_feature_dictionary_set(&vif, "vif_enhn_gain_limit", "1"), 0);
    ASSERT_EQ(vmaf_feature_dictionary_set(&adm, "adm_enhn_gain_limit", "1"), 0);
    ASSERT_EQ(vmaf_use_feature(context, "vif", vif), 0);
    ASSERT_EQ(vmaf_use_feature(context, "adm", adm), 0);
    for (unsigned i = 0; i < 5; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(vmaf_use_features_from_model(context, late_), 0);
    Received received;
    ASSERT_EQ(add_handler(context, "late", received), 0);
    for (unsigned i = 5; i < 9; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
    EXPECT_EQ(received.frames(), first(9));
}

/// Frames before the late model's features can't be scored by it; those behind them are not held up.
TEST_P(HandlersOfModels, PassOverFramesWithoutTheirFeatures) {
    Context context(GetParam());
    ASSERT_EQ(vmaf_use_features_from_model(context, model_), 0);
    for (unsigned i = 0; i < 5; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(vmaf_use_features_from_model(context, late_), 0);
    Received received;
    ASSERT_EQ(add_handler(context, "late", received), 0);
    for (unsigned i = 5; i < 12; i++) ASSERT_EQ(context.read(i), 0);
    double score = NAN;
    EXPECT_EQ(vmaf_score_at_index(context, late_, &score, 9), 0);
    ASSERT_EQ(context.flush(), 0);
    EXPECT_EQ(received.frames(), first(12, 5));
}

TEST_P(HandlersOfModels, AfterTheEndGetAll) {
    Context context(GetParam());
    ASSERT_EQ(vmaf_use_features_from_model(context, model_), 0);
    for (unsigned i = 0; i < 6; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
    Received model, feature;
    ASSERT_EQ(add_handler(context, "vmaf", model), 0);
    ASSERT_EQ(add_handler(context, "VMAF_integer_feature_motion2_score", feature), 0);
    EXPECT_EQ(model.frames(), first(6));
    EXPECT_EQ(feature.frames(), first(6));
    EXPECT_EQ(add_handler(context, "psnr_y", feature), -EINVAL);
}

TEST_P(HandlersOfModels, OfCollections) {
    VmafModel* reference = nullptr;
    VmafModelCollection* collection = nullptr;
    VmafModelConfig config = {"b", 0};
    ASSERT_EQ(vmaf_model_collection_load(&reference, &collection, &config, "vmaf_b_v0.6.3"), 0);
    Context context(GetParam());
    Received bagging, member;
    EXPECT_EQ(add_handler(context, "b_bagging", bagging), -EINVAL);
    ASSERT_EQ(vmaf_use_features_from_model_collection(context, collection), 0);
    ASSERT_EQ(add_handler(context, "b_bagging", bagging), 0);
    ASSERT_EQ(add_handler(context, "b_0003", member), 0);
    for (unsigned i = 0; i < 4; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
    EXPECT_EQ(bagging.frames(), first(4));
    EXPECT_EQ(member.frames(), first(4));
    VmafModelCollectionScore score = {};
    ASSERT_EQ(vmaf_score_at_index_model_collection(context, collection, &score, 2), 0);
    EXPECT_EQ(bagging.scores[2].second, score.bootstrap.bagging_score);
    vmaf_model_destroy(reference);
    vmaf_model_collection_destroy(collection);
}

TEST(Handlers, OfFeaturesGetFramesScoredBeforeThem) {
    Context context;
    ASSERT_EQ(context.use("motion"), 0);
    for (unsigned i = 0; i < 5; i++) ASSERT_EQ(context.read(i), 0);
    Received received;
    ASSERT_EQ(add_handler(context, "VMAF_integer_feature_motion2_score", received), 0);
    for (unsigned i = 5; i < 8; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
    EXPECT_EQ(received.frames(), first(8));
}

TEST(Handlers, MayComeBeforeTheirFeatures) {
    Context context;
    Received plain, limited;
    ASSERT_EQ(add_handler(context, "VMAF_integer_feature_vif_scale0_score", plain), 0);
    ASSERT_EQ(add_handler(context, "integer_vif_scale0_egl_1", limited), 0);
    VmafFeatureDictionary* options = nullptr;
    ASSERT_EQ(vmaf_feature_dictionary_set(&options, "vif_enhn_gain_limit", "1"), 0);
    ASSERT_EQ(vmaf_use_feature(context, "vif", options), 0);
    ASSERT_EQ(context.use("vif"), 0);
    for (unsigned i = 0; i < 3; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
    EXPECT_EQ(plain.frames(), first(3));
    EXPECT_EQ(limited.frames(), first(3));
}

TEST(Handlers, OfImportedValues) {
    Context context;
    Received received;
    ASSERT_EQ(vmaf_import_feature_score(context, "mine", 1.5, 7), 0);
    ASSERT_EQ(add_handler(context, "mine", received), 0);
    ASSERT_EQ(vmaf_import_feature_score(context, "mine", 2.5, 3), 0);
    EXPECT_EQ(received.scores, (std::vector<std::pair<unsigned, double>>{{7, 1.5}, {3, 2.5}}));
}

TEST(Handlers, ThatCanNeverBeCalledAreErrors) {
    Context context;
    ASSERT_EQ(context.use("psnr"), 0);
    Received received;
    for (const char* name : {"", "no_such_feature", "psnr", "cambi", "integer_vif_scale0", "psnr_x"}) {
        EXPECT_EQ(add_handler(context, name, received), -EINVAL) << name;
        EXPECT_NE(std::string(vmaf_last_error()).find(std::string("'") + name + "'"), std::string::npos)
            << vmaf_last_error();
    }
    char name[] = "psnr_y";
    EXPECT_EQ(vmaf_register_metadata_handler(context, {nullptr, receive, &received}), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("feature_name"), std::string::npos);
    EXPECT_EQ(vmaf_register_metadata_handler(context, {name, nullptr, &received}), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("callback"), std::string::npos);
}

}  // namespace
}  // namespace vmaf::test
