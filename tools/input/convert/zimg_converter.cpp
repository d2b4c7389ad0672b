// Conversions by zimg. Sizes, chroma formats and depths change plane by plane and in integers; range and matrix take one graph of all planes
// and floating point, for which zimg's plain C is taken, so that no machine gives other samples.
#include <zimg.h>

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"
#include "input/convert/aligned_picture.h"
#include "input/convert/converter.h"

namespace vmaf::tool {

namespace {

[[noreturn]] void fail_zimg(const char* what) {
    char text[256] = "";
    zimg_get_last_error(text, sizeof text);
    zimg_clear_last_error();
    fail(EINVAL, what, ": zimg: ", text);
}

/// Along one axis: where chroma's samples lie, in luma's.
struct Siting {
    double step = 1, offset = 0;
};

Siting siting(bool subsampled, bool between) { return {subsampled ? 2.0 : 1.0, subsampled && between ? 0.5 : 0.0}; }

Siting siting_x(const PictureFormat& format, const std::string& place) {
    return siting(format.subsampled_x(), place == "center" || place == "top" || place == "bottom");
}

Siting siting_y(const PictureFormat& format, const std::string& place) {
    Siting found = siting(format.subsampled_y(), place.empty() || place == "left" || place == "center");
    if (format.subsampled_y() && place.starts_with("bottom")) found.offset = 1;
    return found;
}

/// Along one axis: what of the input's samples the output's `count` samples stand for.
struct Span {
    double start = 0, size = 0;
};

/// `scale`: luma samples of the input for one of the output.
Span span_of(double scale, Siting in, Siting out, unsigned count) {
    const double step = out.step * scale / in.step;
    const double first = ((out.offset + 0.5) * scale - 0.5 - in.offset) / in.step;  // centre of output sample 0
    return {first + 0.5 - step / 2, step * count};
}

struct Matrix {
    const char* name;
    zimg_matrix_coefficients_e value;
};
constexpr Matrix kMatrices[] = {{"bt709", ZIMG_MATRIX_BT709},        {"fcc", ZIMG_MATRIX_FCC},
                                {"bt470bg", ZIMG_MATRIX_BT470_BG},   {"smpte170m", ZIMG_MATRIX_ST170_M},
                                {"smpte240m", ZIMG_MATRIX_ST240_M},  {"ycgco", ZIMG_MATRIX_YCGCO},
                                {"bt2020nc", ZIMG_MATRIX_BT2020_NCL}};

zimg_matrix_coefficients_e matrix_of(const std::string& name) {
    for (const Matrix& matrix : kMatrices)
        if (name == matrix.name) return matrix.value;
    return ZIMG_MATRIX_UNSPECIFIED;
}

zimg_chroma_location_e place_of(const std::string& name) {
    if (name == "center") return ZIMG_CHROMA_CENTER;
    if (name == "topleft") return ZIMG_CHROMA_TOP_LEFT;
    if (name == "top") return ZIMG_CHROMA_TOP;
    if (name == "bottomleft") return ZIMG_CHROMA_BOTTOM_LEFT;
    return name == "bottom" ? ZIMG_CHROMA_BOTTOM : ZIMG_CHROMA_LEFT;
}

/// Of one plane. What it holds and in which range do not matter: resampling is linear, and a depth is a shift in the limited range.
zimg_image_format plane_format(const PictureFormat& format, unsigned p) {
    zimg_image_format plane;
    zimg_image_format_default(&plane, ZIMG_API_VERSION);
    plane.width = format.plane_w(p);
    plane.height = format.plane_h(p);
    plane.pixel_type = format.bpc > 8 ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
    plane.depth = format.bpc;
    plane.color_family = ZIMG_COLOR_GREY;
    plane.pixel_range = ZIMG_RANGE_LIMITED;
    return plane;
}

zimg_image_format picture_format(const PictureFormat& format, const Conversion::Meaning& meaning) {
    zimg_image_format picture = plane_format(format, 0);
    picture.pixel_range = meaning.range == "full" ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
    if (format.planes() == 1) return picture;
    picture.color_family = ZIMG_COLOR_YUV;
    picture.subsample_w = format.subsampled_x();
    picture.subsample_h = format.subsampled_y();
    picture.matrix_coefficients = matrix_of(meaning.matrix);
    picture.transfer_characteristics = ZIMG_TRANSFER_BT709;  // the same on both sides, so that it does not count
    picture.color_primaries = ZIMG_PRIMARIES_BT709;
    picture.chroma_location = place_of(meaning.chroma_place);
    return picture;
}

zimg_graph_builder_params parameters(Resampling resampling, InstructionSets sets) {
    zimg_graph_builder_params builder;
    zimg_graph_builder_params_default(&builder, ZIMG_API_VERSION);
    builder.resample_filter = ZIMG_RESIZE_BICUBIC;
    builder.filter_param_a = 0.0;
    builder.filter_param_b = 0.6;
    if (resampling == Resampling::kLanczos) {
        builder.resample_filter = ZIMG_RESIZE_LANCZOS;
        builder.filter_param_a = 3;
        builder.filter_param_b = NAN;
    } else if (resampling == Resampling::kBilinear) {
        builder.resample_filter = ZIMG_RESIZE_BILINEAR;
        builder.filter_param_a = builder.filter_param_b = NAN;
    }
    builder.resample_filter_uv = builder.resample_filter;
    builder.filter_param_a_uv = builder.filter_param_a;
    builder.filter_param_b_uv = builder.filter_param_b;
    builder.dither_type = ZIMG_DITHER_NONE;
    builder.cpu_type = sets == InstructionSets::kAll ? ZIMG_CPU_AUTO : ZIMG_CPU_NONE;
    return builder;
}

/// A conversion of some planes at once.
class Graph {
 public:
    /// Of `planes` planes from number `first` on.
    Graph(unsigned first, unsigned planes, const zimg_image_format& from, const zimg_image_format& to,
          const zimg_graph_builder_params& builder)
        : first_(first), planes_(planes), graph_(zimg_filter_graph_build(&from, &to, &builder)) {
        if (!graph_) fail_zimg("no such conversion");
        size_t bytes = 0;
        if (zimg_filter_graph_get_tmp_size(graph_.get(), &bytes) != ZIMG_ERROR_SUCCESS) fail_zimg("no such conversion");
        work_.resize(bytes + kConverterAlignment);
    }

