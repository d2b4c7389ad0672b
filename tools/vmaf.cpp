// Entry of the vmaf command: scores a distorted video against its reference.
#include <cstdio>

#include "exit.h"
#include "libvmaf/libvmaf.h"
#include "options.h"
#include "run.h"

int main(int argc, char** argv) {
    vmaf::Options options;
    try {
        options = vmaf::parse_options({argv + (argc > 0), argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n\n%s", error.what(), vmaf::help_text().c_str());
        return vmaf::kExitUsage;
    }
    switch (options.action) {
        case vmaf::Options::Action::kHelp: std::fputs(vmaf::help_text().c_str(), stdout); return vmaf::kExitOk;
        case vmaf::Options::Action::kVersion: std::fprintf(stderr, "%s\n", vmaf_version()); return vmaf::kExitOk;
        default: return vmaf::run(options);
    }
}
