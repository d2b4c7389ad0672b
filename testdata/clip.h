// Named clips: pairs of a scene and its damaged twin at given sizes, depths and formats. Tests and the quickstart score
// them.
#pragma once

#include <span>
#include <string_view>

#include "damage.h"
#include "libvmaf/picture.h"
#include "scene.h"

namespace vmaf::testdata {

struct Clip {
    std::string_view name;
    unsigned w = 0, h = 0;
    VmafPixelFormat pix_fmt = VMAF_PIX_FMT_YUV420P;
    unsigned bpc = 8;
    unsigned frames = 1;
    Scene scene = Scene::kTexture;
    Damage damage;
    uint32_t seed = 1;

    unsigned planes() const { return pix_fmt == VMAF_PIX_FMT_YUV400P ? 1 : 3; }
    /// Sizes in files: chroma rounds up.
    unsigned plane_w(unsigned p) const;
    unsigned plane_h(unsigned p) const;
    /// Bytes of one frame in a file.
    size_t frame_bytes() const;

    /// Plane `p` of a frame; samples span 16 bits (see Image), to be shifted right by 16 - bpc.
    Image reference(unsigned p, unsigned frame) const;
    Image distorted(unsigned p, unsigned frame) const;
};

/// Every clip, the quickstart's "sample" first.
std::span<const Clip> clips();

/// The clip called `name`, or null.
const Clip* find_clip(std::string_view name);

/// Writes `image` as rows of 8-bit (bpc 8) or 16-bit samples of the machine's byte order. `w` and `h` may be smaller
/// than the image; `stride` is in bytes.
void store(const Image& image, unsigned bpc, void* data, ptrdiff_t stride, unsigned w, unsigned h);

}  // namespace vmaf::testdata
