// Writes and reads parts, and tells whether some of them make up a run.
#include "session/part.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/checksum.h"
#include "base/error.h"
#include "report/output_file.h"
#include "session/session_parts.h"

namespace vmaf {

namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "numbers in a part are little-endian");

constexpr char kMagic[8] = {'V', 'M', 'A', 'F', 'P', 'A', 'R', 'T'};
constexpr uint32_t kFileVersion = 1;
constexpr uint32_t kMostHeader = 16 << 20;  // bytes

/// What a file begins with. The header's JSON text follows, then its checksum (over the prefix too), the records, and their checksum.
struct Prefix {
    char magic[8];
    uint32_t file_version;
    uint32_t header_size;
};

// ---------------------------------------------------------------------------------------------- header and JSON

json to_json(const FrameRange& range) { return {{"first", range.low}, {"last", range.high}}; }

FrameRange range_of(const json& value) { return {value.at("first").get<unsigned>(), value.at("last").get<unsigned>()}; }

json to_json(const PartHeader& header) {
    json columns = json::array();
    for (const PartColumn& column : header.columns)
        columns.push_back({{"metric", column.metric},
                           {"options", column.options},
                           {"sums_size", column.sums_size},
                           {"every_frame", column.every_frame}});
    return {{"version", header.version},     {"pixel_format", static_cast<unsigned>(header.format.pix_fmt)},
            {"bpc", header.format.bpc},      {"width", header.format.w},
            {"height", header.format.h},     {"scored_depth", header.scored_depth},
            {"subsample", header.subsample}, {"range", to_json(header.range)},
            {"run", to_json(header.run)},    {"frames", to_json(header.frames)},
            {"overlap", header.overlap},     {"fingerprint", header.fingerprint},
            {"columns", std::move(columns)}};
}

PartHeader header_of(const json& text) {
    PartHeader header;
    header.version = text.at("version").get<std::string>();
    header.format = {static_cast<VmafPixelFormat>(text.at("pixel_format").get<unsigned>()),
                     text.at("bpc").get<unsigned>(), text.at("width").get<unsigned>(),
                     text.at("height").get<unsigned>()};
    header.scored_depth = text.at("scored_depth").get<unsigned>();
    header.subsample = text.at("subsample").get<unsigned>();
    header.range = range_of(text.at("range"));
    header.run = range_of(text.at("run"));
    header.frames = range_of(text.at("frames"));
    header.overlap = text.at("overlap").get<unsigned>();
    header.fingerprint = text.at("fingerprint").get<std::string>();
    for (const json& column : text.at("columns"))
        header.columns.push_back({column.at("metric").get<std::string>(), column.at("options").get<std::string>(),
                                  column.at("sums_size").get<size_t>(), column.at("every_frame").get<bool>()});
    return header;
}

bool makes_sense(const PartHeader& header) {
    constexpr size_t kMostSums = 1 << 20;
    return header.subsample > 0 && header.frames.low <= header.frames.high && header.run.high <= kMaxFrameIndex &&
           header.run.contains(header.frames.low) && header.run.contains(header.frames.high) &&
           header.overlap <= header.frames.low &&
           std::all_of(header.columns.begin(), header.columns.end(),
                       [](const PartColumn& column) { return column.sums_size <= kMostSums; });
}

// ---------------------------------------------------------------------------------------------- files

[[noreturn]] void fail_damaged(const std::string& path, std::string_view what) {
    fail(EINVAL, "the part '", path, "' is damaged: ", what, "; delete it and have its frames scored again");
}

