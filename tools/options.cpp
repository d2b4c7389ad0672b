// Parses the command line with getopt_long: scripts rely on its abbreviations, its permuted arguments and on -h being a height,
// which argument parsers that bring their own conventions do not offer.
#include "options.h"

#include <getopt.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "input/video_reader.h"
#include "libvmaf/libvmaf_ext.h"
#include "option_effects.h"
#include "option_table.h"
#include "presets.h"
#include "report_paths.h"

namespace vmaf::tool {

namespace {

constexpr unsigned kThreadLimit = 4096, kSessionLimit = 64;
constexpr unsigned kSyncLimit = 100'000;  // frames

/// -c with an argument is accepted and has no meaning.
constexpr char kShortOptions[] = ":r:d:w:h:p:b:m:o:c:nqv";

[[noreturn]] void bad_argument(int key, const std::string& text, const std::string& wanted) {
    throw UsageError(cat("Invalid argument \"", text, "\" for option ", option_label(key), "; should be ", wanted));
}

/// A whole number in decimal, octal (0...) or hexadecimal (0x...); negative ones wrap around, which suits masks.
std::optional<uint64_t> parse_number(const std::string& text) {
    char* end = nullptr;
    errno = 0;
    const uint64_t value = std::strtoull(text.c_str(), &end, 0);
    if (end == text.c_str() || *end != '\0' || errno != 0) return std::nullopt;
    return value;
}

uint64_t parse_mask(int key, const std::string& text) {
    const auto value = parse_number(text);
    if (!value) bad_argument(key, text, "an integer");
    return *value;
}

unsigned parse_unsigned(int key, const std::string& text, unsigned low = 0, unsigned high = UINT32_MAX) {
    const auto value = parse_number(text);
    if (!value || text.find('-') != std::string::npos || *value < low || *value > high)
        bad_argument(key, text, cat("an integer from ", low, " to ", high));
    return static_cast<unsigned>(*value);
}

VmafPixelFormat parse_pixel_format(const std::string& text) {
    if (text == "420") return VMAF_PIX_FMT_YUV420P;
    if (text == "422") return VMAF_PIX_FMT_YUV422P;
    if (text == "444") return VMAF_PIX_FMT_YUV444P;
    if (text == "400") return VMAF_PIX_FMT_YUV400P;
    bad_argument('p', text, "a valid pixel format (420/422/444/400)");
}

unsigned parse_bitdepth(const std::string& text) {
    const auto value = parse_number(text);
    if (!value || *value < 8 || *value > 16) bad_argument('b', text, "a valid bitdepth (8 to 16)");
    return static_cast<unsigned>(*value);
}

int parse_precision(const std::string& text) {
    if (text == "legacy") return 0;
    if (text == "max") return VMAF_REPORT_PRECISION_MAX;
    const auto value = parse_number(text);
    if (!value || *value < 1 || *value > VMAF_REPORT_PRECISION_MAX)
        bad_argument(kPrecision, text, cat("an integer from 1 to ", VMAF_REPORT_PRECISION_MAX, ", max or legacy"));
    return static_cast<int>(*value);
}

/// True for what --progress may be followed by.
bool parse_progress(const std::string& text) {
    if (!text.empty() && text != "json") bad_argument(kProgress, text, "json, or left out");
    return !text.empty();
}

Resampling parse_scale(const std::string& text) {
    for (const auto filter : {Resampling::kBicubic, Resampling::kLanczos, Resampling::kBilinear, Resampling::kNone})
        if (text == name_of(filter)) return filter;
    bad_argument(kScale, text, "bicubic, lanczos, bilinear or none");
}

ColourRule parse_colour(const std::string& text) {
    if (text == "convert") return ColourRule::kConvert;
    if (text == "as_is") return ColourRule::kAsIs;
    bad_argument(kColour, text, "convert or as_is");
}

Sync parse_sync(const std::string& text) {
    if (text == "propose") return Sync::kPropose;
    if (text == "auto") return Sync::kAuto;
    if (text == "apply") return Sync::kApply;
    bad_argument(kSync, text, "propose, auto or apply");
}

std::string without_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return std::string(text.substr(0, text.find_last_not_of(' ') + 1));
}

/// The parts between separators, without the blanks around them.
std::vector<std::string> split_list(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (size_t start = 0; start <= text.size();) {
        const size_t end = std::min(text.find(separator, start), text.size());
        parts.push_back(without_blanks(std::string_view(text).substr(start, end - start)));
        start = end + 1;
    }
    return parts;
}

/// W:H:X:Y
Rectangle parse_rectangle(int key, const std::string& text) {
    const auto parts = split_list(text, ':');
    const bool numbers = std::ranges::all_of(parts, [](const std::string& part) {
        return !part.empty() && part.size() < 9 && part.find_first_not_of("0123456789") == std::string::npos;
    });
    if (parts.size() != 4 || !numbers) bad_argument(key, text, "WIDTH:HEIGHT:X:Y, in samples of luma");
    const auto number = [&](size_t i) { return static_cast<unsigned>(std::stoul(parts[i])); };
    return {number(0), number(1), number(2), number(3)};
}

Backend parse_backend(int key, const std::string& text) {
    if (text == "auto") return Backend::kAuto;
    if (text == "cpu") return Backend::kCpu;
    if (text == "cuda") return Backend::kCuda;
    bad_argument(key, text, "auto, cpu or cuda");
}

void parse_devices(Options& options, int key, const std::string& text) {
    const std::vector<std::string> parts = split_list(text, ',');
    options.all_devices = parts == std::vector<std::string>{"all"};
    options.devices.clear();
    if (options.all_devices) return;
    for (const std::string& part : parts) {
        const auto number = parse_number(part);
        if (!number || part.starts_with('-') || *number > UINT32_MAX)
            bad_argument(key, text, "device numbers from 0, separated by commas, or 'all'");
        const auto device = static_cast<unsigned>(*number);
        if (std::ranges::find(options.devices, device) != options.devices.end())
            bad_argument(key, text, "a list that names each device once");
        options.devices.push_back(device);
    }
}

/// Raw YUV parameters as they come in; all or none must be there in the end.
struct RawFormat {
    std::optional<unsigned> width, height, bitdepth;
    std::optional<VmafPixelFormat> pix_fmt;

