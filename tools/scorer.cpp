// Calls the C API and turns its failures into messages and exit codes.
#include "scorer.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "exit.h"
#include "fixed.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

Owned<VmafFeatureDictionary> dictionary_of(const FeatureSpec& spec) {
    VmafFeatureDictionary* dictionary = nullptr;
    for (const auto& [name, value] : spec.options) {
        const int result = vmaf_feature_dictionary_set(&dictionary, name.c_str(), value.c_str());
        Owned<VmafFeatureDictionary> owned(dictionary);
        must(result, kExitFailed, cat("problem with option ", name, " of ", spec.name));
        static_cast<void>(owned.release());
    }
    return Owned<VmafFeatureDictionary>(dictionary);
}

Owned<VmafContext> open_context(const Options& options, unsigned threads) {
    VmafConfiguration configuration = {};
    configuration.log_level = options.quiet ? VMAF_LOG_LEVEL_WARNING : VMAF_LOG_LEVEL_INFO;
    configuration.n_threads = threads;
    configuration.n_subsample = options.subsample;
    configuration.cpumask = options.cpumask;
    configuration.gpumask = options.gpumask;
    vmaf_set_process_log(VMAF_LOG_LEVEL_NONE, nullptr, nullptr);  // must() says it
    VmafContext* context = nullptr;
    must(vmaf_init(&context, configuration), kExitFailed, "problem initializing VMAF context");
    Owned<VmafContext> owned(context);
    constexpr unsigned kVmaf10bit = 10;
    if (options.vmaf_10bit) must(vmaf_set_least_depth(context, kVmaf10bit), kExitFailed, "problem with --vmaf_10bit");
    return owned;
}

int load_single(const ModelSpec& spec, VmafModelConfig* configuration, VmafModel** model) {
    return spec.version.empty() ? vmaf_model_load_from_path(model, configuration, spec.path.c_str())
                                : vmaf_model_load(model, configuration, spec.version.c_str());
}

int load_collection(const ModelSpec& spec, VmafModelConfig* configuration, VmafModel** model,
                    VmafModelCollection** collection) {
    return spec.version.empty()
               ? vmaf_model_collection_load_from_path(model, collection, configuration, spec.path.c_str())
               : vmaf_model_collection_load(model, collection, configuration, spec.version.c_str());
}

/// A way out for a file that was given as a version, or the other way round.
std::string hint(const ModelSpec& spec) {
    if (!spec.version.empty()) return looks_like_file(spec.version) ? cat(" (a file is path=", spec.version, ")") : "";
    if (std::error_code none; looks_like_file(spec.path) || std::filesystem::exists(spec.path, none)) return "";
    return cat(" (a built-in model is version=", spec.path, ")");
}

/// Gives the feature the frame rate, if it has an option for it that is not set.
void set_frame_rate(FeatureSpec& spec, double frame_rate) {
    constexpr const char* kOption = "fps";
    for (const auto& [name, value] : spec.options)
        if (name == kOption) return;
    FeatureSpec with_rate{.name = spec.name, .options = {{kOption, cat(frame_rate)}}};
    if (vmaf_feature_option_check(spec.name.c_str(), dictionary_of(with_rate).get()) >= 0)
        spec.options.push_back(with_rate.options[0]);
}

}  // namespace

void must(int result, ExitCode code, const std::string& message) {
    if (result >= 0) return;
    const std::string reason = vmaf_last_error();
    throw ExitError(code, reason.empty() ? message : cat(message, ": ", reason), -result);
}

void must_read(int result, const char* problem, const Options& options, const std::vector<const InputSpec*>& encodes) {
    if (result >= 0) return;
    const std::string reason = vmaf_last_error();
    const auto file = [](const InputSpec& input) {
        return cat(input.path, input.skip ? cat(" after the first ", input.skip, " frames") : "");
    };
    std::string files = cat("reference: ", file(options.reference));
    for (size_t i = 0; i < encodes.size(); i++)
        files += cat(encodes.size() > 1 ? cat(", encode ", i) : ", distorted", ": ", file(*encodes[i]));
    throw ExitError(kExitReading, cat(problem, ": ", reason, " (", files, ")"), -result);
}

