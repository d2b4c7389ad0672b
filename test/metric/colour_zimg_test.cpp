// Linear light against zimg's conversion, in steps of 16 bits. Built where zimg's headers are.
#include <gtest/gtest.h>
#include <zimg.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "metric/colour/colour_rows.h"
#include "metric/ssimulacra2/ssimulacra2.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::TestPicture;

struct Free {
    void operator()(void* memory) const { std::free(memory); }
    void operator()(zimg_filter_graph* graph) const { zimg_filter_graph_free(graph); }
};

/// Rows of 16-bit words or bytes, aligned as zimg wants them.
struct ZimgPlane {
    static constexpr size_t kAlignment = 64;

    ZimgPlane(unsigned w, unsigned h)
        : pitch((w * 2 + kAlignment - 1) / kAlignment * kAlignment), data(std::aligned_alloc(kAlignment, pitch * h)) {}
    void* row(unsigned y) const { return static_cast<char*>(data.get()) + y * pitch; }

    size_t pitch;
    std::unique_ptr<void, Free> data;
};

/// The choices of one conversion, in our words.
struct Words {
    const char *matrix, *range, *transfer, *chroma;
};

zimg_image_format zimg_input(const PictureFormat& format, const Words& words) {
    const std::map<std::string_view, zimg_matrix_coefficients_e> matrices = {
        {"bt709", ZIMG_MATRIX_BT709}, {"bt601", ZIMG_MATRIX_ST170_M}, {"bt2020nc", ZIMG_MATRIX_BT2020_NCL}};
    // What zimg calls BT709 it takes for the display's curve.
    const std::map<std::string_view, zimg_transfer_characteristics_e> transfers = {
        {"srgb", ZIMG_TRANSFER_IEC_61966_2_1}, {"bt1886", ZIMG_TRANSFER_BT709}, {"linear", ZIMG_TRANSFER_LINEAR}};
    const std::map<std::string_view, zimg_chroma_location_e> sites = {
        {"left", ZIMG_CHROMA_LEFT}, {"center", ZIMG_CHROMA_CENTER}, {"topleft", ZIMG_CHROMA_TOP_LEFT}};
    zimg_image_format in;
    zimg_image_format_default(&in, ZIMG_API_VERSION);
    in.width = format.w;
    in.height = format.h;
    in.pixel_type = format.bpc > 8 ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
    in.depth = format.bpc;
    in.subsample_w = format.subsampled_x();
    in.subsample_h = format.subsampled_y();
    in.color_family = ZIMG_COLOR_YUV;
    in.matrix_coefficients = matrices.at(words.matrix);
    in.transfer_characteristics = transfers.at(words.transfer);
    in.color_primaries = ZIMG_PRIMARIES_BT709;
    in.pixel_range = std::string_view(words.range) == "full" ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
    in.chroma_location = sites.at(words.chroma);
    return in;
}

