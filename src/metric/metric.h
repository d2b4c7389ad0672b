// The contract of a metric: constant data about it, an extractor for each backend, one scorer for all of them.
//
//   FramePictures -> Extractor (heavy, any order, any backend) -> Sums -> Scorer (light, in reading order) -> scores
//
// Sums is a plain struct of the metric, declared in its header. Backends differ in how they fill it, never in a bit of it.
#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/cpu.h"
#include "base/option.h"
#include "picture/picture_format.h"
#include "picture/sample_range.h"

namespace vmaf {

namespace cuda {
class Extractor;
class Device;
struct KernelSet;
}  // namespace cuda

/// True if this build has the CUDA backend: `.make_cuda = kHaveCuda ? vif::make_cuda : nullptr`.
inline constexpr bool kHaveCuda = VMAF_HAVE_CUDA;

/// True if this build has vector code: `.make_simd = kHaveSimd ? vif::make_simd : nullptr`.
inline constexpr bool kHaveSimd = VMAF_HAVE_SIMD;

/// One value that a metric delivers per frame; its place in Metric::features is the column order of the reports.
struct Feature {
    /// Where the report shows it: among the frame's own values, or behind them, with what earlier libraries
    /// computed when the stream had ended.
    enum class Phase { kFrame, kFlush };

    std::string_view name;
    Phase phase = Phase::kFrame;
    /// Non-default options become part of the name, and models can ask for the feature by it.
    bool suffixed = true;
};

/// What an extractor must be given beyond the luma planes of both pictures of the frame; a bit set.
enum Needs : unsigned {
    kLumaOnly = 0,
    kChroma = 1,         ///< planes 1 and 2 of every picture that it reads
    kPreviousRef = 2,    ///< FramePictures::previous[0].ref
    kPreviousRef2 = 4,   ///< FramePictures::previous[0].ref and previous[1].ref
    kEveryFrame = 8,     ///< runs also on the frames that subsampling skips
    kPreviousDis = 16,   ///< FramePictures::previous[0].dis
    kPreviousDis2 = 32,  ///< FramePictures::previous[0].dis and previous[1].dis
    kNoReference = 64,   ///< FramePictures::ref is not read
    kNoDistorted = 128,  ///< FramePictures::dis is not read
};

/// The needs of no extractor at all: where the union of several starts.
inline constexpr unsigned kNoNeeds = kNoReference | kNoDistorted;

/// What serves both: a picture is left out only if neither reads it.
constexpr unsigned united_needs(unsigned a, unsigned b) { return ((a | b) & ~kNoNeeds) | (a & b & kNoNeeds); }

/// How many earlier references are read.
constexpr unsigned previous_refs(unsigned needs) { return needs & kPreviousRef2 ? 2 : needs & kPreviousRef ? 1 : 0; }

/// How many earlier distorted pictures are read.
constexpr unsigned previous_dis(unsigned needs) { return needs & kPreviousDis2 ? 2 : needs & kPreviousDis ? 1 : 0; }

/// The planes that an extractor reads, of the frame or of later frames' earlier pictures.
constexpr PlaneSet planes_read(unsigned needs, const PictureFormat& format) {
    const unsigned planes = needs & kChroma ? (1u << format.planes()) - 1 : 1u;
    PlaneSet read = 0;
    for (unsigned p = 0; p < 3; p++) {
        if (!(planes >> p & 1)) continue;
        if (!(needs & kNoReference) || previous_refs(needs)) read |= plane_bit(Side::kReference, p);
        if (!(needs & kNoDistorted) || previous_dis(needs)) read |= plane_bit(Side::kDistorted, p);
    }
    return read;
}

/// The option values of registrations that share one pass; they differ in kVariant options only. Never empty.
using Variants = std::span<const OptionValues>;

/// Other threads, to which a pass may give parts of its work on a frame.
class Helpers {
 public:
    /// Computes item `i`. `worker`, below most(), is another number in every thread that takes part.
    using Item = std::function<void(unsigned i, unsigned worker)>;

    virtual ~Helpers() = default;
    virtual unsigned most() const = 0;
    /// Calls item(i, worker) for every i below `items`, in this thread and in those that have nothing else to do. Throws what
    /// an item throws; which of the others have been called is open then.
    virtual void share(unsigned items, const Item& item) = 0;
};

/// What an extractor makes of a frame's reference before it looks at the distorted picture; read by several threads once it is made.
class PreparedReference {
 public:
    virtual ~PreparedReference() = default;
    /// Of its memory.
    virtual size_t bytes() const = 0;
};

/// The heavy part on the CPU. One object serves one thread at a time and owns its scratch memory; there are
/// several for one metric. It keeps no state from frame to frame.
class Extractor {
 public:
    virtual ~Extractor() = default;
    /// Computes the frame and writes Metric::sums_size bytes per variant, in the order of the variants. Behind them come
    /// the artefacts of the variants, in the same order, Metric::artefact_size bytes each.
    virtual void extract(const FramePictures& frame, std::byte* sums) = 0;
    /// True if extract() itself throws check_samples()'s Error where a sample that it reads lies above its depth. For the others
    /// somebody else reads all samples before, which costs time.
    virtual bool checks_samples() const { return false; }
    /// extract() in two steps, for several encodes of one reference: prepare() makes something of the reference, extract_with() does the rest with
    /// what an extractor of the same pass has prepared, and leaves the bits of extract(). Bytes of it; 0: there are no two steps.
    virtual size_t reference_bytes() const { return 0; }
    /// Memory for that many bytes.
    virtual std::unique_ptr<PreparedReference> new_reference() const { return nullptr; }
    /// Reads FramePictures::ref, and previous[].ref if the pass asks for it, of `frame`.
    virtual void prepare(const FramePictures& frame, PreparedReference& reference) {
        static_cast<void>(frame), static_cast<void>(reference);
    }
    /// For the same reference; reads what extract() does.
    virtual void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* sums) {
        static_cast<void>(reference), extract(frame, sums);
    }
    /// Lets it share its work from now on, which changes no bit of it; `helpers` must outlive its last frame.
    virtual void use_helpers(Helpers& helpers) { static_cast<void>(helpers); }
};

