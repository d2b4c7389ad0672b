// Files that change as a whole or not at all: what stays after a failure, and which inode, name and permissions.
#include "report/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.h"

namespace vmaf {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test.
class OutputFile : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string name = fs::temp_directory_path() / "output_file_XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ / name; }
    void put(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
    std::string text(const std::string& name) const {
        std::ifstream file(path(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }
    struct stat status(const std::string& name) const {
        struct stat result = {};
        EXPECT_EQ(lstat(path(name).c_str(), &result), 0) << name;
        return result;
    }
    /// Files in the folder: a draft left behind would count.
    auto files() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }

    fs::path folder_;
};

const std::string kLong(300000, 'x');

void write_text(const std::string& path, const std::string& text) {
    write_output_file(path, [&](std::ostream& out) { out << text; });
}

/// errno of an attempt, 0 for none.
template <class Attempt>
int error_of(Attempt&& attempt) {
    try {
        attempt();
    } catch (const Error& error) {
        return error.code();
    }
    return 0;
}

/// A limit on the size of files stands for a full disk.
class SizeLimit {
 public:
    explicit SizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
    rlimit before_;
};

TEST_F(OutputFile, ANewFileHasThePermissionsOfTheProcess) {
    const mode_t before = umask(027);
    write_text(path("new"), kLong);
    umask(before);
    EXPECT_EQ(text("new"), kLong);
    EXPECT_EQ(status("new").st_mode & 07777, 0640u);
    EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, AnOlderFileKeepsItsPermissions) {
    put("old", kLong);
    fs::permissions(path("old"), fs::perms(0604));
    write_text(path("old"), "new");
    EXPECT_EQ(text("old"), "new");
    EXPECT_EQ(status("old").st_mode & 07777, 0604u);
    EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, AFailureLeavesWhatWasThere) {
    put("old", "older report");
    put("empty", "");
    put("linked", "linked report");
    fs::create_hard_link(path("linked"), path("other name"));
    const auto before = files();
    {
        const SizeLimit full(2000);
        for (const char* name : {"old", "new", "empty", "linked"})
            EXPECT_EQ(error_of([&] { write_text(path(name), kLong); }), EFBIG) << name;
    }
    EXPECT_EQ(text("old"), "older report");
    EXPECT_EQ(text("empty"), "");
    EXPECT_EQ(text("linked"), "linked report");
    EXPECT_FALSE(fs::exists(path("new")));
    EXPECT_EQ(files(), before);
}

TEST_F(OutputFile, AnEmptyFileAndOneOfSeveralNamesKeepTheirInode) {
    put("empty", "");
    put("linked", kLong);
    fs::create_hard_link(path("linked"), path("other name"));
    const auto empty = status("empty").st_ino;
    for (const char* name : {"empty", "linked"}) write_text(path(name), "new");
    EXPECT_EQ(status("empty").st_ino, empty);
    EXPECT_EQ(text("empty"), "new");
    EXPECT_EQ(text("other name"), "new");
}

TEST_F(OutputFile, SymbolicLinksStay) {
    put("old", "older report");
    fs::create_directory(path("folder"));
    fs::create_symlink("old", path("link"));
    fs::create_symlink("../link", path("folder/link"));
    fs::create_symlink("folder/new", path("dangling"));
    write_text(path("folder/link"), "new");
    write_text(path("dangling"), "newer");
    EXPECT_EQ(text("old"), "new");
    EXPECT_EQ(text("folder/new"), "newer");
    EXPECT_TRUE(fs::is_symlink(path("link")) && fs::is_symlink(path("folder/link")) &&
                fs::is_symlink(path("dangling")));
}

TEST_F(OutputFile, AFileWithoutANameIsWrittenByItsDescriptor) {
    const int fd = open(path("gone").c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_GE(fd, 0);
    ASSERT_EQ(write(fd, kLong.data(), kLong.size()), static_cast<ssize_t>(kLong.size()));
    fs::remove(path("gone"));
    write_text(cat("/dev/fd/", fd), "text");
    char read[8] = {};
    EXPECT_EQ(pread(fd, read, sizeof read, 0), 4);
    EXPECT_STREQ(read, "text");
    EXPECT_EQ(files(), 0);
    close(fd);
}

TEST_F(OutputFile, WhatCannotBeWrittenIsFoundBeforehand) {
    put("file", "text");
    fs::create_directory(path("folder"));
    fs::create_symlink("loop", path("loop"));
    fs::create_symlink("no such folder/report", path("dangling"));
    for (const auto& [name, code] : {std::pair{path("folder"), EISDIR},
                                     {path("file/report"), ENOTDIR},
                                     {path("no such folder/report"), ENOENT},
                                     {path("dangling"), ENOENT},
                                     {path("loop"), ELOOP},
                                     {path(std::string(256, 'n')), ENAMETOOLONG},
                                     {path("report/"), ENOENT},
                                     {std::string("/proc/report"), ENOENT},
                                     {std::string("/dev/full"), ENOSPC},
                                     {std::string(), ENOENT}}) {
        EXPECT_EQ(error_of([&name = name] { check_output_file(name); }), code) << name;
        EXPECT_EQ(error_of([&name = name] { write_text(name, "text"); }), code) << name;
    }
    const auto before = files();
    {
        const SizeLimit full(0);
        EXPECT_EQ(error_of([&] { check_output_file(path("new")); }), EFBIG);
    }
    const std::string longest(255, 'n');
    for (const char* name : {"file", "new", longest.c_str()})
        EXPECT_EQ(error_of([&] { check_output_file(path(name)); }), 0) << name;
    EXPECT_EQ(error_of([] { check_output_file("/dev/null"); }), 0);
    EXPECT_EQ(text("file"), "text");
    EXPECT_EQ(files(), before);
}

TEST_F(OutputFile, AFifoIsNotDisturbedByTheCheck) {
    ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    check_output_file(path("fifo"));
    std::string got;
    std::thread reader([&] { got = text("fifo"); });
    check_output_file(path("fifo"));
    write_text(path("fifo"), kLong);
    reader.join();
    EXPECT_EQ(got, kLong);
}

TEST_F(OutputFile, AFullPipeThatDoesNotBlockIsWaitedFor) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0);
    std::thread writer([&] {
        write_output(ends[1], "pipe", [](std::ostream& out) { out << kLong; });
        close(ends[1]);
    });
    fcntl(ends[0], F_SETFL, 0);
    std::string got;
    char piece[4096];
    for (ssize_t count; (count = read(ends[0], piece, sizeof piece)) > 0;) got.append(piece, count);
    writer.join();
    close(ends[0]);
    EXPECT_EQ(got, kLong);
}

}  // namespace
}  // namespace vmaf