    std::optional<PictureFormat> result() const {
        if (!width && !height && !bitdepth && !pix_fmt) return std::nullopt;
        if (!width || !height || !bitdepth || !pix_fmt)
            throw UsageError(cat("The following options are required for .yuv input:", width ? "" : " --width/-w",
                                 height ? "" : " --height/-h", pix_fmt ? "" : " --pixel_format/-p",
                                 bitdepth ? "" : " --bitdepth/-b"));
        return PictureFormat{*pix_fmt, *bitdepth, *width, *height};
    }
};

/// Options that are given for the encodes in their order, or once for all of them.
struct EncodeLists {
    std::vector<unsigned> streams, skips;
    std::vector<Rectangle> parts;
    std::vector<std::string> outputs;
};

void apply_input(Options& options, RawFormat& raw, EncodeLists& lists, int key, const std::string& value) {
    switch (key) {
        case 'r': options.reference.label = value; break;
        case 'd': options.distorted.push_back({.label = value}); break;
        case 'w': raw.width = parse_unsigned(key, value, 1, kMaxSide); break;
        case 'h': raw.height = parse_unsigned(key, value, 1, kMaxSide); break;
        case 'p': raw.pix_fmt = parse_pixel_format(value); break;
        case 'b': raw.bitdepth = parse_bitdepth(value); break;
        case 'o': lists.outputs.push_back(value); break;
        case kReferenceStream: options.reference.stream = parse_unsigned(key, value); break;
        case kDistortedStream: lists.streams.push_back(parse_unsigned(key, value)); break;
        case kCropReference: options.reference.part = parse_rectangle(key, value); break;
        case kCropDistorted: lists.parts.push_back(parse_rectangle(key, value)); break;
        case kFrames: options.frames = parse_frames(value); break;
        case kShard: options.shard = parse_shard(value, [](const char* name) { return std::getenv(name); }); break;
        case kMerge: options.merge = true; break;
        case kBatch: options.batch = value; break;
        case kFrameCount: options.frame_count = parse_unsigned(key, value); break;
        case kSkipReference: options.reference.skip = parse_unsigned(key, value); break;
        case kSkipDistorted: lists.skips.push_back(parse_unsigned(key, value)); break;
        default: break;  // -c
    }
}

/// True if `key` was one of these options.
bool apply_scoring(Options& options, int key, const std::string& value) {
    switch (key) {
        case 'm': options.models.push_back(parse_model_spec(value)); return true;
        case kFeature: options.features.push_back(parse_feature(value)); return true;
        case kAomCtc: apply_aom_ctc(options, value); return true;
        case kNflxCtc: apply_nflx_ctc(options, value); return true;
        case 'n': options.no_prediction = true; return true;
        case kEvery:
        case kSubsample: options.subsample = parse_unsigned(key, value); return true;
        case kThreads: options.threads = parse_unsigned(key, value, 0, kThreadLimit); return true;
        case kCpumask: options.cpumask = parse_mask(key, value); return true;
        case kGpumask: options.gpumask = parse_mask(key, value); return true;
        case kBackend: options.backend = parse_backend(key, value); return true;
        case kSessions: options.sessions = parse_unsigned(key, value, 1, kSessionLimit); return true;
        case kDecoder: options.decoder = parse_backend(key, value); return true;
        case kCuda: options.backend = Backend::kCuda; return true;
        case kNoCuda: options.backend = Backend::kCpu; return true;
        case kDevice: parse_devices(options, key, value); return true;
        default: return false;
    }
}

/// True if `key` was one of these options.
bool apply_pairing(Options& options, int key, const std::string& value) {
    switch (key) {
        case kScale: options.scale = parse_scale(value); return true;
        case kColour: options.colour = parse_colour(value); return true;
        case kSync: options.sync = parse_sync(value); return true;
        case kSyncWindow: options.sync_window = parse_unsigned(key, value, 1, kSyncLimit); return true;
        case kAllowLength: options.allow_length_mismatch = true; return true;
        case kAllowRate: options.allow_rate_mismatch = true; return true;
        default: return false;
    }
}

/// True if `key` was one of these options.
bool apply_output(Options& options, int key, const std::string& value) {
    switch (key) {
        case kXml: options.format = VMAF_OUTPUT_FORMAT_XML; return true;
        case kJson: options.format = VMAF_OUTPUT_FORMAT_JSON; return true;
        case kCsv: options.format = VMAF_OUTPUT_FORMAT_CSV; return true;
        case kSub: options.format = VMAF_OUTPUT_FORMAT_SUB; return true;
        case kPrecision: options.precision = parse_precision(value); return true;
        case kHtml: options.html = value; return true;
        case kParams: options.report_params = true; return true;
        case kVmaf10bit: options.vmaf_10bit = true; return true;
        case 'q': options.quiet = true; return true;
        case kProgress:
            options.progress = true;
            options.progress_mean = parse_progress(value);
            return true;
        case kPool: options.pool = split_list(value, ','); return true;
        case kVerbose: options.verbose = true; return true;
        case kStrict: options.strict = true; return true;
        case kListDevices: options.action = Options::Action::kListDevices; return true;
        case kDoctor: options.action = Options::Action::kDoctor; return true;
        default: return false;
    }
}

/// Why getopt_long refused an argument: `key` is what it left in optopt, 0 for an unknown or ambiguous long option `argument`.
[[noreturn]] void refuse(const std::string& argument, int key, bool lacks_argument) {
    if (lacks_argument) throw UsageError(cat("option ", option_label(key), " needs an argument"));
    const bool known =
        key >= 256 || std::string_view(kShortOptions + 1).find(static_cast<char>(key)) != std::string_view::npos;
    if (key != 0 && !known) throw UsageError(cat("unknown option -", static_cast<char>(key)));
    if (key != 0) throw UsageError(cat("option ", option_label(key), " takes no argument"));
    const std::string name = argument.substr(2, argument.find('=') - 2);
    std::string candidates;
    for (const OptionEntry& entry : option_table())
        if (std::string_view(entry.name).starts_with(name)) candidates += cat(" --", entry.name);
    if (!candidates.empty()) throw UsageError(cat("option --", name, " is ambiguous; it may mean", candidates));
    throw UsageError(cat("unknown option --", name));
}

/// Keeps an option in the form in which it can be given again.
void note_setting(Options& options, int key, const std::string& value) {
    const OptionEntry* const entry = find_option(key);
    if (!entry) return;
    const bool has_value = entry->argument && (entry->argument[0] != '[' || !value.empty());
    options.given.push_back(cat("--", entry->name, has_value ? "=" : "", has_value ? value : ""));
    if (entry->role == Role::kSetting) options.settings.push_back(options.given.back());
    if (entry->role == Role::kReport) options.report_settings.push_back(options.given.back());
}

void check_model_names(const std::vector<ModelSpec>& models) {
    for (size_t i = 0; i < models.size(); i++)
        for (size_t j = 0; j < i; j++)
            if (models[i].name == models[j].name)
                throw UsageError(
                    cat("Each model should be uniquely named. Set using `--model` via the `name=...` param. ",
                        models[j].label(), " and ", models[i].label(), " are both named '", models[i].name, "'."));
}

/// Takes "#v:1" off the end of a path, unless a file has that name.
void split_stream(InputSpec& input, int key) {
    constexpr std::string_view kMark = "#v:";
    input.path = input.label;
    const size_t mark = input.path.rfind(kMark);
    if (mark == std::string::npos || mark == 0 || std::filesystem::exists(input.path)) return;
    const std::string number = input.path.substr(mark + kMark.size());
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) return;
    const unsigned value = parse_unsigned(key, number);
    if (input.stream && *input.stream != value)
        throw UsageError(cat(input.path, " and ", option_label(key), " ", *input.stream,
                             " name different streams; leave one of them out"));
    input.stream = value;
    input.path.erase(mark);
}