/// Takes a metric's values. `feature` is an index into Metric::features.
class ScoreSink {
 public:
    virtual ~ScoreSink() = default;
    virtual void set(unsigned frame, size_t feature, double value) = 0;
    /// A figure of the whole stream, such as apsnr_y.
    virtual void aggregate(std::string_view name, double value) = 0;
    /// A sentence for the client's log, such as why a frame's value is a substitute. The session names the metric.
    virtual void warn(std::string_view text) = 0;
};

/// The light part: turns Sums into scores, on the host for every backend. One object per registration;
/// called by one thread at a time, frame by frame in the order in which the pictures were read.
class Scorer {
 public:
    virtual ~Scorer() = default;
    virtual void score(unsigned frame, const std::byte* sums, ScoreSink& out) = 0;
    /// Takes what the frame leaves beside its scores, such as a heatmap: Metric::artefact_size bytes of no certain
    /// alignment, after the frame's score(). Never called where that size is 0. Throws Error if it can't be kept.
    virtual void keep_artefact(unsigned frame, std::span<const std::byte> artefact) {
        static_cast<void>(frame), static_cast<void>(artefact);
    }
    /// The stream has ended: delivers whatever waited for further frames.
    virtual void flush(ScoreSink&) {}
};

struct Metric {
    std::string_view name;
    std::span<const Feature> features;
    std::span<const Option> options;
    size_t sums_size = 0;
    /// Needs bits; null: kLumaOnly.
    unsigned (*needs)(const OptionValues&, const PictureFormat&) = nullptr;
    /// Throws Error(EINVAL) naming the reason if the metric can't work on this format with these options; null: any will do.
    void (*check)(const OptionValues&, const PictureFormat&) = nullptr;
    /// What the client should know about these options on this format, in sentences that go to its log; null: nothing.
    std::vector<std::string> (*warnings)(const OptionValues&, const PictureFormat&) = nullptr;
    /// What these options come to on this format where that is not said by their names, for the report; null: nothing.
    std::string (*values_used)(const OptionValues&, const PictureFormat&) = nullptr;
    /// Bytes that each frame leaves beside its Sums, for Scorer::keep_artefact; null: none.
    size_t (*artefact_size)(const OptionValues&, const PictureFormat&) = nullptr;
    /// The readable reference, which every other extractor equals to the bit.
    std::unique_ptr<Extractor> (*make_scalar)(Variants, const PictureFormat&) = nullptr;
    /// On the vectors of the best instruction set among the features; gives null if the build has code for none of them, or
    /// for none of these options. Null: there is no vector code.
    std::unique_ptr<Extractor> (*make_simd)(Variants, const PictureFormat&, const CpuFeatures&) = nullptr;
    /// Null: no kernels yet, the metric runs on the CPU beside the others.
    std::unique_ptr<cuda::Extractor> (*make_cuda)(Variants, const PictureFormat&, cuda::Device&) = nullptr;
    /// The kernels behind make_cuda. Metrics that share a folder may share them.
    const cuda::KernelSet* kernels = nullptr;
    std::unique_ptr<Scorer> (*make_scorer)(const OptionValues&, const PictureFormat&) = nullptr;

    /// The fastest extractor that a processor with these features can run.
    std::unique_ptr<Extractor> make_cpu(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) const;
    /// Bytes that an extractor writes for a frame: the variants' Sums, then their artefacts.
    size_t result_size(Variants variants, const PictureFormat& format) const;
};

/// Writes `sums` of variant `i` into an extractor's output.
template <class Sums>
void store_sums(std::byte* out, size_t i, const Sums& sums) {
    static_assert(std::is_trivially_copyable_v<Sums>);
    std::memcpy(out + i * sizeof(Sums), &sums, sizeof(Sums));
}

template <class Sums>
Sums load_sums(const std::byte* in, size_t i = 0) {
    static_assert(std::is_trivially_copyable_v<Sums>);
    Sums sums;
    std::memcpy(&sums, in + i * sizeof(Sums), sizeof(Sums));
    return sums;
}

/// Where an extractor's output holds the first variant's artefact.
template <class Sums>
std::byte* artefacts(std::byte* out, size_t variants) {
    return out + variants * sizeof(Sums);
}

/// Every metric of the library, in the order in which feature names are looked up.
std::span<const Metric* const> metrics();

/// The metric called `name` (aliases included), or null.
const Metric* find_metric(std::string_view name);

/// The same, or Error(EINVAL): it lists what there is, and says so if the name is that of a feature or of an extractor that this build lacks.
const Metric& metric_called(std::string_view name);

/// The first metric that delivers the suffixed feature `feature`, or null.
const Metric* find_metric_of_feature(std::string_view feature);

}  // namespace vmaf
