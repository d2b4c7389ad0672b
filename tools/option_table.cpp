// The table of options, and what is looked up in it.
#include "option_table.h"

#include <algorithm>

#include "base/error.h"

namespace vmaf::tool {

namespace {

/// Modes by what they do with an option's subject.
constexpr unsigned kScoresVideos = kScoring | kSharding | kBatching;
constexpr unsigned kReadsVideos = kScoresVideos | kProposing;
constexpr unsigned kComputes = kScoresVideos | kMerging;
constexpr unsigned kReports = kScoring | kMerging | kBatching;
constexpr unsigned kWrites = kReports | kSharding;
constexpr unsigned kAll = kWrites | kProposing | kExamining | kListing;

constexpr OptionEntry kEntries[] = {
    {"reference", 'r', "PATH", kReadsVideos, Role::kOther, Need::kNothing,
     "reference video: Y4M, raw YUV with -w -h -p -b, or a file of any kind that FFmpeg decodes (MP4, MKV, WebM, ...), "
     "whose second video stream is PATH#v:1; - is standard input"},
    {"distorted", 'd', "PATH", kReadsVideos, Role::kOther, Need::kNothing,
     "distorted video, of the same size and format; repeatable, each is compared with the reference"},
    {"ref_stream", kReferenceStream, "N", kReadsVideos, Role::kOther, Need::kNothing,
     "video stream of the reference's file, counted from 0"},
    {"dist_stream", kDistortedStream, "N", kReadsVideos, Role::kOther, Need::kNothing,
     "the same of the distorted video's file; once for all, or for each of several"},
    {"width", 'w', "N", kReadsVideos, Role::kSetting, Need::kNothing, "width of raw YUV"},
    {"height", 'h', "N", kReadsVideos, Role::kSetting, Need::kNothing, "height of raw YUV"},
    {"pixel_format", 'p', "FORMAT", kReadsVideos, Role::kSetting, Need::kNothing,
     "chroma format of raw YUV: 420, 422, 444 or 400"},
    {"bitdepth", 'b', "N", kReadsVideos, Role::kSetting, Need::kNothing,
     "bits per sample of raw YUV, 8 to 16; two bytes (little-endian) above 8"},
    {"model", 'm', "SPEC", kComputes, Role::kSetting, Need::kNothing,
     "model to score with, repeatable: version=NAME or path=FILE, then any of :name=COLUMN, :disable_clip, "
     ":enable_transform, :EXTRACTOR.OPTION=VALUE (default: version=vmaf_v0.6.1); auto: the built-in one for the size "
     "of the videos"},
    {"feature", kFeature, "SPEC", kComputes, Role::kSetting, Need::kNothing,
     "further feature extractor, repeatable: NAME or NAME=OPTION=VALUE:OPTION=VALUE"},
    {"aom_ctc", kAomCtc, "VERSION", kComputes, Role::kSetting, Need::kNothing,
     "models and features of the AOM common test conditions, v1.0 to v7.0"},
    {"nflx_ctc", kNflxCtc, "VERSION", kComputes, Role::kSetting, Need::kNothing,
     "models and features of Netflix's test conditions, v1.0"},
    {"scale", kScale, "FILTER", kReadsVideos, Role::kSetting, Need::kNothing,
     "bring the distorted video to the reference's size and chroma format: bicubic (default where one is a container), "
     "lanczos, bilinear, or none, which refuses it"},
    {"colour", kColour, "HOW", kScoresVideos, Role::kSetting, Need::kNothing,
     "where range or matrix of a container's samples differ: convert those of the distorted video, or compare them "
     "as_is"},
    {"crop_ref", kCropReference, "W:H:X:Y", kReadsVideos, Role::kSetting, Need::kNothing,
     "score that part of the reference, before it is scaled"},
    {"crop_dis", kCropDistorted, "W:H:X:Y", kReadsVideos, Role::kSetting, Need::kNothing,
     "the same of the distorted video"},
    {"sync", kSync, "HOW", kReadsVideos, Role::kSetting, Need::kNothing,
     "look for the frames that belong together: propose shows what was found and ends, auto scores if they are paired "
     "already, apply pairs them"},
    {"sync_window", kSyncWindow, "N", kReadsVideos, Role::kSetting, Need::kSync,
     "frames, to either side, in which they are looked for (default: 120)"},
    {"allow_length_mismatch", kAllowLength, nullptr, kScoresVideos, Role::kSetting, Need::kNothing,
     "containers may have other numbers of frames; the shorter one ends the run"},
    {"allow_rate_mismatch", kAllowRate, nullptr, kScoresVideos, Role::kSetting, Need::kNothing,
     "containers may have other frame rates"},
    {"vmaf_10bit", kVmaf10bit, nullptr, kComputes, Role::kSetting, Need::kNothing,
     "score 8-bit videos at 10 bits, as VMAF v1 is meant to"},
    {"no_prediction", 'n', nullptr, kComputes, Role::kSetting, Need::kNothing, "extract features only"},
    {"output", 'o', "PATH", kWrites, Role::kOther, Need::kNothing,
     "write a report; - is standard output. Of several distorted videos: one for each, in their order, or a folder"},
    {"xml", kXml, nullptr, kReports, Role::kReport, Need::kReportFile, "report as XML (default)"},
    {"json", kJson, nullptr, kReports, Role::kReport, Need::kReportFile, "report as JSON"},
    {"csv", kCsv, nullptr, kReports, Role::kReport, Need::kReportFile, "report as CSV"},
    {"sub", kSub, nullptr, kReports, Role::kReport, Need::kReportFile, "report as subtitles"},
    {"precision", kPrecision, "N", kReports, Role::kReport, Need::kReportOrPage,
     "significant digits of the report's values: 1 to 17, max, or legacy (default)"},
    {"pool", kPool, "LIST", kReports, Role::kReport, Need::kStatistics,
     "statistics of the report, and of a line each for every model: min, max, mean, harmonic_mean, median, stddev, "
     "low1, p0 to p100, separated by commas"},
    {"html", kHtml, "PATH", kReports, Role::kOther, Need::kNothing,
     "write a page with plots, statistics and the worst frames, for any browser; - is standard output; of a --batch: a "
     "folder"},
    {"params", kParams, nullptr, kReports, Role::kReport, Need::kStructuredReport,
     "add library version, backends and models to the report"},
    {"every", kEvery, "N", kComputes, Role::kSetting, Need::kNothing,
     "score every N-th frame; the same as --subsample"},
    {"subsample", kSubsample, "N", kComputes, Role::kSetting, Need::kNothing, "score every N-th frame"},
    {"frame_cnt", kFrameCount, "N", kScoresVideos, Role::kSetting, Need::kNothing, "stop after N frames"},
    {"frame_skip_ref", kSkipReference, "N", kReadsVideos, Role::kSetting, Need::kNothing,
     "pass over the first N frames of the reference"},
    {"frame_skip_dist", kSkipDistorted, "N", kReadsVideos, Role::kSetting, Need::kNothing,
     "pass over the first N frames of the distorted video; once for all, or for each of several"},
    {"frames", kFrames, "A:B", kComputes, Role::kSetting, Need::kNothing,
     "score frames A to B alone, counted from 0, with the values that a run over all frames gives them"},
    {"shard", kShard, "K/N", kSharding, Role::kOther, Need::kNothing,
     "score the K-th of N ranges of frames, and write a part to -o/--output, a file or a folder; auto and auto/N: as "
     "the job's array tells"},
    {"merge", kMerge, nullptr, kMerging, Role::kOther, Need::kNothing,
     "report on the parts that are named, or lie in a folder that is named, as one run would"},
    {"batch", kBatch, "FILE", kSharding | kMerging | kBatching, Role::kOther, Need::kNothing,
     "score a list of pairs: a line each, JSON with \"reference\" and \"distorted\", or CSV with a header; -o is a "
     "folder"},
    {"threads", kThreads, "N", kReadsVideos, Role::kOther, Need::kNothing,
     "worker threads (default: one for each core; 0: none but the caller's)"},
    {"cpumask", kCpumask, "MASK", kComputes, Role::kOther, Need::kNothing,
     "instruction sets not to use; no score depends on it"},
    {"gpumask", kGpumask, "MASK", kReadsVideos, Role::kOther, Need::kNothing, "not 0: no GPU"},
    {"backend", kBackend, "NAME", kReadsVideos | kExamining, Role::kOther, Need::kNothing,
     "auto (default), cpu or cuda"},
    {"decoder", kDecoder, "NAME", kReadsVideos, Role::kOther, Need::kNothing,
     "what decodes media: cpu, cuda (the GPU's decoders), or auto (default): with --backend cuda or --device the GPU "
     "where it can, otherwise the CPU"},
    {"sessions", kSessions, "N", kReadsVideos, Role::kOther, Need::kNothing,
     "decoders for each media file, at pieces of it that begin with keyframes (default: as many as the GPU has "
     "engines; 1 on the CPU)"},
    {"cuda", kCuda, nullptr, kReadsVideos | kExamining, Role::kOther, Need::kNothing, "same as --backend cuda"},
    {"no_cuda", kNoCuda, nullptr, kReadsVideos | kExamining, Role::kOther, Need::kNothing, "same as --backend cpu"},
    {"device", kDevice, "N[,N...]", kReadsVideos | kExamining, Role::kOther, Need::kGpu,
     "CUDA device to use, or several that share the frames, or 'all'"},
    {"list_devices", kListDevices, nullptr, kListing, Role::kOther, Need::kNothing, "list the CUDA devices and exit"},
    {"doctor", kDoctor, nullptr, kExamining, Role::kOther, Need::kNothing,
     "try out what this machine offers, say what is missing, and exit"},
    {"progress", kProgress, "[json]", kScoresVideos, Role::kOther, Need::kNothing,
     "a line of JSON about the progress on standard error every second; with json, the mean score so far is in it"},
    {"quiet", 'q', nullptr, kReadsVideos | kMerging, Role::kOther, Need::kNothing,
     "neither progress nor scores on the terminal"},
    {"verbose", kVerbose, nullptr, kScoresVideos, Role::kOther, Need::kNothing,
     "say what scores, CPU or GPU, also where standard error is no terminal"},
    {"strict", kStrict, nullptr, kAll, Role::kOther, Need::kNothing,
     "what is otherwise left out with a warning is an error"},
    {"version", 'v', nullptr, kAll, Role::kOther, Need::kNothing, "print the version and exit"},
    {"help", kHelp, nullptr, kAll, Role::kOther, Need::kNothing, "print this text and exit"},
};

/// Abbreviations that were unambiguous before options were added keep their meaning.
constexpr OptionName kAbbreviations[] = {
    {"a", kAomCtc}, {"b", 'b'},  {"d", 'd'},   {"di", 'd'}, {"dis", 'd'}, {"dist", 'd'},
    {"r", 'r'},     {"re", 'r'}, {"ref", 'r'}, {"p", 'p'},  {"h", 'h'},   {"he", 'h'},
    {"m", 'm'},     {"no", 'n'}, {"no_", 'n'}, {"v", 'v'},  {"ve", 'v'},  {"ver", 'v'},
};

}  // namespace

std::span<const OptionEntry> option_table() { return kEntries; }

std::span<const OptionName> option_abbreviations() { return kAbbreviations; }

const OptionEntry* find_option(int key) {
    const auto* const entry = std::ranges::find(kEntries, key, &OptionEntry::key);
    return entry == std::end(kEntries) ? nullptr : entry;
}

std::string option_label(int key) {
    const OptionEntry* const entry = find_option(key);
    std::string letter = key < 256 ? cat("-", static_cast<char>(key)) : "";
    if (!entry) return letter;
    return cat(letter, letter.empty() ? "--" : "/--", entry->name);
}

std::string option_help() {
    constexpr size_t kColumn = 27, kWidth = 100;
    std::string text;
    for (const OptionEntry& entry : kEntries) {
        std::string line = entry.key < 256 ? cat("  -", static_cast<char>(entry.key), ", --") : "      --";
        line += cat(entry.name, entry.argument ? " " : "", entry.argument ? entry.argument : "");
        line.resize(std::max(kColumn + 2, line.size() + 2), ' ');
        std::string_view rest = entry.help;
        while (rest.size() > kWidth - kColumn) {
            const size_t blank = rest.rfind(' ', kWidth - kColumn);
            text += cat(line, rest.substr(0, blank), "\n");
            line = std::string(kColumn + 2, ' ');
            rest.remove_prefix(blank + 1);
        }
        text += cat(line, rest, "\n");
    }
    return text;
}

}  // namespace vmaf::tool
