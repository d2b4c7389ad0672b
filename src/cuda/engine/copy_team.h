// Threads that copy pictures into page-locked memory faster than one could.
#pragma once

#include <atomic>
#include <cstddef>
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

    /// Half the cores, as far as more threads copy more in a second; the caller is one of them.
    static unsigned usual_helpers();

    /// Returns when everything has been copied.
    void copy(const RowCopy& job);

 private:
    void help(unsigned part);
    void begin_round();
    RowCopy part_of(unsigned part) const;

    RowCopy job_;
    bool stopping_ = false;
    std::atomic<unsigned> round_{0};    ///< its change hands job_ and stopping_ to the helpers
    std::atomic<unsigned> running_{0};  ///< helpers that have not done their part of the round
    std::vector<std::thread> helpers_;
};

}  // namespace vmaf::cuda
