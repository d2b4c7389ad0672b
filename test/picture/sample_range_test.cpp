// Samples above their depth: found wherever they lie, and described with the likely reason.
#include "picture/sample_range.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

/// Text of the failure for plane `p`; "" if the plane passes.
std::string complaint(const TestPicture& picture, unsigned p = 0, Side side = Side::kDistorted) {
    try {
        check_samples(7, side, picture.view(), p);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), EINVAL);
        return error.what();
    }
    return "";
}

/// A textured picture with every sample changed by `change`.
TestPicture changed(unsigned bpc, const std::function<unsigned(unsigned)>& change, unsigned source_bpc = 0) {
    const PictureFormat format = {VMAF_PIX_FMT_YUV420P, bpc, 37, 11};
    TestPicture picture(format);
    for (unsigned p = 0; p < 3; p++)
        for (unsigned y = 0; y < format.plane_h(p); y++)
            for (unsigned x = 0; x < format.plane_w(p); x++)
                picture.set(p, x, y,
                            change(pattern_sample(Pattern::kNoise, source_bpc ? source_bpc : bpc, p, x, y, 1)));
    return picture;
}

unsigned same(unsigned v) { return v; }
unsigned swap_bytes(unsigned v) { return v >> 8 | (v & 255) << 8; }

TEST(SampleRange, EverySampleCountsAndThePaddingDoesNot) {
    const PictureFormat format = {VMAF_PIX_FMT_YUV420P, 10, 37, 11};
    for (const auto& [x, y] : {std::pair(0u, 0u), {36u, 0u}, {0u, 10u}, {36u, 10u}, {17u, 5u}}) {
        TestPicture picture(format, Pattern::kPeak);  // 1023 all over, more than that in the padding
        EXPECT_EQ(complaint(picture), "");
        picture.set(0, x, y, 1024);
        const std::string text = complaint(picture);
        EXPECT_EQ(text.find("frame 7: the distorted picture holds 1024 in plane 0 (luma) at x " + std::to_string(x) +
                            ", y " + std::to_string(y) + ", above 1023, the largest 10-bit sample; 1 of 407 samples"),
                  0u)
            << text;
    }
}

TEST(SampleRange, NamesPictureAndPlane) {
    TestPicture picture({VMAF_PIX_FMT_YUV444P, 12, 16, 4});
    for (unsigned p = 0; p < 3; p++)
        for (unsigned y = 0; y < 4; y++)
            for (unsigned x = 0; x < 16; x++) picture.set(p, x, y, p == 2 ? 5000 : 0);
    EXPECT_EQ(complaint(picture, 1), "");
    const std::string text = complaint(picture, 2, Side::kReference);
    EXPECT_NE(text.find("the reference picture holds 5000 in plane 2 (Cr)"), std::string::npos) << text;
    EXPECT_NE(text.find("64 of 64 samples"), std::string::npos) << text;
    EXPECT_NE(text.find("fit 13 bits"), std::string::npos) << text;
}

TEST(SampleRange, GuessesTheReason) {
    EXPECT_NE(complaint(changed(10, swap_bytes)).find("big-endian"), std::string::npos);
    EXPECT_EQ(complaint(changed(10, swap_bytes)).find("P010"), std::string::npos);
    const auto shift = [](unsigned v) { return v << 6; };
    EXPECT_NE(complaint(changed(10, shift)).find("shifted left by 6 bits"), std::string::npos);
    EXPECT_EQ(complaint(changed(10, shift)).find("big-endian"), std::string::npos);
    EXPECT_NE(complaint(changed(10, same, 12)).find("fit 12 bits"), std::string::npos);
    EXPECT_NE(complaint(changed(12, same, 16)).find("fit 16 bits"), std::string::npos);
}

TEST(SampleRange, DepthsThatFillTheirWordsHaveNoRange) {
    for (const unsigned bpc : {8u, 16u}) EXPECT_EQ(complaint(TestPicture({VMAF_PIX_FMT_YUV400P, bpc, 9, 9})), "");
    for (unsigned bpc = 9; bpc < 16; bpc++) {
        TestPicture picture({VMAF_PIX_FMT_YUV400P, bpc, 9, 9}, Pattern::kPeak);
        EXPECT_EQ(complaint(picture), "");
        picture.set(0, 8, 8, 1u << bpc);
        EXPECT_NE(complaint(picture), "");
    }
}

TEST(SampleRange, ChecksThePlanesAskedFor) {
    const PictureFormat format = {VMAF_PIX_FMT_YUV420P, 10, 16, 16};
    const TestPicture good(format, Pattern::kNoise), bad = changed(10, swap_bytes);
    FramePictures frame{.index = 3, .ref = good.view(), .dis = bad.view()};
    EXPECT_NO_THROW(check_samples(frame, 7));
    EXPECT_THROW(check_samples(frame, plane_bit(Side::kDistorted, 1)), Error);
    EXPECT_THROW(check_samples(frame, 63), Error);
}

}  // namespace
}  // namespace vmaf::test
