// XPSNR: which blocks a picture has, and what they weigh.
#include <algorithm>
#include <cmath>

#include "metric/xpsnr/xpsnr.h"

namespace vmaf::xpsnr {
namespace {

double samples(const PictureFormat& format) { return static_cast<double>(uint64_t{format.w} * format.h); }

/// Samples over those of 3840 x 2160.
double relative_size(const PictureFormat& format) { return samples(format) / (3840.0 * 2160.0); }

double activity(const Layout& layout, unsigned column, unsigned row, const Block& block) {
    /// Widths up to which FFmpeg drops the spatial activity of cells.
    constexpr unsigned kNarrow = 12;
    const Area area = layout.area(0, column, row), filtered = layout.filtered(column, row);
    if (filtered.empty()) return 1;
    const bool dropped = layout.coarse() && filtered.x1 - area.x0 <= kNarrow;
    const double spatial = (dropped ? 0 : static_cast<double>(block.spatial)) / filtered.size();
    const double temporal = static_cast<double>(2 * block.temporal) / area.size();
    return std::max(spatial + temporal, static_cast<double>(1u << (layout.format.bpc - 6)));
}

/// Block by block, in reading order: no weight stays above the largest of its neighbours to the left, above and to the right.
void limit(const Layout& layout, std::vector<double>& weights) {
    const size_t columns = layout.columns, last = weights.size() - 1;
    for (size_t i = 0; i <= last; i++) {
        if (i == last && i <= columns) break;
        double most = 0;
        if (i % columns) most = weights[i - 1];
        if (i >= columns) most = std::max(most, weights[i - columns]);
        if ((i + 1) % columns) most = std::max(most, weights[i + 1]);
        weights[i] = std::min(weights[i], most);
    }
}

std::vector<double> weights_of(const Layout& layout, std::span<const Block> blocks) {
    constexpr double kSmallPicture = 640 * 480;
    std::vector<double> weights;
    weights.reserve(blocks.size());
    for (unsigned row = 0; row < layout.rows; row++)
        for (unsigned column = 0; column < layout.columns; column++)
            weights.push_back(1 / activity(layout, column, row, blocks[weights.size()]));
    if (samples(layout.format) <= kSmallPicture) limit(layout, weights);
    return weights;
}

/// The activity at which an error counts as it is.
double usual_activity(const PictureFormat& format) {
    return std::sqrt(16.0 * static_cast<double>(1u << (2 * format.bpc - 9)) /
                     std::sqrt(std::max(0.00001, relative_size(format))));
}

}  // namespace

unsigned temporal_order(const OptionValues& options) {
    constexpr double kHighRate = 32;
    return options.real("fps") < kHighRate ? 1 : 2;
}

Layout::Layout(const OptionValues& options, const PictureFormat& pictures)
    : format(pictures), order(temporal_order(options)), reach(samples(format) > 2048 * 1152 ? 2 : 1) {
    side = 4 * static_cast<unsigned>(32.0 * std::sqrt(relative_size(format)) + 0.5);
    weighted = side > 0;
    if (!weighted) side = (std::max(format.w, format.h) + 3) / 4 * 4;
    columns = (format.w + side - 1) / side;
    rows = (format.h + side - 1) / side;
}

Area Layout::area(unsigned p, unsigned column, unsigned row) const {
    const auto span = [](unsigned i, unsigned size, unsigned end, unsigned& from, unsigned& to) {
        from = static_cast<unsigned>(std::min<uint64_t>(uint64_t{i} * size, end));
        to = static_cast<unsigned>(std::min<uint64_t>(uint64_t{i + 1} * size, end));
    };
    Area area;
    span(column, width(p), format.plane_w(p), area.x0, area.x1);
    span(row, height(p), format.plane_h(p), area.y0, area.y1);
    return area;
}

Area Layout::filtered(unsigned column, unsigned row) const {
    const auto inner = [this](unsigned end) { return end - std::min(end, reach); };
    const Area all = area(0, column, row);
    return {std::max(all.x0, reach), std::max(all.y0, reach), std::min(all.x1, inner(format.w)),
            std::min(all.y1, inner(format.h))};
}

Sums weigh(const Layout& layout, std::span<const Block> blocks) {
    Sums sums;
    if (!layout.weighted) {
        std::copy(std::begin(blocks[0].sse), std::end(blocks[0].sse), sums.error);
        return sums;
    }
    const std::vector<double> weights = weights_of(layout, blocks);
    const double usual = usual_activity(layout.format);
    for (unsigned p = 0; p < layout.format.planes(); p++) {
        double error = 0;
        for (size_t i = 0; i < blocks.size(); i++) error += static_cast<double>(blocks[i].sse[p]) * weights[i];
        sums.error[p] = static_cast<uint64_t>(error * usual + 0.5);
    }
    return sums;
}

}  // namespace vmaf::xpsnr
