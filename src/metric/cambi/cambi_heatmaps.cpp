// Heatmaps -> files for programs that show them.
#include "metric/cambi/cambi_heatmaps.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/error.h"

namespace vmaf::cambi {
namespace {

[[noreturn]] void refuse(const char* what, const std::filesystem::path& path, int code) {
    fail(code, "cambi: can't ", what, " '", path.string(), "' (option heatmaps_path): ", std::strerror(code));
}

}  // namespace

HeatmapFiles::HeatmapFiles(const std::filesystem::path& folder, const Geometry& geometry) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) refuse("make the folder", folder, error.value());
    // The sizes in the names are those without the high-resolution speed-up: libvmaf's names.
    int w = geometry.w, h = geometry.h;
    for (int scale = 0; scale < kScales; scale++) {
        File& file = files_[scale];
        file.path = folder / cat("cambi_heatmap_scale_", scale, "_", w, "x", h, "_16b.gray");
        file.bytes = sizeof(uint16_t) * static_cast<size_t>(geometry.width(scale)) * geometry.height(scale);
        errno = EIO;
        file.stream.open(file.path, std::ios::binary | std::ios::trunc);
        if (!file.stream) refuse("open the heatmap", file.path, errno);
        w = halved(w), h = halved(h);
    }
}

void HeatmapFiles::write(unsigned frame, std::span<const std::byte> heatmaps) {
    for (File& file : files_) {
        const std::span<const std::byte> heatmap = heatmaps.first(file.bytes);
        errno = EIO;
        file.stream.seekp(static_cast<std::streamoff>(file.bytes) * frame);
        file.stream.write(reinterpret_cast<const char*>(heatmap.data()), static_cast<std::streamsize>(heatmap.size()));
        if (!file.stream) refuse("write the heatmap", file.path, errno);
        heatmaps = heatmaps.subspan(file.bytes);
    }
}

void HeatmapFiles::finish() {
    for (File& file : files_) {
        errno = EIO;
        file.stream.close();
        if (!file.stream) refuse("write the heatmap", file.path, errno);
    }
}

}  // namespace vmaf::cambi
