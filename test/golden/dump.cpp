// Prints every value of a generated clip as a library computes it; testdata/record_golden.py builds it and keeps its
// output.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "scoring.h"

namespace {

std::vector<std::string> list(const std::string& text) {
    std::vector<std::string> items;
    std::string item;
    for (char c : text + ",") {
        if (c != ',')
            item += c;
        else if (!item.empty() && item != "-")
            items.push_back(std::exchange(item, ""));
    }
    return items;
}

int dump(char** argv) {
    using namespace vmaf::testdata;
    const Clip* clip = find_clip(argv[1]);
    if (!clip) throw std::runtime_error(std::string("no clip is called ") + argv[1]);
    Job job{.models = list(argv[2]), .collections = list(argv[3]), .extractors = list(argv[4]), .names = list(argv[5])};
    job.cpumask = std::strtoull(argv[6], nullptr, 0);
    const Outcome outcome = score(job, clip_source(*clip));
    for (const std::string& name : outcome.missing)
        std::fprintf(stderr, "dump: the library refused %s\n", name.c_str());
    for (const Line& line : outcome.lines) std::printf("%s %s\n", line.key.c_str(), line.value.c_str());
    return outcome.missing.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7) {
        std::fprintf(stderr,
                     "usage: dump CLIP MODELS|- COLLECTIONS|- EXTRACTORS|- NAMES CPUMASK   (lists with commas)\n");
        return EXIT_FAILURE;
    }
    try {
        return dump(argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "dump: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
