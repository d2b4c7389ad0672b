// Notes signals, or ends by them.
#include "shard/interruption.h"

#include <unistd.h>

#include <csignal>
#include <cstring>

#include "base/error.h"
#include "exit.h"

namespace vmaf::tool {

namespace {

volatile std::sig_atomic_t noted = 0;

constexpr char kByTerm[] = "interrupted by SIGTERM: what was not done yet is not written; start the job again\n";
constexpr char kByInt[] = "interrupted by SIGINT: what was not done yet is not written; start the job again\n";

const char* words_of(int signal) { return signal == SIGTERM ? kByTerm : kByInt; }
ExitCode code_of(int signal) { return signal == SIGTERM ? kExitTerminated : kExitInterrupted; }

extern "C" void note(int signal) { noted = signal; }

extern "C" void end(int signal) {
    const char* const words = words_of(signal);
    static_cast<void>(!write(STDERR_FILENO, words, std::strlen(words)));
    _exit(code_of(signal));
}

void handle(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

}  // namespace

void note_interruptions() { handle(note); }

void end_at_interruptions() { handle(end); }

void check_interruption() {
    if (!noted) return;
    std::string words = words_of(noted);
    words.pop_back();
    throw ExitError(code_of(noted), words);
}

}  // namespace vmaf::tool