    void run(const VmafPicture& in, const VmafPicture& out) {
        zimg_image_buffer_const source = {ZIMG_API_VERSION, {}};
        zimg_image_buffer target = {ZIMG_API_VERSION, {}};
        for (unsigned p = 0; p < planes_; p++) {
            source.plane[p] = {in.data[first_ + p], in.stride[first_ + p], ZIMG_BUFFER_MAX};
            target.plane[p] = {out.data[first_ + p], out.stride[first_ + p], ZIMG_BUFFER_MAX};
        }
        void* work = work_.data();
        size_t space = work_.size();
        std::align(kConverterAlignment, space - kConverterAlignment, work, space);
        if (zimg_filter_graph_process(graph_.get(), &source, &target, work, nullptr, nullptr, nullptr, nullptr) !=
            ZIMG_ERROR_SUCCESS)
            fail_zimg("a frame can't be converted");
    }

 private:
    struct Freer {
        void operator()(zimg_filter_graph* graph) const { zimg_filter_graph_free(graph); }
    };
    unsigned first_, planes_;
    std::unique_ptr<zimg_filter_graph, Freer> graph_;
    std::vector<std::byte> work_;
};

bool aligned(const VmafPicture& picture, unsigned p) {
    return reinterpret_cast<uintptr_t>(picture.data[p]) % kConverterAlignment == 0 &&
           picture.stride[p] % static_cast<ptrdiff_t>(kConverterAlignment) == 0;
}

class ZimgConverter final : public Converter {
 public:
    ZimgConverter(const PictureFormat& from, const Conversion& conversion, unsigned planes, InstructionSets sets)
        : to_(conversion.to), planes_(planes & ((1u << to_.planes()) - 1)), own_(to_, (1u << to_.planes()) - 1) {
        if (conversion.colour)
            add_picture(from, conversion);
        else
            for (unsigned p = 0; p < to_.planes(); p++)
                if (planes_ >> p & 1) add_plane(from, conversion, p, sets);
    }

