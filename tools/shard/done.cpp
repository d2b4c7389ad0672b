// A record is the facts, and size and checksum of each file: it holds if the same text would be written today.
#include "shard/done.h"

#include <fstream>
#include <iterator>

#include "base/checksum.h"
#include "base/error.h"
#include "libvmaf/libvmaf.h"
#include "report/output_file.h"
#include "shard/fingerprint.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

std::string contents_of(std::ifstream& file) { return {std::istreambuf_iterator<char>(file), {}}; }

/// None where a file is not there.
std::optional<std::string> record_of(const std::string& facts, const std::vector<std::string>& files) {
    std::string text = facts;
    for (const std::string& path : files) {
        std::ifstream file(path, std::ios::binary);
        if (!file) return std::nullopt;
        const std::string contents = contents_of(file);
        text += cat("report: ", contents.size(), " bytes, ", checksum(std::as_bytes(std::span(contents))), "\n");
    }
    return text;
}

}  // namespace

std::optional<std::string> facts_of(const Options& pair) {
    try {
        std::string text = cat("libvmaf ", vmaf_version(), "\n", fingerprint_of(pair, std::nullopt).text());
        for (const std::string& setting : pair.report_settings) text += setting + "\n";
        return text;
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool is_done(const std::string& path, const std::string& facts, const std::vector<std::string>& files) {
    std::ifstream record(path, std::ios::binary);
    return record && contents_of(record) == record_of(facts, files);
}

void note_done(const std::string& path, const std::string& facts, const std::vector<std::string>& files) {
    const auto record = record_of(facts, files);
    if (!record) return;  // --sync propose writes no report
    try {
        write_durable_file(path, [&](std::ostream& out) { out << *record; });
    } catch (const Error& error) {
        warn(cat(error.what(), "; the pair would be scored again"));
    }
}

}  // namespace vmaf::tool