/// Calls set(encode, value) for all encodes: with values of their own, or with the last one.
template <class T, class Set>
void hand_out(std::vector<InputSpec>& encodes, const std::vector<T>& values, int key, Set&& set) {
    if (values.size() > 1 && encodes.size() > 1 && values.size() != encodes.size())
        throw UsageError(cat(option_label(key), " is given ", values.size(), " times for ", encodes.size(),
                             " distorted videos: once is for all of them, else it is given for each, in their order"));
    const bool own = values.size() == encodes.size();
    for (size_t i = 0; i < encodes.size() && !values.empty(); i++) set(encodes[i], own ? values[i] : values.back());
}

void check_standard_input(const Options& options) {
    int uses = options.reference.path == "-";
    for (const InputSpec& encode : options.distorted) uses += encode.path == "-";
    if (uses < 2) return;
    throw UsageError(options.distorted.size() == 1
                         ? "Standard input can be the reference or the distorted video, not both"
                         : "Standard input can be the reference or one of the distorted videos, not several of them");
}

void finish_inputs(Options& options, const EncodeLists& lists) {
    hand_out(options.distorted, lists.streams, kDistortedStream, [](InputSpec& e, unsigned n) { e.stream = n; });
    hand_out(options.distorted, lists.skips, kSkipDistorted, [](InputSpec& e, unsigned n) { e.skip = n; });
    hand_out(options.distorted, lists.parts, kCropDistorted, [](InputSpec& e, const Rectangle& p) { e.part = p; });
    split_stream(options.reference, kReferenceStream);
    for (InputSpec& encode : options.distorted) split_stream(encode, kDistortedStream);
    if (options.reference.path.empty()) throw UsageError("Reference .y4m or .yuv (-r/--reference) is required");
    const auto empty = [](const InputSpec& encode) { return encode.path.empty(); };
    if (options.distorted.empty() || std::ranges::any_of(options.distorted, empty))
        throw UsageError("Distorted .y4m or .yuv (-d/--distorted) is required");
    check_standard_input(options);
}

