// The C API of models and option dictionaries: results, ownership, what stays behind after a failure.
#include "libvmaf/model.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "api/handles.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/model_text.h"

namespace vmaf {
namespace {

/// A file that lives as long as the test.
class ModelApi : public testing::Test {
 protected:
    std::string write(std::string_view text) {
        paths_.push_back(std::filesystem::temp_directory_path() /
                         cat("vmaf_api_", getpid(), "_", paths_.size(), ".json"));
        std::ofstream(paths_.back()) << text;
        return paths_.back();
    }
    void TearDown() override {
        vmaf_model_destroy(model_);
        vmaf_model_collection_destroy(collection_);
        for (const auto& path : paths_) std::filesystem::remove(path);
    }
    static std::string bootstrap_text() {
        const std::string entry = changed("LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR");
        return cat("{\"0\": ", entry, ", \"1\": ", entry, ", \"2\": ", entry, "}");
    }

    VmafModel* model_ = nullptr;
    VmafModelCollection* collection_ = nullptr;
    VmafModelConfig config_ = {"x", VMAF_MODEL_FLAG_DISABLE_CLIP};

 private:
    std::vector<std::filesystem::path> paths_;
};

VmafModel* const kStaleModel = reinterpret_cast<VmafModel*>(8);
VmafModelCollection* const kStaleCollection = reinterpret_cast<VmafModelCollection*>(8);

TEST_F(ModelApi, LoadsAFileUnderItsName) {
    ASSERT_EQ(vmaf_model_load_from_path(&model_, &config_, write(kSmallModel).c_str()), 0);
    EXPECT_EQ(model_->model.name(), "x");
    EXPECT_EQ(model_->model.finish(-7), -7);
}

TEST_F(ModelApi, NameDefaultsToVmaf) {
    config_ = {};
    ASSERT_EQ(vmaf_model_load_from_path(&model_, &config_, write(kSmallModel).c_str()), 0);
    EXPECT_EQ(model_->model.name(), "vmaf");
    EXPECT_EQ(model_->model.finish(-7), 0);
}

TEST_F(ModelApi, RefusesNullPointers) {
    const std::string path = write(kSmallModel);
    EXPECT_EQ(vmaf_model_load(nullptr, &config_, "vmaf_v0.6.1"), -EINVAL);
    model_ = kStaleModel;
    EXPECT_EQ(vmaf_model_load(&model_, nullptr, "vmaf_v0.6.1"), -EINVAL);
    EXPECT_EQ(model_, nullptr);
    EXPECT_EQ(vmaf_model_load(&model_, &config_, nullptr), -EINVAL);
    EXPECT_EQ(vmaf_model_load_from_path(nullptr, &config_, path.c_str()), -EINVAL);
    EXPECT_EQ(vmaf_model_load_from_path(&model_, nullptr, path.c_str()), -EINVAL);
    EXPECT_EQ(vmaf_model_load_from_path(&model_, &config_, nullptr), -EINVAL);
    EXPECT_EQ(vmaf_model_collection_load(nullptr, &collection_, &config_, "vmaf_b_v0.6.3"), -EINVAL);
    EXPECT_EQ(vmaf_model_collection_load(&model_, nullptr, &config_, "vmaf_b_v0.6.3"), -EINVAL);
    EXPECT_EQ(vmaf_model_collection_load(&model_, &collection_, nullptr, "vmaf_b_v0.6.3"), -EINVAL);
    EXPECT_EQ(vmaf_model_collection_load_from_path(&model_, &collection_, &config_, nullptr), -EINVAL);
    vmaf_model_destroy(nullptr);
    vmaf_model_collection_destroy(nullptr);
}

TEST_F(ModelApi, FailuresLeaveNullAndSayWhy) {
    const std::pair<std::string, int> cases[] = {
        {write("{"), -EINVAL}, {"/no/such/file.json", -ENOENT}, {write(bootstrap_text()), -EINVAL}};
    for (const auto& [path, code] : cases) {
        model_ = kStaleModel;
        EXPECT_EQ(vmaf_model_load_from_path(&model_, &config_, path.c_str()), code);
        EXPECT_EQ(model_, nullptr);
        EXPECT_NE(last_error().find(path), std::string::npos) << last_error();
    }
    EXPECT_EQ(vmaf_model_load(&model_, &config_, "vmaf_v9"), -EINVAL);
    EXPECT_NE(last_error().find("vmaf_v9"), std::string::npos);
    for (const std::string& path : {write(kSmallModel), write("{}"), write(bootstrap_text().substr(0, 99))}) {
        model_ = kStaleModel;
        collection_ = kStaleCollection;
        EXPECT_EQ(vmaf_model_collection_load_from_path(&model_, &collection_, &config_, path.c_str()), -EINVAL);
        EXPECT_EQ(model_, nullptr);
        EXPECT_EQ(collection_, nullptr);
    }
}

TEST_F(ModelApi, ForeignFilesAreNamedForWhatTheyAre) {
    const std::pair<std::string_view, const char*> cases[] = {
        {"\x80\x04\x95", "pickle"},
        {"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
        {"", "empty"},
        {"{\"a\": \"\xff\"}", "UTF-8"}};
    for (const auto& [text, word] : cases) {
        const std::string path = write(text);
        EXPECT_EQ(vmaf_model_load_from_path(&model_, &config_, path.c_str()), -EINVAL);
        EXPECT_NE(last_error().find(path), std::string::npos) << last_error();
        EXPECT_NE(last_error().find(word), std::string::npos) << last_error();
        EXPECT_EQ(vmaf_model_collection_load_from_path(&model_, &collection_, &config_, path.c_str()), -EINVAL);
        EXPECT_NE(last_error().find(word), std::string::npos) << last_error();
    }
}

TEST_F(ModelApi, ACollectionIsNoSingleModelAndThatIsNotLogged) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(vmaf_model_load_from_path(&model_, &config_, write(bootstrap_text()).c_str()), -EINVAL);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(vmaf_model_load_from_path(&model_, &config_, write("{").c_str()), -EINVAL);
    EXPECT_EQ(model_, nullptr);
}

TEST_F(ModelApi, LoadsCollections) {
    ASSERT_EQ(vmaf_model_collection_load_from_path(&model_, &collection_, &config_, write(bootstrap_text()).c_str()),
              0);
    EXPECT_EQ(model_->model.name(), "x");
    ASSERT_EQ(collection_->collection.members().size(), 2u);
    EXPECT_EQ(collection_->collection.members()[1].name(), "x_0002");
}

TEST_F(ModelApi, LoadsBuiltInModels) {
    if (builtin_versions().empty()) GTEST_SKIP() << "this build has no built-in models";
    ASSERT_EQ(vmaf_model_load(&model_, &config_, "vmaf_v0.6.1"), 0);
    EXPECT_EQ(model_->model.features().size(), 6u);
    vmaf_model_destroy(model_);
    EXPECT_EQ(vmaf_model_load(&model_, &config_, "vmaf_b_v0.6.3"), -EINVAL);
    ASSERT_EQ(vmaf_model_collection_load(&model_, &collection_, &config_, "vmaf_b_v0.6.3"), 0);
    EXPECT_EQ(collection_->collection.members().size(), 20u);
}

/// Two features of one metric and one of another.
std::string overloadable() {
    return changed(R"("speed_chroma")", R"("VMAF_integer_feature_vif_scale0_score")",
                   changed(R"("adm3")", R"("VMAF_integer_feature_motion2_score")"));
}

VmafFeatureDictionary* dictionary(const char* key, const char* value) {
    VmafFeatureDictionary* dict = nullptr;
    EXPECT_EQ(vmaf_feature_dictionary_set(&dict, key, value), 0);
    return dict;
}

TEST_F(ModelApi, OverloadsFeaturesOfOneExtractor) {
    ASSERT_EQ(vmaf_model_load_from_path(&model_, &config_, write(overloadable()).c_str()), 0);
    EXPECT_EQ(vmaf_model_feature_overload(model_, "vif", dictionary("gain", "2.50")), 0);
    const auto& features = model_->model.features();
    EXPECT_EQ(features[0].options.at("gain"), "2.5");
    EXPECT_EQ(features[0].options.at("way"), "bilinear");
    EXPECT_TRUE(features[1].options.empty());
    EXPECT_EQ(vmaf_model_feature_overload(model_, "motion_cuda", dictionary("a", "b")), 0);
    EXPECT_EQ(features[1].options.at("a"), "b");
    EXPECT_EQ(vmaf_model_feature_overload(model_, "no_such_extractor", dictionary("a", "b")), 0);
    EXPECT_EQ(features[0].options.count("a"), 0u);
}

TEST_F(ModelApi, OverloadsCollectionsThroughout) {
    const std::string entry = changed("LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR", overloadable());
    const std::string path = write(cat("{\"0\": ", entry, ", \"1\": ", entry, "}"));
    ASSERT_EQ(vmaf_model_collection_load_from_path(&model_, &collection_, &config_, path.c_str()), 0);
    EXPECT_EQ(vmaf_model_collection_feature_overload(model_, &collection_, "vif", dictionary("gain", "1")), 0);
    EXPECT_EQ(model_->model.features()[0].options.at("gain"), "1");
    EXPECT_EQ(collection_->collection.members()[0].features()[0].options.at("gain"), "1");
}

TEST_F(ModelApi, OverloadsLeaveTheDictionaryWhenAnArgumentIsNull) {
    ASSERT_EQ(vmaf_model_load_from_path(&model_, &config_, write(kSmallModel).c_str()), 0);
    VmafFeatureDictionary* dict = dictionary("a", "b");
    EXPECT_EQ(vmaf_model_feature_overload(nullptr, "vif", dict), -EINVAL);
    EXPECT_EQ(vmaf_model_feature_overload(model_, nullptr, dict), -EINVAL);
    EXPECT_EQ(vmaf_model_feature_overload(model_, "vif", nullptr), -EINVAL);
    EXPECT_EQ(vmaf_model_collection_feature_overload(model_, nullptr, "vif", dict), -EINVAL);
    EXPECT_EQ(vmaf_model_collection_feature_overload(model_, &collection_, "vif", dict), -EINVAL);
    EXPECT_EQ(dict->entries.at("a"), "b");
    EXPECT_EQ(vmaf_feature_dictionary_free(&dict), 0);
}

TEST(DictionaryApi, SetsReplacesAndNormalises) {
    VmafFeatureDictionary* dict = nullptr;
    EXPECT_EQ(vmaf_feature_dictionary_set(&dict, "number", "1.123456789"), 0);
    EXPECT_EQ(vmaf_feature_dictionary_set(&dict, "text", "true"), 0);
    EXPECT_EQ(vmaf_feature_dictionary_set(&dict, "text", "bilinear"), 0);
    const OptionStrings expected = {{"number", "1.12346"}, {"text", "bilinear"}};
    EXPECT_EQ(dict->entries, expected);
    EXPECT_EQ(vmaf_feature_dictionary_free(&dict), 0);
    EXPECT_EQ(dict, nullptr);
    EXPECT_EQ(vmaf_feature_dictionary_free(&dict), 0);
}

TEST(DictionaryApi, RefusesNullPointers) {
    VmafFeatureDictionary* dict = nullptr;
    EXPECT_EQ(vmaf_feature_dictionary_set(nullptr, "a", "b"), -EINVAL);
    EXPECT_EQ(vmaf_feature_dictionary_set(&dict, nullptr, "b"), -EINVAL);
    EXPECT_EQ(vmaf_feature_dictionary_set(&dict, "a", nullptr), -EINVAL);
    EXPECT_EQ(dict, nullptr);
    EXPECT_EQ(vmaf_feature_dictionary_free(nullptr), -EINVAL);
}

}  // namespace
}  // namespace vmaf
