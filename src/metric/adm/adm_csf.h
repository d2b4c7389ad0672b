// Contrast sensitivity of the eye under a viewing condition: what adm and float_adm share.
#pragma once

namespace vmaf::adm {

struct View {
    double distance;  ///< in heights of the display
    int height;       ///< in pixels

    float pixels_per_degree() const;
};

/// Reciprocal of the quantisation step that is just invisible (Watson et al. 1997, luminance), at scale 0 to 3.
float watson(int scale, bool diagonal, const View& view);

/// Barten's sensitivity as HDR-VDP-2 has it (Mantiuk et al. 2011), at 100 cd/m^2, times `factor`.
float barten(int scale, double factor, const View& view);

}  // namespace vmaf::adm
