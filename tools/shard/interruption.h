// SIGTERM and SIGINT where a job may be taken back at any time: it ends cleanly between two frames, and leaves nothing that is not whole.
#pragma once

namespace vmaf::tool {

/// From now on the first such signal is noted, and the second one ends the process at once.
void note_interruptions();

/// Throws ExitError if a signal was noted. Cheap; does nothing without note_interruptions().
void check_interruption();

}  // namespace vmaf::tool
