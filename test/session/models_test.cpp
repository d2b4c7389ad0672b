// Several models in one context: each gets its own scores, whatever they are called.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

constexpr unsigned kFrames = 4;
constexpr const char* kDefault = "vmaf_v0.6.1";
constexpr const char* kNeg = "vmaf_v0.6.1neg";

struct Destroy {
    void operator()(VmafModel* model) const { vmaf_model_destroy(model); }
    void operator()(VmafModelCollection* collection) const { vmaf_model_collection_destroy(collection); }
};
using ModelPtr = std::unique_ptr<VmafModel, Destroy>;

ModelPtr load(const char* version, const char* name = nullptr, uint64_t flags = 0) {
    VmafModel* model = nullptr;
    VmafModelConfig config = {name, flags};
    EXPECT_EQ(vmaf_model_load(&model, &config, version), 0);
    return ModelPtr(model);
}

struct Bootstrap {
    ModelPtr reference;
    std::unique_ptr<VmafModelCollection, Destroy> members;
};

Bootstrap load_bootstrap(const char* name) {
    VmafModel* model = nullptr;
    VmafModelCollection* collection = nullptr;
    VmafModelConfig config = {name, 0};
    EXPECT_EQ(vmaf_model_collection_load(&model, &collection, &config, "vmaf_b_v0.6.3"), 0);
    return {ModelPtr(model), std::unique_ptr<VmafModelCollection, Destroy>(collection)};
}

double pooled(VmafContext* context, const ModelPtr& model) {
    double score = NAN;
    EXPECT_EQ(vmaf_score_pooled(context, model.get(), VMAF_POOL_METHOD_MEAN, &score, 0, kFrames - 1), 0)
        << vmaf_last_error();
    return score;
}

void feed(Context& context) {
    for (unsigned i = 0; i < kFrames; i++) ASSERT_EQ(context.read(i), 0);
    ASSERT_EQ(context.flush(), 0);
}

/// What the model gives in a context of its own.
double alone(const ModelPtr& model) {
    Context context;
    EXPECT_EQ(vmaf_use_features_from_model(context, model.get()), 0);
    feed(context);
    return pooled(context, model);
}

std::string json_report(VmafContext* context) {
    const std::string path = ::testing::TempDir() + "models_test_report.json";
    EXPECT_EQ(vmaf_write_output(context, path.c_str(), VMAF_OUTPUT_FORMAT_JSON), 0);
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    std::remove(path.c_str());
    return text.str();
}

class Models : public ::testing::Test {
 protected:
    void SetUp() override {
        VmafModel* model = nullptr;
        VmafModelConfig config = {};
        if (vmaf_model_load(&model, &config, kDefault)) GTEST_SKIP() << "this build has no built-in models";
        vmaf_model_destroy(model);
    }
};

/// FFmpeg's model=version=vmaf_v0.6.1|version=vmaf_v0.6.1neg: neither has a name of its own.
TEST_F(Models, OfOneNameEachGetItsOwnScores) {
    const ModelPtr first = load(kDefault), second = load(kNeg), third = load(kDefault, "vmaf", 1);
    Context context;
    for (const ModelPtr* model : {&first, &second, &third})
        ASSERT_EQ(vmaf_use_features_from_model(context, model->get()), 0) << vmaf_last_error();
    feed(context);
    EXPECT_EQ(pooled(context, second), alone(second));
    EXPECT_EQ(pooled(context, first), alone(first));
    EXPECT_EQ(pooled(context, third), alone(third));
    EXPECT_NE(pooled(context, first), pooled(context, second));
    const std::string report = json_report(context);
    for (const char* name : {"\"vmaf\":", "\"vmaf_2\":", "\"vmaf_3\":"})
        EXPECT_NE(report.find(name), std::string::npos) << name;
    double by_name = NAN;
    EXPECT_EQ(vmaf_feature_score_pooled(context, "vmaf_2", VMAF_POOL_METHOD_MEAN, &by_name, 0, kFrames - 1), 0);
    EXPECT_EQ(by_name, alone(second));
}

TEST_F(Models, OfOneNameAndTheSameDataShareAColumn) {
    const ModelPtr first = load(kDefault), again = load(kDefault), unregistered = load(kDefault);
    Context context;
    ASSERT_EQ(vmaf_use_features_from_model(context, first.get()), 0);
    ASSERT_EQ(vmaf_use_features_from_model(context, again.get()), 0);
    ASSERT_EQ(vmaf_use_features_from_model(context, first.get()), 0);
    feed(context);
    for (const ModelPtr* model : {&again, &first, &unregistered}) EXPECT_EQ(pooled(context, *model), alone(first));
    EXPECT_EQ(json_report(context).find("vmaf_2"), std::string::npos);
}

TEST_F(Models, NeedNotBeRegisteredToGetTheirOwnScores) {
    const ModelPtr first = load(kDefault), stranger = load(kDefault, nullptr, VMAF_MODEL_FLAG_ENABLE_TRANSFORM);
    Context context;
    ASSERT_EQ(vmaf_use_features_from_model(context, first.get()), 0);
    feed(context);
    EXPECT_EQ(pooled(context, stranger), alone(stranger));
    EXPECT_EQ(pooled(context, first), alone(first));
    EXPECT_NE(alone(stranger), alone(first));
}

