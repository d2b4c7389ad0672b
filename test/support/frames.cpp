// Lays generated planes out as extractors get them.
#include "support/frames.h"

#include <algorithm>

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

Frame::Frame(const Frame& other, Layout layout) : layout_(layout), pictures_(other.pictures_) {
    const auto copied = [&](const PicturePair& pair) { return PicturePair{copy(pair.ref), copy(pair.dis)}; };
    pictures_.ref = copy(other.pictures_.ref);
    pictures_.dis = copy(other.pictures_.dis);
    for (unsigned i = 0; i < pictures_.index; ++i) pictures_.previous[i] = copied(other.pictures_.previous[i]);
}

template <class Write>
PictureView Frame::laid_out(const PictureFormat& format, Write&& write) {
    PictureView view{.format = format};
    for (unsigned p = 0; p < format.planes(); ++p) {
        const size_t pad = layout_ == Layout::kTight ? 0 : 3, offset = layout_ == Layout::kTight ? 0 : 5;
        const size_t stride = format.plane_w(p) + pad, samples = stride * format.plane_h(p) + 2 * offset;
        memory_.emplace_back(samples * format.sample_bytes(), std::byte{0xff});
        std::byte* const data = memory_.back().data() + offset * format.sample_bytes();
        view.data[p] = data;
        view.stride[p] = static_cast<ptrdiff_t>(stride * format.sample_bytes());
        write(p, data, view.stride[p]);
    }
    return view;
}

PictureView Frame::make(const PictureFormat& format, Scene scene, uint32_t seed, const Damage& damage, unsigned index) {
    return laid_out(format, [&](unsigned p, std::byte* data, ptrdiff_t stride) {
        const unsigned w = format.plane_w(p), h = format.plane_h(p);
        store(damaged(render(scene, seed, p, w, h, index), damage, hash(seed, p, index)), format.bpc, data, stride, w,
              h);
    });
}

PictureView Frame::copy(const PictureView& picture) {
    return laid_out(picture.format, [&](unsigned p, std::byte* data, ptrdiff_t stride) {
        const auto* row = static_cast<const std::byte*>(picture.data[p]);
        for (unsigned y = 0; y < picture.format.plane_h(p); ++y, row += picture.stride[p], data += stride)
            std::copy_n(row, picture.format.plane_w(p) * picture.format.sample_bytes(), data);
    });
}

}  // namespace vmaf::testing_frames
