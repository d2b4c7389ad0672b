// Allocates picture memory and counts references to it.
#include "picture.h"

#include <sys/mman.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <new>

#include "base/error.h"

namespace vmaf {

namespace {

constexpr size_t kAlignment = 64;

struct Freed {
    void operator()(void* memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Freed>;

/// Large pictures on large pages: fewer faults when they are first filled, fewer address look-ups ever after. A wish only.
void prefer_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
    constexpr uintptr_t kHugePage = 2 << 20;
    const auto begin = reinterpret_cast<uintptr_t>(memory);
    const uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage, end = (begin + bytes) / kHugePage * kHugePage;
    if (first < end) madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#endif
}

/// Memory of pictures that have ended, kept for the next ones: a client that allocates every frame's pictures anew would
/// otherwise have the system map and clear the same memory over and over. A few blocks of one size, and no score depends on it.
class Spares {
 public:
    /// The one instance; never destroyed, since pictures may end later than any static object.
    static Spares& instance() {
        static Spares& spares = *new Spares;
        return spares;
    }

    /// Zeroed memory.
    Block take(size_t bytes) {
        Block block = pop(bytes);
        if (block) {
            std::memset(block.get(), 0, bytes);
            return block;
        }
        block.reset(std::calloc(bytes, 1));
        if (!block) throw std::bad_alloc();
        prefer_huge_pages(block.get(), bytes);
        return block;
    }

    void keep(Block block, size_t bytes) noexcept {
        if (bytes < kLeastBytes || bytes > kMostBytes) return;
        std::array<Block, kMost> outdated;  // freed without the lock
        const std::lock_guard lock(mutex_);
        if (bytes != bytes_) {
            outdated.swap(blocks_);
            count_ = 0;
            bytes_ = bytes;
        }
        if (count_ < kMost && (count_ + 1) * bytes <= kMostBytes) blocks_[count_++] = std::move(block);
    }

 private:
    static constexpr size_t kMost = 32;
    static constexpr size_t kLeastBytes = 64 << 10;  // the allocator recycles smaller ones well
    static constexpr size_t kMostBytes = 128 << 20;

    Block pop(size_t bytes) {
        const std::lock_guard lock(mutex_);
        return bytes == bytes_ && count_ ? std::move(blocks_[--count_]) : nullptr;
    }

    std::mutex mutex_;
    size_t bytes_ = 0, count_ = 0;
    std::array<Block, kMost> blocks_;
};

class HeapBlock {
 public:
    explicit HeapBlock(size_t bytes) : bytes_(bytes + kAlignment), raw_(Spares::instance().take(bytes_)) {}
    ~HeapBlock() { Spares::instance().keep(std::move(raw_), bytes_); }
    HeapBlock(const HeapBlock&) = delete;
    HeapBlock& operator=(const HeapBlock&) = delete;

    void* aligned() const {
        const auto address = reinterpret_cast<uintptr_t>(raw_.get());
        return reinterpret_cast<void*>((address + kAlignment - 1) / kAlignment * kAlignment);
    }

 private:
    size_t bytes_;
    Block raw_;
};

class HeapPicture final : public VmafRef {
 public:
    explicit HeapPicture(size_t bytes) : block_(bytes) {}
    void* data() const { return block_.aligned(); }

 protected:
    void release() noexcept override { delete this; }

 private:
    HeapBlock block_;
};

}  // namespace

void check_picture_format(const PictureFormat& format) {
    if (format.pix_fmt < VMAF_PIX_FMT_YUV420P || format.pix_fmt > VMAF_PIX_FMT_YUV400P)
        fail(EINVAL, "pixel format ", static_cast<int>(format.pix_fmt), " is unknown; use 4:2:0, 4:2:2, 4:4:4 or 4:0:0");
    if (format.bpc < 8 || format.bpc > 16) fail(EINVAL, "bit depth ", format.bpc, " is not in the range 8 to 16");
}

PictureLayout::PictureLayout(const PictureFormat& format, size_t row_alignment) {
    for (unsigned p = 0; p < format.planes(); p++) {
        const size_t row = format.plane_w(p) * format.sample_bytes();
        stride[p] = (row + row_alignment - 1) / row_alignment * row_alignment;
        offset[p] = bytes;
        if (format.plane_h(p) && stride[p] > (std::numeric_limits<ptrdiff_t>::max() / 4) / format.plane_h(p)) throw std::bad_alloc();
        bytes += stride[p] * format.plane_h(p);
    }
}

VmafPicture picture_over(void* block, const PictureFormat& format, const PictureLayout& layout) {
    VmafPicture picture = {};
    picture.pix_fmt = format.pix_fmt;
    picture.bpc = format.bpc;
    for (unsigned p = 0; p < format.planes(); p++) {
        picture.w[p] = format.plane_w(p);
        picture.h[p] = format.plane_h(p);
        picture.stride[p] = static_cast<ptrdiff_t>(layout.stride[p]);
        picture.data[p] = static_cast<std::byte*>(block) + layout.offset[p];
    }
    return picture;
}

Picture Picture::allocate(const PictureFormat& format) {
    check_picture_format(format);
    const PictureLayout layout(format);
    auto memory = std::make_unique<HeapPicture>(layout.bytes);
    Picture owner;
    owner.picture_ = picture_over(memory->data(), format, layout);
    owner.picture_.ref = memory.release();
    return owner;
}

Picture Picture::share() const noexcept {
    Picture owner;
    owner.picture_ = picture_;
    if (picture_.ref) picture_.ref->add();
    return owner;
}

void Picture::reset() noexcept {
    const VmafPicture picture = std::exchange(picture_, {});
    if (picture.ref) picture.ref->drop();
}

PictureView Picture::view_of(const VmafPicture& picture) {
    PictureView view;
    view.format = {picture.pix_fmt, picture.bpc, picture.w[0], picture.h[0]};
    for (int p = 0; p < 3; p++) {
        view.data[p] = picture.data[p];
        view.stride[p] = picture.stride[p];
    }
    return view;
}

}  // namespace vmaf
