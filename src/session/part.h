// The Sums of a range of frames as a file: what one of several machines leaves of its share, for the one that scores them all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "metric/metric.h"
#include "session/frame_range.h"

namespace vmaf {

/// A registration whose Sums a part holds.
struct PartColumn {
    std::string metric;
    std::string options;  ///< OptionValues::describe()
    size_t sums_size = 0;
    bool every_frame = false;  ///< false: frames that subsampling skips, or that lie outside the range, have no Sums

    bool operator==(const PartColumn&) const = default;
};

/// What a part says of itself. Two parts of one run differ in `frames` and `overlap` alone.
struct PartHeader {
    std::string version;        ///< of the library: the layout of Sums is its own
    PictureFormat format;       ///< of the pictures as they were read
    unsigned scored_depth = 0;  ///< bits per sample that were scored; more than the pictures' where they were lifted
    unsigned subsample = 1;
    FrameRange range;         ///< that is scored; frames of the run outside it are neighbours alone
    FrameRange run;           ///< of all parts
    FrameRange frames;        ///< of this part
    unsigned overlap = 0;     ///< frames before those, whose Sums are there too
    std::string fingerprint;  ///< the client's
    std::vector<PartColumn> columns;

    unsigned first_stored() const { return frames.low - overlap; }
    bool stores(unsigned frame) const { return frame >= first_stored() && frame <= frames.high; }
    /// True if the frame has Sums in every column.
    bool sampled(unsigned frame) const { return frame % subsample == 0 && range.contains(frame); }
    /// Bytes of the Sums of a frame.
    size_t record_size(unsigned frame) const;
    /// Where column `i` lies in the record of a frame that has it.
    size_t offset(size_t i, unsigned frame) const;
};

/// A part in memory.
class Part {
 public:
    /// Empty, to be filled with add().
    explicit Part(PartHeader header) : header_(std::move(header)) {}
    /// Reads a file. Throws Error: EINVAL if it is no part or a damaged one, else the system's code; the text names the file.
    static Part read(const std::string& path);

    const PartHeader& header() const { return header_; }
    /// The frame that add() takes next; beyond the last one if all are there.
    unsigned next() const { return next_; }
    /// Appends the record of frame next().
    void add(std::span<const std::byte> record);
    /// The Sums of a frame that it stores, column by column.
    std::span<const std::byte> record(unsigned frame) const;
    /// Writes a file that is whole and on the disk, or not there. Throws Error with the system's code.
    void write(const std::string& path) const;

 private:
    PartHeader header_;
    unsigned next_ = header_.first_stored();
    std::vector<std::byte> records_;
    std::vector<size_t> begins_;  ///< of each frame's record
};

/// The header of a file; nothing behind it is looked at. Throws as Part::read().
PartHeader read_part_header(const std::string& path);

/// The same in JSON, as it stands in the file.
std::string part_header_text(const std::string& path);

/// A file, and what it says of itself.
struct NamedPart {
    std::string path;
    PartHeader header;
};

/// Puts parts into the order of their frames. Throws Error(EINVAL), which names the parts, unless they are of one run and leave no frame out.
void arrange(std::vector<NamedPart>& parts);

/// Throws Error(EINVAL), which names both files, if a frame's Sums are in both parts and differ.
void check_overlap(const Part& a, const std::string& path_a, const Part& b, const std::string& path_b);

}  // namespace vmaf
