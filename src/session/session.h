// What a VmafContext is: registrations, the frames in work, and the scores. read() and flush() show the whole flow.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_gate.h"
#include "base/log.h"
#include "base/process_lock.h"
#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "model/model.h"
#include "picture/host_memory.h"
#include "picture/picture_pool.h"
#include "picture/sample_range.h"
#include "picture/unpack.h"
#include "report/report.h"
#include "score/collector.h"
#include "score/pooling.h"
#include "score/statistic.h"
#include "session/accelerator.h"
#include "session/frame_queue.h"
#include "session/frame_range.h"
#include "session/handlers.h"
#include "session/part.h"
#include "session/plan.h"
#include "session/scores.h"
#include "session/workers.h"

namespace vmaf {

/// The four figures of a collection, each pooled on its own.
struct PooledBootstrap {
    Pooled bagging, stddev, ci95_low, ci95_high;
};

/// One thread at a time may register, read and flush; queries and fetch_picture() may come from any thread meanwhile.
/// All members throw Error: EAGAIN for scores that are not there yet, EINVAL for those that never will be.
class Session : private Accelerator::Listener {
 public:
    explicit Session(const VmafConfiguration& configuration);
    ~Session() override;

    /// Gives the session a device; before the first picture, and once.
    void use_accelerator(std::unique_ptr<Accelerator> accelerator);
    /// The device, or null.
    Accelerator* accelerator() { return accelerator_.get(); }

    Log& log() { return log_; }

    /// A call of the client's begins, on any thread; leave() ends it. Throws Error(EINVAL) in a child of fork() that can't go on with the
    /// session; calls that were let in don't wait for anything that only the parent has.
    void enter();
    void leave() noexcept { gate_.leave(); }
    /// True where enter() throws: threads or a device stayed with the parent, or a call that one of its threads was in.
    bool left_behind() const { return lost_its_threads() || gate_.left_behind(); }

    void use_feature(std::string_view name, const OptionStrings& options);
    /// `needs_accelerator`: the CPU will not do.
    void use_metric(const Metric& metric, const OptionStrings& options, bool needs_accelerator = false);
    void use_model(const Model& model);
    void use_collection(const ModelCollection& collection);
    void import_score(std::string_view feature, unsigned frame, double value);
    void add_handler(const VmafMetadataConfiguration& handler);

    /// Has pictures of fewer bits per sample lifted to `bpc` bits before anything sees them; before the first picture.
    void set_least_depth(unsigned bpc);

    /// Frames outside the range are read as neighbours of those in it, and have no scores; before the first picture.
    void set_frame_range(const FrameRange& range);
    /// Keeps the Sums of `frames`, a part of `run`, instead of scoring them; before the first picture.
    void begin_part(const FrameRange& frames, const FrameRange& run, std::string fingerprint);
    /// The pictures that must be read for the part that was begun, or for the range.
    FrameRange pictures_needed();
    /// After flush().
    void write_part(const std::string& path);
    /// Scores what parts hold, as if its pictures were read; instead of the first picture, once.
    void read_parts(const std::vector<std::string>& paths);

    /// Takes both pictures over if it returns, leaves them with the caller if it throws.
    void read(VmafPicture& ref, VmafPicture& dis, unsigned index);
    /// One of several encodes of `ref`, which other sessions read too. Takes `dis` over, whatever happens.
    /// `shared`: null if there are no others.
    void read_encode(const Picture& ref, Picture dis, unsigned index, std::shared_ptr<SharedReference> shared);
    /// For a reference that this session and others will read.
    std::shared_ptr<SharedReference> share_reference() const {
        return std::make_shared<SharedReference>(reference_memory_);
    }
    void flush();

    double score(const Model& model, unsigned frame);
    BootstrapScore score(const ModelCollection& collection, unsigned frame);
    double feature_score(std::string_view feature, unsigned frame);
    Pooled pooled(const Model& model, FrameRange range);
    PooledBootstrap pooled(const ModelCollection& collection, FrameRange range);
    Pooled pooled_feature(std::string_view feature, FrameRange range);
    double statistic(const Model& model, const Statistic& statistic, FrameRange range);
    double statistic(std::string_view feature, const Statistic& statistic, FrameRange range);

    void preallocate_pictures(const PictureFormat& format, unsigned count);
    /// The same in the accelerator's memory; as many pictures as keep it busy.
    void preallocate_pictures(const PictureFormat& format, VmafRef::Memory memory);
    Picture fetch_picture();

    /// Bit p: plane p is read by some registered extractor.
    unsigned planes_needed();
    std::string_view backend_of(std::string_view feature);

    /// What reports show of each column as a whole, in this order.
    void set_report_statistics(std::vector<Statistic> statistics);
    /// A fact that reports show behind the library's own, under a name as vmaf_set_report_parameter() takes it; none: takes it away. Throws Error.
    void set_report_parameter(const std::string& name, std::optional<std::string> value);
    /// Calls write(report) while nothing changes.
    void with_report(const VmafReportOptions& options, const std::function<void(const Report&)>& write);
    /// with_report() with these statistics instead of those that were chosen.
    void with_report(const VmafReportOptions& options, const std::vector<Statistic>& statistics,
                     const std::function<void(const Report&)>& write);

 private:
    using Lock = std::unique_lock<std::mutex>;
    class Sink;
    class RangeSink;
    struct Wanted;
    /// What later frames look back to.
    struct Latest {
        Picture ref, dis;
        uint64_t shared = 0;  // SharedReference::number()
    };

    bool lost_its_threads() const { return (threads_ || accelerator_) && forks_ != fork_count(); }

