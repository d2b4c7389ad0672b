// Ordinary memory read by the GPU where it lies: locked once, unlocked once, by whoever ends first.
#include "cuda/engine/page_locks.h"

#include <gtest/gtest.h>

#include "emulated.h"
#include "toy_session.h"

namespace vmaf::test {
namespace {

/// A frame large enough that its pictures are made of whole pages.
constexpr PictureFormat kPagedFormat{VMAF_PIX_FMT_YUV420P, 8, 211, 213};

HostMemory recurring_block() {
    HostMemory block(1 << 17);
    block.expect_recurrence();
    return block;
}

class PageLocksTest : public testing::Test {
 protected:
    void SetUp() override {
        VMAF_NEED_EMULATOR();
        emulator()->reset();
        context_ = cuda::Context::primary(cuda::Driver::load(), 0);
        current_.emplace(*context_);
    }
    void TearDown() override {
        current_.reset();
        context_.reset();
        if (!emulator()) return;
        EXPECT_EQ(locked(), 0u);
        EXPECT_EQ(emulator()->counts().contexts, 0u);
        emulator()->reset();
    }
    static size_t locked() { return emulator()->counts().pinned_allocations; }

    std::shared_ptr<const cuda::Context> context_;
    std::optional<cuda::Current> current_;
};

TEST_F(PageLocksTest, HoldFromTheFirstUseToTheBlocksEnd) {
    cuda::PageLocks locks(context_, 4);
    HostMemory block = recurring_block();
    EXPECT_TRUE(locks.lock(block));
    EXPECT_TRUE(locks.lock(block));
    EXPECT_EQ(emulator()->calls("cuMemHostRegister_v2"), 1u);
    EXPECT_EQ(locked(), 1u);
    block = HostMemory();
    EXPECT_EQ(locked(), 0u);
}

TEST_F(PageLocksTest, EndWithTheSessionThatMadeThem) {
    HostMemory block = recurring_block();
    {
        cuda::PageLocks first(context_, 4), second(context_, 4);
        EXPECT_TRUE(first.lock(block));
        EXPECT_FALSE(second.lock(block));  // the first may end at any time
    }
    EXPECT_EQ(locked(), 0u);
    cuda::PageLocks third(context_, 4);
    EXPECT_TRUE(third.lock(block));
}

/// Two contexts may wrap the same memory, and either may be closed while the other one reads it.
TEST_F(PageLocksTest, OfAnotherSessionAreNotTheClients) {
    cuda::PageLocks second(context_, 4);
    std::vector<std::byte> bytes(1 << 17);
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 8, 256, 256};
    const PictureView picture{format, {bytes.data()}, {256}};
    const ClientMemory memory{.stays_mapped = true};
    {
        cuda::PageLocks first(context_, 4);
        EXPECT_FALSE(first.lock(picture, memory));  // it may not come back
        EXPECT_TRUE(first.lock(picture, memory));
        EXPECT_FALSE(second.lock(picture, memory));
        EXPECT_FALSE(second.lock(picture, memory));
    }
    EXPECT_EQ(locked(), 0u);
    EXPECT_FALSE(second.lock(picture, memory));
}

TEST_F(PageLocksTest, AreForWholePagesThatComeBack) {
    cuda::PageLocks locks(context_, 4);
    HostMemory once(1 << 17), small(1000);
    small.expect_recurrence();
    EXPECT_FALSE(locks.lock(once));
    EXPECT_FALSE(locks.lock(small));
}

TEST_F(PageLocksTest, AreAsManyAsAllowed) {
    cuda::PageLocks locks(context_, 2);
    HostMemory a = recurring_block(), b = recurring_block(), c = recurring_block();
    EXPECT_TRUE(locks.lock(a));
    EXPECT_TRUE(locks.lock(b));
    EXPECT_FALSE(locks.lock(c));
    a = HostMemory();
    EXPECT_TRUE(locks.lock(c));
}

TEST_F(PageLocksTest, AreNotTriedAgainWhereTheDriverRefuses) {
    cuda::PageLocks locks(context_, 4);
    HostMemory a = recurring_block(), b = recurring_block();
    emulator()->fail("cuMemHostRegister_v2", 1, 801, 0);
    EXPECT_FALSE(locks.lock(a));
    EXPECT_FALSE(locks.lock(b));
    EXPECT_EQ(emulator()->calls("cuMemHostRegister_v2"), 1u);
}

TEST(PagedPictures, GiveTheCpusSums) {
    std::string why;
    if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
    const ToySession session{.format = kPagedFormat, .frames = 24, .max_batch = 1};
    EXPECT_EQ(run_toy(session), expected_sums(session));
}

TEST(PagedPictures, GiveTheSameSumsInEveryOrderAndWithoutLocks) {
    VMAF_NEED_EMULATOR();
    const ToySession session{.format = kPagedFormat, .frames = 24, .max_batch = 1};
    const std::vector<ToySums> expected = expected_sums(session);
    for (const char* schedule : {"lazy", "random:1"}) {
        emulator()->reset();
        emulator()->schedule(schedule);
        EXPECT_EQ(run_toy(session), expected) << schedule;
        const size_t locked = emulator()->calls("cuMemHostRegister_v2");
        EXPECT_GT(locked, 0u) << schedule;
        EXPECT_LE(locked, session.frames) << schedule;  // of twice as many pictures
        EXPECT_EQ(emulator()->counts().pinned_allocations, 0u);

        emulator()->reset();
        emulator()->schedule(schedule);
        emulator()->fail("cuMemHostRegister_v2", 3, 2, 1);
        EXPECT_EQ(run_toy(session), expected) << schedule << ", no more memory to lock";
    }
    emulator()->reset();
}

}  // namespace
}  // namespace vmaf::test
