// Where the reference cuts to another scene, found while its frames pass by.
#pragma once

#include <array>
#include <vector>

#include "libvmaf/picture.h"

namespace vmaf::tool {

/// Looks at a coarse grid of luma samples of each frame. One thread at a time.
class SceneCuts {
 public:
    /// The next frame, in host memory. Its index counts in the result alone.
    void add(const VmafPicture& picture, unsigned frame);

    /// Indexes of the frames that start a scene, ascending: those that differ from the frame before by at least 10 of 255 on the mean, and by at least
    /// three times what the twelve frames around them do at the median.
    std::vector<unsigned> frames() const;

 private:
    static constexpr unsigned kColumns = 48, kRows = 27;
    using Grid = std::array<float, size_t{kColumns} * kRows>;
    struct Step {
        unsigned frame;
        float difference;  ///< from the frame before: mean over the grid, in 8-bit units
    };

    Grid last_ = {};
    bool any_ = false;
    std::vector<Step> steps_;
};

}  // namespace vmaf::tool
