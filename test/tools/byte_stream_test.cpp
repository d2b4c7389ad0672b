// Byte streams over files and pipes: reading, skipping, ends, errors, stopping.
#include "input/byte_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <future>

#include "base/error.h"
#include "support/temp_file.h"

namespace vmaf::tool {
namespace {

std::string counting(size_t size) {
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; i++) bytes[i] = static_cast<char>(i * 7 + i / 256);
    return bytes;
}

std::string read_string(ByteStream& stream, size_t size) {
    std::string bytes(size, '?');
    iovec piece{bytes.data(), size};
    bytes.resize(stream.read({&piece, 1}));
    return bytes;
}

void check_mixed_access(ByteStream& stream, const std::string& bytes) {
    EXPECT_EQ(stream.get(), static_cast<uint8_t>(bytes[0]));
    EXPECT_EQ(read_string(stream, 10000), bytes.substr(1, 10000));
    EXPECT_EQ(stream.skip(9), 9u);
    EXPECT_FALSE(stream.at_end());
    EXPECT_EQ(stream.get(), static_cast<uint8_t>(bytes[10010]));
    EXPECT_EQ(stream.skip(5000), 5000u);
    EXPECT_EQ(read_string(stream, 100000), bytes.substr(15011));
    EXPECT_TRUE(stream.at_end());
    EXPECT_EQ(stream.get(), -1);
    EXPECT_EQ(stream.skip(1), 0u);
}

TEST(ByteStream, File) {
    const std::string bytes = counting(50000);
    const auto stream = file_stream(bytes);
    EXPECT_EQ(stream->remaining(), 50000u);
    check_mixed_access(*stream, bytes);
    EXPECT_EQ(stream->remaining(), 0u);
}

TEST(ByteStream, RemainingCountsWhatIsBuffered) {
    const auto stream = file_stream(counting(10000));
    EXPECT_EQ(stream->get(), 0);
    EXPECT_EQ(stream->remaining(), 9999u);
    EXPECT_EQ(stream->skip(20000), 9999u);
}

TEST(ByteStream, Pipe) {
    const std::string bytes = counting(50000);
    for (const size_t piece : {1000u, 4096u, 60000u}) {
        PipedStream pipe(bytes, piece);
        EXPECT_EQ(pipe.stream->remaining(), std::nullopt);
        check_mixed_access(*pipe.stream, bytes);
    }
}

TEST(ByteStream, SeeksInFiles) {
    const std::string bytes = counting(20000);
    const auto file = file_stream(bytes);
    ByteStream& stream = *file;
    EXPECT_TRUE(stream.seekable());
    EXPECT_TRUE(stream.begins_with(bytes.substr(0, 5)));
    for (const size_t place : {size_t{0}, size_t{5}, size_t{19990}, size_t{7}}) {
        stream.seek(place);
        EXPECT_EQ(stream.position(), place);
        EXPECT_EQ(stream.get(), static_cast<uint8_t>(bytes[place]));
        EXPECT_EQ(stream.position(), place + 1);
        char part[6];
        EXPECT_EQ(stream.read_part(part, sizeof part), sizeof part);
        EXPECT_EQ(std::string(part, sizeof part), bytes.substr(place + 1, sizeof part));
        EXPECT_EQ(*stream.remaining(), bytes.size() - place - 1 - sizeof part);
    }
    stream.seek(30000);
    EXPECT_TRUE(stream.at_end());
    char byte;
    EXPECT_EQ(stream.read_part(&byte, 1), 0u);
    EXPECT_EQ(stream.remaining(), 0u);
}

TEST(ByteStream, ScattersOverManyPieces) {
    const std::string bytes = counting(5000);
    const auto stream = file_stream(bytes);
    std::string copy(5000, '?');
    std::vector<iovec> pieces;
    for (size_t i = 0; i < 5000; i += 2) {  // more pieces than one readv takes
        pieces.push_back({copy.data() + i, 2});
        pieces.push_back({nullptr, 0});
    }
    EXPECT_EQ(stream->read(pieces), 5000u);
    EXPECT_EQ(copy, bytes);
}

TEST(ByteStream, NamesWhatCannotBeOpened) {
    for (const auto& [path, code] : {std::pair{"/nonexistent/clip.yuv", ENOENT}, {"/", EISDIR}, {"", ENOENT}}) {
        try {
            ByteStream stream{std::string(path)};
            ADD_FAILURE() << path;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), code);
            EXPECT_NE(std::string(error.what()).find(cat("could not open file: ", path)), std::string::npos)
                << error.what();
        }
    }
}

TEST(ByteStream, StopEndsAWaitingRead) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    ByteStream stream(ends[0], "pipe");
    auto reading = std::async(std::launch::async, [&] {
        try {
            stream.get();
        } catch (const Error& error) {
            return error.code();
        }
        return 0;
    });
    EXPECT_EQ(reading.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    *stream.stop_flag() = true;
    EXPECT_EQ(reading.get(), ECANCELED);
    close(ends[1]);
}

}  // namespace
}  // namespace vmaf::tool
