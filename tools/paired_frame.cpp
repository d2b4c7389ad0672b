// Feeds the library.
#include "paired_frame.h"

#include <atomic>
#include <deque>
#include <memory>
#include <utility>

namespace vmaf::tool {

namespace {

void give_back(VmafPicture& picture) {
    if (picture.ref) vmaf_picture_unref(&picture);
}

/// A picture that several contexts read.
struct Shared {
    explicit Shared(const VmafPicture& p, int u) : picture(p), users(u) {}
    ~Shared() { give_back(picture); }

    VmafPicture picture;
    std::atomic<int> users;
};

/// Another picture over the samples of a shared one.
int share(VmafPicture& copy, Shared& shared) {
    const VmafPicture& picture = shared.picture;
    VmafFrame frame = {sizeof frame, picture.pix_fmt,
                       picture.bpc,  picture.w[0],
                       picture.h[0], 0,
                       {},           {},
                       nullptr,      nullptr,
                       nullptr,      [](void* data) { static_cast<Shared*>(data)->users--; },
                       &shared};
    for (int p = 0; p < 3; p++) {
        frame.data[p] = picture.data[p];
        frame.stride[p] = picture.stride[p];
    }
    const int result = vmaf_picture_wrap(&copy, &frame);
    if (result < 0) shared.users--;
    return result;
}

}  // namespace

void PairedFrame::add(Encode& encode, const VmafPicture& distorted) {
    distorted_.push_back(distorted);
    encodes_.push_back(&encode);
}

int PairedFrame::read_all(unsigned index) {
    if (pairs() == 1) return vmaf_read_pictures(encodes_[0]->scorer.context(), &reference, &distorted_[0], index);
    static std::deque<std::unique_ptr<Shared>> all;
    while (!all.empty() && all.front()->users == 0) all.pop_front();
    Shared& shared = *all.emplace_back(std::make_unique<Shared>(std::exchange(reference, {}), pairs()));
    int first = 0;
    for (size_t i = 0; i < pairs(); i++) {
        VmafPicture copy = {};
        int result = share(copy, shared);
        if (result == 0) result = vmaf_read_pictures(encodes_[i]->scorer.context(), &copy, &distorted_[i], index);
        give_back(copy);
        if (first == 0) first = result;
    }
    return first;
}

void PairedFrame::read(unsigned index, const Options& options) {
    std::vector<const InputSpec*> inputs;
    for (const Encode* encode : encodes_) inputs.push_back(&encode->input);
    must_read(read_all(index), "problem reading pictures", options, inputs);
    for (Encode* encode : encodes_) encode->frames++;
}

void PairedFrame::clear() {
    give_back(reference);
    for (VmafPicture& picture : distorted_) give_back(picture);
    distorted_.clear();
    encodes_.clear();
}

}  // namespace vmaf::tool
