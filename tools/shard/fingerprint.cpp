// Samples files and writes down what was asked for.
#include "shard/fingerprint.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sstream>

#include "base/checksum.h"
#include "base/error.h"

namespace vmaf::tool {

namespace {

constexpr std::string_view kReference = "reference: ", kDistorted = "distorted: ", kModel = "model file: ",
                           kFrameRate = "frame rate: ", kArgument = "--";

[[noreturn]] void fail_file(const std::string& path) {
    const int code = errno;
    fail(code, "can't read ", path, ": ", std::strerror(code));
}

/// A descriptor that closes itself.
struct File {
    explicit File(const std::string& path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (fd < 0) fail_file(path);
    }
    ~File() { close(fd); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    const int fd;
};

std::string words_of(const std::string& path) {
    const FileSample sample = sample_file(path);
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << sample.size << " bytes, " << std::hex << sample.checksum;
    return text.str();
}

std::string words_of(const InputSpec& input) {
    return cat(words_of(input.path), input.stream ? cat(", video stream ", *input.stream) : "");
}

/// The shortest text that gives the value back.
std::string exact(double value) {
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

double parse_exact(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) fail(EINVAL, "its frame rate is no number");
    return value;
}

}  // namespace

/// The first and the last block are among them: a file of few blocks is read in full, and of a long one less than a frame.
FileSample sample_file(const std::string& path) {
    constexpr uint64_t kBlock = 1 << 14, kBlocks = 128;
    struct stat status;
    if (stat(path.c_str(), &status) != 0) fail_file(path);
    if (!S_ISREG(status.st_mode))  // nor is it opened: the writer of a pipe would notice
        fail(EINVAL, path, " is no regular file: each shard seeks to its own frames, which takes one");
    const File file(path);
    const auto size = static_cast<uint64_t>(status.st_size);
    const uint64_t blocks = std::min((size + kBlock - 1) / kBlock, kBlocks);
    uint64_t sum = kEmptyChecksum;
    std::byte block[kBlock];
    for (uint64_t i = 0; i < blocks; i++) {
        const uint64_t last_place = size - std::min(size, kBlock);
        const uint64_t place = blocks < kBlocks ? i * kBlock : last_place / (kBlocks - 1) * i;
        const ssize_t count = pread(file.fd, block, kBlock, static_cast<off_t>(i + 1 == kBlocks ? last_place : place));
        if (count < 0) fail_file(path);
        sum = checksum(std::span(block, static_cast<size_t>(count)), sum);
    }
    return {size, sum};
}

std::string Fingerprint::text() const {
    std::string text = cat(kReference, reference, "\n", kDistorted, distorted, "\n");
    for (const std::string& model : models) text += cat(kModel, model, "\n");
    if (frame_rate) text += cat(kFrameRate, exact(*frame_rate), "\n");
    for (const std::string& argument : arguments) text += cat(argument, "\n");
    return text;
}

Fingerprint Fingerprint::of_text(const std::string& text) {
    Fingerprint fingerprint;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto rest = [&](std::string_view name) { return line.substr(name.size()); };
        if (line.starts_with(kReference))
            fingerprint.reference = rest(kReference);
        else if (line.starts_with(kDistorted))
            fingerprint.distorted = rest(kDistorted);
        else if (line.starts_with(kModel))
            fingerprint.models.push_back(rest(kModel));
        else if (line.starts_with(kFrameRate))
            fingerprint.frame_rate = parse_exact(rest(kFrameRate));
        else if (line.starts_with(kArgument))
            fingerprint.arguments.push_back(line);
        else
            fail(EINVAL, "its fingerprint is not one of the vmaf command");
    }
    if (fingerprint.reference.empty() || fingerprint.distorted.empty())
        fail(EINVAL, "its fingerprint is not one of the vmaf command");
    return fingerprint;
}

Fingerprint fingerprint_of(const Options& options, std::optional<double> frame_rate) {
    Fingerprint fingerprint;
    fingerprint.reference = words_of(options.reference);
    fingerprint.distorted = words_of(options.distorted.front());
    for (const ModelSpec& model : options.models)
        if (model.version.empty()) fingerprint.models.push_back(words_of(model.path));
    fingerprint.frame_rate = frame_rate;
    fingerprint.arguments = options.settings;
    for (const std::string& argument : fingerprint.arguments)
        if (argument.find('\n') != argument.npos)
            fail(EINVAL, "an argument has a line break, which a part can't keep: ", argument);
    return fingerprint;
}

}  // namespace vmaf::tool