/// Where the inputs are not those of a plain run, an output is not the report of an encode.
void finish_job(Options& options, const EncodeLists& lists) {
    const bool has_inputs = !options.reference.label.empty() || !options.distorted.empty();
    if ((options.merge || !options.batch.empty()) && has_inputs)
        throw UsageError(cat(options.merge ? "--merge" : "--batch", " takes the place of -r and -d; leave those out"));
    if (options.merge && options.shard)
        throw UsageError("--shard makes parts, --merge reads them: one after the other");
    if (options.html && !options.batch.empty() && !is_folder(*options.html))
        throw UsageError(cat("--html of a --batch is a folder for a page of each pair: --html ", *options.html, "/"));
    if (lists.outputs.size() > 1) throw UsageError("-o/--output is given more than once");
    if (!options.merge && options.batch.empty()) finish_inputs(options, lists);
    if (options.distorted.size() > 1) throw UsageError("a shard is of one pair of videos; name several in a --batch");
    options.outputs = lists.outputs;
}

/// Throws UsageError if no frame of the range has a number that is scored.
void check_sampling(const Options& options) {
    if (!options.frames || options.subsample < 2) return;
    const uint64_t first = (options.frames->first + options.subsample - 1) / options.subsample * options.subsample;
    if (first > options.frames->last)
        throw UsageError(cat("--every/--subsample ", options.subsample, " scores none of --frames ",
                             frames_text(*options.frames), ": the next frame is ", first));
}