template <class T>
std::span<const std::byte> bytes_of(const T& value) {
    return std::as_bytes(std::span(&value, 1));
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

/// A file that is read from its beginning.
class PartFile {
 public:
    explicit PartFile(const std::string& path)
        : path_(path), fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        struct stat status;  // of a pipe, too, without waiting for its writer
        if (fd_ < 0 || fstat(fd_, &status) != 0) fail_system();
        if (!S_ISREG(status.st_mode)) fail(EINVAL, "'", path_, "' is no part file: it is no regular file");
        size_ = static_cast<uint64_t>(status.st_size);
    }
    ~PartFile() {
        if (fd_ >= 0) close(fd_);
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    const std::string& path() const { return path_; }
    uint64_t size() const { return size_; }
    /// Fails where the file ends before.
    void read(std::span<std::byte> bytes) {
        for (size_t done = 0; done < bytes.size();) {
            const ssize_t count = ::read(fd_, bytes.data() + done, bytes.size() - done);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail_system();
            if (count == 0) fail_damaged(path_, "it is cut off");
            done += static_cast<size_t>(count);
        }
    }
    /// True if something is left to read.
    bool more() {
        std::byte next;
        return ::read(fd_, &next, 1) != 0;
    }
    template <class T>
    T read() {
        T value;
        read(std::as_writable_bytes(std::span(&value, 1)));
        return value;
    }

 private:
    [[noreturn]] void fail_system() const {
        const int code = errno;
        fail(code, "can't read the part '", path_, "': ", std::strerror(code));
    }

    const std::string path_;
    int fd_;
    uint64_t size_ = 0;
};

std::string read_header_text(PartFile& file) {
    if (file.size() < sizeof(Prefix)) fail(EINVAL, "'", file.path(), "' is no part file");
    const auto prefix = file.read<Prefix>();
    if (std::memcmp(prefix.magic, kMagic, sizeof kMagic) != 0) fail(EINVAL, "'", file.path(), "' is no part file");
    if (prefix.file_version != kFileVersion)
        fail(EINVAL, "the part '", file.path(), "' has format ", prefix.file_version, ", this library reads format ",
             kFileVersion, "; score its frames again, or merge with the library that wrote it");
    if (prefix.header_size > kMostHeader) fail_damaged(file.path(), "its header has no size that can be");
    std::string text(prefix.header_size, '\0');
    file.read(std::as_writable_bytes(std::span(text)));
    const uint64_t expected = checksum(bytes_of(text), checksum(bytes_of(prefix)));
    if (file.read<uint64_t>() != expected) fail_damaged(file.path(), "its header's checksum is wrong");
    return text;
}

PartHeader read_header(PartFile& file) {
    const std::string text = read_header_text(file);
    try {
        PartHeader header = header_of(json::parse(text));
        if (makes_sense(header)) return header;
    } catch (const json::exception&) {
    }
    fail_damaged(file.path(), "its header makes no sense");
}

}  // namespace

// ---------------------------------------------------------------------------------------------- a part

size_t PartHeader::record_size(unsigned frame) const { return offset(columns.size(), frame); }

size_t PartHeader::offset(size_t i, unsigned frame) const {
    const bool all = sampled(frame);
    size_t size = 0;
    for (size_t c = 0; c < i; c++)
        if (all || columns[c].every_frame) size += columns[c].sums_size;
    return size;
}

void Part::add(std::span<const std::byte> record) {
    begins_.push_back(records_.size());
    records_.insert(records_.end(), record.begin(), record.end());
    next_++;
}

std::span<const std::byte> Part::record(unsigned frame) const {
    return std::span(records_).subspan(begins_[frame - header_.first_stored()], header_.record_size(frame));
}

void Part::write(const std::string& path) const {
    const std::string text = to_json(header_).dump();
    Prefix prefix{{}, kFileVersion, static_cast<uint32_t>(text.size())};
    std::memcpy(prefix.magic, kMagic, sizeof kMagic);
    const uint64_t header_sum = checksum(bytes_of(text), checksum(bytes_of(prefix)));
    const uint64_t records_sum = checksum(records_);
    write_durable_file(path, [&](std::ostream& out) {
        const auto put = [&](std::span<const std::byte> bytes) {
            out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        };
        put(bytes_of(prefix));
        put(bytes_of(text));
        put(bytes_of(header_sum));
        put(records_);
        put(bytes_of(records_sum));
    });
}

Part Part::read(const std::string& path) {
    PartFile file(path);
    Part part(read_header(file));
    size_t size = 0;
    for (; part.next_ <= part.header_.frames.high; part.next_++) {
        part.begins_.push_back(size);
        size += part.header_.record_size(part.next_);
        if (size > file.size()) fail_damaged(path, "it is cut off");
    }
    part.records_.resize(size);
    file.read(part.records_);
    if (file.read<uint64_t>() != checksum(part.records_)) fail_damaged(path, "the checksum of its Sums is wrong");
    if (file.more()) fail_damaged(path, "something follows its end");
    return part;
}

