// Sessions through the C API: ownership, ordering, threads, early scores, callbacks, errors.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

constexpr const char* kMotionSad = "VMAF_integer_feature_motion_sad_score";
constexpr const char* kMotion2 = "VMAF_integer_feature_motion2_score";
constexpr const char* kVifScale0 = "VMAF_integer_feature_vif_scale0_score";

TEST(Session, TakesPicturesOverOnSuccessOnly) {
    Context context;
    ASSERT_EQ(context.use("vif"), 0);
    VmafPicture ref = make_picture(0, 0), wrong = make_picture(0, 0, kW + 2);
    EXPECT_EQ(vmaf_read_pictures(context, &ref, &wrong, 0), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("66x48"), std::string::npos) << vmaf_last_error();
    EXPECT_EQ(vmaf_read_pictures(context, &ref, nullptr, 0), -EINVAL);
    EXPECT_EQ(vmaf_picture_unref(&wrong), 0);
    EXPECT_EQ(vmaf_picture_unref(&wrong), -EINVAL);  // harmless
    VmafPicture dis = make_picture(0, 1);
    EXPECT_EQ(vmaf_read_pictures(context, &ref, &dis, 0), 0);
    EXPECT_EQ(vmaf_picture_unref(&ref), -EINVAL);
}

TEST(Session, ReadsFramesThatNobodyScores) {
    for (const unsigned threads : {0u, 3u}) {
        Context context(threads);
        for (unsigned i = 0; i < 12; i++) ASSERT_EQ(context.read(i), 0);
        EXPECT_EQ(vmaf_import_feature_score(context, "imported", 1.5, 3), 0);
        EXPECT_EQ(context.flush(), 0);
        EXPECT_EQ(context.value("imported", 3), 1.5);
    }
}

TEST(Session, RefusesMixedDepths) {
    Context context;
    ASSERT_EQ(context.use("vif"), 0);
    VmafPicture ref = make_picture(0, 0, kW, kH, 8), dis = make_picture(0, 0, kW, kH, 10);
    EXPECT_EQ(vmaf_read_pictures(context, &ref, &dis, 0), -EINVAL);
    vmaf_picture_unref(&ref);
    vmaf_picture_unref(&dis);
}

TEST(Session, ScoresAreThereAsSoonAsTheirFramesAre) {
    for (const unsigned threads : {0u, 3u}) {
        Context context(threads);
        ASSERT_EQ(context.use("motion"), 0);
        ASSERT_EQ(context.read(0), 0);
        EXPECT_EQ(context.value(kMotionSad, 0), 0);
        context.value(kMotion2, 1);
        EXPECT_EQ(context.error, -EAGAIN);
        ASSERT_EQ(context.read(1), 0);
        EXPECT_GT(context.value(kMotionSad, 1), 0);
        context.value(kMotion2, 1);
        EXPECT_EQ(context.error, -EAGAIN);
        ASSERT_EQ(context.read(2), 0);
        const double early = context.value(kMotion2, 1);
        EXPECT_EQ(context.error, 0);
        ASSERT_EQ(context.flush(), 0);
        EXPECT_EQ(context.value(kMotion2, 1), early);
        EXPECT_GE(context.value(kMotion2, 2), 0);
        context.value(kMotion2, 3);
        EXPECT_EQ(context.error, -EINVAL);
    }
}

TEST(Session, IndexesMayStartAnywhereAndAreUsedOnce) {
    Context context;
    ASSERT_EQ(context.use("motion"), 0);
    for (const unsigned index : {1000u, 1001u, 1005u}) EXPECT_EQ(context.read(index), 0);
    EXPECT_EQ(context.read(1001), -EINVAL);
    EXPECT_EQ(context.read(4000000000u), -EINVAL);
    EXPECT_EQ(context.flush(), 0);
    EXPECT_GT(context.value(kMotion2, 1005), 0);
    EXPECT_EQ(context.flush(), -EINVAL);
    EXPECT_EQ(context.read(1006), -EINVAL);
}

TEST(Session, ValuesDoNotDependOnThreads) {
    std::vector<double> reference;
    for (const unsigned threads : {0u, 1u, 2u, 7u, 16u}) {
        Context context(threads);
        for (const char* name : {"vif", "motion"}) ASSERT_EQ(context.use(name), 0);
        for (unsigned i = 0; i < 40; i++) ASSERT_EQ(context.read(i), 0);
        ASSERT_EQ(context.flush(), 0);
        std::vector<double> values;
        for (unsigned i = 0; i < 40; i++)
            for (const char* feature : {kVifScale0, kMotionSad, kMotion2}) values.push_back(context.value(feature, i));
        if (threads == 0) reference = values;
        EXPECT_EQ(values, reference) << threads << " threads";
    }
}

