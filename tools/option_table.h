// Every option of the command: its name, its argument, the modes that read it, what it shapes, its help. Parsing, --help, remarks on options that do
// nothing, and the settings that parts and records keep all take it from here.
#pragma once

#include <span>
#include <string>

namespace vmaf::tool {

/// What getopt_long returns for an option; the letter of those that have one.
enum OptionKey : int {
    kThreads = 256,
    kFeature,
    kSubsample,
    kCpumask,
    kGpumask,
    kFrameCount,
    kSkipReference,
    kSkipDistorted,
    kAomCtc,
    kNflxCtc,
    kXml,
    kJson,
    kCsv,
    kSub,
    kHelp,
    kBackend,
    kDecoder,
    kSessions,
    kCuda,
    kNoCuda,
    kDevice,
    kListDevices,
    kDoctor,
    kPrecision,
    kProgress,
    kParams,
    kStrict,
    kVmaf10bit,
    kVerbose,
    kReferenceStream,
    kDistortedStream,
    kPool,
    kEvery,
    kScale,
    kColour,
    kCropReference,
    kCropDistorted,
    kSync,
    kSyncWindow,
    kAllowLength,
    kAllowRate,
    kFrames,
    kShard,
    kMerge,
    kBatch,
    kHtml
};

/// What the command is asked to do, as bits.
enum Mode : unsigned {
    kScoring = 1,    ///< score videos, and report on them
    kProposing = 2,  ///< a shift (--sync propose), and end
    kSharding = 4,   ///< score some frames, and write a part; also of a list
    kMerging = 8,    ///< report on parts; also on those of a list
    kBatching = 16,  ///< score a list of pairs
    kExamining = 32,
    kListing = 64
};

/// What an option shapes.
enum class Role {
    kSetting,  ///< the scores
    kReport,   ///< reports of the same scores
    kOther
};

/// What has to be there for an option to have an effect.
enum class Need {
    kNothing,
    kReportFile,        ///< -o
    kReportOrPage,      ///< -o or --html
    kStructuredReport,  ///< -o, as XML or JSON
    kStatistics,        ///< a report of that kind, or lines of scores
    kSync,
    kGpu  ///< one that may be used
};

struct OptionEntry {
    const char* name;
    int key;
    const char* argument;  ///< null: none; in brackets: it may be left out
    unsigned modes;        ///< those that read it
    Role role;
    Need need;
    const char* help;
};

/// A second name of an option.
struct OptionName {
    const char* name;
    int key;
};

/// In the order of --help.
std::span<const OptionEntry> option_table();

/// Short forms that are taken and not shown.
std::span<const OptionName> option_abbreviations();

/// Null for -c, which has no meaning.
const OptionEntry* find_option(int key);

/// "-o/--output"
std::string option_label(int key);

/// A paragraph for each option.
std::string option_help();

}  // namespace vmaf::tool
