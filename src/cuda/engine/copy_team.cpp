// Splits a copy by rows among the caller and its helpers.
#include "cuda/engine/copy_team.h"

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

}  // namespace

CopyTeam::CopyTeam(unsigned helpers) {
    try {
        for (unsigned i = 0; i < helpers; ++i) helpers_.emplace_back([this, i] { help(i + 1); });
    } catch (const std::system_error&) {
        // the team is as large as the system lets it be
    }
}

CopyTeam::~CopyTeam() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    started_.notify_all();
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

void CopyTeam::copy(const RowCopy& job) {
    if (helpers_.empty() || job.bytes * job.rows < kWorthSharing) return copy_rows(job);
    {
        const std::lock_guard lock(mutex_);
        job_ = job;
        running_ = static_cast<unsigned>(helpers_.size());
        ++round_;
    }
    started_.notify_all();
    copy_rows(part_of(0));
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return running_ == 0; });
}

void CopyTeam::help(unsigned part) {
    unsigned seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
        started_.wait(lock, [&] { return stopping_ || round_ != seen; });
        if (stopping_) return;
        seen = round_;
        const RowCopy share = part_of(part);
        lock.unlock();
        copy_rows(share);
        lock.lock();
        if (--running_ == 0) finished_.notify_one();
    }
}

}  // namespace vmaf::cuda
