// Where the text of a report ends up: a file that changes as a whole or not at all, a device, or an open descriptor.
#pragma once

#include <functional>
#include <ostream>
#include <string>

namespace vmaf {

/// Writes the text to a stream. May be called twice, and gives the same text then.
using Render = std::function<void(std::ostream&)>;

/// Writes a file anew. A failure leaves what was there before, or nothing if there was nothing: the text goes to a file of its own
/// in the same folder, which then takes the name. An empty file, a device and a FIFO are written where they are, and so is a file
/// that has other names or another owner, or whose folder takes no new file; its space is reserved before its text is touched.
/// Symbolic links stay. Throws Error with the system's errno, naming the path.
void write_output_file(const std::string& path, const Render& render);

/// Writes a file anew through another one in the same folder, which takes the name when it is whole and on the disk: others see the old file
/// or the new one, also after a crash. For files of the library's own; what has the name is replaced. Throws as write_output_file().
void write_durable_file(const std::string& path, const Render& render);

/// Writes to an open descriptor, called `name` in messages; waits if it does not block. Throws as write_output_file().
void write_output(int descriptor, const std::string& name, const Render& render);

/// Throws what write_output_file() would meet, as far as that can be known before there is a text. Leaves nothing behind.
void check_output_file(const std::string& path);

}  // namespace vmaf
