// model.h: models and collections as handles, loaded from the built-in figures or from files.
#include "libvmaf/model.h"

#include <memory>

#include "api/guard.h"
#include "api/handles.h"

using namespace vmaf;

namespace {

using Loader = LoadedModel(const char* source, std::string name, uint64_t flags);

LoadedModel load_builtin(const char* source, std::string name, uint64_t flags) {
    return load_builtin_model(source, std::move(name), flags);
}

LoadedModel load_file(const char* source, std::string name, uint64_t flags) {
    return load_model_file(source, std::move(name), flags);
}

/// Clients that don't know what a name stands for try the single model first; being a collection is no event to log.
int refuse_collection(const char* source) {
    const Log silent(VMAF_LOG_LEVEL_NONE);
    return guard(&silent, [&] {
        fail(EINVAL, "'", source, "' is a bootstrap model; vmaf_model_collection_load() and its kin load those");
    });
}

LoadedModel load(Loader* loader, const VmafModelConfig* config, const char* source) {
    check_arguments(config, source);
    return loader(source, config->name ? config->name : "vmaf", config->flags);
}

int load_single(Loader* loader, VmafModel** model, const VmafModelConfig* config, const char* source) {
    bool is_collection = false;
    const int result = guard([&] {
        check_arguments(model);
        *model = nullptr;
        LoadedModel loaded = load(loader, config, source);
        is_collection = loaded.collection.has_value();
        if (!is_collection) *model = new VmafModel{std::move(loaded.model)};
    });
    return is_collection ? refuse_collection(source) : result;
}

int load_collection(Loader* loader, VmafModel** model, VmafModelCollection** collection, const VmafModelConfig* config,
                    const char* source) {
    return guard([&] {
        if (model) *model = nullptr;
        if (collection) *collection = nullptr;
        check_arguments(model, collection);
        LoadedModel loaded = load(loader, config, source);
        if (!loaded.collection) fail(EINVAL, "'", source, "' is a single model, not a bootstrap model");
        auto reference = std::make_unique<VmafModel>(VmafModel{std::move(loaded.model)});
        *collection = new VmafModelCollection{*std::move(loaded.collection)};
        *model = reference.release();
    });
}

}  // namespace

int vmaf_model_load(VmafModel** model, VmafModelConfig* cfg, const char* version) {
    return load_single(load_builtin, model, cfg, version);
}

int vmaf_model_load_from_path(VmafModel** model, VmafModelConfig* cfg, const char* path) {
    return load_single(load_file, model, cfg, path);
}

int vmaf_model_feature_overload(VmafModel* model, const char* feature_name, VmafFeatureDictionary* opts_dict) {
    return guard([&] {
        check_arguments(model, feature_name, opts_dict);
        const std::unique_ptr<VmafFeatureDictionary> options(opts_dict);
        model->model.overload(feature_name, options->entries);
    });
}

void vmaf_model_destroy(VmafModel* model) { delete model; }

int vmaf_model_collection_load(VmafModel** model, VmafModelCollection** model_collection, VmafModelConfig* cfg,
                               const char* version) {
    return load_collection(load_builtin, model, model_collection, cfg, version);
}

int vmaf_model_collection_load_from_path(VmafModel** model, VmafModelCollection** model_collection,
                                         VmafModelConfig* cfg, const char* path) {
    return load_collection(load_file, model, model_collection, cfg, path);
}

int vmaf_model_collection_feature_overload(VmafModel* model, VmafModelCollection** model_collection,
                                           const char* feature_name, VmafFeatureDictionary* opts_dict) {
    return guard([&] {
        check_arguments(model, model_collection, feature_name, opts_dict);
        check_arguments(*model_collection);
        const std::unique_ptr<VmafFeatureDictionary> options(opts_dict);
        model->model.overload(feature_name, options->entries);
        (*model_collection)->collection.overload(feature_name, options->entries);
    });
}

void vmaf_model_collection_destroy(VmafModelCollection* model_collection) { delete model_collection; }