/// R, G and B of 16 bits in linear light.
std::vector<ZimgPlane> zimg_rgb(const TestPicture& picture, const Words& words) {
    const PictureFormat& format = picture.format();
    const PictureView view = picture.view();
    const zimg_image_format in = zimg_input(format, words);
    zimg_image_format out = in;
    out.pixel_type = ZIMG_PIXEL_WORD;
    out.depth = 16;
    out.subsample_w = out.subsample_h = 0;
    out.color_family = ZIMG_COLOR_RGB;
    out.matrix_coefficients = ZIMG_MATRIX_RGB;
    out.transfer_characteristics = ZIMG_TRANSFER_LINEAR;
    out.pixel_range = ZIMG_RANGE_FULL;
    zimg_graph_builder_params params;
    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.resample_filter = params.resample_filter_uv = ZIMG_RESIZE_BICUBIC;
    params.filter_param_a = params.filter_param_a_uv = 0;
    params.filter_param_b = params.filter_param_b_uv = 0.5;
    params.cpu_type = ZIMG_CPU_NONE;
    const std::unique_ptr<zimg_filter_graph, Free> graph(zimg_filter_graph_build(&in, &out, &params));
    if (!graph) throw std::runtime_error("zimg_filter_graph_build");

    std::vector<ZimgPlane> from, to;
    zimg_image_buffer_const source = {ZIMG_API_VERSION, {}};
    zimg_image_buffer target = {ZIMG_API_VERSION, {}};
    for (unsigned p = 0; p < 3; p++) {
        const ZimgPlane &in_plane = from.emplace_back(format.w, format.h),
                        &out_plane = to.emplace_back(format.w, format.h);
        for (unsigned y = 0; y < format.plane_h(p); y++)
            std::memcpy(in_plane.row(y),
                        static_cast<const char*>(view.data[p]) + view.stride[p] * static_cast<ptrdiff_t>(y),
                        format.plane_w(p) * format.sample_bytes());
        source.plane[p] = {in_plane.data.get(), static_cast<ptrdiff_t>(in_plane.pitch), ZIMG_BUFFER_MAX};
        target.plane[p] = {out_plane.data.get(), static_cast<ptrdiff_t>(out_plane.pitch), ZIMG_BUFFER_MAX};
    }
    size_t size = 0;
    zimg_filter_graph_get_tmp_size(graph.get(), &size);
    const std::unique_ptr<void, Free> scratch(std::aligned_alloc(64, size / 64 * 64 + 64));
    if (zimg_filter_graph_process(graph.get(), &source, &target, scratch.get(), nullptr, nullptr, nullptr, nullptr))
        throw std::runtime_error("zimg_filter_graph_process");
    return to;
}

/// A smooth picture with a little noise, whose colours stay within R, G and B.
unsigned smooth_sample(unsigned bpc, unsigned p, unsigned x, unsigned y) {
    const double noise = static_cast<double>(test::hash(uint64_t{p} << 48 | uint64_t{y} << 24 | x) % 1000) / 25000;
    const double value = 0.48 + 0.25 * std::sin(x * 0.11 + p) + 0.2 * std::cos(y * 0.17 - p) + noise;
    return static_cast<unsigned>((p ? 0.5 + (value - 0.5) * 0.35 : value) * ((1u << bpc) - 1));
}

double largest_distance(const PictureFormat& format, const Words& words) {
    const TestPicture picture(format,
                              [&](unsigned p, unsigned x, unsigned y) { return smooth_sample(format.bpc, p, x, y); });
    const OptionValues options(
        kSsimulacra2.options,
        {{"matrix", words.matrix}, {"range", words.range}, {"transfer", words.transfer}, {"chroma", words.chroma}});
    const colour::Conversion conversion(options, format);
    const std::vector<ZimgPlane> theirs = zimg_rgb(picture, words);
    double distance = 0;
    with_sample_type(format.bpc, [&]<class T>(std::type_identity<T>) {
        const colour::PixelReader<T> reader(picture.view(), conversion);
        for (unsigned y = 0; y < format.h; y++)
            for (unsigned x = 0; x < format.w; x++) {
                const colour::Rgb ours = reader.at(static_cast<int>(x), static_cast<int>(y));
                const float of[3] = {ours.r, ours.g, ours.b};
                for (unsigned p = 0; p < 3; p++)
                    distance = std::max(distance,
                                        std::fabs(static_cast<const uint16_t*>(theirs[p].row(y))[x] - of[p] * 65535.));
            }
    });
    return distance;
}

TEST(Colour, IsWithinAStepOf16BitsOfZimg) {
    for (const VmafPixelFormat pix_fmt : {VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P, VMAF_PIX_FMT_YUV444P})
        for (const unsigned bpc : {8u, 10u, 16u})
            for (const char* chroma : {"left", "center", "topleft"})
                EXPECT_LT(largest_distance({pix_fmt, bpc, 96, 64}, {"bt709", "limited", "linear", chroma}), 1)
                    << pix_fmt << " " << bpc << " " << chroma;
    for (const char* matrix : {"bt601", "bt2020nc"})
        for (const char* range : {"limited", "full"})
            for (const char* transfer : {"srgb", "bt1886", "linear"})
                EXPECT_LT(largest_distance({VMAF_PIX_FMT_YUV420P, 10, 96, 64}, {matrix, range, transfer, "left"}), 1)
                    << matrix << " " << range << " " << transfer;
}

}  // namespace
}  // namespace vmaf
