// Device memory of pictures that several pipelines of one context read: uploaded by one of them.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "cuda/driver/buffer.h"
#include "cuda/driver/stream.h"
#include "cuda/engine/pictures.h"
#include "picture/picture.h"

namespace vmaf::cuda {

/// Recycles the memory. Any thread; pictures may outlive their users' interest in new ones, and keep this object.
class UploadedPictures : public std::enable_shared_from_this<UploadedPictures> {
 public:
    UploadedPictures(std::shared_ptr<const Context> context, const PictureFormat& format)
        : context_(std::move(context)), format_(format), layout_(format_, kRowAlignment) {}

    struct Taken {
        Picture picture;     ///< with what was in it last
        const Event* ready;  ///< to be recorded behind what fills it; lives as long as the picture
    };
    /// A picture in device memory, which nothing reads any more once its last reference ends. What fills it must be on `stream`.
    Taken take(const Stream& stream);

 private:
    struct Block {
        Buffer memory;
        Event ready;
    };
    class Owner;

    void give_back(Block block) noexcept;

    const std::shared_ptr<const Context> context_;
    const PictureFormat format_;
    const PictureLayout layout_;
    std::mutex mutex_;  // covers the next
    std::vector<Block> idle_;
};

}  // namespace vmaf::cuda