Scorer::Scorer(const Options& options, size_t encode, unsigned threads)
    : options_(options), encode_(options.distorted[encode]), context_(open_context(options, threads)) {
    vmaf_set_log_callback(context_.get(), log, this);
}

/// Passes the library's messages on, save the errors: every failed call ends the command with that text.
void Scorer::log(void* scorer, VmafLogLevel level, const char* message) {
    constexpr const char* kNames[] = {"", "ERROR", "WARNING", "INFO", "DEBUG"};
    const auto& self = *static_cast<const Scorer*>(scorer);
    if (level <= VMAF_LOG_LEVEL_ERROR || !(self.registered_ || self.speaks())) return;
    const bool several = self.options_.distorted.size() > 1;
    tell(cat("libvmaf ", kNames[level], " ", several ? cat(self.encode_.label, ": ") : "", message));
}

void Scorer::register_all(std::optional<double> frame_rate) {
    std::string statistics;
    for (const std::string& name : options_.pool) statistics += cat(&name == &options_.pool.front() ? "" : ",", name);
    if (!options_.pool.empty())
        must(vmaf_set_report_statistics(context_.get(), statistics.c_str()), kExitUsage, "problem with --pool");
    for (const ModelSpec& model : options_.models) load(model);
    for (const FeatureSpec& feature : options_.features) use(feature, frame_rate);
    registered_ = true;
}

void Scorer::prepare_pictures(PictureFormat format, unsigned count) {
    if (planes() == 1) format.pix_fmt = VMAF_PIX_FMT_YUV400P;
    const VmafPictureConfiguration pictures = {{format.w, format.h, format.bpc, format.pix_fmt}, count};
    must(vmaf_preallocate_pictures(context_.get(), pictures), kExitFailed, "problem allocating pictures");
}

void Scorer::load(const ModelSpec& spec) {
    VmafModelConfig configuration = {spec.name.c_str(), spec.flags};
    VmafModel* model = nullptr;
    VmafModelCollection* collection = nullptr;
    if (load_single(spec, &configuration, &model) < 0)
        must(load_collection(spec, &configuration, &model, &collection), kExitFailed,
             cat("problem loading model: ", spec.label(), hint(spec)));
    const auto same = [&](const ModelSpec& other) { return other.label() == spec.label(); };
    const bool alone = std::count_if(options_.models.begin(), options_.models.end(), same) == 1;
    models_.push_back(
        {alone ? spec.label() : spec.name, Owned<VmafModel>(model), Owned<VmafModelCollection>(collection)});
    overload(models_.back(), spec);

    const std::string problem = cat("problem loading feature extractors from model: ", spec.label());
    must(vmaf_use_features_from_model(context_.get(), model), kExitFailed, problem);
    if (collection) must(vmaf_use_features_from_model_collection(context_.get(), collection), kExitFailed, problem);
}

void Scorer::overload(LoadedModel& loaded, const ModelSpec& spec) {
    const std::string problem = cat("problem with the overloads of model: ", spec.label());
    for (const FeatureSpec& overload : spec.overloads) {
        const char* name = overload.name.c_str();
        int uses = 0;
        must(vmaf_model_uses_feature(loaded.model.get(), name, &uses), kExitFailed, problem);
        if (!uses) {
            leave_out(cat("model ", spec.label(), " uses no extractor '", name, "'; its overload has no effect"));
            continue;
        }
        Owned<VmafFeatureDictionary> dictionary = dictionary_of(overload);
        must(vmaf_feature_option_check(name, dictionary.get()), kExitFailed, problem);
        VmafModelCollection* collection = loaded.collection.get();
        must(collection
                 ? vmaf_model_collection_feature_overload(loaded.model.get(), &collection, name, dictionary.get())
                 : vmaf_model_feature_overload(loaded.model.get(), name, dictionary.get()),
             kExitFailed, problem);
        static_cast<void>(dictionary.release());
    }
}

