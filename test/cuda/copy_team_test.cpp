// Copies of every alignment and shape arrive whole, and nothing beside them is touched.
#include "cuda/engine/copy_team.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace vmaf::cuda {
namespace {

struct Shape {
    size_t bytes, rows;
    ptrdiff_t to_pitch, from_pitch;
    size_t to_offset, from_offset;
};

constexpr std::byte kUntouched{0xA5};

std::byte sample(size_t i) { return static_cast<std::byte>(i * 131 + (i >> 8) * 7); }

void check(CopyTeam& team, const Shape& shape) {
    const size_t to_size = shape.to_offset + static_cast<size_t>(shape.to_pitch) * shape.rows + shape.bytes + 64;
    std::vector<std::byte> to(to_size, kUntouched), wanted = to;
    std::vector<std::byte> from(shape.from_offset + static_cast<size_t>(shape.from_pitch) * shape.rows + shape.bytes);
    for (size_t i = 0; i < from.size(); ++i) from[i] = sample(i);
    for (size_t y = 0; y < shape.rows; ++y)
        std::memcpy(wanted.data() + shape.to_offset + y * static_cast<size_t>(shape.to_pitch),
                    from.data() + shape.from_offset + y * static_cast<size_t>(shape.from_pitch), shape.bytes);
    team.copy({to.data() + shape.to_offset, from.data() + shape.from_offset, shape.to_pitch, shape.from_pitch,
               shape.bytes, shape.rows});
    EXPECT_TRUE(to == wanted) << shape.bytes << " bytes, " << shape.rows << " rows, offsets " << shape.to_offset << ", "
                              << shape.from_offset;
}

TEST(CopyTeam, CopiesEveryShapeWithEveryNumberOfHelpers) {
    for (const unsigned helpers : {0u, 1u, 3u, 8u}) {
        CopyTeam team(helpers);
        for (const size_t to_offset : {0, 1, 15, 64})
            for (const size_t from_offset : {0, 3})
                for (const Shape& shape :
                     {Shape{1, 1, 16, 1, 0, 0}, Shape{63, 5, 64, 80, 0, 0}, Shape{64, 3, 64, 64, 0, 0},
                      Shape{1000, 600, 1024, 1000, 0, 0}, Shape{1920, 600, 1920, 1920, 0, 0}})
                    check(team, {shape.bytes, shape.rows, shape.to_pitch, shape.from_pitch, to_offset, from_offset});
    }
}

TEST(CopyTeam, RoundsFollowEachOther) {
    CopyTeam team(3);
    std::vector<std::byte> to(size_t{1} << 20), from(to.size());
    for (unsigned round = 0; round < 200; ++round) {
        std::memset(from.data(), static_cast<int>(round), from.size());
        team.copy({to.data(), from.data(), 1024, 1024, 1024, 1024});
        ASSERT_TRUE(to == from) << round;
    }
}

}  // namespace
}  // namespace vmaf::cuda
