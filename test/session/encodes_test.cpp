// One reference against many encodes: the scores of separate reads, and pictures that are taken over whatever happens.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/client_frames.h"
#include "support/context.h"

namespace vmaf::test {

namespace {

constexpr unsigned kEncodes = 3, kFrames = 5;

/// Contexts with features in common and features of their own.
struct Encodes {
    explicit Encodes(unsigned threads) : each{Context(threads), Context(threads), Context(threads)} {
        for (const char* feature : {"psnr", "motion"}) EXPECT_EQ(each[0].use(feature), 0);
        for (const char* feature : {"motion", "vif", "xpsnr"}) EXPECT_EQ(each[1].use(feature), 0);
        for (const char* feature : {"xpsnr", "float_motion"}) EXPECT_EQ(each[2].use(feature), 0);
        for (Context& context : each)
            for (const char* feature : {"ssimulacra2", "butteraugli"}) EXPECT_EQ(context.use(feature), 0);
    }
    /// Reads frame `index` against all encodes at once.
    int read(unsigned index) {
        VmafPicture ref = make_picture(index, 0), dis[kEncodes];
        for (unsigned e = 0; e < kEncodes; e++) dis[e] = make_picture(index, 3 * e + 3);
        return read(&ref, dis, index);
    }
    int read(VmafPicture* ref, VmafPicture* dis, unsigned index) {
        VmafContext* contexts[kEncodes] = {each[0], each[1], each[2]};
        return vmaf_read_encodes(contexts, kEncodes, ref, dis, index);
    }
    int flush() { return read(nullptr, nullptr, 0); }

