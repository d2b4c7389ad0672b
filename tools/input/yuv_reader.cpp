// Raw YUV input: a frame starts where the one before it ends.
#include "input/yuv_reader.h"

namespace vmaf::tool {

namespace {

class YuvReader final : public PlanarReader {
 public:
    YuvReader(std::unique_ptr<ByteStream> stream, const PictureFormat& format)
        : PlanarReader(std::move(stream), format, FrameLayout::of(format), 0) {}

    std::unique_ptr<VideoReader> twin() const override {
        auto twin = stream().twin();
        return twin ? std::make_unique<YuvReader>(std::move(twin), format()) : nullptr;
    }

 private:
    bool begin_frame() override { return !stream().at_end(); }
};

}  // namespace

std::unique_ptr<VideoReader> open_yuv(std::unique_ptr<ByteStream> stream, const PictureFormat& format) {
    return std::make_unique<YuvReader>(std::move(stream), format);
}

}  // namespace vmaf::tool
