// Notes signals.
#include "shard/interruption.h"

#include <csignal>

#include "base/error.h"
#include "exit.h"

namespace vmaf::tool {

namespace {

volatile std::sig_atomic_t noted = 0;

extern "C" void note(int signal) { noted = signal; }

}  // namespace

void note_interruptions() {
    struct sigaction action = {};
    action.sa_handler = note;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

void check_interruption() {
    if (!noted) return;
    const bool term = noted == SIGTERM;
    throw ExitError(term ? kExitTerminated : kExitInterrupted,
                    cat("interrupted by ", term ? "SIGTERM" : "SIGINT",
                        ": what was not done yet is not written; start the job again"));
}

}  // namespace vmaf::tool
