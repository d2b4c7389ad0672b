// Decoded frames as the library sees them: formats that can be scored, how samples lie, what is refused.
#include "input/media/frame_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"

namespace vmaf::tool {
namespace {

using ::testing::HasSubstr;

std::string error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

Libav<AVFrame> frame_of(AVPixelFormat format, int w, int h) {
    auto frame = owned(av_frame_alloc());
    frame->format = format;
    frame->width = w;
    frame->height = h;
    EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
    return frame;
}

/// Sample x, y of a component, by the library's own description of the format.
uint16_t& sample(AVFrame& frame, int component, int x, int y) {
    const AVComponentDescriptor& c = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format))->comp[component];
    return *reinterpret_cast<uint16_t*>(frame.data[c.plane] + y * frame.linesize[c.plane] + x * c.step + c.offset);
}

TEST(FrameFormat, WhatCanBeScored) {
    struct Case {
        AVPixelFormat format;
        VmafPixelFormat pix_fmt;
        unsigned bpc;
        bool interleaved, high;
    };
    for (const auto& [format, pix_fmt, bpc, interleaved, high] :
         {Case{AV_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV420P, 8, false, false},
          {AV_PIX_FMT_YUVJ422P, VMAF_PIX_FMT_YUV422P, 8, false, false},
          {AV_PIX_FMT_YUV444P9LE, VMAF_PIX_FMT_YUV444P, 9, false, false},
          {AV_PIX_FMT_YUV420P16LE, VMAF_PIX_FMT_YUV420P, 16, false, false},
          {AV_PIX_FMT_YUVA444P10LE, VMAF_PIX_FMT_YUV444P, 10, false, false},
          {AV_PIX_FMT_GRAY8, VMAF_PIX_FMT_YUV400P, 8, false, false},
          {AV_PIX_FMT_GRAY14LE, VMAF_PIX_FMT_YUV400P, 14, false, false},
          {AV_PIX_FMT_NV12, VMAF_PIX_FMT_YUV420P, 8, true, false},
          {AV_PIX_FMT_NV16, VMAF_PIX_FMT_YUV422P, 8, true, false},
          {AV_PIX_FMT_NV24, VMAF_PIX_FMT_YUV444P, 8, true, false},
          {AV_PIX_FMT_NV20LE, VMAF_PIX_FMT_YUV422P, 10, true, false},
          {AV_PIX_FMT_P010LE, VMAF_PIX_FMT_YUV420P, 10, true, true},
          {AV_PIX_FMT_P016LE, VMAF_PIX_FMT_YUV420P, 16, true, false},
          {AV_PIX_FMT_P210LE, VMAF_PIX_FMT_YUV422P, 10, true, true}}) {
        const auto found = sample_format(format);
        ASSERT_TRUE(found) << av_get_pix_fmt_name(format);
        EXPECT_EQ(found->pix_fmt, pix_fmt) << av_get_pix_fmt_name(format);
        EXPECT_EQ(found->bpc, bpc) << av_get_pix_fmt_name(format);
        EXPECT_EQ(found->layout, (SampleLayout{interleaved, high})) << av_get_pix_fmt_name(format);
    }
}

TEST(FrameFormat, WhatCanNot) {
    for (const AVPixelFormat format :
         {AV_PIX_FMT_NONE,      AV_PIX_FMT_RGB24,       AV_PIX_FMT_GBRP,        AV_PIX_FMT_GBRP10LE,
          AV_PIX_FMT_PAL8,      AV_PIX_FMT_YUYV422,     AV_PIX_FMT_UYVY422,     AV_PIX_FMT_YUV411P,
          AV_PIX_FMT_YUV410P,   AV_PIX_FMT_YUV440P,     AV_PIX_FMT_YUV420P10BE, AV_PIX_FMT_GRAY16BE,
          AV_PIX_FMT_YA8,       AV_PIX_FMT_NV21,        AV_PIX_FMT_MONOBLACK,   AV_PIX_FMT_XYZ12LE,
          AV_PIX_FMT_GRAYF32LE, AV_PIX_FMT_BAYER_BGGR8, AV_PIX_FMT_CUDA,        AV_PIX_FMT_P010BE}) {
        const char* name = av_get_pix_fmt_name(format);
        EXPECT_FALSE(sample_format(format)) << (name ? name : "none");
    }
}