TEST(Session, SubsamplingSkipsFramesButNotMotion) {
    Context every(0, 1), third(2, 3);
    for (const Context* context : {&every, &third}) {
        ASSERT_EQ(vmaf_use_feature(*context, "motion", nullptr), 0);
        ASSERT_EQ(vmaf_use_feature(*context, "vif", nullptr), 0);
    }
    for (unsigned i = 0; i < 8; i++) {
        ASSERT_EQ(every.read(i), 0);
        ASSERT_EQ(third.read(i), 0);
    }
    ASSERT_EQ(every.flush(), 0);
    ASSERT_EQ(third.flush(), 0);
    for (const unsigned i : {0u, 3u, 6u}) {
        EXPECT_EQ(third.value(kMotion2, i), every.value(kMotion2, i));
        EXPECT_EQ(third.value(kVifScale0, i), every.value(kVifScale0, i));
    }
    third.value(kVifScale0, 1);
    EXPECT_EQ(third.error, -EINVAL);
    double pooled = NAN, sum = 0;
    for (const unsigned i : {3u, 6u}) sum += every.value(kVifScale0, i);
    EXPECT_EQ(vmaf_feature_score_pooled(third, kVifScale0, VMAF_POOL_METHOD_MEAN, &pooled, 1, 7), 0);
    EXPECT_EQ(pooled, sum / 2);
    EXPECT_EQ(vmaf_feature_score_pooled(third, kVifScale0, VMAF_POOL_METHOD_MEAN, &pooled, 1, 2), -EINVAL);
    EXPECT_EQ(vmaf_feature_score_pooled(third, kVifScale0, VMAF_POOL_METHOD_UNKNOWN, &pooled, 0, 7), -EINVAL);
    EXPECT_EQ(vmaf_feature_score_pooled(third, kVifScale0, VMAF_POOL_METHOD_MEAN, &pooled, 0, 4294967295u), -EINVAL);
}

TEST(Session, ImportedScoresAreKeptOnce) {
    Context context;
    EXPECT_EQ(vmaf_import_feature_score(context, "mine", 1.5, 7), 0);
    EXPECT_EQ(vmaf_import_feature_score(context, "mine", 2.5, 7), -EINVAL);
    EXPECT_EQ(vmaf_import_feature_score(context, "mine", 2.5, 4294967295u), -EINVAL);
    EXPECT_EQ(vmaf_import_feature_score(context, nullptr, 2.5, 1), -EINVAL);
    EXPECT_EQ(context.value("mine", 7), 1.5);
    context.value("other", 7);
    EXPECT_EQ(context.error, -EINVAL);
    for (int i = 0; i < 300; i++)
        ASSERT_EQ(vmaf_import_feature_score(context, ("name " + std::to_string(i)).c_str(), i, 0), 0);
    EXPECT_EQ(context.value("name 299", 0), 299);
}

TEST(Session, RefusesUnknownExtractorsAndEmptyStreams) {
    Context context;
    EXPECT_EQ(context.use("no such thing"), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("no such thing"), std::string::npos);
    EXPECT_EQ(context.use("vif"), 0);
    EXPECT_EQ(context.flush(), -EINVAL);
}

TEST(Session, RefusesExtractorsOfTheGpuWithoutOne) {
    Context context;
    for (const char* name : {"vif_cuda", "adm_cuda", "motion_cuda"}) {
        EXPECT_EQ(context.use(name), -EINVAL) << name;
        EXPECT_NE(std::string(vmaf_last_error()).find("was asked for on a GPU, but"), std::string::npos)
            << vmaf_last_error();
    }
    EXPECT_EQ(context.use("vif"), 0);
    EXPECT_EQ(context.read(0), 0);
}

TEST(Session, RegistersLateExtractorsFromTheNextFrameOn) {
    Context context(2);
    ASSERT_EQ(context.use("motion"), 0);
    ASSERT_EQ(context.read(0), 0);
    ASSERT_EQ(context.use("vif"), 0);
    ASSERT_EQ(context.read(1), 0);
    ASSERT_EQ(context.flush(), 0);
    context.value(kVifScale0, 0);
    EXPECT_EQ(context.error, -EINVAL);
    EXPECT_GT(context.value(kVifScale0, 1), 0);
}

struct Received {
    VmafContext* context;
    std::vector<std::pair<unsigned, double>> scores;
};