void Scorer::leave_out(const std::string& what) const {
    if (options_.strict) throw ExitError(kExitFailed, cat(what, " (--strict)"));
    if (speaks()) warn(what);
}

void Scorer::use(FeatureSpec spec, std::optional<double> frame_rate) {
    if (spec.from_preset && vmaf_feature_option_check(spec.name.c_str(), nullptr) < 0)
        return leave_out(cat("feature extractor ", spec.name, " is not in this build; the preset runs without it"));
    const std::string problem = cat("problem loading feature extractor: ", spec.name);
    if (frame_rate) set_frame_rate(spec, *frame_rate);
    Owned<VmafFeatureDictionary> dictionary = dictionary_of(spec);
    must(vmaf_feature_option_check(spec.name.c_str(), dictionary.get()), kExitFailed, problem);
    must(vmaf_use_feature(context_.get(), spec.name.c_str(), dictionary.get()), kExitFailed, problem);
    static_cast<void>(dictionary.release());
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

void Scorer::watch_mean() {
    if (options_.models.empty()) return;
    std::string column = options_.models.front().name + (models_.front().collection ? "_bagging" : "");
    const auto add = [](void* data, VmafMetadata* metadata) {
        auto* mean = static_cast<RunningMean*>(data);
        const std::lock_guard lock(mean->mutex);
        mean->sum += metadata->score;
        mean->count++;
    };
    must(vmaf_register_metadata_handler(context_.get(), {column.data(), add, &mean_}), kExitFailed,
         "problem with --progress json");
}

std::optional<double> Scorer::running_mean() const {
    const std::lock_guard lock(mean_.mutex);
    return mean_.count ? std::optional(mean_.sum / static_cast<double>(mean_.count)) : std::nullopt;
}

void Scorer::flush() {
    must_read(vmaf_read_pictures(context_.get(), nullptr, nullptr, 0), "problem flushing context", options_,
              {&encode_});
}

std::vector<std::string> Scorer::score_lines(unsigned frames) {
    constexpr int kDecimals = 6;
    const unsigned last = options_.first_frame + frames - 1;
    std::vector<std::string> lines;
    for (const LoadedModel& loaded : models_) {
        double score = 0;
        must(vmaf_score_pooled(context_.get(), loaded.model.get(), VMAF_POOL_METHOD_MEAN, &score, 0, last), kExitFailed,
             "problem generating pooled VMAF score");
        lines.push_back(cat(loaded.label, ": ", fixed(score, kDecimals)));
        for (const std::string& name : options_.pool) {
            must(vmaf_score_statistic(context_.get(), loaded.model.get(), name.c_str(), &score, 0, last), kExitFailed,
                 "problem generating pooled VMAF score");
            lines.push_back(cat(loaded.label, " ", name, ": ", fixed(score, kDecimals)));
        }
    }
    for (const LoadedModel& loaded : models_) {
        if (!loaded.collection) continue;
        VmafModelCollectionScore score = {};
        must(vmaf_score_pooled_model_collection(context_.get(), loaded.collection.get(), VMAF_POOL_METHOD_MEAN, &score,
                                                0, last),
             kExitFailed, "problem generating pooled VMAF score");
        const auto text = [](double value) { return fixed(value, kDecimals); };
        lines.push_back(cat(loaded.label, ": ", text(score.bootstrap.bagging_score), ", ci.p95: [",
                            text(score.bootstrap.ci.p95.lo), ", ", text(score.bootstrap.ci.p95.hi),
                            "], stddev: ", text(score.bootstrap.stddev)));
    }
    return lines;
}

void Scorer::write_report(const std::string& path, const Options& options) {
    const VmafReportOptions report = {options.format, options.precision,
                                      options.report_params ? unsigned{VMAF_REPORT_PARAMS} : 0u};
    must(vmaf_write_report(context_.get(), path.c_str(), &report), kExitFailed,
         cat("could not write output file: ", path));
}

}  // namespace vmaf::tool
