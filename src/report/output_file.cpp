// Writes files by the system's calls, so that every failure has its errno.
#include "report/output_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <optional>
#include <streambuf>
#include <utility>

#include "base/error.h"

namespace vmaf {

namespace {

constexpr mode_t kAnyone = 0666;  ///< less the process's umask

[[noreturn]] void fail_output(const std::string& path, const char* what, int code) {
    if (code == 0) code = EIO;
    fail(code, "can't ", what, " the file '", path, "': ", std::strerror(code));
}

/// Has a folder's entries reach the disk. Some file systems can't be asked to.
void sync_folder(const std::filesystem::path& folder) {
    const int fd = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    static_cast<void>(fsync(fd));
    close(fd);
}

/// Some systems tell here alone that data could not be written. Returns errno or 0.
int close_descriptor(int& fd) {
    const int closed = std::exchange(fd, -1);
    return closed >= 0 && close(closed) != 0 ? errno : 0;
}

/// Counts what is written; hands it to a descriptor if there is one.
class DescriptorBuffer : public std::streambuf {
 public:
    explicit DescriptorBuffer(std::optional<int> descriptor = std::nullopt) : descriptor_(descriptor) {
        setp(buffer_, buffer_ + sizeof buffer_);
    }

    /// The errno of the first failure, 0 if all is well.
    int error() const { return error_; }
    /// Bytes, without those that wait for a flush.
    off_t count() const { return count_; }

 protected:
    int_type overflow(int_type c) override {
        if (sync() != 0) return traits_type::eof();
        return traits_type::eq_int_type(c, traits_type::eof()) ? traits_type::not_eof(c)
                                                               : sputc(traits_type::to_char_type(c));
    }

    int sync() override {
        for (const char* from = pbase(); from < pptr() && error_ == 0;) {
            const ssize_t done = descriptor_ ? ::write(*descriptor_, from, pptr() - from) : pptr() - from;
            if (done >= 0)
                from += done, count_ += done;
            else if (errno == EAGAIN)
                wait_writable();
            else if (errno != EINTR)
                error_ = errno;
        }
        setp(buffer_, buffer_ + sizeof buffer_);
        return error_ == 0 ? 0 : -1;
    }

 private:
    void wait_writable() const {
        pollfd wanted{*descriptor_, POLLOUT, 0};
        poll(&wanted, 1, -1);
    }

    std::optional<int> descriptor_;
    int error_ = 0;
    off_t count_ = 0;
    char buffer_[1 << 16];
};

/// The number of bytes that `render` gives.
off_t size_of(const Render& render) {
    DescriptorBuffer counter;
    std::ostream out(&counter);
    render(out);
    out.flush();
    return counter.count();
}

/// Where a path leads.
struct Target {
    std::string path;                   ///< as the caller wrote it
    std::filesystem::path real;         ///< where a new file of this name would lie: the end of its symbolic links
    std::optional<struct stat> before;  ///< what is there
    bool is_file() const { return before && S_ISREG(before->st_mode); }
    bool has_text() const { return is_file() && before->st_size > 0; }

    /// False for what must keep its inode: others may hold it open or know it by another name.
    bool may_be_replaced() const {
        if (!before) return true;
        struct stat behind;
        return has_text() && before->st_nlink == 1 && before->st_uid == geteuid() &&
               lstat(real.c_str(), &behind) == 0 && behind.st_ino == before->st_ino && behind.st_dev == before->st_dev;
    }
};

std::filesystem::path follow_links(std::filesystem::path path) {
    constexpr int kMostLinks = 40;  // as the system counts
    std::error_code error;
    for (int i = 0; i < kMostLinks; i++) {
        const auto next = std::filesystem::read_symlink(path, error);
        if (error) break;
        path = path.parent_path() / next;
    }
    return path;
}

Target find_target(const std::string& path) {
    Target target{path, follow_links(path), std::nullopt};
    struct stat status;
    if (stat(path.c_str(), &status) == 0)
        target.before = status;
    else if (errno != ENOENT || path.empty())
        fail_output(path, "open", errno);
    if (target.before && S_ISDIR(target.before->st_mode)) fail_output(path, "open", EISDIR);
    return target;
}

/// A new file beside a target, which takes the target's name or goes.
class Draft {
 public:
    /// Check error() then.
    explicit Draft(const Target& target) : target_(target) {
        do {
            path_ = name_beside(target.real);
            fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kAnyone);
        } while (fd_ < 0 && errno == EEXIST);
        error_ = fd_ < 0 ? errno : 0;
        exists_ = fd_ >= 0;
        if (exists_ && target.before) error_ = take_over();
    }
    ~Draft() {
        close();
        if (exists_) unlink(path_.c_str());
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    /// The errno of what failed so far, 0 if nothing did.
    int error() const { return error_; }
    int descriptor() const { return fd_; }
    /// The last two steps. Each returns errno or 0.
    int close() { return close_descriptor(fd_); }
    int take_name() {
        if (std::rename(path_.c_str(), target_.real.c_str()) != 0) return errno;
        exists_ = false;
        return 0;
    }

 private:
    /// A short name, so that it is not too long where the target's is not.
    static std::string name_beside(const std::filesystem::path& real) {
        static std::atomic<unsigned> number{0};
        return real.parent_path() / cat(".vmaf-report-", getpid(), "-", number++);
    }

    /// Permissions and group of the file that is to be replaced.
    int take_over() const {
        struct stat now;
        if (fstat(descriptor(), &now) != 0) return errno;
        if (now.st_gid != target_.before->st_gid && fchown(descriptor(), -1, target_.before->st_gid) != 0) return errno;
        return fchmod(descriptor(), target_.before->st_mode & 07777) == 0 ? 0 : errno;
    }

    const Target& target_;
    std::string path_;
    int fd_ = -1;
    bool exists_ = false;
    int error_ = 0;
};

/// A file or device that is there, opened for writing without being changed.
class Existing {
 public:
    explicit Existing(const Target& target, int more_flags = 0)
        : target_(target), fd_(open(target.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | more_flags)) {
        if (fd_ < 0) error_ = errno;
    }
    ~Existing() { close(); }
    Existing(const Existing&) = delete;
    Existing& operator=(const Existing&) = delete;

