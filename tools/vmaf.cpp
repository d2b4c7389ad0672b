// Entry of the vmaf command: scores a distorted video against its reference.
#include <cstdio>

#include "exit.h"
#include "libvmaf/libvmaf.h"
#include "options.h"
#include "run.h"

int main(int argc, char** argv) {
    vmaf::tool::Options options;
    try {
        options = vmaf::tool::parse_options({argv + (argc > 0), argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n\n%s", error.what(), vmaf::tool::help_text().c_str());
        return vmaf::tool::kExitUsage;
    }
    switch (options.action) {
        case vmaf::tool::Options::Action::kHelp: std::fputs(vmaf::tool::help_text().c_str(), stdout); return vmaf::tool::kExitOk;
        case vmaf::tool::Options::Action::kVersion: std::fprintf(stderr, "%s\n", vmaf_version()); return vmaf::tool::kExitOk;
        default: return vmaf::tool::run(options);
    }
}
