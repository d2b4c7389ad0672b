// The library as the command uses it: a context with its models and features, fed with picture pairs.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exit.h"
#include "libvmaf/libvmaf_ext.h"
#include "options.h"

namespace vmaf::tool {

/// Releases what the C API gave out.
struct Releaser {
    void operator()(VmafContext* context) const { vmaf_close(context); }
    void operator()(VmafModel* model) const { vmaf_model_destroy(model); }
    void operator()(VmafModelCollection* collection) const { vmaf_model_collection_destroy(collection); }
    void operator()(VmafFeatureDictionary* dictionary) const { vmaf_feature_dictionary_free(&dictionary); }
};
template <class T>
using Owned = std::unique_ptr<T, Releaser>;

/// Ends the command with `message` and the library's reason if a call failed.
void must(int result, ExitCode code, const std::string& message);

/// Ends the command if a call that worked on frames of the encodes failed. The library numbers frames and encodes, and knows no files.
void must_read(int result, const char* problem, const Options& options, const std::vector<const InputSpec*>& encodes);

/// Everything throws ExitError with the library's reason. The library's warnings go to standard error.
class Scorer {
 public:
    /// Opens a context with that many threads for the encode of that number in `options`, which must outlive this.
    Scorer(const Options& options, size_t encode, unsigned threads);
    /// Registers the models and features of the options. Features with an option `fps` that is not given take `frame_rate` for it.
    void register_all(std::optional<double> frame_rate);

    VmafContext* context() const { return context_.get(); }
    /// Bit p: plane p of the pictures is needed.
    unsigned planes() const;
    /// Prepares for fetch(): at most `count` pictures at a time, with as many planes as are needed.
    void prepare_pictures(PictureFormat format, unsigned count);
    /// A picture to fill. Throws Error; from any thread.
    VmafPicture fetch();
    /// No frame will follow.
    void flush();

    /// Mean of the first model's scores so far; none before the first one, or without a model. Needs watch_mean().
    std::optional<double> running_mean() const;
    /// Before the first frame.
    void watch_mean();

    /// A line for each model with its score over all `frames` frames that were read, and one for each statistic that is asked for; then one for each collection.
    std::vector<std::string> score_lines(unsigned frames);
    void write_report(const std::string& path, const Options& options);

 private:
    struct LoadedModel {
        std::string
            label;  ///< of its score: what it was loaded from, or its name where that does not tell two models apart
        Owned<VmafModel> model;
        Owned<VmafModelCollection> collection;
    };
    void load(const ModelSpec& spec);
    void overload(LoadedModel& loaded, const ModelSpec& spec);
    void use(FeatureSpec spec, std::optional<double> frame_rate);
    /// What the options ask for and can't have an effect: a warning, or the end if they are strict.
    void leave_out(const std::string& what) const;
    /// The first of several encodes speaks for all where they say the same.
    bool speaks() const { return &encode_ == options_.distorted.data(); }
    static void log(void* scorer, VmafLogLevel level, const char* message);

    /// Sum of a model's scores, which come from any thread.
    struct RunningMean {
        mutable std::mutex mutex;
        double sum = 0;
        uint64_t count = 0;
    };

    const Options& options_;
    const InputSpec& encode_;
    bool registered_ = false;
    RunningMean mean_;

    // The models outlive the context that refers to them.
    std::vector<LoadedModel> models_;
    Owned<VmafContext> context_;
};

}  // namespace vmaf::tool
