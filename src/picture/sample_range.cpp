// Finds samples above their depth and guesses how they came about.
#include "picture/sample_range.h"

#include <bit>
#include <string>

#include "base/error.h"

namespace vmaf {

namespace {

constexpr const char* kPlaneNames[] = {"luma", "Cb", "Cr"};

/// What a plane that is out of range consists of.
struct PlaneSurvey {
    unsigned x = 0, y = 0, value = 0;  ///< the first sample above the range
    uint64_t above = 0;                ///< samples above the range
    unsigned bits = 0, swapped = 0;    ///< all samples or-ed together; the same with their bytes swapped
};

PlaneSurvey survey(const Plane<uint16_t>& plane, unsigned peak) {
    PlaneSurvey found;
    for (unsigned y = 0; y < plane.h; y++)
        for (unsigned x = 0; x < plane.w; x++) {
            const unsigned value = plane.row(y)[x];
            found.bits |= value;
            found.swapped |= value >> 8 | (value & 0xff) << 8;
            if (value <= peak) continue;
            if (!found.above++) found.x = x, found.y = y, found.value = value;
        }
    return found;
}

/// What kind of data would look like this, and what to do about it.
std::string likely_reason(const PlaneSurvey& plane, unsigned bpc) {
    const unsigned spare = 16 - bpc;
    std::string reason;
    if (!(plane.bits & ((1u << spare) - 1)))
        reason = cat("shifted left by ", spare, " bits, as in P010 and its kin: shift them right");
    if (plane.swapped <= peak_sample(bpc))
        reason += cat(reason.empty() ? "" : "; or ", "big-endian: swap the bytes of each");
    if (!reason.empty()) return cat("they look ", reason);
    return cat("they fit ", std::bit_width(plane.bits), " bits: either that is their depth, or the data is damaged");
}

[[noreturn]] void refuse(unsigned frame, Side side, unsigned p, unsigned bpc, const Plane<uint16_t>& plane) {
    const unsigned peak = peak_sample(bpc);
    const PlaneSurvey found = survey(plane, peak);
    fail(EINVAL, "frame ", frame, ": ", describe(side), " holds ", found.value, " in plane ", p, " (", kPlaneNames[p],
         ") at x ", found.x, ", y ", found.y, ", above ", peak, ", the largest ", bpc, "-bit sample; ", found.above,
         " of ", uint64_t{plane.w} * plane.h, " samples are above it; ", likely_reason(found, bpc));
}

}  // namespace

std::string_view describe(Side side) {
    return side == Side::kReference ? "the reference picture" : "the distorted picture";
}

unsigned or_of_samples(const uint16_t* row, size_t count) noexcept {
    uint16_t bits = 0;
    for (size_t x = 0; x < count; x++) bits |= row[x];
    return bits;
}

OrSamples best_or_samples(const CpuFeatures& cpu) {
    if constexpr (VMAF_HAVE_SIMD)
        if (const OrSamples vector = vector_or_samples(cpu)) return vector;
    return or_of_samples;
}

void check_samples(unsigned frame, Side side, const PictureView& picture, unsigned p, OrSamples or_samples) {
    const unsigned bpc = picture.format.bpc;
    if (!words_exceed_samples(bpc)) return;
    const Plane<uint16_t> plane = picture.plane<uint16_t>(p);
    unsigned bits = 0;
    for (unsigned y = 0; y < plane.h; y++) bits |= or_samples(plane.row(y), plane.w);
    if (bits > peak_sample(bpc)) refuse(frame, side, p, bpc, plane);
}

void check_samples(const FramePictures& frame, PlaneSet planes, OrSamples or_samples) {
    for (const Side side : {Side::kReference, Side::kDistorted})
        for (unsigned p = 0; p < 3; p++)
            if (planes & plane_bit(side, p))
                check_samples(frame.index, side, side == Side::kReference ? frame.ref : frame.dis, p, or_samples);
}

}  // namespace vmaf
