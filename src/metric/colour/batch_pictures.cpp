#include "metric/colour/batch_pictures.h"

#include "cuda/engine/extractor.h"

namespace vmaf::colour {

BatchPictures batch_pictures(const cuda::Batch& batch, const Conversion& conversion) {
    BatchPictures pictures{.frames = {}, .conversion = conversion};
    const unsigned planes = conversion.has_chroma() ? 3 : 1;
    for (size_t i = 0; i < batch.frames.size(); i++)
        for (unsigned p = 0; p < planes; p++) pictures.frames[i][p] = cuda::plane_pair_arg(batch.frames[i], p);
    return pictures;
}

}  // namespace vmaf::colour
