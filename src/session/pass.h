// The heavy computations of a frame: what a pass is wherever it runs, and how the CPU runs one.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "metric/metric.h"
#include "session/shared_reference.h"

namespace vmaf {

/// A heavy computation, and where its results go among those of a frame.
struct PassSpec {
    const Metric* metric = nullptr;
    std::vector<OptionValues> variants;  ///< one for each registration that it serves
    unsigned needs = kLumaOnly;          ///< Needs bits, of all variants together
    size_t sums_offset = 0;              ///< bytes

    bool every_frame() const { return needs & kEveryFrame; }
    /// True if it reads no distorted picture, so that its whole result is the reference's.
    bool of_reference_alone() const { return needs & kNoDistorted && !previous_dis(needs); }
    /// By what the frame's reference, with what the pass looks back to, is told from others; nothing if other sessions don't have the same
    /// pictures. `numbers`: of SharedReference, the frame's and those before it; 0: not shared.
    std::optional<SharedReference::Before> shared_before(const FramePictures& frame, uint64_t number,
                                                         const SharedReference::Before& numbers) const;
};

/// A frame for passes on the CPU.
struct CpuFrame {
    FramePictures pictures;
    SharedReference* shared = nullptr;  ///< the reference, if other sessions read it too
    SharedReference::Before before{};   ///< numbers of those of the frames before; 0: not shared
};

/// Computes a pass on the CPU. Hands out extractors: one per thread at a time.
class CpuPass {
 public:
    /// `helpers`: null if there are none.
    CpuPass(PassSpec spec, const PictureFormat& format, const CpuFeatures& cpu, Helpers* helpers);

    const PassSpec& spec() const { return spec_; }
    /// Planes that it reads, and of them those that it checks for samples above their depth.
    PlaneSet reads() const { return planes_read(spec_.needs, format_); }
    PlaneSet checks() const { return checks_itself_ ? reads() : scans_; }
    /// Makes the first extractor, after which checks() knows whether extractors check what they read.
    void prepare();
    /// Has extract() check these planes first, unless the extractor does.
    void scan(PlaneSet planes) { scans_ = planes; }

    /// Computes a frame, whose results begin at `sums`. Thread-safe.
    void extract(const CpuFrame& frame, std::byte* sums);
    /// True while extract() would wait for another session, which prepares the reference.
    bool must_wait(const CpuFrame& frame) const;

 private:
    /// The one that this thread used last, if it is there.
    std::unique_ptr<Extractor> take_extractor();
    void give_back(std::unique_ptr<Extractor> extractor);
    std::optional<SharedReference::Before> shared_before(const CpuFrame& frame) const;
    void extract_shared(Extractor& extractor, const CpuFrame& frame, const SharedReference::Before& before,
                        std::byte* sums);

    const PassSpec spec_;
    const PictureFormat format_;
    const CpuFeatures cpu_;
    const PassIdentity identity_;
    Helpers* const helpers_;
    PlaneSet scans_ = 0;
    bool checks_itself_ = false;
    /// An extractor, and who used it last: in that thread's caches is what it has in memory.
    struct Idle {
        std::unique_ptr<Extractor> extractor;
        std::thread::id user;
    };

    std::mutex mutex_;  // covers the next
    std::vector<Idle> idle_;
};

}  // namespace vmaf
