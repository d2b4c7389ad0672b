// Blocks of picture memory: zeroed, recycled, and released by those who claim them.
#include "picture/host_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace vmaf::test {
namespace {

bool all_zero(const HostMemory& memory) {
    return std::all_of(memory.data(), memory.data() + memory.size(), [](std::byte b) { return b == std::byte{0}; });
}

TEST(HostMemory, IsZeroedAndAligned) {
    for (const size_t bytes : {0u, 1u, 63u, 65000u, 65536u, 100000u, (2u << 20) - 1, 5u << 20}) {
        const HostMemory memory(bytes);
        EXPECT_TRUE(memory);
        EXPECT_GE(memory.size(), bytes);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(memory.data()) % 64, 0u) << bytes;
        EXPECT_EQ(memory.whole_pages(), bytes >= 65536);
        if (memory.whole_pages()) {
            EXPECT_EQ(reinterpret_cast<uintptr_t>(memory.data()) % 4096, 0u) << bytes;
            EXPECT_EQ(memory.size() % 4096, 0u) << bytes;
        }
        EXPECT_TRUE(all_zero(memory));
    }
}

TEST(HostMemory, IsWholeHugePagesWhereThatIsLittleMore) {
    constexpr size_t kHugePage = 2 << 20;
    for (const size_t bytes : {1920u * 1080u, 3840u * 2160u, 3840u * 2160u * 3 / 2, 2u << 20}) {
        const HostMemory memory(bytes);
        EXPECT_EQ(memory.size() % kHugePage, 0u) << bytes;
        EXPECT_EQ(reinterpret_cast<uintptr_t>(memory.data()) % kHugePage, 0u) << bytes;
        EXPECT_LE(memory.size() - bytes, memory.size() / 8) << bytes;
    }
    for (const size_t bytes : {1280u * 720u, 1920u * 1080u * 3 / 2, (2u << 20) + 1})
        EXPECT_LT(HostMemory(bytes).size() - bytes, 4096u) << bytes;
}

TEST(HostMemory, TooMuchIsAnError) {
    EXPECT_THROW(HostMemory(SIZE_MAX), std::bad_alloc);
    EXPECT_THROW(HostMemory(SIZE_MAX / 2), std::bad_alloc);
}

TEST(HostMemory, ComesBackZeroedAndKnownToRecur) {
    const Recycling recycling;
    constexpr size_t kBytes = 300000;
    HostMemory first = take_memory(kBytes);
    EXPECT_FALSE(first.recurs());
    const std::byte* const address = first.data();
    std::memset(first.data(), 7, first.size());
    recycle_memory(std::move(first));
    HostMemory again = take_memory(kBytes);
    EXPECT_EQ(again.data(), address);
    EXPECT_TRUE(again.recurs());
    EXPECT_TRUE(all_zero(again));
    const HostMemory other = take_memory(kBytes);
    EXPECT_NE(other.data(), address);
    EXPECT_FALSE(other.recurs());
    recycle_memory(std::move(again));
}

struct Counted final : MemoryClaim {
    int ends = 0;
    void end() noexcept override { ends++; }
};

TEST(HostMemory, ClaimsEndWithTheMemoryNotWithItsRecycling) {
    const Recycling recycling;
    const auto claim = std::make_shared<Counted>();
    HostMemory memory(70000);
    memory.claim(claim);
    HostMemory moved = std::move(memory);
    EXPECT_EQ(moved.claim(), claim);
    recycle_memory(std::move(moved));
    EXPECT_EQ(claim->ends, 0);
    recycle_memory(HostMemory(80000));  // another size: what was kept is freed
    EXPECT_EQ(claim->ends, 1);
}

TEST(HostMemory, IsFreedWhenNobodyRecyclesAnyMore) {
    const auto claim = std::make_shared<Counted>();
    const auto used_block = [&] {
        HostMemory memory(70000);
        memory.claim(claim);
        return memory;
    };
    {
        const Recycling outer;
        { const Recycling inner; }
        recycle_memory(used_block());
        EXPECT_EQ(claim->ends, 0);
    }
    EXPECT_EQ(claim->ends, 1);
    recycle_memory(used_block());
    EXPECT_EQ(claim->ends, 2);
}

TEST(HostMemory, ClaimsThatAreGoneAreForgotten) {
    HostMemory memory(70000);
    memory.claim(std::make_shared<Counted>());
    EXPECT_EQ(memory.claim(), nullptr);
}

}  // namespace
}  // namespace vmaf::test
