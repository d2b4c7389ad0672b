// Standard input, output and error as the command finds them: closed, full, or with nobody at the other end.
#pragma once

#include <string>

namespace vmaf::tool {

/// Before anything is opened. A standard stream that is closed gets a place holder that can't be used either, so that no file
/// takes its number and receives what is meant for it. Writes that fail do so by their errno, not by a signal.
void prepare_standard_streams();

/// errno of a write to standard output that could be tried now without leaving a trace, or 0.
int standard_output_error();

/// True if writing to `path` means writing to what standard output is: another name of its descriptor, or the same file, pipe or
/// terminal. /dev/null and its kin lose everything and are nobody's stream.
bool is_standard_output(const std::string& path);

/// While it lives, lines of tell() and with_subject() begin with what they are about. One at a time, made and destroyed while no other thread speaks.
class Subject {
 public:
    explicit Subject(const std::string& name);
    ~Subject();
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    /// The name; empty if there is none.
    static const std::string& current();
};

/// The text, behind the subject's name if there is one.
std::string with_subject(const std::string& text);

/// A line on standard error. On a terminal it takes the place of the progress, which is shown again below it.
void tell(const std::string& text);
/// tell(), as a warning: a sentence without its full stop.
void warn(const std::string& text);

/// Prints on standard output. Returns errno or 0.
int print(const std::string& text);

}  // namespace vmaf::tool
