// The command line as a struct: everything that the user asked for, checked as far as text alone allows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "input/convert/conversion.h"
#include "input/video_reader.h"
#include "libvmaf/libvmaf.h"
#include "shard/cut.h"
#include "spec.h"

namespace vmaf::tool {

enum class Backend { kAuto, kCpu, kCuda };

/// What becomes of samples whose range or matrix is told to differ.
enum class ColourRule { kRefuse, kConvert, kAsIs };

/// Whether the frames of both sides that belong together are looked for.
enum class Sync { kOff, kPropose, kAuto, kApply };

/// One video.
struct InputSpec {
    std::string label;               ///< as the user wrote it
    std::string path;                ///< "-" is standard input
    std::optional<unsigned> stream;  ///< among a container's video streams; absent: the first
    unsigned skip = 0;               ///< frames to pass over at first
    std::optional<Rectangle> part;   ///< of its frames; absent: all
};

struct Options {
    enum class Action { kScore, kHelp, kVersion, kListDevices, kDoctor };
    Action action = Action::kScore;

    InputSpec reference;
    std::vector<InputSpec> distorted;  ///< the encodes, each to be compared with the reference
    std::optional<PictureFormat> raw;  ///< of all inputs, save those that are containers; absent: Y4M
    bool common_bitdepth = false;  ///< inputs of different depths are allowed; the shallower is shifted to the deeper

    /// How sizes and chroma formats are matched. Absent: bicubic where one input is a container, else not at all.
    std::optional<Resampling> scale;
    ColourRule colour = ColourRule::kRefuse;
    bool allow_length_mismatch = false, allow_rate_mismatch = false;
    Sync sync = Sync::kOff;
    unsigned sync_window = 120;  ///< frames, to either side

    std::vector<ModelSpec> models;
    std::vector<FeatureSpec> features;
    bool no_prediction = false;
    bool vmaf_10bit = false;  ///< inputs of 8 bits are lifted to 10

    std::vector<std::string>
        outputs;                     ///< paths of the reports, one for each encode; "-" is standard output. Empty: none
    bool outputs_in_folder = false;  ///< the reports' folder is to be made if it is not there
    std::optional<std::string> html;  ///< path of the page; "-" is standard output. Of a batch: the pages' folder
    VmafOutputFormat format = VMAF_OUTPUT_FORMAT_XML;
    int precision = 0;  ///< significant digits; 0: libvmaf's own format
    bool report_params = false;
    std::vector<std::string> pool;  ///< statistics that reports show, and lines beside the mean; empty: the usual ones

    std::optional<unsigned> threads;  ///< absent: one for each usable core
    unsigned subsample = 0;
    unsigned frame_count = 0;  ///< 0: all
    uint64_t cpumask = 0, gpumask = 0;
    Backend backend = Backend::kAuto;
    std::vector<unsigned> devices;  ///< CUDA devices that share the frames; empty: the first one alone
    bool all_devices = false;       ///< until name_devices()
    bool asks_for_device() const { return all_devices || !devices.empty(); }
    unsigned first_device() const { return devices.empty() ? 0 : devices.front(); }
    Backend decoder = Backend::kAuto;  ///< what decodes media inputs
    std::optional<unsigned> sessions;  ///< decoders of each media input; absent: as it suits
    /// True if the GPU is to decode media, if need be with the CPU in its place. Frames that one of several devices decodes would all be
    /// scored there.
    bool decodes_on_gpu() const {
        return decoder == Backend::kCuda ||
               (decoder == Backend::kAuto && !gpumask && devices.size() < 2 &&
                (backend == Backend::kCuda || (backend == Backend::kAuto && asks_for_device())));
    }

    std::optional<FrameSpan> frames;  ///< to be scored, as part of the whole; absent: all
    std::optional<Shard> shard;       ///< of those, to be written as a part
    bool merge = false;               ///< parts are read, no videos
    std::string batch;                ///< file of a list of pairs; empty: none
    std::vector<std::string>
        settings;  ///< "--name=value", as given, of all options that scores depend on, save the inputs
    std::vector<std::string> report_settings;  ///< the same of those that shape reports
    std::vector<std::string> given;            ///< the same of all options

    // What the command finds out.
    unsigned first_frame = 0;          ///< number of the first frame that is read
    std::optional<FrameSpan> piece;    ///< of a pair, which a shard of a batch scores
    std::string part;                  ///< path of the part that is written
    std::vector<std::string> parts;    ///< paths of those that are merged
    std::optional<double> frame_rate;  ///< of the videos that they are of

    /// True where a scheduler looks at the exit code.
    bool is_job() const { return shard || merge || !batch.empty(); }

    bool quiet = false, progress = false, verbose = false;
    bool progress_mean = false;        ///< the progress has the mean of the scores so far
    bool strict = false;               ///< what would be left out with a warning is an error
    std::vector<std::string> command;  ///< the words of the command line, the program's name first
    std::vector<std::string> ignored;  ///< arguments that belong to no option
    std::vector<std::string> remarks;  ///< on options that do nothing, for the user
};

/// Parses the arguments after the program's name. Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);

/// The form of a command line, in one line.
inline constexpr char kUsageLine[] = "Usage: vmaf -r REFERENCE -d DISTORTED [-d DISTORTED ...] [options]";

/// What --help prints.
std::string help_text();

}  // namespace vmaf::tool