void receive(void* data, VmafMetadata* metadata) {
    auto* received = static_cast<Received*>(data);
    double again = NAN;  // a callback may query
    EXPECT_EQ(vmaf_feature_score_at_index(received->context, metadata->feature_name, &again, metadata->picture_index),
              0);
    EXPECT_EQ(again, metadata->score);
    received->scores.emplace_back(metadata->picture_index, metadata->score);
}

TEST(Session, CallsBackInReadingOrder) {
    for (const unsigned threads : {0u, 4u}) {
        Context context(threads);
        ASSERT_EQ(context.use("motion"), 0);
        Received received{context, {}};
        char name[] = "VMAF_integer_feature_motion2_score";
        ASSERT_EQ(vmaf_register_metadata_handler(context, {name, receive, &received}), 0);
        for (unsigned i = 0; i < 20; i++) ASSERT_EQ(context.read(i), 0);
        ASSERT_EQ(context.flush(), 0);
        ASSERT_EQ(received.scores.size(), 20u);
        for (unsigned i = 0; i < 20; i++) EXPECT_EQ(received.scores[i], std::pair(i, context.value(kMotion2, i)));
    }
}

TEST(Session, SmallPoolsDoNotHang) {
    for (const unsigned threads : {0u, 4u})
        for (const unsigned count : {1u, 2u, 3u}) {
            Context context(threads);
            ASSERT_EQ(context.use("motion"), 0);
            ASSERT_EQ(vmaf_preallocate_pictures(context, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, count}), 0);
            for (unsigned i = 0; i < 30; i++) {
                VmafPicture ref, dis;
                ASSERT_EQ(vmaf_fetch_preallocated_picture(context, &ref), 0);
                ASSERT_EQ(vmaf_fetch_preallocated_picture(context, &dis), 0);
                ASSERT_EQ(vmaf_read_pictures(context, &ref, &dis, i), 0);
            }
            ASSERT_EQ(context.flush(), 0);
        }
}

TEST(Session, PoolsNeedSensibleParameters) {
    Context context;
    VmafPicture picture;
    EXPECT_EQ(vmaf_fetch_preallocated_picture(context, &picture), -EINVAL);
    EXPECT_EQ(vmaf_preallocate_pictures(context, {{0, kH, 8, VMAF_PIX_FMT_YUV420P}, 4}), -EINVAL);
    EXPECT_EQ(vmaf_preallocate_pictures(context, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, 0}), -EINVAL);
    EXPECT_EQ(vmaf_preallocate_pictures(context, {{kW, kH, 7, VMAF_PIX_FMT_YUV420P}, 4}), -EINVAL);
}

TEST(Session, NullArgumentsAreErrors) {
    EXPECT_EQ(vmaf_init(nullptr, {}), -EINVAL);
    EXPECT_EQ(vmaf_close(nullptr), -EINVAL);
    EXPECT_EQ(vmaf_read_pictures(nullptr, nullptr, nullptr, 0), -EINVAL);
    EXPECT_EQ(vmaf_picture_alloc(nullptr, VMAF_PIX_FMT_YUV420P, 8, 1, 1), -EINVAL);
    EXPECT_EQ(vmaf_picture_unref(nullptr), -EINVAL);
    Context context;
    EXPECT_EQ(vmaf_feature_score_at_index(context, "x", nullptr, 0), -EINVAL);
    EXPECT_EQ(vmaf_write_output(context, nullptr, VMAF_OUTPUT_FORMAT_XML), -EINVAL);
}

TEST(Session, LogsToItsOwnCallback) {
    VmafConfiguration cfg = {};
    cfg.log_level = VMAF_LOG_LEVEL_ERROR;
    VmafContext* loud = nullptr;
    VmafContext* silent = nullptr;
    ASSERT_EQ(vmaf_init(&loud, cfg), 0);
    ASSERT_EQ(vmaf_init(&silent, {}), 0);
    std::vector<std::string> messages;
    const auto keep = [](void* data, VmafLogLevel, const char* text) {
        static_cast<std::vector<std::string>*>(data)->push_back(text);
    };
    ASSERT_EQ(vmaf_set_log_callback(loud, keep, &messages), 0);
    ASSERT_EQ(vmaf_set_log_callback(silent, keep, &messages), 0);
    EXPECT_EQ(vmaf_use_feature(loud, "nonsense", nullptr), -EINVAL);
    EXPECT_EQ(vmaf_use_feature(silent, "nonsense", nullptr), -EINVAL);
    EXPECT_EQ(messages.size(), 1u);
    vmaf_close(loud);
    vmaf_close(silent);
}

}  // namespace
}  // namespace vmaf::test