    unsigned planes_read() const override { return planes_read_; }

    void run(const VmafPicture& in, const VmafPicture& out) override {
        VmafPicture target = own_.view();
        for (unsigned p = 0; p < to_.planes(); p++) {
            if (!(planes_ >> p & 1) || !aligned(out, p)) continue;
            target.data[p] = out.data[p];
            target.stride[p] = out.stride[p];
        }
        for (Graph& graph : graphs_) graph.run(in, target);
        for (unsigned p = 0; p < to_.planes(); p++)
            if (planes_ >> p & 1 && target.data[p] != out.data[p]) copy(target, out, p);
    }

 private:
    void add_plane(const PictureFormat& from, const Conversion& conversion, unsigned p, InstructionSets sets) {
        const auto &in = conversion.from_meaning.chroma_place, &out = conversion.to_meaning.chroma_place;
        const double scale_x = static_cast<double>(from.w) / to_.w, scale_y = static_cast<double>(from.h) / to_.h;
        zimg_image_format source = plane_format(from, p);
        const Siting none;
        const Span x = span_of(scale_x, p ? siting_x(from, in) : none, p ? siting_x(to_, out) : none, to_.plane_w(p));
        const Span y = span_of(scale_y, p ? siting_y(from, in) : none, p ? siting_y(to_, out) : none, to_.plane_h(p));
        source.active_region = {x.start, y.start, x.size, y.size};
        graphs_.emplace_back(p, 1, source, plane_format(to_, p), parameters(conversion.resampling, sets));
        planes_read_ |= 1u << p;
    }

    void add_picture(const PictureFormat& from, const Conversion& conversion) {
        for (const PictureFormat& format : {from, to_})
            if ((format.subsampled_x() && format.w % 2) || (format.subsampled_y() && format.h % 2))
                fail(EINVAL, "range and matrix can't be converted at the odd size ", format.w, "x", format.h,
                     ", at which chroma has half a sample; crop it to an even one");
        PictureFormat source = from;
        if (to_.planes() == 1) source.pix_fmt = VMAF_PIX_FMT_YUV400P;
        graphs_.emplace_back(0, to_.planes(), picture_format(source, conversion.from_meaning),
                             picture_format(to_, conversion.to_meaning),
                             parameters(conversion.resampling, InstructionSets::kNone));
        planes_read_ = (1u << source.planes()) - 1;
    }

    void copy(const VmafPicture& from, const VmafPicture& to, unsigned p) const {
        const auto* in = static_cast<const std::byte*>(from.data[p]);
        auto* out = static_cast<std::byte*>(to.data[p]);
        const size_t bytes = to_.plane_w(p) * to_.sample_bytes();
        for (unsigned y = 0; y < to_.plane_h(p); y++)
            std::memcpy(out + static_cast<ptrdiff_t>(y) * to.stride[p], in + static_cast<ptrdiff_t>(y) * from.stride[p],
                        bytes);
    }

    PictureFormat to_;
    unsigned planes_;  ///< that are asked for
    unsigned planes_read_ = 0;
    AlignedPicture own_;  ///< for what can't be written where it belongs, or belongs nowhere
    std::vector<Graph> graphs_;
};

}  // namespace

bool knows_matrix(const std::string& name) { return matrix_of(name) != ZIMG_MATRIX_UNSPECIFIED; }

std::string zimg_words() {
    unsigned major = 0, minor = 0, micro = 0;
    zimg_get_version_info(&major, &minor, &micro);
    return cat("zimg ", major, ".", minor, ".", micro);
}

std::unique_ptr<Converter> make_converter(const PictureFormat& from, const Conversion& conversion, unsigned planes,
                                          InstructionSets sets) {
    return std::make_unique<ZimgConverter>(from, conversion, planes, sets);
}

}  // namespace vmaf::tool
