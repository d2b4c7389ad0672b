// Registration: extractors, models and callbacks are taken as a whole or not at all.
#include <algorithm>

#include "base/error.h"
#include "metric/feature_name.h"
#include "session/session_parts.h"

namespace vmaf {

/// An extractor that somebody asks for.
struct Session::Wanted {
    const Metric& metric;
    OptionValues values;
};

/// A model that takes several features of an extractor would say it for each.
void Session::warn_once(const std::string& text) {
    if (warned_.insert(text).second) log_.warning(text);
}

/// Reads the options; unknown ones are warned of.
Session::Wanted Session::want(const Metric& metric, const OptionStrings& options) {
    std::vector<std::string> unknown;
    Wanted wanted{metric, OptionValues(metric.options, options, &unknown)};
    for (const std::string& name : unknown)
        warn_once(cat("extractor '", metric.name, "' has no option '", name, "'; it is ignored"));
    return wanted;
}

std::vector<Session::Wanted> Session::wanted_by(const Model& model) {
    std::vector<Wanted> all;
    for (const ModelFeature& feature : model.features()) {
        const Metric* metric = find_metric_of_feature(feature.name);
        if (!metric)
            fail(EINVAL, "model '", model.name(), "': no feature extractor in this build delivers '", feature.name,
                 "'");
        all.push_back(want(*metric, feature.options));
    }
    return all;
}

/// What must hold before anything is changed. Needs the lock.
void Session::check_wanted(const Wanted& wanted, std::string_view model) const {
    if (ended_) fail(EINVAL, "extractor '", wanted.metric.name, "': the stream has ended");
    for (const Feature& feature : wanted.metric.features) {
        const std::string name = feature_name(feature, wanted.values);
        scores_.check_feature(name);
        if (!model.empty()) check_names_differ(model, name);
    }
}

/// Throws unless the GPU will compute the metric: for those who ask for that by name. Needs the lock.
void Session::check_acceleration(const Metric& metric) const {
    const char* reason = !kHaveCuda            ? "this libvmaf was built without CUDA"
                         : !accelerator_       ? "the context has no CUDA state: call vmaf_cuda_import_state() first"
                         : !allow_accelerator_ ? "the context's gpumask forbids the GPU"
                         : !accelerator_->serves(metric) ? "it has no kernels in this build"
                                                         : nullptr;
    if (reason)
        fail(EINVAL, "extractor '", metric.name, "' was asked for on a GPU, but ", reason, "; its plain name, '",
             metric.name, "', lets the library choose");
}

/// Needs the lock.
void Session::add_registration(Wanted wanted) {
    for (const auto& registration : registrations_) {
        if (!registration->names_equal(wanted.metric, wanted.values)) continue;
        if (!(registration->options() == wanted.values))
            warn_once(cat("extractor '", wanted.metric.name,
                          "' is registered already under the same feature names; its first options hold"));
        return;
    }
    registrations_.push_back(
        std::make_unique<Registration>(wanted.metric, std::move(wanted.values), scores_.collector()));
    unplanned_.push_back(registrations_.back().get());
}

void Session::use_metric(const Metric& metric, const OptionStrings& options, bool needs_accelerator) {
    Wanted wanted = want(metric, options);
    const std::lock_guard lock(mutex_);
    check_wanted(wanted);
    if (needs_accelerator) check_acceleration(metric);
    add_registration(std::move(wanted));
}

void Session::use_feature(std::string_view name, const OptionStrings& options) {
    use_metric(metric_called(name), options, name.ends_with("_cuda"));
}

void Session::use_model(const Model& model) {
    std::vector<Wanted> wanted = wanted_by(model);
    const std::lock_guard lock(mutex_);
    for (const Wanted& w : wanted) check_wanted(w, model.name());
    const ScoredModel& scored = scores_.of(model);
    for (Wanted& w : wanted) add_registration(std::move(w));
    scores_.enlist(scored);
}

/// All members take the same features.
void Session::use_collection(const ModelCollection& collection) {
    std::vector<Wanted> wanted = wanted_by(collection.members().front());
    const std::lock_guard lock(mutex_);
    for (const Wanted& w : wanted) check_wanted(w);
    const ScoredCollection& scored = scores_.of(collection);
    for (Wanted& w : wanted) add_registration(std::move(w));
    scores_.enlist(scored);
}

// ---------------------------------------------------------------------------------------------- callbacks

namespace {

/// True if `name` is that of the feature with options behind it.
bool names_variant(std::string_view name, const Metric& metric, const Feature& feature) {
    const std::string stem = cat(short_feature_name(feature.name), "_");
    if (!feature.suffixed || !name.starts_with(stem)) return false;
    name.remove_prefix(stem.size());
    return std::any_of(metric.options.begin(), metric.options.end(), [name](const Option& option) {
        return option.in_name && name.starts_with(cat(option.alias.empty() ? option.name : option.alias, "_"));
    });
}

/// True if some extractor, with some options, delivers a feature of that name.
bool deliverable(std::string_view name) {
    for (const Metric* metric : metrics())
        for (const Feature& feature : metric->features)
            if (name == feature.name || names_variant(name, *metric, feature)) return true;
    return false;
}

}  // namespace

void Session::add_handler(const VmafMetadataConfiguration& handler) {
    if (!handler.feature_name) fail(EINVAL, "the metadata handler's feature_name is NULL");
    if (!handler.callback) fail(EINVAL, "the metadata handler's callback is NULL");
    const std::string name = handler.feature_name;
    Lock lock(mutex_);
    const auto column = scores_.collector().find(name);
    if (auto predict = column ? scores_.predictor_of(*column) : nullptr) {
        handlers_.add(handler, std::move(predict), scored_frames());
        handlers_.predict(ended_);
    } else {
        check_feature_handler(name, column);
        handlers_.add(handler, column ? scores_.known(*column) : Handlers::Values());
    }
    notify(lock);
}

/// A name that no value will ever come under is a mistake. Needs the lock.
void Session::check_feature_handler(const std::string& name, std::optional<Collector::Column> column) const {
    const bool is_feature = column && scores_.collector().group(*column) != Collector::Group::kModel;
    if (is_feature || (!column && !ended_ && deliverable(name))) return;
    fail(EINVAL, "a metadata handler of '", name, "' would never be called: ",
         ended_ ? "the stream has ended without it"
                : "no extractor of this build delivers a feature, and no registered model has a column, of that name; "
                  "register models before their handlers, and give features' names in full");
}

/// Ascending indexes of the sampled frames that have left the queue.
std::vector<unsigned> Session::scored_frames() const {
    std::vector<unsigned> frames;
    read_.for_each([&](unsigned frame) {
        if (sampled(frame) && !frames_.find(frame)) frames.push_back(frame);
    });
    return frames;
}

}  // namespace vmaf