PartHeader read_part_header(const std::string& path) {
    PartFile file(path);
    return read_header(file);
}

std::string part_header_text(const std::string& path) {
    PartFile file(path);
    return read_header_text(file);
}

// ---------------------------------------------------------------------------------------------- several parts

namespace {

std::string describe(const FrameRange& range) {
    return range.low == range.high ? cat("frame ", range.low) : cat("frames ", range.low, " to ", range.high);
}

/// The first line in which two texts differ, of each.
std::pair<std::string, std::string> first_difference(std::string_view a, std::string_view b) {
    const auto line = [](std::string_view& text) {
        const size_t end = std::min(text.find('\n'), text.size());
        const std::string_view first = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return first;
    };
    while (!a.empty() || !b.empty()) {
        const std::string_view of_a = line(a), of_b = line(b);
        if (of_a != of_b) return {std::string(of_a), std::string(of_b)};
    }
    return {};
}

/// What is said of a part before it is compared with another one.
struct Fact {
    const char* name;
    std::string a, b;
};

void check_same_run(const NamedPart& a, const NamedPart& b) {
    const auto [of_a, of_b] = first_difference(a.header.fingerprint, b.header.fingerprint);
    const Fact facts[] = {
        {"library", a.header.version, b.header.version},
        {"fingerprint", of_a, of_b},
        {"pictures", describe(a.header.format), describe(b.header.format)},
        {"scored depth", cat(a.header.scored_depth), cat(b.header.scored_depth)},
        {"subsampling", cat(a.header.subsample), cat(b.header.subsample)},
        {"range", describe(a.header.range), describe(b.header.range)},
        {"whole run", describe(a.header.run), describe(b.header.run)},
    };
    for (const Fact& fact : facts)
        if (fact.a != fact.b)
            fail(EINVAL, "the parts '", a.path, "' and '", b.path, "' are not of one run: ", fact.name, " ",
                 fact.a.empty() ? "(nothing)" : fact.a, " in the one, ", fact.b.empty() ? "(nothing)" : fact.b,
                 " in the other");
    if (a.header.columns != b.header.columns)
        fail(EINVAL, "the parts '", a.path, "' and '", b.path, "' are not of one run: their metrics differ");
}

[[noreturn]] void fail_gap(const FrameRange& gap, const std::string& where) {
    fail(EINVAL, describe(gap), gap.low == gap.high ? " is" : " are", " in no part (", where,
         "); score them, or name the part that has them");
}

}  // namespace

void arrange(std::vector<NamedPart>& parts) {
    if (parts.empty()) fail(EINVAL, "there is no part to read");
    for (const NamedPart& part : parts) check_same_run(parts.front(), part);
    std::stable_sort(parts.begin(), parts.end(),
                     [](const NamedPart& a, const NamedPart& b) { return a.header.frames.low < b.header.frames.low; });
    const FrameRange run = parts.front().header.run;
    uint64_t next = run.low;
    const NamedPart* furthest = nullptr;
    for (const NamedPart& part : parts) {
        const FrameRange& frames = part.header.frames;
        if (frames.low > next)
            fail_gap({static_cast<unsigned>(next), frames.low - 1},
                     furthest ? cat("'", furthest->path, "' is before, '", part.path, "' behind")
                              : cat("'", part.path, "' is the first"));
        if (uint64_t{frames.high} + 1 > next) {
            next = uint64_t{frames.high} + 1;
            furthest = &part;
        }
    }
    if (next <= run.high) fail_gap({static_cast<unsigned>(next), run.high}, cat("'", furthest->path, "' is the last"));
}

void check_overlap(const Part& a, const std::string& path_a, const Part& b, const std::string& path_b) {
    const unsigned first = std::max(a.header().first_stored(), b.header().first_stored());
    const unsigned last = std::min(a.header().frames.high, b.header().frames.high);
    for (unsigned frame = first; frame <= last; frame++)
        if (const auto in_a = a.record(frame), in_b = b.record(frame); !std::ranges::equal(in_a, in_b))
            fail(EINVAL, "the parts '", path_a, "' and '", path_b, "' disagree on frame ", frame,
                 ": they were made of different videos, or a seek went wrong; score both again");
}

}  // namespace vmaf