    Context each[kEncodes];
};

/// Every score of a context, to the last bit.
std::string scores_of(VmafContext* context) {
    const std::string path = testing::TempDir() + "encodes_test.csv";
    const VmafReportOptions options = {VMAF_OUTPUT_FORMAT_CSV, VMAF_REPORT_PRECISION_MAX, 0};
    EXPECT_EQ(vmaf_write_report(context, path.c_str(), &options), 0) << vmaf_last_error();
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

/// The parameter is the number of threads.
class ManyEncodes : public testing::TestWithParam<unsigned> {};

TEST_P(ManyEncodes, HaveTheScoresOfSeparateReads) {
    Encodes together(GetParam()), apart(GetParam());
    for (unsigned t = 0; t < kFrames; t++) {
        EXPECT_EQ(together.read(t), 0) << vmaf_last_error();
        for (unsigned e = 0; e < kEncodes; e++) {
            VmafPicture ref = make_picture(t, 0), dis = make_picture(t, 3 * e + 3);
            EXPECT_EQ(vmaf_read_pictures(apart.each[e], &ref, &dis, t), 0);
        }
    }
    EXPECT_EQ(together.flush(), 0);
    EXPECT_EQ(apart.flush(), 0);
    for (unsigned e = 0; e < kEncodes; e++) EXPECT_EQ(scores_of(together.each[e]), scores_of(apart.each[e])) << e;
}

/// Motion compares with what each context read before, whatever the others did.
TEST_P(ManyEncodes, MayHaveReadOtherFramesBefore) {
    Encodes together(GetParam()), apart(GetParam());
    const auto read_alone = [](VmafContext* context, unsigned index, unsigned t) {
        VmafPicture ref = make_picture(t, 0), dis = make_picture(t, 9);
        EXPECT_EQ(vmaf_read_pictures(context, &ref, &dis, index), 0);
    };
    for (unsigned t = 0; t < kFrames; t++) {
        EXPECT_EQ(together.read(t), 0) << vmaf_last_error();
        for (unsigned e = 0; e < kEncodes; e++) {
            VmafPicture ref = make_picture(t, 0), dis = make_picture(t, 3 * e + 3);
            EXPECT_EQ(vmaf_read_pictures(apart.each[e], &ref, &dis, t), 0);
        }
        for (const unsigned e : {0u, 1u})
            if (t % 2 == e)
                for (const Encodes* encodes : {&together, &apart}) read_alone(encodes->each[e], 100 + t, 50 + 3 * t);
    }
    EXPECT_EQ(together.flush(), 0);
    EXPECT_EQ(apart.flush(), 0);
    for (unsigned e = 0; e < kEncodes; e++) EXPECT_EQ(scores_of(together.each[e]), scores_of(apart.each[e])) << e;
}

TEST_P(ManyEncodes, GiveAllPicturesBack) {
    Returned returned;
    {
        Encodes encodes(GetParam());
        const ClientBytes bytes(kClientLayouts[0], kW, kH, 0, 0, 0, 0);
        for (unsigned t = 0; t < kFrames; t++) {
            VmafPicture pictures[1 + kEncodes];
            for (VmafPicture& picture : pictures) {
                VmafFrame frame = bytes.at(bytes.bytes().data());
                frame.release = Returned::one;
                frame.release_data = &returned;
                ASSERT_EQ(vmaf_picture_wrap(&picture, &frame), 0);
            }
            EXPECT_EQ(encodes.read(&pictures[0], &pictures[1], t), 0);
            for (const VmafPicture& picture : pictures) EXPECT_EQ(picture.ref, nullptr);
        }
        EXPECT_EQ(encodes.flush(), 0);
        EXPECT_EQ(returned.count, kFrames * (1 + kEncodes));
    }
}

TEST_P(ManyEncodes, GoOnWhereOneIsRefused) {
    Encodes encodes(GetParam());
    EXPECT_EQ(encodes.read(0), 0);
    VmafPicture ref = make_picture(1, 0);
    VmafPicture dis[kEncodes] = {make_picture(1, 3), make_picture(1, 6, 2 * kW), make_picture(1, 9, kW, 2 * kH)};
    EXPECT_EQ(encodes.read(&ref, dis, 1), -EINVAL);
    EXPECT_EQ(std::string(vmaf_last_error()).find("encode 1: frame 1: the reference is 64x48"), 0) << vmaf_last_error();
    EXPECT_EQ(ref.ref, nullptr);
    for (const VmafPicture& picture : dis) EXPECT_EQ(picture.ref, nullptr);
    EXPECT_EQ(encodes.read(2), 0) << vmaf_last_error();
    EXPECT_EQ(encodes.flush(), 0);
    EXPECT_FALSE(std::isnan(encodes.each[0].value("psnr_y", 1)));
    EXPECT_TRUE(std::isnan(encodes.each[1].value("integer_vif_scale0", 1)));
    EXPECT_TRUE(std::isnan(encodes.each[2].value("xpsnr_y", 1)));
    EXPECT_FALSE(std::isnan(encodes.each[2].value("xpsnr_y", 2)));
}

INSTANTIATE_TEST_SUITE_P(Threads, ManyEncodes, testing::Values(0u, 1u, 4u));

TEST(EncodesRefused, TakeOverAllPictures) {
    Context context;
    EXPECT_EQ(context.use("psnr"), 0);
    VmafContext* contexts[2] = {context, nullptr};
    VmafPicture ref, dis[2];
    const auto refused = [&](VmafContext** to, unsigned count, VmafPicture* r, VmafPicture* d, const char* words) {
        EXPECT_EQ(vmaf_read_encodes(to, count, r, d, 0), -EINVAL) << words;
        EXPECT_NE(std::string(vmaf_last_error()).find(words), std::string::npos) << vmaf_last_error();
        if (r) {
            EXPECT_EQ(vmaf_picture_unref(r), -EINVAL) << words;
        }
        for (unsigned i = 0; d && i < count; i++) EXPECT_EQ(vmaf_picture_unref(d + i), -EINVAL) << words;
    };
    const auto renew = [&] {
        ref = make_picture(0, 0);
        for (VmafPicture& picture : dis) picture = make_picture(0, 9);
    };
    renew(), refused(nullptr, 2, &ref, dis, "the argument 'contexts' is NULL");
    renew(), refused(contexts, 2, nullptr, dis, "encode 0: the argument 'ref' is NULL");
    vmaf_picture_unref(&ref);
    renew(), refused(contexts, 2, &ref, nullptr, "encode 0: the argument 'dist' is NULL");
    for (VmafPicture& picture : dis) vmaf_picture_unref(&picture);
    renew(), refused(contexts, 0, &ref, dis, "the number of encodes is 0");
    for (VmafPicture& picture : dis) vmaf_picture_unref(&picture);
    renew(), ref.w[0] = 32,
             refused(contexts, 2, &ref, dis, "encode 0: frame 0: the reference picture came with w[0] 32");
    renew(), dis[0].stride[1]++,
        refused(contexts, 2, &ref, dis, "encode 0: frame 0: the distorted picture came with stride[1]");
    renew(), vmaf_picture_unref(&dis[0]), dis[0] = ref;
    refused(contexts, 2, &ref, dis, "encode 0: frame 0: the distorted picture is none that the caller holds");
    renew(), refused(contexts, 2, &ref, dis, "encode 1: its context is NULL");
    EXPECT_EQ(context.flush(), 0);
    EXPECT_FALSE(std::isnan(context.value("psnr_y", 0)));
    renew(), refused(contexts, 2, &ref, dis, "encode 0: frame 0: the stream has ended");
}

}  // namespace vmaf::test
