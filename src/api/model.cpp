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
    return guard_quietly([&] {
        fail(EINVAL, "'", source, "' is a bootstrap model; vmaf_model_collection_load() and its kin load those");
    });
}

/// The argument that says what to load, and how that is loaded.
struct Source {
    Loader* loader;
    const char* argument;
    const char* text;
};

Source built_in(const char* version) { return {load_builtin, "version", version}; }
Source file(const char* path) { return {load_file, "path", path}; }

LoadedModel load(const Source& source, const VmafModelConfig* config) {
    check_arguments({{"cfg", config}, {source.argument, source.text}});
    return source.loader(source.text, config->name ? config->name : "vmaf", config->flags);
}

int load_single(const Source& source, VmafModel** model, const VmafModelConfig* config) {
    bool is_collection = false;
    const int result = guard([&] {
        check_arguments({{"model", model}});
        *model = nullptr;
        LoadedModel loaded = load(source, config);
        is_collection = loaded.collection.has_value();
        if (!is_collection) *model = new VmafModel{std::move(loaded.model)};
    });
    return is_collection ? refuse_collection(source.text) : result;
}

int load_collection(const Source& source, VmafModel** model, VmafModelCollection** collection,
                    const VmafModelConfig* config) {
    return guard([&] {
        if (model) *model = nullptr;
        if (collection) *collection = nullptr;
        check_arguments({{"model", model}, {"model_collection", collection}});
        LoadedModel loaded = load(source, config);
        if (!loaded.collection) fail(EINVAL, "'", source.text, "' is a single model, not a bootstrap model");
        auto reference = std::make_unique<VmafModel>(VmafModel{std::move(loaded.model)});
        *collection = new VmafModelCollection{*std::move(loaded.collection)};
        *model = reference.release();
    });
}

/// libvmaf's own tools overload extractors that a model may not use, so that it is no error; a misspelt name shows here.
void warn_unused(const Model& model, const char* extractor) {
    if (model.uses(extractor)) return;
    std::string used;
    for (const std::string_view name : model.extractors()) used += cat(used.empty() ? "" : ", ", name);
    write_without_context(VMAF_LOG_LEVEL_WARNING, cat("model '", model.name(), "' uses no extractor '", extractor,
                                                      "', so that its overload has no effect; it uses ", used));
}

}  // namespace

int vmaf_model_load(VmafModel** model, VmafModelConfig* cfg, const char* version) {
    return load_single(built_in(version), model, cfg);
}

int vmaf_model_load_from_path(VmafModel** model, VmafModelConfig* cfg, const char* path) {
    return load_single(file(path), model, cfg);
}

int vmaf_model_feature_overload(VmafModel* model, const char* feature_name, VmafFeatureDictionary* opts_dict) {
    return guard([&] {
        check_arguments({{"model", model}, {"feature_name", feature_name}, {"opts_dict", opts_dict}});
        const std::unique_ptr<VmafFeatureDictionary> options(opts_dict);
        warn_unused(model->model, feature_name);
        model->model.overload(feature_name, options->entries);
    });
}

void vmaf_model_destroy(VmafModel* model) { delete model; }

int vmaf_model_collection_load(VmafModel** model, VmafModelCollection** model_collection, VmafModelConfig* cfg,
                               const char* version) {
    return load_collection(built_in(version), model, model_collection, cfg);
}

int vmaf_model_collection_load_from_path(VmafModel** model, VmafModelCollection** model_collection,
                                         VmafModelConfig* cfg, const char* path) {
    return load_collection(file(path), model, model_collection, cfg);
}

int vmaf_model_collection_feature_overload(VmafModel* model, VmafModelCollection** model_collection,
                                           const char* feature_name, VmafFeatureDictionary* opts_dict) {
    return guard([&] {
        check_arguments({{"model", model},
                         {"model_collection", model_collection},
                         {"feature_name", feature_name},
                         {"opts_dict", opts_dict}});
        check_arguments({{"*model_collection", *model_collection}});
        const std::unique_ptr<VmafFeatureDictionary> options(opts_dict);
        warn_unused(model->model, feature_name);
        model->model.overload(feature_name, options->entries);
        (*model_collection)->collection.overload(feature_name, options->entries);
    });
}

void vmaf_model_collection_destroy(VmafModelCollection* model_collection) { delete model_collection; }