TEST(FrameFormat, SurfacesOfTheGpu) {
    struct Case {
        AVPixelFormat stored, coded;
        VmafPixelFormat pix_fmt;
        unsigned bpc;
        bool interleaved, high;
    };
    for (const auto& [stored, coded, pix_fmt, bpc, interleaved, high] :
         {Case{AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV420P, 8, true, false},
          {AV_PIX_FMT_NV12, AV_PIX_FMT_YUVJ420P, VMAF_PIX_FMT_YUV420P, 8, true, false},
          {AV_PIX_FMT_NV12, AV_PIX_FMT_GRAY8, VMAF_PIX_FMT_YUV400P, 8, true, false},
          {AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV420P10LE, VMAF_PIX_FMT_YUV420P, 10, true, true},
          {AV_PIX_FMT_P016LE, AV_PIX_FMT_YUV420P12LE, VMAF_PIX_FMT_YUV420P, 12, true, true},
          {AV_PIX_FMT_P210LE, AV_PIX_FMT_YUV422P10LE, VMAF_PIX_FMT_YUV422P, 10, true, true},
          {AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV444P, VMAF_PIX_FMT_YUV444P, 8, false, false},
          {AV_PIX_FMT_YUV444P16LE, AV_PIX_FMT_YUV444P10LE, VMAF_PIX_FMT_YUV444P, 10, false, true},
          {AV_PIX_FMT_YUV444P16LE, AV_PIX_FMT_YUV444P12LE, VMAF_PIX_FMT_YUV444P, 12, false, true}}) {
        const auto found = surface_format(stored, coded);
        ASSERT_TRUE(found) << av_get_pix_fmt_name(coded);
        EXPECT_EQ(found->pix_fmt, pix_fmt) << av_get_pix_fmt_name(coded);
        EXPECT_EQ(found->bpc, bpc) << av_get_pix_fmt_name(coded);
        EXPECT_EQ(found->layout, (SampleLayout{interleaved, high})) << av_get_pix_fmt_name(coded);
    }
    EXPECT_FALSE(surface_format(AV_PIX_FMT_NV12, AV_PIX_FMT_NONE));
    EXPECT_FALSE(surface_format(AV_PIX_FMT_NONE, AV_PIX_FMT_YUV420P));
    EXPECT_FALSE(surface_format(AV_PIX_FMT_NV12, AV_PIX_FMT_YUV444P));
    EXPECT_FALSE(surface_format(AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P10LE));
}

TEST(FrameFormat, CopiesAnyLayout) {
    for (const AVPixelFormat pixels : {AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE, AV_PIX_FMT_NV20LE}) {
        const auto frame = frame_of(pixels, 7, 5);
        const PictureFormat format = picture_format(*frame);
        const unsigned shift = sample_format(pixels)->layout.padding_bits(10);
        std::vector<uint16_t> planes[3];
        VmafPicture picture = {};
        for (unsigned p = 0; p < 3; p++) {
            planes[p].assign(size_t{format.plane_w(p)} * format.plane_h(p), 0xffff);
            picture.data[p] = planes[p].data();
            picture.stride[p] = static_cast<ptrdiff_t>(format.plane_w(p) * sizeof(uint16_t));
            for (unsigned y = 0; y < format.plane_h(p); y++)
                for (unsigned x = 0; x < format.plane_w(p); x++)
                    sample(*frame, static_cast<int>(p), static_cast<int>(x), static_cast<int>(y)) =
                        static_cast<uint16_t>((100 * p + 10 * y + x) << shift);
        }
        copy_frame(*frame, picture, 7);
        for (unsigned p = 0; p < 3; p++)
            for (size_t i = 0; i < planes[p].size(); i++)
                EXPECT_EQ(planes[p][i], 100 * p + 10 * (i / format.plane_w(p)) + i % format.plane_w(p))
                    << av_get_pix_fmt_name(pixels) << " plane " << p;
    }
}

TEST(FrameFormat, LendsLumaAlone) {
    const auto frame = frame_of(AV_PIX_FMT_P010LE, 6, 4);
    const VmafFrame all = client_frame(*frame, 7), luma = client_frame(*frame, 1);
    EXPECT_EQ(all.flags, unsigned{VMAF_FRAME_INTERLEAVED_CHROMA | VMAF_FRAME_HIGH_BITS});
    EXPECT_EQ(all.data[1], frame->data[1]);
    EXPECT_EQ(luma.pix_fmt, VMAF_PIX_FMT_YUV400P);
    EXPECT_EQ(luma.flags, unsigned{VMAF_FRAME_HIGH_BITS});
    EXPECT_EQ(luma.data[1], nullptr);
}

TEST(FrameFormat, SaysTheWayOut) {
    const auto failure = [](AVPixelFormat pixels) {
        return error_of([&] { picture_format(*frame_of(pixels, 4, 4)); });
    };
    EXPECT_THAT(failure(AV_PIX_FMT_GBRP10LE), HasSubstr("-pix_fmt yuv444p10le -c:v ffv1"));
    EXPECT_THAT(failure(AV_PIX_FMT_YUYV422), HasSubstr("its frames are yuyv422"));
    EXPECT_THAT(failure(AV_PIX_FMT_YUYV422), HasSubstr("-pix_fmt yuv422p -c:v ffv1"));
    EXPECT_THAT(failure(AV_PIX_FMT_YUV410P), HasSubstr("-pix_fmt yuv420p -c:v ffv1"));
    const auto frame = frame_of(AV_PIX_FMT_YUV420P, 4, 4);
    EXPECT_THAT(error_of([&] {
                    check_frame_format(*frame, {VMAF_PIX_FMT_YUV420P, 8, 4, 2});
                }),
                HasSubstr("it is 4x4 420 8-bit and the frames before it are 4x2 420 8-bit"));
    check_frame_format(*frame, picture_format(*frame));
}

}  // namespace
}  // namespace vmaf::tool
