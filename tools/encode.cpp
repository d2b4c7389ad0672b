// Shares the threads among the encodes and calls the scorers one after the other.
#include "encode.h"

#include <utility>

#include "base/error.h"
#include "exit.h"

namespace vmaf::tool {

Encode::Encode(const Options& options, size_t number, unsigned threads)
    : input(options.distorted[number]), scorer(options, number, threads) {}

void Encode::finish() {
    if (std::exchange(finished, true)) return;
    if (frames == 0) throw ExitError(kExitReading, cat("no frames to score: ", input.label, " is empty"));
    scorer.flush();
}

void open_encodes(Encodes& encodes, const Options& options, unsigned threads) {
    const auto count = static_cast<unsigned>(options.distorted.size());
    for (unsigned i = 0; i < count; i++) encodes.emplace_back(options, i, threads / count + (i < threads % count));
}

void register_all(Encodes& encodes, const Inputs& inputs) {
    for (size_t i = 0; i < encodes.size(); i++) encodes[i].scorer.register_all(inputs.frame_rate(i));
}

void prepare_pictures(Encodes& encodes, const PictureFormat& format, unsigned count) {
    for (Encode& encode : encodes)
        encode.scorer.prepare_pictures(format, &encode == &encodes.front() ? 2 * count : count);
}

unsigned most_threads(unsigned threads, size_t encodes) {
    return static_cast<unsigned>((threads + encodes - 1) / encodes);
}

std::vector<VmafContext*> contexts(const Encodes& encodes) {
    std::vector<VmafContext*> all;
    for (const Encode& encode : encodes) all.push_back(encode.scorer.context());
    return all;
}

Progress::Means running_means(Encodes& encodes, const Options& options) {
    if (!options.progress_mean) return {};
    for (Encode& encode : encodes) encode.scorer.watch_mean();
    return [&encodes] {
        std::vector<std::optional<double>> means;
        for (const Encode& encode : encodes) means.push_back(encode.scorer.running_mean());
        return means;
    };
}

std::vector<std::string> score_lines(Encodes& encodes) {
    std::vector<std::string> lines;
    for (Encode& encode : encodes)
        for (const std::string& line : encode.scorer.score_lines(encode.frames))
            lines.push_back(encodes.size() > 1 ? cat(encode.input.label, ": ", line) : line);
    return lines;
}

}  // namespace vmaf::tool
