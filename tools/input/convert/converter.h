// Converts frames from one format to another.
#pragma once

#include <memory>

#include "input/convert/conversion.h"
#include "libvmaf/picture.h"

namespace vmaf::tool {

/// Which instruction sets may be used; where only integers are computed, no sample depends on it.
enum class InstructionSets { kAll, kNone };

/// One thread at a time.
class Converter {
 public:
    virtual ~Converter() = default;
    /// The planes of a frame that run() reads: bit p for plane p.
    virtual unsigned planes_read() const = 0;
    /// `in` is the view of an AlignedPicture. Writes the planes asked for of `out`. Throws Error.
    virtual void run(const VmafPicture& in, const VmafPicture& out) = 0;
};

/// A converter of frames of `from`, which writes the planes with a bit in `planes`. Throws Error with the reason if there is none.
std::unique_ptr<Converter> make_converter(const PictureFormat& from, const Conversion& conversion, unsigned planes,
                                          InstructionSets sets = InstructionSets::kAll);

}  // namespace vmaf::tool
