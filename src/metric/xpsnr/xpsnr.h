// XPSNR: squared errors of blocks, weighted by how active the reference picture is there, in space and time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metric/metric.h"
#include "metric/xpsnr/xpsnr_math.h"

namespace vmaf {

/// docs/numerics/xpsnr.md. Integers of blocks, weighted in a fixed order; exact on every backend.
extern const Metric kXpsnr;

namespace xpsnr {

struct Sums {
    uint64_t error[3] = {};  ///< weighted squared errors of each plane; 0 for planes that the format lacks

    bool operator==(const Sums&) const = default;
};

struct Area {
    unsigned x0, y0, x1, y1;  ///< of samples; ends are exclusive

    bool empty() const { return x0 >= x1 || y0 >= y1; }
    double size() const { return static_cast<double>(x1 - x0) * static_cast<double>(y1 - y0); }
};

/// How many earlier pictures temporal activity compares with: 1 or 2, by the frame rate.
unsigned temporal_order(const OptionValues& options);

/// What a pass knows before its first frame: the blocks of a picture, row by row.
struct Layout {
    Layout(const OptionValues& options, const PictureFormat& format);

    size_t blocks() const { return size_t{columns} * rows; }
    /// The samples of plane p that belong to a block; may be none in chroma.
    Area area(unsigned p, unsigned column, unsigned row) const;
    /// The samples of luma among them at which the filter is applied: none within `reach` of the picture's edges.
    Area filtered(unsigned column, unsigned row) const;
    /// Width and height of a whole block in plane p.
    unsigned width(unsigned p) const { return side >> (p && format.subsampled_x()); }
    unsigned height(unsigned p) const { return side >> (p && format.subsampled_y()); }
    /// True if activities are those of cells of 2 x 2 samples.
    bool coarse() const { return reach == 2; }

    PictureFormat format;
    unsigned order;          ///< of the temporal activity
    unsigned side;           ///< of a block, in samples of luma; a multiple of 4
    bool weighted;           ///< false for tiny pictures: one block, whose activity does not matter
    unsigned columns, rows;  ///< of blocks
    unsigned reach;          ///< of the filter, in samples
};

/// Weights the blocks of a picture, `layout.blocks()` of them.
Sums weigh(const Layout& layout, std::span<const Block> blocks);

/// Computes all blocks of a frame. `scratch` belongs to the caller and is passed again from frame to frame. `bits` becomes at least the or
/// of the frame's samples of 9 to 15 bits, as OrSamples gives it; beyond the depth's largest sample the blocks mean nothing.
using BlocksFunction = void (*)(const Layout& layout, const FramePictures& frame, std::vector<uint64_t>& scratch,
                                std::span<Block> blocks, unsigned& bits);

/// The loops over samples.
struct Loops {
    BlocksFunction blocks;
    BlocksFunction errors;  ///< Block::sse alone; leaves the rest as it is
};

/// The pass on the CPU, whose loops over samples are a parameter.
std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const Loops& loops);
/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace xpsnr
}  // namespace vmaf
