// Parses ranges and shards.
#include "shard/cut.h"

#include <charconv>

#include "base/error.h"
#include "spec.h"

namespace vmaf::tool {

namespace {

constexpr unsigned kMostShards = 1000000;

std::optional<uint64_t> parse_decimal(std::string_view text) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

[[noreturn]] void bad_shard(const std::string& text, const std::string& why) {
    throw UsageError(cat("Invalid argument \"", text, "\" for option --shard: ", why));
}

unsigned parse_count(const std::string& text, std::string_view count) {
    const auto value = parse_decimal(count);
    if (!value || *value < 1 || *value > kMostShards)
        bad_shard(text, cat("the number of shards should be from 1 to ", kMostShards));
    return static_cast<unsigned>(*value);
}

/// The variables of one scheduler.
struct Scheduler {
    const char* name;
    const char *index, *least, *step, *count;  ///< null: it has no such variable
};

constexpr Scheduler kSchedulers[] = {
    {"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT"},
    {"Kubernetes", "JOB_COMPLETION_INDEX", nullptr, nullptr, nullptr},
    {"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", nullptr, nullptr, "AWS_BATCH_JOB_ARRAY_SIZE"},
};

/// `otherwise` where the variable is not set.
uint64_t number_in(const std::string& text, const Environment& environment, const char* name, uint64_t otherwise) {
    const char* const value = name ? environment(name) : nullptr;
    if (!value) return otherwise;
    const auto number = parse_decimal(value);
    if (!number) bad_shard(text, cat(name, " is \"", value, "\", which is no number"));
    return *number;
}

/// An array whose size is given may be started in part: its indexes then count from 0.
Shard shard_of_job(const std::string& text, std::optional<unsigned> given, const Environment& environment) {
    for (const Scheduler& scheduler : kSchedulers) {
        if (!environment(scheduler.index)) continue;
        const auto read = [&](const char* name, uint64_t otherwise) {
            return number_in(text, environment, name, otherwise);
        };
        const uint64_t index = read(scheduler.index, 0), count = given ? *given : read(scheduler.count, 0);
        if (count == 0)
            bad_shard(text, cat(scheduler.name, " tells the job's number, but not how many there are: say auto/N"));
        const uint64_t least = given ? 0 : read(scheduler.least, 0), step = given ? 1 : read(scheduler.step, 1);
        if (index < least || step == 0 || (index - least) / step >= count)
            bad_shard(text, cat(scheduler.index, " is ", index, ", and there are ", count, " shards from ", least,
                                " on; number the array's jobs from 0"));
        return {static_cast<unsigned>((index - least) / step + 1), parse_count(text, cat(count))};
    }
    std::string names;
    for (const Scheduler& scheduler : kSchedulers) names += cat(names.empty() ? "" : ", ", scheduler.index);
    bad_shard(text, cat("none of ", names, " is set: this is no job of an array; say K/N"));
}

}  // namespace

std::optional<FrameSpan> Shard::of(const FrameSpan& run) const {
    const auto bound = [&](uint64_t shards) { return run.first + run.frames() * shards / count; };
    const uint64_t begin = bound(number - 1), end = bound(number);
    return begin < end ? std::optional(FrameSpan{begin, end - 1}) : std::nullopt;
}

std::string frames_text(const FrameSpan& frames) {
    return cat(frames.first, ":", frames.last < kMostFrames ? cat(frames.last) : "");
}

FrameSpan parse_frames(const std::string& text) {
    const auto bad = [&]() -> UsageError {
        return UsageError(cat("Invalid argument \"", text,
                              "\" for option --frames; should be A:B, the first and the "
                              "last frame, counted from 0 in decimal; either may be left out"));
    };
    const size_t colon = text.find(':');
    if (colon == text.npos || text.size() == 1) throw bad();
    const std::string_view first = std::string_view(text).substr(0, colon),
                           last = std::string_view(text).substr(colon + 1);
    const auto low = first.empty() ? std::optional<uint64_t>(0) : parse_decimal(first);
    const auto high = last.empty() ? std::optional(kMostFrames) : parse_decimal(last);
    if (!low || !high || *low > *high || *high > kMostFrames) throw bad();
    return {*low, *high};
}

Shard parse_shard(const std::string& text, const Environment& environment) {
    constexpr std::string_view kAuto = "auto";
    const size_t slash = text.find('/');
    const std::string_view number = std::string_view(text).substr(0, slash);
    std::optional<unsigned> count;
    if (slash != text.npos) count = parse_count(text, std::string_view(text).substr(slash + 1));
    if (number == kAuto) return shard_of_job(text, count, environment);
    const auto value = parse_decimal(number);
    if (!count || !value || *value < 1 || *value > *count)
        bad_shard(text, "should be K/N with K from 1 to N, auto, or auto/N");
    return {static_cast<unsigned>(*value), *count};
}

}  // namespace vmaf::tool
