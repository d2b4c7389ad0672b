// Calls the C API and turns its failures into messages and exit codes.
#include "scorer.h"

#include <cstdio>

#include "base/error.h"
#include "exit.h"

namespace vmaf::tool {

namespace {

void must(int result, ExitCode code, const std::string& message) {
    if (result < 0) throw ExitError(code, message);
}

Owned<VmafFeatureDictionary> dictionary_of(const FeatureSpec& spec) {
    VmafFeatureDictionary* dictionary = nullptr;
    for (const auto& [name, value] : spec.options) {
        const int result = vmaf_feature_dictionary_set(&dictionary, name.c_str(), value.c_str());
        Owned<VmafFeatureDictionary> owned(dictionary);
        must(result, kExitFailed, cat("problem parsing option ", name, " of ", spec.name));
        owned.release();
    }
    return Owned<VmafFeatureDictionary>(dictionary);
}

void check_options(const FeatureSpec& spec, const VmafFeatureDictionary* dictionary, const std::string& problem) {
    if (vmaf_feature_option_check(spec.name.c_str(), dictionary) < 0)
        throw ExitError(kExitFailed, cat(vmaf_last_error(), "\n", problem));
}

Owned<VmafContext> open_context(const Options& options, unsigned threads) {
    VmafConfiguration configuration = {};
    configuration.log_level = options.quiet ? VMAF_LOG_LEVEL_WARNING : VMAF_LOG_LEVEL_INFO;
    configuration.n_threads = threads;
    configuration.n_subsample = options.subsample;
    configuration.cpumask = options.cpumask;
    configuration.gpumask = options.gpumask;
    VmafContext* context = nullptr;
    must(vmaf_init(&context, configuration), kExitFailed, "problem initializing VMAF context");
    return Owned<VmafContext>(context);
}

}  // namespace

Scorer::Scorer(const Options& options, unsigned threads) : context_(open_context(options, threads)) {
    for (const ModelSpec& model : options.models) load(model);
    for (const FeatureSpec& feature : options.features) use(feature);
}

void Scorer::prepare_pictures(PictureFormat format, unsigned count) {
    if (planes() == 1) format.pix_fmt = VMAF_PIX_FMT_YUV400P;
    const VmafPictureConfiguration pictures = {{format.w, format.h, format.bpc, format.pix_fmt}, count};
    must(vmaf_preallocate_pictures(context_.get(), pictures), kExitFailed, "problem allocating pictures");
}

void Scorer::load(const ModelSpec& spec) {
    VmafModelConfig configuration = {spec.name.c_str(), spec.flags};
    const bool built_in = !spec.version.empty();
    const char* source = spec.label().c_str();
    VmafModel* model = nullptr;
    VmafModelCollection* collection = nullptr;
    int result = built_in ? vmaf_model_load(&model, &configuration, source)
                          : vmaf_model_load_from_path(&model, &configuration, source);
    if (result < 0)
        result = built_in ? vmaf_model_collection_load(&model, &collection, &configuration, source)
                          : vmaf_model_collection_load_from_path(&model, &collection, &configuration, source);
    must(result, kExitFailed, cat("problem loading model: ", spec.label()));
    models_.push_back({spec.label(), Owned<VmafModel>(model), Owned<VmafModelCollection>(collection)});

    const std::string problem = cat("problem loading feature extractors from model: ", spec.label());
    for (const FeatureSpec& overload : spec.overloads) {
        Owned<VmafFeatureDictionary> dictionary = dictionary_of(overload);
        check_options(overload, dictionary.get(), problem);
        const int taken = collection ? vmaf_model_collection_feature_overload(model, &collection, overload.name.c_str(),
                                                                              dictionary.get())
                                     : vmaf_model_feature_overload(model, overload.name.c_str(), dictionary.get());
        must(taken, kExitFailed, problem);
        dictionary.release();
    }
    must(vmaf_use_features_from_model(context_.get(), model), kExitFailed, problem);
    if (collection) must(vmaf_use_features_from_model_collection(context_.get(), collection), kExitFailed, problem);
}

void Scorer::use(const FeatureSpec& spec) {
    if (spec.from_preset && vmaf_feature_option_check(spec.name.c_str(), nullptr) < 0) {
        std::fprintf(stderr, "Warning: feature extractor %s is not in this build; the preset runs without it.\n",
                     spec.name.c_str());
        return;
    }
    const std::string problem = cat("problem loading feature extractor: ", spec.name);
    Owned<VmafFeatureDictionary> dictionary = dictionary_of(spec);
    check_options(spec, dictionary.get(), problem);
    must(vmaf_use_feature(context_.get(), spec.name.c_str(), dictionary.get()), kExitFailed, problem);
    dictionary.release();
}

unsigned Scorer::planes() const {
    unsigned mask = 0;
    must(vmaf_picture_planes_needed(context_.get(), &mask), kExitFailed, "problem with the registered features");
    return mask;
}

VmafPicture Scorer::fetch() {
    VmafPicture picture = {};
    const int result = vmaf_fetch_preallocated_picture(context_.get(), &picture);
    if (result < 0) fail(-result, "no picture to read into: ", vmaf_last_error());
    return picture;
}

void Scorer::read(VmafPicture& reference, VmafPicture& distorted, unsigned index) {
    if (vmaf_read_pictures(context_.get(), &reference, &distorted, index) == 0) return;
    vmaf_picture_unref(&reference);
    vmaf_picture_unref(&distorted);
    throw ExitError(kExitReading, "problem reading pictures");
}

void Scorer::flush() {
    must(vmaf_read_pictures(context_.get(), nullptr, nullptr, 0), kExitReading, "problem flushing context");
}

std::vector<std::string> Scorer::score_lines(unsigned frames) {
    std::vector<std::string> lines;
    char text[512];
    for (const LoadedModel& loaded : models_) {
        double score = 0;
        must(vmaf_score_pooled(context_.get(), loaded.model.get(), VMAF_POOL_METHOD_MEAN, &score, 0, frames - 1),
             kExitFailed, "problem generating pooled VMAF score");
        std::snprintf(text, sizeof text, ": %f", score);
        lines.push_back(loaded.label + text);
    }
    for (const LoadedModel& loaded : models_) {
        if (!loaded.collection) continue;
        VmafModelCollectionScore score = {};
        must(vmaf_score_pooled_model_collection(context_.get(), loaded.collection.get(), VMAF_POOL_METHOD_MEAN, &score,
                                                0, frames - 1),
             kExitFailed, "problem generating pooled VMAF score");
        std::snprintf(text, sizeof text, ": %f, ci.p95: [%f, %f], stddev: %f", score.bootstrap.bagging_score,
                      score.bootstrap.ci.p95.lo, score.bootstrap.ci.p95.hi, score.bootstrap.stddev);
        lines.push_back(loaded.label + text);
    }
    return lines;
}

void Scorer::write_report(const Options& options) {
    const VmafReportOptions report = {options.format, options.precision,
                                      options.report_params ? unsigned{VMAF_REPORT_PARAMS} : 0u};
    must(vmaf_write_report(context_.get(), options.output->c_str(), &report), kExitFailed,
         cat("could not write output file: ", *options.output));
}

}  // namespace vmaf::tool
