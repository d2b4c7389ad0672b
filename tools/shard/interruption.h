// SIGTERM and SIGINT where a job may be taken back at any time: it says so, ends with the signal's exit code, and leaves nothing that is not whole.
#pragma once

namespace vmaf::tool {

/// From now on the first such signal is noted, for check_interruption(), and the second one ends the process at once.
void note_interruptions();

/// Throws ExitError if a signal was noted. Cheap; does nothing without note_interruptions().
void check_interruption();

/// From now on such a signal ends the process at once. For work that nobody looks at while it is done; a container's first process would not be ended
/// by the signal itself.
void end_at_interruptions();

}  // namespace vmaf::tool
