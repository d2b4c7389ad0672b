// Lays generated planes out as extractors get them.
#include "support/frames.h"

#include "clip.h"

namespace vmaf::testing_frames {

using namespace testdata;

Frame::Frame(const PictureFormat& format, const Pattern& pattern, unsigned previous, Layout layout) : layout_(layout) {
    pictures_.index = previous;
    const auto pair = [&](unsigned index) {
        return PicturePair{make(format, pattern.ref, 1, {}, index),
                           make(format, pattern.dis, pattern.dis_seed, pattern.damage, index)};
    };
    const PicturePair current = pair(previous);
    pictures_.ref = current.ref;
    pictures_.dis = current.dis;
    for (unsigned i = 0; i < previous; ++i) pictures_.previous[i] = pair(previous - 1 - i);
}

PictureView Frame::make(const PictureFormat& format, Scene scene, uint32_t seed, const Damage& damage, unsigned index) {
    PictureView view{.format = format};
    for (unsigned p = 0; p < format.planes(); ++p) {
        const unsigned w = format.plane_w(p), h = format.plane_h(p);
        const size_t pad = layout_ == Layout::kTight ? 0 : 3, offset = layout_ == Layout::kTight ? 0 : 5;
        const size_t stride = w + pad, bytes = (stride * h + 2 * offset) * format.sample_bytes();
        memory_.emplace_back(bytes, std::byte{0xff});
        std::byte* data = memory_.back().data() + offset * format.sample_bytes();
        const ptrdiff_t stride_bytes = static_cast<ptrdiff_t>(stride * format.sample_bytes());
        const uint32_t noise_seed = hash(seed, p, index);
        store(damaged(render(scene, seed, p, w, h, index), damage, noise_seed), format.bpc, data, stride_bytes, w, h);
        view.data[p] = data;
        view.stride[p] = stride_bytes;
    }
    return view;
}

}  // namespace vmaf::testing_frames
