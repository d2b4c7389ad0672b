// butteraugli's pass on the CPU: the order of its steps over rows of both pictures. What is done to a row is a parameter: plain loops or vector code.
#pragma once

#include <memory>
#include <vector>

#include "metric/butteraugli/butteraugli.h"
#include "metric/colour/conversion.h"
#include "metric/float/rows.h"

namespace vmaf::butteraugli {

/// The reference's and the distorted picture's.
inline constexpr int kSides = 2;

/// Rows of `w` samples of one picture, before it is compared. Whole vectors may be stored.
struct LowSplit {
    Channel channel;
    int w;
    float* plane;     ///< becomes what is left without the low band
    float* low;       ///< becomes what is compared
    float* low_of_y;  ///< written for Y, read for B
};
struct MidSplit {
    Channel channel;
    int w;
    float* plane;            ///< becomes what is left, of X and Y
    float* blurred;          ///< becomes the band
    const float* left_of_y;  ///< for X
};
struct FineSplit {
    Channel channel;
    int w;
    float root_of_bias;
    float* plane;    ///< becomes the ultra-high band
    float* blurred;  ///< becomes the high band
    float* mask;     ///< Y's part for Y; then, for X, what is blurred
};

/// Rows of `w` samples of both pictures.
struct LowRow {
    Channel channel;
    int w;
    const float* low[kSides];
    float* map;  ///< set for Y, added to for the others
};
struct MidRow {
    Channel channel;
    int w;
    PairWeights lines;
    const float* band[kSides];
    float* map;      ///< set for Y, added to for the others
    float* numbers;  ///< whose lines are to be looked at, of X and Y
};
struct FineRow {
    Channel channel;
    int w;
    PairWeights high_lines, ultra_lines;
    const float *high[kSides], *ultra[kSides];
    float* map;
    float *high_numbers, *ultra_numbers;  ///< whose lines are to be looked at
};
struct VisibleRow {
    int w;
    const float* masks[3];  ///< the row kActivityStep above, this one, that below: infinite outside the picture
    const float *low, *ac, *lines;
    const float* half;  ///< of half size, each sample twice; null: none
    float* out;
};

/// Reads pictures of one format.
class LightReader {
 public:
    virtual ~LightReader() = default;
    /// R, G and B of row y in linear light.
    virtual void read(const PictureView& picture, int y, float* const out[kChannels]) = 0;
};

/// What is done to rows.
struct RowLoops {
    std::unique_ptr<LightReader> (*make_reader)(const colour::Conversion& conversion);
    /// By BlurName: the rows around[0 .. 2 reach] blurred, with whole taps.
    void (*blur[kBlurs])(const float* const* around, const Blur& blur, int w, float* out);
    /// Rows below each other, at an edge: place[j] is j rows behind.
    void (*blur_edge)(const float* const* place, const Blur& blur, const Edge& edge, int w, float* out);
    /// Light becomes X, Y and B in place.
    void (*opponents)(float* const planes[kChannels], const float* const smooth[kChannels], float luminance, int w);
    void (*halve)(const float* upper, const float* lower, int w, float* out);
    void (*split_low)(const LowSplit& row);
    void (*split_mid)(const MidSplit& row);
    void (*split_fine)(const FineSplit& row);
    void (*low)(const LowRow& row);
    void (*mid)(const MidRow& row);
    void (*fine)(const FineRow& row);
    /// Adds lines around the middle one of 2 kLineReach + 1 rows to the map.
    void (*sparse)(const float* const* around, int w, float* map);
    void (*dense)(const float* const* around, int w, float* map);
    void (*mask_difference)(const float* ref, const float* dis, int w, float* map);
    void (*visible)(const VisibleRow& row);
    /// Adds samples x, x + kRowSums, ... to sum x of each power; `w` is a multiple of kRowSums. Gives the greatest sample.
    float (*powers)(const float* row, int w, double (*sums)[kRowSums]);
};

/// RowLoops::make_reader in plain loops.
std::unique_ptr<LightReader> make_scalar_reader(const colour::Conversion& conversion);

std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const RowLoops& loops);

}  // namespace vmaf::butteraugli