void finish(Options& options, const RawFormat& raw, const EncodeLists& lists) {
    if (options.action != Options::Action::kScore) return;
    if (options.is_job()) {
        finish_job(options, lists);
    } else {
        finish_inputs(options, lists);
        options.outputs = report_paths(lists.outputs, options.distorted, options.format);
        options.outputs_in_folder = lists.outputs.size() < options.outputs.size();
    }
    options.raw = raw.result();
    check_sampling(options);
    if (options.decoder == Backend::kCuda && options.backend == Backend::kCpu)
        throw UsageError(
            "--decoder cuda leaves frames on the GPU, which --backend cpu can't score; leave one of them out");
    if (options.models.empty() && !options.no_prediction)
        options.models.push_back(parse_model_spec("version=vmaf_v0.6.1"));
    check_model_names(options.models);
}

int argument_kind(const OptionEntry& entry) {
    if (!entry.argument) return no_argument;
    return entry.argument[0] == '[' ? optional_argument : required_argument;
}

/// getopt_long takes an argument that may be left out behind '=' alone: "--progress json" becomes "--progress=json".
void join_progress(std::vector<std::string>& arguments) {
    for (size_t i = 0; i + 1 < arguments.size() && arguments[i] != "--"; i++) {
        if (arguments[i] != "--progress" || arguments[i + 1] != "json") continue;
        arguments[i] += "=json";
        arguments.erase(arguments.begin() + static_cast<ptrdiff_t>(i) + 1);
    }
}

std::vector<option> long_options() {
    std::vector<option> table;
    for (const OptionEntry& entry : option_table())
        table.push_back({entry.name, argument_kind(entry), nullptr, entry.key});
    for (const OptionName& other : option_abbreviations())
        table.push_back({other.name, argument_kind(*find_option(other.key)), nullptr, other.key});
    table.push_back({});
    return table;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
    std::vector<std::string> copies = arguments;
    copies.insert(copies.begin(), "vmaf");
    join_progress(copies);
    std::vector<char*> argv;
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int argc = static_cast<int>(copies.size());
    const std::vector<option> table = long_options();

    Options options;
    RawFormat raw;
    EncodeLists lists;
    std::vector<int> keys;
    opterr = 0;
    optind = 0;  // makes glibc start afresh
    for (int key; (key = getopt_long(argc, argv.data(), kShortOptions, table.data(), nullptr)) != -1;) {
        const std::string value = optarg ? optarg : "";
        if (key == 'v' || key == kHelp) {
            options.action = key == 'v' ? Options::Action::kVersion : Options::Action::kHelp;
            return options;
        }
        if (key == '?' || key == ':') refuse(argv[std::max(1, optind - 1)], optopt, key == ':');
        keys.push_back(key);
        note_setting(options, key, value);
        if (!apply_scoring(options, key, value) && !apply_pairing(options, key, value) &&
            !apply_output(options, key, value))
            apply_input(options, raw, lists, key, value);
    }
    for (int i = optind; i < argc; i++) options.ignored.emplace_back(argv[i]);
    if (options.strict && !options.merge && !options.ignored.empty())
        throw UsageError(cat("argument '", options.ignored.front(), "' belongs to no option (--strict)"));
    options.command = arguments;
    options.command.insert(options.command.begin(), "vmaf");
    finish(options, raw, lists);
    options.remarks = remarks_on(options, keys);
    return options;
}

std::string help_text() { return cat(kUsageLine, "\n\nOptions:\n", option_help()); }

}  // namespace vmaf::tool
