// Turns the lines of a list into runs.
#include "shard/batch.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/error.h"
#include "exit.h"
#include "input/inputs.h"
#include "shard/share.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A line's texts by name.
using Fields = std::map<std::string, std::string>;

/// The cells of a CSV line; one in quotes may hold commas, and quotes written twice.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (size_t i = 0; i < line.size(); i++) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            cells.back() += line[i++];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

/// Throws json::exception.
Fields fields_of_json(const std::string& line) {
    Fields fields;
    const json object = json::parse(line);
    for (const auto& [name, value] : object.items()) fields[name] = value.get<std::string>();
    return fields;
}

/// Throws std::runtime_error.
BatchPair pair_of(const Fields& fields, const std::string& ending, unsigned line) {
    BatchPair pair{.line = line};
    for (const auto& [name, value] : fields) {
        if (name == "reference")
            pair.reference = value;
        else if (name == "distorted")
            pair.distorted = value;
        else if (name == "output")
            pair.name = value;
        else
            throw std::runtime_error(cat("\"", name, "\" is none of reference, distorted and output"));
    }
    if (pair.reference.empty() || pair.distorted.empty())
        throw std::runtime_error(cat("there is no ", pair.reference.empty() ? "reference" : "distorted", " video"));
    if (pair.reference == "-" || pair.distorted == "-")
        throw std::runtime_error("standard input can't be part of a list");
    if (pair.name.empty()) pair.name = cat(fs::path(pair.distorted).filename().string(), ending);
    if (pair.name.find('/') != pair.name.npos)
        throw std::runtime_error(cat("the output \"", pair.name, "\" is a path; reports lie in the folder of -o"));
    return pair;
}

std::string ending_of(VmafOutputFormat format) {
    switch (format) {
        case VMAF_OUTPUT_FORMAT_JSON: return ".json";
        case VMAF_OUTPUT_FORMAT_CSV: return ".csv";
        case VMAF_OUTPUT_FORMAT_SUB: return ".sub";
        default: return ".xml";
    }
}

std::vector<BatchPair> read_batch(const Options& options) {
    std::ifstream file(options.batch);
    if (!file)
        throw ExitError(kExitFailed, cat("could not open file: ", options.batch, ": ", std::strerror(errno)), errno);
    try {
        const std::string text(std::istreambuf_iterator<char>(file), {});
        return parse_batch(text, options.batch, ending_of(options.format));
    } catch (const UsageError& error) {
        throw ExitError(kExitUsage, error.what());
    }
}

/// Something to do for a pair.
struct BatchJob {
    const BatchPair* pair;
    Options options;
};

/// The options of the whole list, for one pair.
Options options_of(const Options& list, const BatchPair& pair) {
    std::vector<std::string> arguments;
    for (const std::string& argument : list.given) {
        constexpr std::string_view kOfTheList[] = {"--batch=", "--output=", "--shard="};
        if (std::ranges::none_of(kOfTheList, [&](std::string_view name) { return argument.starts_with(name); }))
            arguments.push_back(argument);
    }
    const fs::path folder = list.outputs.front();
    const std::string output = folder / pair.name, parts = output + ".parts";
    if (list.merge) {
        arguments.insert(arguments.end(), {cat("--output=", output), "--", parts});
    } else {
        arguments.insert(arguments.end(), {cat("--reference=", pair.reference), cat("--distorted=", pair.distorted)});
        arguments.push_back(cat("--output=", list.shard ? parts + "/" : output));
        if (list.shard) arguments.push_back(cat("--shard=", list.shard->number, "/", list.shard->count));
    }
    return parse_options(arguments);
}

/// Pieces of the shard, which is one of the frames of all pairs in a row.
std::vector<BatchJob> pieces_of(const Options& list, const std::vector<BatchPair>& pairs) {
    if (list.frames) throw ExitError(kExitUsage, "--frames can't be combined with the shards of a --batch");
    std::vector<uint64_t> ends;
    for (const BatchPair& pair : pairs) {
        Options options = options_of(list, pair);
        Inputs inputs = open_inputs(options);
        ends.push_back((ends.empty() ? 0 : ends.back()) + count_pairs(options, inputs));
    }
    std::vector<BatchJob> jobs;
    const auto mine = ends.back() ? list.shard->of({0, ends.back() - 1}) : std::nullopt;
    for (size_t i = 0; mine && i < pairs.size(); i++) {
        const uint64_t begin = i ? ends[i - 1] : 0;
        const uint64_t first = std::max(begin, mine->first), end = std::min(ends[i], mine->last + 1);
        if (first >= end) continue;
        jobs.push_back({&pairs[i], options_of(list, pairs[i])});
        jobs.back().options.piece = FrameSpan{first - begin, end - 1 - begin};
    }
    return jobs;
}

std::vector<BatchJob> jobs_of(const Options& list, const std::vector<BatchPair>& pairs) {
    if (list.shard) return pieces_of(list, pairs);
    std::vector<BatchJob> jobs;
    for (const BatchPair& pair : pairs) jobs.push_back({&pair, options_of(list, pair)});
    return jobs;
}

}  // namespace

std::vector<BatchPair> parse_batch(const std::string& text, const std::string& path, const std::string& ending) {
    std::vector<BatchPair> pairs;
    std::vector<std::string> columns;
    std::set<std::string> names;
    std::istringstream lines(text);
    unsigned number = 0;
    for (std::string line; std::getline(lines, line);) {
        number++;
        if (line.ends_with('\r')) line.pop_back();
        if (line.find_first_not_of(" \t") == line.npos) continue;
        try {
            Fields fields;
            if (line[line.find_first_not_of(" \t")] == '{') {
                fields = fields_of_json(line);
            } else if (columns.empty()) {
                columns = cells_of(line);
                continue;
            } else {
                const auto cells = cells_of(line);
                if (cells.size() != columns.size())
                    throw std::runtime_error(
                        cat("there are ", cells.size(), " cells, and ", columns.size(), " columns"));
                for (size_t i = 0; i < cells.size(); i++) fields[columns[i]] = cells[i];
            }
            pairs.push_back(pair_of(fields, ending, number));
            if (!names.insert(pairs.back().name).second)
                throw std::runtime_error(
                    cat("another pair has the output ", pairs.back().name, " too; name another one"));
        } catch (const std::exception& error) {
            throw UsageError(cat(path, ", line ", number, ": ", error.what()));
        }
    }
    if (pairs.empty()) throw UsageError(cat(path, " lists no pair of videos"));
    return pairs;
}

void for_each_pair(const Options& options, const std::function<void(const Options& pair)>& score) {
    if (options.outputs.empty()) throw ExitError(kExitUsage, "--batch needs -o/--output, the folder of its reports");
    const auto pairs = read_batch(options);
    fs::create_directories(options.outputs.front());
    std::optional<ExitError> first;
    size_t failed = 0;
    const auto jobs = jobs_of(options, pairs);
    for (const auto& [pair, own] : jobs) {
        try {
            score(own);
        } catch (const ExitError& error) {
            if (error.code == kExitInterrupted || error.code == kExitTerminated) throw;
            tell(cat(options.batch, ", line ", pair->line, ": ", error.what()));
            failed++;
            if (!first) first = error;
        }
    }
    if (first)
        throw ExitError(first->code, cat(failed, " of ", jobs.size(), " pairs failed, the first one with this code"),
                        first->error);
}

}  // namespace vmaf::tool
