// Threads that copy pictures into page-locked memory faster than one could.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace vmaf::cuda {

/// Rows to copy: `bytes` of each of `rows` rows.
struct RowCopy {
    std::byte* to = nullptr;
    const std::byte* from = nullptr;
    ptrdiff_t to_pitch = 0, from_pitch = 0;
    size_t bytes = 0, rows = 0;
};

/// Used by one thread at a time, which takes part in the copying.
class CopyTeam {
 public:
    /// `helpers` threads beside the caller; fewer if the system won't start them.
    explicit CopyTeam(unsigned helpers);
    ~CopyTeam();
    CopyTeam(const CopyTeam&) = delete;
    CopyTeam& operator=(const CopyTeam&) = delete;

    /// Returns when everything has been copied.
    void copy(const RowCopy& job);

 private:
    void help(unsigned part);
    RowCopy part_of(unsigned part) const;

    std::mutex mutex_;
    std::condition_variable started_, finished_;
    RowCopy job_;
    unsigned round_ = 0, running_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> helpers_;
};

}  // namespace vmaf::cuda
