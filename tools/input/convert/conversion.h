// What brings the frames of one video to the format of another: size, chroma format, depth, and the meaning of samples.
#pragma once

#include <memory>
#include <string>

#include "input/video_reader.h"

namespace vmaf::tool {

/// False in a build without zimg, in which convert() is not called.
inline constexpr bool kZimgInThisBuild = VMAF_HAVE_ZIMG;

/// Filters that change a size. Bicubic is the one with B = 0 and C = 0.6, as in FFmpeg's scale; Lanczos has three lobes.
enum class Resampling { kNone, kBicubic, kLanczos, kBilinear };

/// As options have it.
std::string name_of(Resampling resampling);

/// Samples keep their value: depths differ by a shift, and planes are resampled in integers, with the same result on all machines. Where
/// `colour` is set they get another value for the same colour.
struct Conversion {
    /// What samples mean, in FFmpeg's names.
    struct Meaning {
        std::string range, matrix;  ///< empty: limited; that of the other side
        std::string chroma_place;   ///< empty: left
    };
    PictureFormat to;
    Resampling resampling = Resampling::kBicubic;
    Meaning from_meaning, to_meaning;
    bool colour = false;  ///< range and matrix are converted as well
};

/// True if colours of that matrix can be converted; it is FFmpeg's name of it.
bool knows_matrix(const std::string& name);

/// The video converted. Twins take turns at `inner`, which need not have twins itself, and convert in their own threads. Throws Error with
/// the reason if there is no such conversion. `inner` has chroma if `to` has.
std::unique_ptr<VideoReader> convert(std::unique_ptr<VideoReader> inner, const Conversion& conversion);

/// "zimg 3.0.4", or that there is none.
std::string zimg_words();

}  // namespace vmaf::tool