    void check_acceleration(const Metric& metric) const;
    void warn_once(const std::string& text);
    Wanted want(const Metric& metric, const OptionStrings& options);
    std::vector<Wanted> wanted_by(const Model& model);
    void check_wanted(const Wanted& wanted, std::string_view model = "") const;
    void add_registration(Wanted wanted);
    void check_feature_handler(const std::string& name, std::optional<Collector::Column> column) const;
    std::vector<unsigned> scored_frames() const;

    void check_pair(const VmafPicture& ref, const VmafPicture& dis, unsigned index) const;
    void check_reach(const VmafPicture& picture, unsigned index, Side side) const;
    void prepare(Lock& lock, const PictureFormat& format);
    void warn_about(const Registration& registration);
    Frame& admit(Lock& lock, unsigned index);
    Frame& begin(const VmafPicture& ref, const VmafPicture& dis, unsigned index);
    Latest compute(Frame& frame);
    void bring_to_host(Frame& frame);
    void withdraw();
    void remember(unsigned index, Latest latest);
    void launch(Frame& frame);
    void launch_on_cpu(Frame& frame, CpuPass& pass);
    void part_done(Frame& frame, std::exception_ptr failure) noexcept override;
    void deliver_finished_frames();
    template <class Body>
    void keep_failure(Body&& body);
    void score_frame(const Frame& frame);
    void notify(Lock& lock);

    template <class Try>
    auto wait_for_score(unsigned frame, std::string_view what, Try&& try_score);
    [[noreturn]] void fail_missing(unsigned frame, std::string_view what) const;
    const ScoredModel& scored(const Model& model);
    const ScoredCollection& scored(const ModelCollection& collection);
    double score(const ScoredModel& model, unsigned frame);
    BootstrapScore score(const ScoredCollection& collection, unsigned frame);
    template <class Add>
    void for_sampled(FrameRange range, Add&& add);
    void hurry_accelerator();
    /// True if all passes have work on the frame, and its scores are shown.
    bool sampled(unsigned frame) const {
        return frame % subsample_ == 0 && range_.contains(frame) && (!share_ || share_->stores(frame));
    }

    /// The frames whose Sums go to a part.
    struct Share {
        FrameRange frames, run;
        std::string fingerprint;
        std::optional<unsigned> next;  ///< frame to be read; none before the first one
        std::optional<Part> part;      ///< from the first picture on

        /// Frames before those of the part that its neighbour has too: they tell whether both saw the same video.
        unsigned overlap() const { return frames.low > run.low ? 1 : 0; }
        bool stores(unsigned frame) const { return frame >= frames.low - overlap() && frame <= frames.high; }
    };
    void check_untouched(const char* what) const;
    void check_place_in_part(unsigned index) const;
    void check_fit_for_part(const PictureFormat& format) const;
    void start_part(const Plan& plan, const PictureFormat& format);
    void keep_sums(const Frame& frame);
    unsigned lookback() const;
    void check_settings(const NamedPart& part) const;
    std::shared_ptr<const Plan> plan_of_parts(const PartHeader& header);
    void score_parts(Lock& lock, const std::vector<NamedPart>& parts);
    void score_record(Lock& lock, const Part& part, unsigned frame);

    void score(const Plan::Slot& slot, const Frame& frame);

    Report make_report(const VmafReportOptions& options, const std::vector<Statistic>& statistics) const;
    std::string_view backend_of(const Registration& registration) const;
    unsigned planes_needed(const PictureFormat& format) const;
    /// What the passes get of pictures of a format.
    PictureFormat scored(const PictureFormat& format) const { return at_least_deep(format, least_depth_); }

    Log log_;
    const unsigned subsample_;
    const CpuFeatures cpu_;
    const bool allow_accelerator_;
    std::set<std::string> warned_;  // touched by the registering thread alone
    const unsigned forks_ = fork_count();
    CallGate gate_;

    // Covers everything below but the thread pool. Whoever holds it may take the locks of the accelerator (hurry()), of the threads, of
    // passes and of the log, never the other way: passes and the accelerator report with part_done() and hold nothing then. It is not held
    // while pictures are copied, submitted or computed, while the accelerator adds passes, and while a callback of the client's runs.
    mutable std::mutex mutex_;
    std::condition_variable delivered_;
    std::vector<std::unique_ptr<Registration>> registrations_;
    std::vector<const Registration*> unplanned_;  // registered since the plan was made
    std::shared_ptr<const Plan> plan_ = std::make_shared<Plan>();
    std::optional<PictureFormat> format_;
    History history_;           // for CPU passes
    unsigned least_depth_ = 0;  // pictures of less are lifted; format_ is the clients'
    FrameRange range_;
    std::optional<Share> share_;
    bool from_parts_ = false;
    unsigned max_in_flight_;
    FrameQueue frames_;
    FrameSet read_;
    size_t read_count_ = 0;
    bool ended_ = false;
    std::exception_ptr failure_;  // of a frame that was read without waiting for it
    Scores scores_;
    std::vector<Statistic> report_statistics_ = parse_statistics(kReportStatistics);
    std::vector<std::pair<std::string, std::string>> report_parameters_;  // of the client
    Handlers handlers_;
    bool notifying_ = false;
    std::shared_ptr<PicturePool> pool_;
    const std::shared_ptr<ReferenceMemory> reference_memory_ = std::make_shared<ReferenceMemory>();
    std::chrono::steady_clock::time_point first_read_;

    std::optional<Recycling> recycling_{std::in_place};  // of clients' pictures

    // Last: their threads end before what they use.
    std::unique_ptr<Accelerator> accelerator_;
    std::unique_ptr<Workers> threads_;
};

/// Version of the library, as vmaf_version() gives it.
const char* library_version();

}  // namespace vmaf
