// Splits a copy by rows among the caller and its helpers.
#include "cuda/engine/copy_team.h"

#include <algorithm>
#include <cstring>
#include <system_error>

namespace vmaf::cuda {

namespace {

/// Below this many bytes waking helpers costs more than it saves.
constexpr size_t kWorthSharing = 512 << 10;

void copy_rows(const RowCopy& job) {
    const bool dense = job.to_pitch == job.from_pitch && static_cast<size_t>(job.to_pitch) == job.bytes;
    if (dense) {
        std::memcpy(job.to, job.from, job.bytes * job.rows);
        return;
    }
    for (size_t y = 0; y < job.rows; ++y) {
        const auto row = static_cast<ptrdiff_t>(y);
        std::memcpy(job.to + row * job.to_pitch, job.from + row * job.from_pitch, job.bytes);
    }
}

/// Returns when `value` is no longer `old`. Looks a while before it sleeps: to be woken takes as long as a thread's share of a picture.
void await_change(const std::atomic<unsigned>& value, unsigned old) {
    constexpr unsigned kLooks = 200;
    for (unsigned looks = 0; looks < kLooks; ++looks) {
        if (value != old) return;
        std::this_thread::yield();
    }
    value.wait(old);
}

}  // namespace

unsigned CopyTeam::usual_helpers() {
    constexpr unsigned kMost = 7;  // where a link to the GPU is filled
    const unsigned cores = std::thread::hardware_concurrency();
    return std::clamp(cores / 2, 1u, kMost + 1) - 1;
}

CopyTeam::CopyTeam(unsigned helpers) {
    try {
        for (unsigned i = 0; i < helpers; ++i) helpers_.emplace_back([this, i] { help(i + 1); });
    } catch (const std::system_error&) {
        // the team is as large as the system lets it be
    }
}

CopyTeam::~CopyTeam() {
    stopping_ = true;
    begin_round();
    for (std::thread& helper : helpers_) helper.join();
}

RowCopy CopyTeam::part_of(unsigned part) const {
    const size_t parts = helpers_.size() + 1;
    const size_t first = job_.rows * part / parts, end = job_.rows * (part + 1) / parts;
    RowCopy share = job_;
    share.to += static_cast<ptrdiff_t>(first) * job_.to_pitch;
    share.from += static_cast<ptrdiff_t>(first) * job_.from_pitch;
    share.rows = end - first;
    return share;
}

void CopyTeam::begin_round() {
    running_.store(static_cast<unsigned>(helpers_.size()));
    ++round_;
    round_.notify_all();
}

void CopyTeam::copy(const RowCopy& job) {
    if (helpers_.empty() || job.bytes * job.rows < kWorthSharing) return copy_rows(job);
    job_ = job;
    begin_round();
    copy_rows(part_of(0));
    while (const unsigned running = running_) await_change(running_, running);
}

void CopyTeam::help(unsigned part) {
    for (unsigned seen = 0;; ++seen) {
        await_change(round_, seen);
        if (stopping_) return;
        copy_rows(part_of(part));
        if (--running_ == 0) running_.notify_one();
    }
}

}  // namespace vmaf::cuda
