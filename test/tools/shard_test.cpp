// Shards and ranges of frames as texts, and how runs are cut; fingerprints.
#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "exit.h"
#include "shard/cut.h"
#include "shard/fingerprint.h"
#include "shard/part_file.h"

namespace vmaf::tool {
namespace {

using Variables = std::map<std::string, std::string>;

Shard parse(const std::string& text, const Variables& variables = {}) {
    return parse_shard(text, [&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

std::string shard_error(const std::string& text, const Variables& variables = {}) {
    try {
        parse(text, variables);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

TEST(Shard, OfARunHaveEveryFrameOnce) {
    for (const FrameSpan run : {FrameSpan{0, 0}, FrameSpan{0, 9}, FrameSpan{7, 106}, FrameSpan{0, 2147483646}})
        for (const unsigned count : {1u, 2u, 3u, 7u, 10u, 64u, 1000u}) {
            uint64_t next = run.first;
            for (unsigned number = 1; number <= count; number++) {
                const auto share = Shard{number, count}.of(run);
                if (!share) continue;
                EXPECT_EQ(share->first, next);
                EXPECT_LE(share->frames(), run.frames() / count + 1);
                next = share->last + 1;
            }
            EXPECT_EQ(next, run.last + 1);
        }
}

TEST(Shard, Texts) {
    EXPECT_EQ(parse("1/1"), (Shard{1, 1}));
    EXPECT_EQ(parse("3/64"), (Shard{3, 64}));
    for (const char* text :
         {"", "/", "1", "1/", "/2", "0/2", "3/2", "-1/2", "1/0", "x/2", "1/2/3", "1 /2", "1/1000001", "auto/x"})
        EXPECT_CONTAINS(shard_error(text), "for option --shard");
}

TEST(Shard, OfSchedulers) {
    const Variables slurm = {{"SLURM_ARRAY_TASK_ID", "14"},
                             {"SLURM_ARRAY_TASK_MIN", "10"},
                             {"SLURM_ARRAY_TASK_STEP", "2"},
                             {"SLURM_ARRAY_TASK_COUNT", "5"}};
    EXPECT_EQ(parse("auto", slurm), (Shard{3, 5}));
    EXPECT_EQ(parse("auto/64", slurm), (Shard{15, 64}));
    EXPECT_EQ(parse("auto/3", {{"JOB_COMPLETION_INDEX", "2"}}), (Shard{3, 3}));
    EXPECT_EQ(parse("auto", {{"AWS_BATCH_JOB_ARRAY_INDEX", "0"}, {"AWS_BATCH_JOB_ARRAY_SIZE", "9"}}), (Shard{1, 9}));
    EXPECT_CONTAINS(shard_error("auto"), "no job of an array");
    EXPECT_CONTAINS(shard_error("auto", {{"JOB_COMPLETION_INDEX", "2"}}), "say auto/N");
    EXPECT_CONTAINS(shard_error("auto/2", {{"JOB_COMPLETION_INDEX", "2"}}), "number the array's jobs from 0");
    EXPECT_CONTAINS(shard_error("auto/2", {{"JOB_COMPLETION_INDEX", "two"}}), "which is no number");
}

TEST(Frames, Texts) {
    EXPECT_EQ(parse_frames("3:9"), (FrameSpan{3, 9}));
    EXPECT_EQ(parse_frames(":0"), (FrameSpan{0, 0}));
    EXPECT_EQ(parse_frames("5:"), (FrameSpan{5, 2147483647}));
    for (const char* text : {"", ":", "5", "9:3", "a:b", "1:2:3", "-1:2", "0:2147483648"})
        EXPECT_THROW(parse_frames(text), UsageError) << text;
}

TEST(Fingerprint, CanBeReadBack) {
    Fingerprint fingerprint{
        "1 bytes, a", "2 bytes, b", {"3 bytes, c"}, 30000 / 1001., {"--subsample=2", "--no_prediction"}};
    const Fingerprint read = Fingerprint::of_text(fingerprint.text());
    EXPECT_EQ(read.text(), fingerprint.text());
    EXPECT_EQ(read.frame_rate, fingerprint.frame_rate);
    EXPECT_EQ(read.arguments, fingerprint.arguments);
    EXPECT_THROW(Fingerprint::of_text("somebody else's"), Error);
    EXPECT_THROW(Fingerprint::of_text(""), Error);
}

TEST(Exit, BadInputDoesNotPass) {
    for (const int error : {ENOMEM, ENOSPC, EIO, ENODEV}) EXPECT_TRUE(may_pass(error));
    for (const int error : {0, EINVAL, ENOENT, EACCES}) EXPECT_FALSE(may_pass(error));
}

TEST(Part, NamesAreInTheOrderOfFrames) { EXPECT_EQ(part_name({0, 999}), "00000000-00000999.part"); }

}  // namespace
}  // namespace vmaf::tool