TEST_F(Models, AnOverloadMakesAnotherModel) {
    const ModelPtr first = load(kDefault), second = load(kDefault);
    VmafFeatureDictionary* options = nullptr;
    ASSERT_EQ(vmaf_feature_dictionary_set(&options, "vif_enhn_gain_limit", "1"), 0);
    ASSERT_EQ(vmaf_model_feature_overload(second.get(), "vif", options), 0);
    Context context;
    ASSERT_EQ(vmaf_use_features_from_model(context, first.get()), 0);
    ASSERT_EQ(vmaf_use_features_from_model(context, second.get()), 0);
    feed(context);
    EXPECT_EQ(pooled(context, second), alone(second));
    EXPECT_EQ(pooled(context, first), alone(first));
}

/// Registers the model and the extractor in either order; the second of them must be refused, and leave nothing behind.
void expect_clash(const char* name, const char* extractor) {
    const ModelPtr model = load(kDefault, name), innocent = load(kDefault);
    for (const bool model_first : {true, false}) {
        Context context;
        const auto use_model = [&] { return vmaf_use_features_from_model(context, model.get()); };
        const auto use_feature = [&] { return context.use(extractor); };
        EXPECT_EQ(model_first ? use_model() : use_feature(), 0) << name;
        EXPECT_EQ(model_first ? use_feature() : use_model(), -EINVAL) << name;
        EXPECT_NE(std::string(vmaf_last_error()).find(std::string("'") + name), std::string::npos) << vmaf_last_error();
        if (model_first) continue;
        unsigned planes = 0;
        EXPECT_EQ(vmaf_use_features_from_model(context, innocent.get()), 0);
        EXPECT_EQ(vmaf_picture_planes_needed(context, &planes), 0);
        feed(context);
        EXPECT_EQ(pooled(context, innocent), alone(innocent));
        double score = 0;
        EXPECT_EQ(vmaf_score_pooled(context, model.get(), VMAF_POOL_METHOD_MEAN, &score, 0, 0), -EINVAL);
    }
}

TEST_F(Models, AreNotCalledLikeFeatures) {
    for (const char* name : {"psnr_y", "psnr_cb", "mse_y"}) expect_clash(name, "psnr");
    expect_clash("float_ssim", "float_ssim");
}

TEST_F(Models, AreNotCalledLikeTheirOwnFeatures) {
    for (const char* name : {"VMAF_integer_feature_motion2_score", "integer_motion2", "integer_adm2"}) {
        const ModelPtr model = load(kDefault, name);
        Context context;
        EXPECT_EQ(vmaf_use_features_from_model(context, model.get()), -EINVAL) << name;
        EXPECT_EQ(context.use("psnr"), 0);
        feed(context);
        EXPECT_EQ(json_report(context).find("integer"), std::string::npos);  // nothing of the model was registered
    }
}

TEST_F(Models, AreNotCalledLikeImportedValues) {
    const ModelPtr model = load(kDefault, "mine");
    Context imported, registered;
    ASSERT_EQ(vmaf_import_feature_score(imported, "mine", 1.5, 0), 0);
    EXPECT_EQ(vmaf_use_features_from_model(imported, model.get()), -EINVAL);
    ASSERT_EQ(vmaf_use_features_from_model(registered, model.get()), 0);
    EXPECT_EQ(vmaf_import_feature_score(registered, "mine", 1.5, 0), -EINVAL);
}

TEST_F(Models, CollectionsKeepApartToo) {
    const Bootstrap plain = load_bootstrap("b");
    const Bootstrap other = [] {
        Bootstrap loaded = load_bootstrap("b");
        VmafFeatureDictionary* options = nullptr;
        VmafModelCollection* members = loaded.members.release();
        EXPECT_EQ(vmaf_feature_dictionary_set(&options, "adm_enhn_gain_limit", "1"), 0);
        EXPECT_EQ(vmaf_model_collection_feature_overload(loaded.reference.get(), &members, "adm", options), 0);
        loaded.members.reset(members);
        return loaded;
    }();
    const ModelPtr in_between = load(kDefault, "b_bagging");
    const auto score = [](VmafContext* context, const Bootstrap& b) {
        VmafModelCollectionScore score = {};
        EXPECT_EQ(vmaf_score_pooled_model_collection(context, b.members.get(), VMAF_POOL_METHOD_MEAN, &score, 0, 3), 0);
        return score.bootstrap.bagging_score;
    };
    double expected[2];
    for (int i = 0; i < 2; i++) {
        Context context;
        const Bootstrap& b = i ? other : plain;
        ASSERT_EQ(vmaf_use_features_from_model_collection(context, b.members.get()), 0);
        feed(context);
        expected[i] = score(context, b);
    }
    Context context;
    ASSERT_EQ(vmaf_use_features_from_model(context, in_between.get()), 0);
    for (const Bootstrap* b : {&plain, &other}) {
        ASSERT_EQ(vmaf_use_features_from_model(context, b->reference.get()), 0);
        ASSERT_EQ(vmaf_use_features_from_model_collection(context, b->members.get()), 0);
    }
    feed(context);
    EXPECT_EQ(score(context, other), expected[1]);
    EXPECT_EQ(score(context, plain), expected[0]);
    EXPECT_NE(expected[0], expected[1]);
    EXPECT_EQ(pooled(context, in_between), alone(in_between));
}

}  // namespace
}  // namespace vmaf::test
