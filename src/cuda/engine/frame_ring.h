// Device memory for the frames in work: slots that are used in turn, and the page-locked memory on the way to them.
#pragma once

#include <memory>
#include <vector>

#include "cuda/driver/buffer.h"
#include "cuda/driver/device.h"
#include "cuda/driver/stream.h"
#include "cuda/engine/copy_team.h"
#include "cuda/engine/page_locks.h"
#include "cuda/engine/unpack.h"
#include "cuda/engine/uploaded_pictures.h"
#include "picture/picture.h"
#include "picture/sample_range.h"

namespace vmaf::cuda {

/// A picture where kernels can read it.
struct Brought {
    PictureView view;
    bool holds_picture =
        false;  ///< queued work reads the client's picture itself: it must stay until that has finished
};

/// Brings pictures to where kernels can read them. Used by one thread, with the context current.
class FrameRing {
 public:
    /// `slots` frames of this format can lie in device memory at once. Memory is taken as slots are first used, then kept. The device
    /// outlives the ring. `locks`: those of several rings that read the same memory; null: the ring has its own.
    FrameRing(Device& device, const PictureFormat& format, unsigned slots, unsigned copy_helpers,
              std::shared_ptr<PageLocks> locks = nullptr);

    /// True if kernels read planes 0 to `planes` - 1 of the picture where they lie: plain device pictures with aligned rows, of the ring's
    /// depth and context.
    bool in_place(const Picture& picture, unsigned planes) const;
    /// Queues on `stream` what brings planes 0 to `planes` - 1 of the picture into its place in the slot, unless they are
    /// read in place. A picture of less depth or another layout travels as it is and is unpacked on the device. Ordinary memory that comes
    /// back frame after frame is page-locked once and then read directly; from other memory the picture is copied before this returns.
    Brought bring(const Picture& picture, unsigned slot, Side side, unsigned planes, const Stream& stream);

    /// A picture in the ring's format that other rings of the context may read, behind `ready`, which the caller records.
    struct Upload {
        Picture picture;
        const Event* ready;  ///< lives as long as the picture
        bool holds_picture;  ///< as in Brought
    };
    /// The same for a picture in host memory that others need too. The copy's memory comes back with its last reference.
    Upload upload(const Picture& picture, unsigned planes, const Stream& stream);

 private:
    struct Staging {
        PinnedBuffer memory;
        Event copied;  ///< the last copy out of the memory
    };

    /// How pictures of a format lie in a block of device or staging memory.
    struct Placement {
        explicit Placement(const PictureFormat& picture_format, SampleLayout sample_layout = {});
        size_t bytes_of(unsigned planes) const;
        PictureView view_at(CUdeviceptr base, unsigned planes) const;
        unsigned stored_planes(unsigned planes) const { return samples.stored_planes(planes); }
        size_t row_bytes(unsigned p) const { return samples.row_bytes(format, p); }

        PictureFormat format;
        SampleLayout samples;
        PictureLayout layout;
    };
    /// The way to the ring's format from another depth or layout. Pictures that come from elsewhere are in `memory` until the stream has
    /// unpacked them.
    struct Packed {
        Placement placement;
        Buffer memory;
        Unpack unpack;
    };

    CUdeviceptr place(unsigned slot, Side side, unsigned planes, const Stream& stream);
    bool ours(const Picture& picture) const;
    Packed& packed(unsigned bpc, SampleLayout samples);
    Brought fill(const Picture& picture, CUdeviceptr to, unsigned planes, const Stream& stream);
    Brought unpack(const Picture& picture, const PictureView& to, unsigned planes, const Stream& stream);
    bool reads_directly(const Picture& picture);
    Staging& next_staging(size_t bytes);
    bool copy(const Picture& picture, const Placement& placement, CUdeviceptr to, unsigned planes,
              const Stream& stream);
    void copy_pageable(const PictureView& from, const Placement& placement, CUdeviceptr to, unsigned planes,
                       const Stream& stream);
    void copy_planes(const Picture& picture, const Placement& placement, CUdeviceptr to, unsigned planes,
                     const Stream& stream) const;

    Device& device_;
    std::shared_ptr<const Context> context_;
    Placement placement_;
    std::vector<std::unique_ptr<Packed>> packed_;
    std::vector<Buffer> places_;  // two per slot
    std::vector<size_t> sizes_;   // of places_
    std::vector<Staging> staging_;
    size_t staging_size_ = 0, next_staging_ = 0;
    CopyTeam team_;
    std::shared_ptr<PageLocks> client_locks_;  // of clients' memory
    std::shared_ptr<PageLocks> block_locks_;   // of blocks of the library's
    std::shared_ptr<UploadedPictures> uploads_;
};

}  // namespace vmaf::cuda