    /// The errno of opening it, or 0.
    int error() const { return error_; }
    int descriptor() const { return fd_; }
    int cut(off_t size) { return ftruncate(fd_, size) == 0 ? 0 : errno; }
    int close() { return close_descriptor(fd_); }

    /// Makes the file at least `size` bytes long, or leaves it as it was. Returns errno or 0; 0 as well where the system has no such call.
    int reserve(off_t size) {
        const int error = posix_fallocate(fd_, 0, size);
        const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
        if (error != 0) cut(target_.before->st_size);
        return full ? error : 0;
    }

 private:
    const Target& target_;
    int fd_;
    int error_ = 0;
};

/// False if the target can't be replaced, after all.
bool replace(const Target& target, const Render& render) {
    Draft draft(target);
    if (draft.error() && !target.before) fail_output(target.path, "open", draft.error());
    if (draft.error()) return false;
    write_output(draft.descriptor(), target.path, render);
    if (const int error = draft.close()) fail_output(target.path, "write", error);
    const int error = draft.take_name();
    if (error && !target.before) fail_output(target.path, "write", error);
    return error == 0;
}

void overwrite(const Target& target, const Render& render) {
    Existing file(target);
    if (file.error()) fail_output(target.path, "open", file.error());
    const off_t size = target.has_text() ? size_of(render) : 0;
    if (size > 0)
        if (const int error = file.reserve(size)) fail_output(target.path, "write", error);
    try {
        write_output(file.descriptor(), target.path, render);
    } catch (...) {
        if (target.is_file()) file.cut(0);
        throw;
    }
    if (size > 0)
        if (const int error = file.cut(size)) fail_output(target.path, "write", error);
    if (const int error = file.close()) fail_output(target.path, "write", error);
}

/// Whether the target's folder takes a file, and a byte in it.
void check_folder(const Target& target) {
    const Draft draft(target);
    if (draft.error() && !target.before) fail_output(target.path, "open", draft.error());
    if (!draft.error()) write_output(draft.descriptor(), target.path, [](std::ostream& out) { out << '\n'; });
}

void check_existing(const Target& target) {
    if (S_ISFIFO(target.before->st_mode)) {  // opened and closed, it would tell its reader that this was all
        if (access(target.path.c_str(), W_OK) != 0) fail_output(target.path, "open", errno);
        return;
    }
    Existing file(target, O_NONBLOCK);
    if (file.error()) fail_output(target.path, "open", file.error());
    // A device that takes nothing refuses even an empty write.
    if (S_ISCHR(target.before->st_mode) && ::write(file.descriptor(), "", 0) < 0)
        fail_output(target.path, "write", errno);
    if (!target.is_file() || target.has_text()) return;
    if (const int error = file.reserve(1)) fail_output(target.path, "write", error);
    file.cut(0);
}

}  // namespace

void write_output(int descriptor, const std::string& name, const Render& render) {
    DescriptorBuffer buffer(descriptor);
    std::ostream out(&buffer);
    render(out);
    out.flush();
    if (!out) fail_output(name, "write", buffer.error());
}

void write_output_file(const std::string& path, const Render& render) {
    const Target target = find_target(path);
    if (target.before && access(path.c_str(), W_OK) != 0) fail_output(path, "open", errno);
    if (!target.may_be_replaced() || !replace(target, render)) overwrite(target, render);
}

void write_durable_file(const std::string& path, const Render& render) {
    Target target = find_target(path);
    target.before.reset();  // nothing of it is taken over
    Draft draft(target);
    if (draft.error()) fail_output(path, "open", draft.error());
    write_output(draft.descriptor(), path, render);
    if (fsync(draft.descriptor()) != 0) fail_output(path, "write", errno);
    if (const int error = draft.close()) fail_output(path, "write", error);
    if (const int error = draft.take_name()) fail_output(path, "write", error);
    sync_folder(target.real.parent_path());
}

void check_output_file(const std::string& path) {
    const Target target = find_target(path);
    if (target.before) check_existing(target);
    if (target.may_be_replaced()) check_folder(target);
}

}  // namespace vmaf
