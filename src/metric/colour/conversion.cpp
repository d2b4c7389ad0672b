// The constants of a colour conversion, from its options and the pictures' format.
#include "metric/colour/conversion.h"

#include "base/error.h"

namespace vmaf::colour {
namespace {

/// More lines than this are bt709 without being told.
constexpr unsigned kMostLinesOfBt601 = 650;

constexpr ChromaPhases kOnEven = {{-1, -1}, {{0, 1, 0, 0}, {-1 / 16.f, 9 / 16.f, 9 / 16.f, -1 / 16.f}}};
constexpr ChromaPhases kBetween = {
    {-2, -1}, {{-3 / 128.f, 29 / 128.f, 111 / 128.f, -9 / 128.f}, {-9 / 128.f, 111 / 128.f, 29 / 128.f, -3 / 128.f}}};

Matrix matrix_of(const OptionValues& options, const PictureFormat& format) {
    const auto chosen = options.choice<Matrix>("matrix");
    if (chosen != Matrix::kAuto) return chosen;
    return format.h > kMostLinesOfBt601 ? Matrix::kBt709 : Matrix::kBt601;
}

struct LumaShares {
    double red, blue;
};

LumaShares luma_shares(Matrix matrix) {
    if (matrix == Matrix::kBt601) return {0.299, 0.114};
    if (matrix == Matrix::kBt2020) return {0.2627, 0.0593};
    return {0.2126, 0.0722};
}

template <size_t kCount>
std::string_view name_of(const Choice (&choices)[kCount], int value) {
    for (const Choice& choice : choices)
        if (choice.value == value) return choice.name;
    return {};
}

}  // namespace

Conversion::Conversion(const OptionValues& options, const PictureFormat& format)
    : w(static_cast<int>(format.w)),
      h(static_cast<int>(format.h)),
      chroma_w(static_cast<int>(format.plane_w(1))),
      chroma_h(static_cast<int>(format.plane_h(1))),
      shift_x(format.subsampled_x()),
      shift_y(format.subsampled_y()),
      gbr(options.choice<Matrix>("matrix") == Matrix::kGbr),
      transfer(options.choice<Transfer>("transfer")) {
    const bool full = options.choice<Range>("range") == Range::kFull;
    const double step = 1u << (format.bpc - 8), peak = (1u << format.bpc) - 1;
    luma_zero = full ? 0 : static_cast<float>(16 * step);
    luma_unit = static_cast<float>(1 / (full ? peak : 219 * step));
    chroma_zero = static_cast<float>(128 * step);
    chroma_unit = static_cast<float>(1 / (full ? peak : 224 * step));
    const auto [red, blue] = luma_shares(matrix_of(options, format));
    const double green = 1 - red - blue;
    red_of_v = static_cast<float>(2 * (1 - red));
    green_of_u = static_cast<float>(2 * (1 - blue) * blue / green);
    green_of_v = static_cast<float>(2 * (1 - red) * red / green);
    blue_of_u = static_cast<float>(2 * (1 - blue));
    const auto site = options.choice<ChromaSite>("chroma");
    across = site == ChromaSite::kCenter ? kBetween : kOnEven;
    down = site == ChromaSite::kTopLeft ? kOnEven : kBetween;
}

void check(const OptionValues& options, const PictureFormat& format) {
    if (options.choice<Matrix>("matrix") == Matrix::kGbr && format.pix_fmt != VMAF_PIX_FMT_YUV444P)
        fail(EINVAL, "matrix=gbr takes the planes for G, B and R, which needs YUV444P");
}

std::string describe(const OptionValues& options, const PictureFormat& format) {
    return cat("matrix ", name_of(kMatrices, static_cast<int>(matrix_of(options, format))), ", range ",
               name_of(kRanges, options.integer("range")), ", transfer ",
               name_of(kTransfers, options.integer("transfer")), ", chroma ",
               name_of(kChromaSites, options.integer("chroma")));
}

}  // namespace vmaf::colour
