// Our values against recorded ones, through the C API: integer metrics to the last digit, the others to 1e-6.
#include <gtest/gtest.h>
#include <libvmaf/libvmaf.h>

#include <cstdlib>
#include <iostream>

#include "recorded.h"

namespace vmaf::testdata {
namespace {

namespace fs = std::filesystem;

fs::path source_root() {
    const char* root = std::getenv("VMAF_SOURCE_ROOT");
    return root ? root : ".";
}

/// Values recorded outside the project, if that folder is there.
fs::path shared_root() { return source_root() / ".." / "shared"; }

std::vector<fs::path> recorded_files() {
    std::vector<fs::path> files;
    for (const fs::path& folder : {source_root() / "testdata" / "golden", shared_root() / "expected" / "dump"})
        if (fs::is_directory(folder))
            for (const auto& entry : fs::directory_iterator(folder))
                if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

bool has_extractor(const std::string& name) {
    static std::map<std::string, bool> known;
    const auto [entry, fresh] = known.try_emplace(name, false);
    if (fresh) {
        VmafContext* context = nullptr;
        if (vmaf_init(&context, VmafConfiguration{VMAF_LOG_LEVEL_NONE, 0, 0, 0, 1})) return false;
        entry->second = vmaf_use_feature(context, name.c_str(), nullptr) == 0;
        vmaf_close(context);
    }
    return entry->second;
}

/// Counts of values.
struct Tally {
    unsigned exact = 0, close = 0, absent = 0;

    void add(const Tally& other) {
        exact += other.exact;
        close += other.close;
        absent += other.absent;
    }
    void print(const std::string& what) const {
        std::cout << what << ": " << exact << " equal to the last digit, " << close << " within 1e-6, " << absent
                  << " of metrics that this build lacks\n";
    }
};

/// Prints the sum of all files.
class Totals : public testing::Environment {
 public:
    void TearDown() override { tally.print("all files"); }
    Tally tally;
};

Totals& totals = *static_cast<Totals*>(testing::AddGlobalTestEnvironment(new Totals));

class Golden : public testing::TestWithParam<fs::path> {
 protected:
    /// True if this build can't have the value: a metric that it lacks, or a model on one.
    static bool may_be_absent(const std::string& name, const Outcome& outcome) {
        if (name.starts_with("vmaf_")) return name.starts_with("vmaf_float_") && outcome.missing.contains(name);
        const std::string extractor = optional_extractor_of(name);
        return !extractor.empty() && !has_extractor(extractor.c_str());
    }

    static void compare(const Recorded& recorded, const Outcome& outcome, Tally& tally) {
        std::map<std::string, std::string> ours;
        for (const Line& line : outcome.lines) ours[line.key] = line.value;
        for (const Line& line : recorded.lines) {
            const std::string name = name_of(line.key);
            const auto found = ours.find(line.key);
            const std::string value = found == ours.end() ? "none" : found->second;
            if (value == line.value)
                ++tally.exact;
            else if (value == "none" && may_be_absent(name, outcome))
                ++tally.absent;
            else if (agrees(value, line.value, agreement_of(name)))
                ++tally.close;
            else
                ADD_FAILURE() << line.key << ": " << value << ", recorded " << line.value;
        }
    }
};

TEST_P(Golden, Values) {
    const Recorded recorded = read_recorded(GetParam());
    ASSERT_FALSE(recorded.lines.empty());
    const Outcome outcome = score(job_of(recorded), source_of(recorded, shared_root() / "clips"));
    Tally tally;
    compare(recorded, outcome, tally);
    tally.print(GetParam().stem().string());
    totals.tally.add(tally);
    if (!tally.exact && !tally.close && !HasFailure())
        GTEST_SKIP() << "this build has none of the metrics of this file";
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
    std::string name = info.param.stem().string();
    if (info.param.parent_path().filename() == "dump") name = "dump_" + name;
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(recorded_files()), test_name);

}  // namespace
}  // namespace vmaf::testdata
