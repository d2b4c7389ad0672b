// How a picture's samples become R, G and B in linear light: the options that say it, and the constants made of them. docs/numerics/colour.md.
#pragma once

#include <string>

#include "base/host_device.h"
#include "base/option.h"
#include "picture/picture_format.h"

namespace vmaf::colour {

enum class Matrix { kAuto, kBt709, kBt601, kBt2020, kGbr };
enum class Range { kLimited, kFull };
enum class Transfer { kSrgb, kBt709, kBt1886, kLinear };
enum class ChromaSite { kLeft, kCenter, kTopLeft };

inline constexpr Choice kMatrices[] = {{"auto", static_cast<int>(Matrix::kAuto)},
                                       {"bt709", static_cast<int>(Matrix::kBt709)},
                                       {"bt601", static_cast<int>(Matrix::kBt601)},
                                       {"bt2020nc", static_cast<int>(Matrix::kBt2020)},
                                       {"gbr", static_cast<int>(Matrix::kGbr)}};
inline constexpr Choice kRanges[] = {{"limited", static_cast<int>(Range::kLimited)},
                                     {"full", static_cast<int>(Range::kFull)}};
inline constexpr Choice kTransfers[] = {{"srgb", static_cast<int>(Transfer::kSrgb)},
                                        {"bt709", static_cast<int>(Transfer::kBt709)},
                                        {"bt1886", static_cast<int>(Transfer::kBt1886)},
                                        {"linear", static_cast<int>(Transfer::kLinear)}};
inline constexpr Choice kChromaSites[] = {{"left", static_cast<int>(ChromaSite::kLeft)},
                                          {"center", static_cast<int>(ChromaSite::kCenter)},
                                          {"topleft", static_cast<int>(ChromaSite::kTopLeft)}};

// For the option tables of metrics.
inline constexpr Option kMatrixOption = {
    .name = "matrix",
    .help =
        "from YUV to RGB: auto (bt709 above 650 lines, else bt601), bt709, bt601, bt2020nc, or gbr: planes are G, B, R",
    .type = Option::Type::kChoice,
    .choices = kMatrices,
    .in_name = true};
inline constexpr Option kRangeOption = {.name = "range",
                                        .help = "what black and white are: limited or full",
                                        .type = Option::Type::kChoice,
                                        .choices = kRanges,
                                        .in_name = true};
inline constexpr Option kTransferOption = {.name = "transfer",
                                           .help = "what makes light of RGB: srgb, bt709, bt1886 or linear",
                                           .type = Option::Type::kChoice,
                                           .choices = kTransfers,
                                           .in_name = true};
inline constexpr Option kChromaOption = {.name = "chroma",
                                         .help = "where subsampled chroma lies: left, center or topleft",
                                         .type = Option::Type::kChoice,
                                         .choices = kChromaSites,
                                         .in_name = true};

/// Taps of an axis' filter over chroma samples, for even and for odd luma samples: luma sample 2 i + k takes those from
/// i + first[k] on.
struct ChromaPhases {
    int first[2];
    float taps[2][4];
};

/// The constants, for every backend alike.
struct Conversion {
    Conversion() = default;
    Conversion(const OptionValues& options, const PictureFormat& format);

    VMAF_HD bool has_chroma() const { return chroma_w > 0; }

    int w, h, chroma_w, chroma_h;  ///< 0 without chroma
    int shift_x, shift_y;
    bool gbr;
    Transfer transfer;
    float luma_zero, luma_unit, chroma_zero, chroma_unit;
    float red_of_v, green_of_u, green_of_v, blue_of_u;
    ChromaPhases across, down;
};

/// Throws Error(EINVAL) if the options don't go with the format.
void check(const OptionValues& options, const PictureFormat& format);

/// What is used of these options on this format: "matrix bt709, range limited, ...".
std::string describe(const OptionValues& options, const PictureFormat& format);

}  // namespace vmaf::colour
