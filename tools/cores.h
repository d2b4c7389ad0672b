// How many processor cores this process may use.
#pragma once

#include <string>

namespace vmaf::tool {

/// Cores that the control groups' CPU quotas amount to; infinity without a limit. `root` precedes /proc and /sys.
double quota_cores(const std::string& root = "");

/// The smaller of the affinity mask's cores and the quota (rounded up), at least 1.
unsigned usable_cores();

}  // namespace vmaf::tool
