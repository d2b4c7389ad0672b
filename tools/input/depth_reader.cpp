// Reads a frame into a buffer of its own depth, then writes it shifted to the caller's picture.
#include "input/depth_reader.h"

#include "picture/unpack.h"

namespace vmaf::tool {

namespace {

PictureFormat with_depth(PictureFormat format, unsigned bpc) {
    format.bpc = bpc;
    return format;
}

class DepthReader final : public VideoReader {
 public:
    DepthReader(std::unique_ptr<VideoReader> inner, unsigned bpc)
        : VideoReader(with_depth(inner->format(), bpc)), inner_(std::move(inner)) {
        const PictureFormat& source = inner_->format();
        for (unsigned p = 0; p < source.planes(); p++) {
            const size_t row_bytes = source.plane_w(p) * source.sample_bytes();
            planes_[p].resize(row_bytes * source.plane_h(p));
            staging_.data[p] = planes_[p].data();
            staging_.stride[p] = static_cast<ptrdiff_t>(row_bytes);
        }
    }

    const std::string& name() const override { return inner_->name(); }
    VideoTraits traits() const override { return inner_->traits(); }
    std::optional<uint64_t> frames_left() const override { return inner_->frames_left(); }
    std::string loose_end() const override { return inner_->loose_end(); }
    void check_first_frame() const override { inner_->check_first_frame(); }
    bool frame_begins() override { return inner_->frame_begins(); }
    std::optional<double> frame_time() const override { return inner_->frame_time(); }
    bool skip() override { return inner_->skip(); }
    uint64_t position() const override { return inner_->position(); }
    void seek(uint64_t frame) override { inner_->seek(frame); }
    void stop() override { inner_->stop(); }
    std::unique_ptr<VideoReader> twin() const override {
        auto twin = inner_->twin();
        return twin ? std::make_unique<DepthReader>(std::move(twin), format().bpc) : nullptr;
    }

    bool read(VmafPicture& picture, unsigned planes) override {
        if (!inner_->read(staging_, planes)) return false;
        for (unsigned p = 0; p < format().planes(); p++)
            if (planes >> p & 1)
                with_sample_type(inner_->format().bpc,
                                 [&](auto type) { shift_plane<typename decltype(type)::type>(picture, p); });
        return true;
    }

 private:
    template <class T>
    void shift_plane(VmafPicture& picture, unsigned p) const {
        const Plane<T> in{reinterpret_cast<const T*>(planes_[p].data()),
                          staging_.stride[p] / static_cast<ptrdiff_t>(sizeof(T)), format().plane_w(p),
                          format().plane_h(p)};
        unpack_plane(in, 1, {.up = format().bpc - inner_->format().bpc}, static_cast<uint16_t*>(picture.data[p]),
                     picture.stride[p] / static_cast<ptrdiff_t>(sizeof(uint16_t)));
    }

    std::unique_ptr<VideoReader> inner_;
    std::vector<uint8_t> planes_[3];
    VmafPicture staging_ = {};
};

}  // namespace

std::unique_ptr<VideoReader> deepen(std::unique_ptr<VideoReader> inner, unsigned bpc) {
    return std::make_unique<DepthReader>(std::move(inner), bpc);
}

}  // namespace vmaf::tool
