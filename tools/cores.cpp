// Counts cores from the affinity mask and from the limits of control groups, version 2 and 1.
#include "cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace vmaf::tool {

namespace {

unsigned affinity_cores() {
    // Machines with more cores than cpu_set_t has bits make the call fail; then the library's own count must do.
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<unsigned>(CPU_COUNT(&set));
    return std::thread::hardware_concurrency();
}

/// First word of a file; empty if it can't be read.
std::string first_word(const std::string& path) {
    std::ifstream file(path);
    std::string word;
    file >> word;
    return word;
}

/// Cores that `quota` microseconds of every `period` amount to; infinity without a limit.
double share(const std::string& quota, const std::string& period) {
    const double microseconds = std::atof(quota.c_str()), every = std::atof(period.c_str());
    return microseconds > 0 && every > 0 ? microseconds / every : HUGE_VAL;
}

double quota_v2(const std::string& directory) {
    std::ifstream file(directory + "/cpu.max");  // "<quota or max> <period>"
    std::string quota, period;
    file >> quota >> period;
    return share(quota, period);
}

double quota_v1(const std::string& directory) {
    return share(first_word(directory + "/cpu.cfs_quota_us"), first_word(directory + "/cpu.cfs_period_us"));
}

/// The tightest limit on the way from `path` up to the root of the hierarchy mounted at `mount`.
template <class Quota>
double tightest(const std::string& mount, std::string path, Quota&& quota) {
    double cores = HUGE_VAL;
    for (;;) {
        cores = std::min(cores, quota(mount + path));
        const size_t slash = path.rfind('/');
        if (slash == std::string::npos) return cores;
        path.erase(slash);
    }
}

}  // namespace

double quota_cores(const std::string& root) {
    double cores = HUGE_VAL;
    std::ifstream groups(root + "/proc/self/cgroup");  // "<id>:<controllers>:<path>"
    for (std::string line; std::getline(groups, line);) {
        const size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
        const std::string path = line.substr(second + 1);
        if (controllers == ",,") cores = std::min(cores, tightest(root + "/sys/fs/cgroup", path, quota_v2));
        if (controllers.find(",cpu,") != std::string::npos)
            cores = std::min(cores, tightest(root + "/sys/fs/cgroup/cpu", path, quota_v1));
    }
    return cores;
}

unsigned usable_cores() {
    const double limit = std::min<double>(affinity_cores(), std::ceil(quota_cores()));
    return std::max(1u, static_cast<unsigned>(limit));
}

}  // namespace vmaf::tool
