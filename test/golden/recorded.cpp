// Reads recorded values and compares with them.
#include "recorded.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vmaf::testdata {
namespace {

std::vector<std::string> list(const std::string& text) {
    std::vector<std::string> items;
    std::istringstream in(text);
    for (std::string item; std::getline(in, item, ',');)
        if (item != "-") items.push_back(item);
    return items;
}

/// "# key: value" of our files, or "# ... KEY=value KEY=value" of dumps of files, where ':' and '=' occur inside
/// values.
void read_header(const std::string& line, std::map<std::string, std::string>& header) {
    std::istringstream words(line.substr(1));
    const size_t colon = line.find(": ");
    if (colon != std::string::npos && line.find('=') > colon && line.find("arguments") == std::string::npos) {
        header[line.substr(2, colon - 2)] = line.substr(colon + 2);
        return;
    }
    for (std::string word; words >> word;) {
        const size_t equals = word.find('=');
        if (equals != std::string::npos) header[word.substr(0, equals)] = word.substr(equals + 1);
    }
}

std::string get(const Recorded& recorded, const char* key, const char* other) {
    for (const char* k : {key, other})
        if (const auto found = recorded.header.find(k); found != recorded.header.end()) return found->second;
    return "-";
}

VmafPixelFormat format_of(const std::string& text) {
    if (text == "420") return VMAF_PIX_FMT_YUV420P;
    if (text == "422") return VMAF_PIX_FMT_YUV422P;
    if (text == "444") return VMAF_PIX_FMT_YUV444P;
    return VMAF_PIX_FMT_YUV400P;
}

bool starts_with_any(const std::string& name, std::initializer_list<const char*> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const char* prefix) { return name.starts_with(prefix); });
}

}  // namespace

Recorded read_recorded(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("can't open " + path.string());
    Recorded recorded;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("#"))
            read_header(line, recorded.header);
        else if (const size_t space = line.rfind(' '); space != std::string::npos)
            recorded.lines.push_back({line.substr(0, space), line.substr(space + 1)});
    }
    return recorded;
}

std::string name_of(const std::string& key) {
    const size_t start = key.find(' ') + 1;
    return key.substr(start, key.find(' ', start) - start);
}

Job job_of(const Recorded& recorded) {
    Job job{.models = list(get(recorded, "models", "MODELS")),
            .collections = list(get(recorded, "collections", "COLLECTIONS")),
            .extractors = list(get(recorded, "extractors", "EXTRACTORS"))};
    std::set<std::string> seen(job.models.begin(), job.models.end());
    for (const std::string& name : job.collections)
        for (const char* suffix : {"", "_bagging", "_stddev", "_ci_p95_lo", "_ci_p95_hi"}) seen.insert(name + suffix);
    for (const Line& line : recorded.lines)
        if (seen.insert(name_of(line.key)).second) job.names.push_back(name_of(line.key));
    return job;
}

Source source_of(const Recorded& recorded, const std::filesystem::path& clips) {
    if (const auto name = recorded.header.find("clip"); name != recorded.header.end()) {
        const Clip* clip = find_clip(name->second);
        if (!clip) throw std::runtime_error("no clip is called " + name->second);
        return clip_source(*clip);
    }
    const auto& header = recorded.header;
    const std::string& size = header.at("WxH");
    const auto number = [](const std::string& text) { return static_cast<unsigned>(std::stoul(text)); };
    return file_source(clips / header.at("REF"), clips / header.at("DIS"), number(size),
                       number(size.substr(size.find('x') + 1)), format_of(header.at("fmt")), number(header.at("bpc")));
}

Agreement agreement_of(const std::string& name) {
    if (name.starts_with("xpsnr_")) return Agreement::kSixDecimals;
    if (name.starts_with("butteraugli")) return Agreement::kNear;
    const bool exact = starts_with_any(name, {"VMAF_integer_feature_", "integer_", "psnr_y", "psnr_cb", "psnr_cr",
                                              "mse_", "vmaf_v0.6.", "vmaf_4k_v0.6.", "vmaf_b_v0.6."});
    return exact ? Agreement::kExact : Agreement::kClose;
}

bool agrees(const std::string& ours, const std::string& recorded, Agreement agreement) {
    if (ours == recorded) return true;
    char *end_a = nullptr, *end_b = nullptr;
    const double a = std::strtod(ours.c_str(), &end_a), b = std::strtod(recorded.c_str(), &end_b);
    if (*end_a || *end_b || ours.empty()) return false;
    if (std::isnan(a) && std::isnan(b)) return true;  // the sign of a NaN means nothing
    if (agreement == Agreement::kSixDecimals) {
        char text[40];
        std::snprintf(text, sizeof text, "%f", static_cast<double>(static_cast<float>(a)));
        return text == recorded;
    }
    if (agreement == Agreement::kNear) return std::abs(a - b) <= std::max(1e-4 * std::abs(b), 1e-6);
    return agreement == Agreement::kClose && std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b));
}

std::string optional_extractor_of(const std::string& name) {
    if (name.starts_with("VMAF_feature_")) {
        for (const char* metric : {"adm", "vif", "motion"})
            if (name.find(metric) != std::string::npos) return std::string("float_") + metric;
        return "float_adm";  // aim
    }
    for (const auto& [prefix, extractor] : {std::pair{"psnr_hvs", "psnr_hvs"},
                                            {"ciede", "ciede"},
                                            {"float_ms_ssim", "float_ms_ssim"},
                                            {"float_psnr", "float_psnr"},
                                            {"float_an", "float_ansnr"},
                                            {"float_moment", "float_moment"}})
        if (name.starts_with(prefix)) return extractor;
    return "";
}

}  // namespace vmaf::testdata
