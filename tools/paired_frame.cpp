// Feeds the library.
#include "paired_frame.h"

#include "libvmaf/libvmaf_ext.h"

namespace vmaf::tool {

namespace {

void give_back(VmafPicture& picture) {
    if (picture.ref) vmaf_picture_unref(&picture);
}

}  // namespace

void PairedFrame::add(Encode& encode, const VmafPicture& distorted) {
    distorted_.push_back(distorted);
    encodes_.push_back(&encode);
}

/// One encode takes the plain way, whose messages count no encodes.
int PairedFrame::hand_over(unsigned index) {
    if (pairs() == 1) return vmaf_read_pictures(encodes_[0]->scorer.context(), &reference, &distorted_[0], index);
    std::vector<VmafContext*> contexts;
    for (const Encode* encode : encodes_) contexts.push_back(encode->scorer.context());
    return vmaf_read_encodes(contexts.data(), static_cast<unsigned>(pairs()), &reference, distorted_.data(), index);
}

void PairedFrame::read(unsigned index, const Options& options) {
    std::vector<const InputSpec*> inputs;
    for (const Encode* encode : encodes_) inputs.push_back(&encode->input);
    must_read(hand_over(index), "problem reading pictures", options, inputs);
    for (Encode* encode : encodes_) encode->frames++;
}

void PairedFrame::clear() {
    give_back(reference);
    for (VmafPicture& picture : distorted_) give_back(picture);
    distorted_.clear();
    encodes_.clear();
}

}  // namespace vmaf::tool
