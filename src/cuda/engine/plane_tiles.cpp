// Shares a picture's planes out among blocks.
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"

namespace vmaf::cuda {

PictureTiles picture_tiles(const PictureFormat& format, unsigned planes) {
    PictureTiles picture;
    for (unsigned p = 0; p < 3; ++p) {
        PlaneTiles& plane = picture.planes[p];
        plane.first = picture.blocks;
        if (p >= planes) continue;
        plane.w = static_cast<int>(format.plane_w(p));
        plane.h = static_cast<int>(format.plane_h(p));
        const auto row_bytes = static_cast<unsigned>(plane.w * format.sample_bytes());
        const unsigned columns = tiles(row_bytes, Tiling::kUnit * Tiling::kColumns);
        plane.columns = static_cast<int>(columns);
        picture.blocks += static_cast<int>(columns * tiles(format.plane_h(p), Tiling::kTileHeight));
    }
    return picture;
}

}  // namespace vmaf::cuda
