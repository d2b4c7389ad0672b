// What a build without zimg has in place of conversions.
#include "base/error.h"
#include "input/convert/converter.h"

namespace vmaf::tool {

bool knows_matrix(const std::string&) { return false; }

std::string zimg_words() { return "no zimg"; }

std::unique_ptr<Converter> make_converter(const PictureFormat&, const Conversion&, unsigned, InstructionSets) {
    fail(ENOSYS, "this build has no zimg, and so converts nothing");
}

}  // namespace vmaf::tool
