// Files with the confidences of every pixel: one a scale, all frames one after another.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>

#include "metric/cambi/cambi.h"

namespace vmaf::cambi {

/// Open files. One thread at a time. Failures throw Error with the path.
class HeatmapFiles {
 public:
    /// Makes the folder and empty files in it.
    HeatmapFiles(const std::filesystem::path& folder, const Geometry& geometry);

    /// Puts a frame's heatmaps, laid out as heatmap_pixels() says, in the frame's place.
    void write(unsigned frame, std::span<const std::byte> heatmaps);
    /// The stream has ended: everything must be on its way to the disk.
    void finish();

 private:
    struct File {
        std::filesystem::path path;
        std::ofstream stream;
        size_t bytes;  ///< of a frame
    };
    std::array<File, kScales> files_;
};

}  // namespace vmaf::cambi
