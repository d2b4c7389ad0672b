// Entry of the vmaf command: scores a distorted video against its reference.
#include <cstdio>
#include <cstring>

#include "exit.h"
#include "libvmaf/libvmaf.h"
#include "options.h"
#include "run.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

int show_help() {
    const int error = print(help_text());
    if (error == 0) return kExitOk;
    std::fprintf(stderr, "could not write the options: %s\n", std::strerror(error));
    return kExitFailed;
}

int run_command(const std::vector<std::string>& arguments) {
    Options options;
    try {
        options = parse_options(arguments);
    } catch (const std::exception& error) {  // the mistake comes last, where it is seen
        std::fprintf(stderr, "%s\n       vmaf --help lists the options.\n%s\n", kUsageLine, error.what());
        return kExitUsage;
    }
    switch (options.action) {
        case Options::Action::kHelp: return show_help();
        case Options::Action::kVersion: std::fprintf(stderr, "%s\n", vmaf_version()); return kExitOk;
        default: return run(options);
    }
}

}  // namespace

}  // namespace vmaf::tool

int main(int argc, char** argv) {
    vmaf::tool::prepare_standard_streams();
    return vmaf::tool::run_command({argv + (argc > 0), argv + argc});
}
