// Raw YUV input: a frame starts where the one before it ends.
#include "input/yuv_reader.h"

#include <utility>

#include "base/error.h"
#include "input/y4m_reader.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

class YuvReader final : public PlanarReader {
 public:
    YuvReader(std::unique_ptr<ByteStream> stream, const PictureFormat& format, const std::optional<Rectangle>& part)
        : PlanarReader(std::move(stream), format, part, FrameLayout::of(format), 0), from_start_(true) {}
    YuvReader(std::unique_ptr<ByteStream> stream, const YuvReader& other)
        : PlanarReader(std::move(stream), other), from_start_(false) {}

    std::unique_ptr<VideoReader> twin() const override {
        auto twin = stream().twin();
        return twin ? std::make_unique<YuvReader>(std::move(twin), *this) : nullptr;
    }

 private:
    bool begin_frame() override {
        if (std::exchange(from_start_, false) && stream().begins_with(kY4mMagic))
            warn(cat(
                name(),
                " begins as a Y4M file does, and is read as raw YUV, which makes its header a part of the first frame; "
                "leave -w -h -p -b out to read it as Y4M"));
        return !stream().at_end();
    }

    bool from_start_;  ///< nothing has been read yet
};

}  // namespace

std::unique_ptr<VideoReader> open_yuv(std::unique_ptr<ByteStream> stream, const PictureFormat& format,
                                      const std::optional<Rectangle>& part) {
    return std::make_unique<YuvReader>(std::move(stream), format, part);
}

}  // namespace vmaf::tool
