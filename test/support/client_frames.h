// Frames as clients of vmaf_picture_wrap() have them: any layout, any pitch, and a count of what was given back.
#pragma once

#include <atomic>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "picture/unpack.h"
#include "support/samples.h"

namespace vmaf::test {

/// A format and how its samples lie, with the name that decoders have for it.
struct ClientLayout {
    const char* name;
    VmafPixelFormat pix_fmt;
    unsigned bpc;
    SampleLayout samples;

    PictureFormat format(unsigned w, unsigned h) const { return {pix_fmt, bpc, w, h}; }
    unsigned flags() const {
        return samples.interleaved_chroma * unsigned{VMAF_FRAME_INTERLEAVED_CHROMA} +
               samples.high_aligned * unsigned{VMAF_FRAME_HIGH_BITS};
    }
};

inline constexpr ClientLayout kClientLayouts[] = {
    {"Yuv420p", VMAF_PIX_FMT_YUV420P, 8, {}},
    {"Yuv444p10", VMAF_PIX_FMT_YUV444P, 10, {}},
    {"Yuv422p12Msb", VMAF_PIX_FMT_YUV422P, 12, {.high_aligned = true}},
    {"Nv12", VMAF_PIX_FMT_YUV420P, 8, {.interleaved_chroma = true}},
    {"Nv16", VMAF_PIX_FMT_YUV422P, 8, {.interleaved_chroma = true}},
    {"P010", VMAF_PIX_FMT_YUV420P, 10, {.interleaved_chroma = true, .high_aligned = true}},
    {"P016", VMAF_PIX_FMT_YUV420P, 16, {.interleaved_chroma = true, .high_aligned = true}},
    {"Gray10Msb", VMAF_PIX_FMT_YUV400P, 10, {.high_aligned = true}},
};

/// Sample of picture s (0: reference) of frame t, at a depth.
inline unsigned client_sample(unsigned bpc, unsigned t, unsigned s, unsigned p, unsigned x, unsigned y) {
    const unsigned value = (x * (7 + p) + y * 13 + t * 29 + (x >> 2) * (y >> 1)) << (bpc - 8);
    return (s ? value + (x + t) % 5 : value) & ((1u << bpc) - 1);
}

/// The bytes of a frame: planes in one block, rows `padding` bytes longer than needed, the first one at `offset`.
class ClientBytes {
 public:
    ClientBytes(const ClientLayout& layout, unsigned w, unsigned h, unsigned t, unsigned s, size_t padding,
                size_t offset)
        : layout_(layout), format_(layout.format(w, h)) {
        size_t end = offset;
        for (unsigned p = 0; p < stored(); p++) {
            stride_[p] = layout.samples.row_bytes(format_, p) + padding;
            place_[p] = end;
            end += stride_[p] * format_.plane_h(p);
        }
        bytes_.assign(end, 0xa5);
        for (unsigned p = 0; p < format_.planes(); p++)
            for (unsigned y = 0; y < format_.plane_h(p); y++)
                for (unsigned x = 0; x < format_.plane_w(p); x++)
                    put(p, x, y, client_sample(format_.bpc, t, s, p, x, y));
    }

    unsigned stored() const { return layout_.samples.stored_planes(format_.planes()); }
    const std::vector<unsigned char>& bytes() const { return bytes_; }
    /// The frame, were these bytes at `base`.
    VmafFrame at(const void* base) const {
        VmafFrame frame = {};
        frame.size = sizeof frame;
        frame.pix_fmt = format_.pix_fmt;
        frame.bpc = format_.bpc;
        frame.w = format_.w;
        frame.h = format_.h;
        frame.flags = layout_.flags();
        for (unsigned p = 0; p < stored(); p++) {
            frame.data[p] = static_cast<const unsigned char*>(base) + place_[p];
            frame.stride[p] = static_cast<ptrdiff_t>(stride_[p]);
        }
        return frame;
    }

 private:
    void put(unsigned p, unsigned x, unsigned y, unsigned value) {
        const unsigned stored_p = p && layout_.samples.interleaved_chroma ? 1 : p;
        const size_t sample = size_t{x} * layout_.samples.step(p) + (p - stored_p);
        unsigned char* const row = bytes_.data() + place_[stored_p] + y * stride_[stored_p];
        if (format_.bpc == 8) {
            row[sample] = static_cast<unsigned char>(value);
            return;
        }
        const auto word = static_cast<uint16_t>(value << layout_.samples.padding_bits(format_.bpc));
        std::memcpy(row + 2 * sample, &word, sizeof word);
    }

    ClientLayout layout_;
    PictureFormat format_;
    size_t stride_[3] = {}, place_[3] = {};
    std::vector<unsigned char> bytes_;
};

/// Counts the frames that came back; for VmafFrame::release.
struct Returned {
    std::atomic<unsigned> count{0};
    static void one(void* data) { static_cast<Returned*>(data)->count++; }
};

/// What the tests' extractors make of a clip: all planes, and frames before.
inline void use_client_features(VmafContext* vmaf, unsigned bpc) {
    EXPECT_EQ(vmaf_use_feature(vmaf, "psnr", nullptr), 0);
    EXPECT_EQ(vmaf_use_feature(vmaf, "motion", nullptr), 0);
    EXPECT_EQ(vmaf_set_least_depth(vmaf, bpc), 0);
}

inline std::vector<double> client_values(VmafContext* vmaf, const PictureFormat& format, unsigned frames) {
    EXPECT_EQ(vmaf_read_pictures(vmaf, nullptr, nullptr, 0), 0) << vmaf_last_error();
    std::vector<double> values;
    for (const char* feature : {"VMAF_integer_feature_motion2_score", "psnr_y", "psnr_cb", "psnr_cr"}) {
        if (format.planes() == 1 && std::string(feature).starts_with("psnr_c")) continue;
        for (unsigned t = 0; t < frames; t++) {
            double value = NAN;
            EXPECT_EQ(vmaf_feature_score_at_index(vmaf, feature, &value, t), 0) << feature << ": " << vmaf_last_error();
            values.push_back(value);
        }
    }
    return values;
}

/// The values of the same samples in the library's own pictures, on the CPU.
inline std::vector<double> plain_values(const PictureFormat& format, unsigned frames, unsigned least_depth = 8) {
    VmafContext* vmaf = nullptr;
    EXPECT_EQ(vmaf_init(&vmaf, {}), 0);
    use_client_features(vmaf, least_depth);
    for (unsigned t = 0; t < frames; t++) {
        const auto picture = [&](unsigned s) {
            return api_picture(
                format, [&](unsigned p, unsigned x, unsigned y) { return client_sample(format.bpc, t, s, p, x, y); });
        };
        VmafPicture ref = picture(0), dis = picture(1);
        EXPECT_EQ(vmaf_read_pictures(vmaf, &ref, &dis, t), 0) << vmaf_last_error();
    }
    std::vector<double> values = client_values(vmaf, format, frames);
    EXPECT_EQ(vmaf_close(vmaf), 0);
    return values;
}

}  // namespace vmaf::test
