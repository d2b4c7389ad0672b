// Splits a copy by rows among the caller and its helpers.
#include "cuda/engine/copy_team.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <system_error>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vmaf::cuda {

namespace {

/// Below this many bytes waking helpers costs more than it saves.
constexpr size_t kWorthSharing = 512 << 10;

/// Writes past the caches, which the device does not read: neither is the target's old content fetched, nor does the copy displace anything.
void stream(std::byte* to, const std::byte* from, size_t bytes) {
#if defined(__SSE2__)
    constexpr size_t kUnit = sizeof(__m128i), kLine = 64;
    const size_t head = std::min(bytes, -reinterpret_cast<uintptr_t>(to) % kUnit);
    std::memcpy(to, from, head);
    to += head, from += head, bytes -= head;
    for (; bytes >= kLine; to += kLine, from += kLine, bytes -= kLine) {
        __m128i line[kLine / kUnit];
        std::memcpy(line, from, kLine);
        for (size_t i = 0; i < kLine / kUnit; ++i) _mm_stream_si128(reinterpret_cast<__m128i*>(to) + i, line[i]);
    }
#endif
    std::memcpy(to, from, bytes);
}

/// What was streamed is in memory before anything that this thread writes afterwards.
void end_streaming() {
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

void copy_rows(const RowCopy& job) {
    const bool dense = job.to_pitch == job.from_pitch && static_cast<size_t>(job.to_pitch) == job.bytes;
    const size_t rows = dense ? 1 : job.rows, bytes = dense ? job.bytes * job.rows : job.bytes;
    for (size_t y = 0; y < rows; ++y) {
        const auto row = static_cast<ptrdiff_t>(y);
        stream(job.to + row * job.to_pitch, job.from + row * job.from_pitch, bytes);
    }
    end_streaming();
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
    while (const unsigned running = running_) running_.wait(running);
}

void CopyTeam::help(unsigned part) {
    for (unsigned seen = 0;; ++seen) {
        round_.wait(seen);
        if (stopping_) return;
        copy_rows(part_of(part));
        if (--running_ == 0) running_.notify_one();
    }
}

}  // namespace vmaf::cuda
