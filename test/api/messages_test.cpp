// What failed calls say, and where: every failure has a fresh sentence, in the log of the context or of the process.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "api/guard.h"
#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "model/model.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

struct Message {
    VmafLogLevel level;
    std::string text;
};
using Messages = std::vector<Message>;

void keep(void* to, VmafLogLevel level, const char* text) { static_cast<Messages*>(to)->push_back({level, text}); }

VmafLogLevel level(int number) {
    VmafLogLevel level;
    std::memcpy(&level, &number, sizeof number);
    return level;
}

VmafContext* open(VmafLogLevel log_level) {
    VmafContext* context = nullptr;
    VmafConfiguration configuration = {};
    configuration.log_level = log_level;
    EXPECT_EQ(vmaf_init(&context, configuration), 0);
    return context;
}

/// A model that does not exist.
int load_nothing() {
    VmafModel* model = nullptr;
    VmafModelConfig config = {};
    return vmaf_model_load(&model, &config, "no_such_version");
}

std::string stderr_of(const std::function<void()>& body) {
    ::testing::internal::CaptureStderr();
    body();
    return ::testing::internal::GetCapturedStderr();
}

/// What calls without a context say while `body` runs, line by line, once a context with that level was opened.
std::vector<std::string> warnings_of(const std::function<void()>& body) {
    EXPECT_EQ(vmaf_close(open(VMAF_LOG_LEVEL_WARNING)), 0);
    std::istringstream text(stderr_of(body));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    EXPECT_EQ(vmaf_close(open(VMAF_LOG_LEVEL_NONE)), 0);
    return lines;
}

VmafFeatureDictionary* one_option(const char* name) {
    VmafFeatureDictionary* options = nullptr;
    EXPECT_EQ(vmaf_feature_dictionary_set(&options, name, "1"), 0);
    return options;
}

/// A built-in model, and its collection if it has one.
struct Loaded {
    explicit Loaded(const char* version, bool bootstrap = false) {
        VmafModelConfig config = {};
        EXPECT_EQ(bootstrap ? vmaf_model_collection_load(&model, &collection, &config, version)
                            : vmaf_model_load(&model, &config, version),
                  0);
    }
    ~Loaded() {
        vmaf_model_collection_destroy(collection);
        vmaf_model_destroy(model);
    }
    VmafModel* model = nullptr;
    VmafModelCollection* collection = nullptr;
};

TEST(Messages, AnOverloadWithoutEffectIsWarnedOfOnce) {
    if (builtin_versions().empty()) GTEST_SKIP() << "this build has no built-in models";
    const Loaded single("vmaf_v0.6.1"), bootstrap("vmaf_b_v0.6.3", true);
    VmafModelCollection* collection = bootstrap.collection;
    for (const char* unused : {"cambi", "no_such_extractor", "VMAF_integer_feature_vif_scale0_score"}) {
        const std::vector<std::string> lines = warnings_of([&] {
            EXPECT_EQ(vmaf_model_feature_overload(single.model, unused, one_option("a")), 0);
            EXPECT_EQ(vmaf_model_collection_feature_overload(bootstrap.model, &collection, unused, one_option("a")), 0);
        });
        ASSERT_EQ(lines.size(), 2u) << unused;
        for (const std::string& line : lines)
            for (const std::string& words :
                 {std::string("WARNING"), cat("'", unused, "'"), std::string("it uses adm, ")})
                EXPECT_NE(line.find(words), std::string::npos) << line;
    }
    for (const char* used : {"vif", "adm", "motion_cuda"})
        EXPECT_TRUE(
            warnings_of([&] {
                EXPECT_EQ(vmaf_model_feature_overload(single.model, used, one_option("debug")), 0);
                EXPECT_EQ(
                    vmaf_model_collection_feature_overload(bootstrap.model, &collection, used, one_option("debug")), 0);
            }).empty())
            << used;
}

/// Four of the model's features are vif's.
TEST(Messages, AnUnknownOptionOfAModelIsWarnedOfOnce) {
    if (builtin_versions().empty()) GTEST_SKIP() << "this build has no built-in models";
    const Loaded loaded("vmaf_b_v0.6.3", true);
    VmafModelCollection* collection = loaded.collection;
    EXPECT_EQ(vmaf_model_collection_feature_overload(loaded.model, &collection, "vif", one_option("no_such_option")),
              0);
    VmafContext* context = open(VMAF_LOG_LEVEL_WARNING);
    Messages messages;
    EXPECT_EQ(vmaf_set_log_callback(context, keep, &messages), 0);
    EXPECT_EQ(vmaf_use_features_from_model(context, loaded.model), 0);
    EXPECT_EQ(vmaf_use_features_from_model_collection(context, loaded.collection), 0);
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_NE(messages[0].text.find("no_such_option"), std::string::npos) << messages[0].text;
    EXPECT_EQ(vmaf_close(context), 0);
}

TEST(Messages, EveryNullIsNamed) {
    Context context;
    VmafModelConfig config = {};
    VmafModel* model = nullptr;
    VmafModelCollection* collection = nullptr;
    VmafFeatureDictionary* options = nullptr;
    VmafPicture picture = make_picture(0, 0);
    VmafModelCollectionScore spread;
    const VmafReportOptions report = {VMAF_OUTPUT_FORMAT_JSON, 0, 0};
    double score;
    unsigned number;
    int flag;
    const char* text;
    const auto mean = VMAF_POOL_METHOD_MEAN;
    const std::pair<const char*, std::function<int()>> calls[] = {
        {"vmaf", [&] { return vmaf_init(nullptr, {}); }},
        {"vmaf", [&] { return vmaf_close(nullptr); }},
        {"vmaf", [&] { return vmaf_read_pictures(nullptr, nullptr, nullptr, 0); }},
        {"dist", [&] { return vmaf_read_pictures(context, &picture, nullptr, 0); }},
        {"ref", [&] { return vmaf_read_pictures(context, nullptr, &picture, 0); }},
        {"vmaf", [&] { return vmaf_use_feature(nullptr, "vif", nullptr); }},
        {"feature_name", [&] { return vmaf_use_feature(context, nullptr, nullptr); }},
        {"model", [&] { return vmaf_use_features_from_model(context, nullptr); }},
        {"model_collection", [&] { return vmaf_use_features_from_model_collection(context, nullptr); }},
        {"feature_name", [&] { return vmaf_import_feature_score(context, nullptr, 1, 1); }},
        {"model", [&] { return vmaf_score_at_index(context, nullptr, &score, 0); }},
        {"model_collection", [&] { return vmaf_score_at_index_model_collection(context, nullptr, &spread, 0); }},
        {"score", [&] { return vmaf_feature_score_at_index(context, "x", nullptr, 0); }},
        {"model", [&] { return vmaf_score_pooled(context, nullptr, mean, &score, 0, 0); }},
        {"model_collection", [&] { return vmaf_score_pooled_model_collection(context, nullptr, mean, &spread, 0, 0); }},
        {"feature_name", [&] { return vmaf_feature_score_pooled(context, nullptr, mean, &score, 0, 0); }},
        {"pic", [&] { return vmaf_fetch_preallocated_picture(context, nullptr); }},
        {"output_path", [&] { return vmaf_write_output(context, nullptr, VMAF_OUTPUT_FORMAT_JSON); }},
        {"pic", [&] { return vmaf_picture_alloc(nullptr, VMAF_PIX_FMT_YUV420P, 8, 1, 1); }},
        {"pic", [&] { return vmaf_picture_unref(nullptr); }},
        {"model", [&] { return vmaf_model_load(nullptr, &config, "x"); }},
        {"cfg", [&] { return vmaf_model_load(&model, nullptr, "x"); }},
        {"version", [&] { return vmaf_model_load(&model, &config, nullptr); }},
        {"path", [&] { return vmaf_model_load_from_path(&model, &config, nullptr); }},
        {"model_collection", [&] { return vmaf_model_collection_load(&model, nullptr, &config, "x"); }},
        {"version", [&] { return vmaf_model_collection_load(&model, &collection, &config, nullptr); }},
        {"opts_dict", [&] { return vmaf_model_feature_overload(model, "vif", nullptr); }},
        {"dict", [&] { return vmaf_feature_dictionary_set(nullptr, "a", "b"); }},
        {"val", [&] { return vmaf_feature_dictionary_set(&options, "a", nullptr); }},
        {"dict", [&] { return vmaf_feature_dictionary_free(nullptr); }},
        {"vmaf", [&] { return vmaf_set_log_callback(nullptr, nullptr, nullptr); }},
        {"vmaf", [&] { return vmaf_register_metadata_handler(nullptr, {}); }},
        {"path", [&] { return vmaf_write_report(context, nullptr, &report); }},
        {"options", [&] { return vmaf_write_report(context, "x", nullptr); }},
        {"path", [&] { return vmaf_report_path_check(nullptr); }},
        {"mask", [&] { return vmaf_picture_planes_needed(context, nullptr); }},
        {"vmaf", [&] { return vmaf_picture_planes_needed(nullptr, &number); }},
        {"feature_name", [&] { return vmaf_feature_option_check(nullptr, nullptr); }},
        {"model", [&] { return vmaf_model_uses_feature(nullptr, "vif", &flag); }},
        {"feature_name", [&] { return vmaf_feature_backend(context, nullptr, &text); }},
        {"text", [&] { return vmaf_cpu_describe(0, nullptr, 8); }},
    };
    // An overload names the first of its nulls.
    int position = 0;
    for (const auto& [argument, call] : calls) {
        last_error() = "stale";
        EXPECT_EQ(call(), -EINVAL) << argument << ", call " << position;
        const bool overload = std::string(argument) == "opts_dict";
        const std::string wanted = std::string("'") + (overload ? "model" : argument) + "' is NULL";
        EXPECT_NE(last_error().find(wanted), std::string::npos) << last_error() << ", call " << position;
        position++;
    }
    EXPECT_EQ(vmaf_picture_unref(&picture), 0);
}

TEST(Messages, WordsAreCutToTheClientsRoom) {
    char words[8] = "xxxxxxx";
    EXPECT_EQ(vmaf_cpu_describe(1, words, sizeof words), 0);  // all vectors forbidden
    EXPECT_STREQ(words, "none");
    EXPECT_EQ(vmaf_cpu_describe(1, words, 3), 0);
    EXPECT_STREQ(words, "no");
    EXPECT_EQ(vmaf_cpu_describe(1, words, 0), -EINVAL);
    EXPECT_STREQ(words, "no");
}

TEST(Messages, NoFailureLeavesAnOldSentence) {
    Context context;
    VmafPicture empty = {};
    double score;
    const std::function<int()> calls[] = {
        [&] { return vmaf_picture_unref(&empty); },
        [&] { return vmaf_score_pooled(context, nullptr, VMAF_POOL_METHOD_MEAN, &score, 0, 0); },
        [&] { return vmaf_feature_score_at_index(context, "nothing", &score, 0); },
        [&] { return vmaf_fetch_preallocated_picture(context, &empty); },
        [&] { return vmaf_write_output(context, "/no/such/folder/x", VMAF_OUTPUT_FORMAT_XML); },
        [&] { return vmaf_write_output(context, "x", VMAF_OUTPUT_FORMAT_NONE); },
        [&] { return vmaf_feature_option_check("nothing", nullptr); },
        [&] { return load_nothing(); },
    };
    for (const auto& call : calls) {
        last_error() = "stale";
        EXPECT_LT(call(), 0);
        EXPECT_NE(last_error(), "stale");
        EXPECT_NE(last_error(), "");
    }
}

TEST(Messages, LogLevelsAreChecked) {
    for (const int number : {-1, 5, 77, 99, -2147483647}) {
        VmafConfiguration configuration = {};
        configuration.log_level = level(number);
        auto* context = reinterpret_cast<VmafContext*>(8);
        EXPECT_EQ(vmaf_init(&context, configuration), -EINVAL);
        EXPECT_EQ(context, nullptr);
        EXPECT_NE(last_error().find("log level " + std::to_string(number)), std::string::npos) << last_error();
        EXPECT_EQ(vmaf_set_process_log(level(number), nullptr, nullptr), -EINVAL);
    }
}

TEST(Messages, OfACallForAContextGoToItsCallback) {
    VmafContext* context = open(VMAF_LOG_LEVEL_ERROR);
    Messages messages;
    EXPECT_EQ(vmaf_set_log_callback(context, keep, &messages), 0);
    const VmafReportOptions good = {VMAF_OUTPUT_FORMAT_JSON, 0, 0}, bad = {VMAF_OUTPUT_FORMAT_JSON, 18, 0};
    unsigned* no_mask = nullptr;
    const char* backend;
    const std::string printed = stderr_of([&] {
        EXPECT_EQ(vmaf_write_output(context, "/no/such/folder/x", VMAF_OUTPUT_FORMAT_XML), -ENOENT);
        EXPECT_EQ(vmaf_write_report(context, "/no/such/folder/x", &good), -ENOENT);
        EXPECT_EQ(vmaf_write_report(context, "x", &bad), -EINVAL);
        EXPECT_EQ(vmaf_register_metadata_handler(context, {}), -EINVAL);
        EXPECT_EQ(vmaf_picture_planes_needed(context, no_mask), -EINVAL);
        EXPECT_EQ(vmaf_feature_backend(context, "nothing", &backend), -EINVAL);
    });
    EXPECT_EQ(printed, "");
    EXPECT_EQ(messages.size(), 6u);
    for (const Message& message : messages) EXPECT_EQ(message.level, VMAF_LOG_LEVEL_ERROR);
    EXPECT_EQ(vmaf_close(context), 0);
}

TEST(Messages, NotYetIsNoErrorOfAQueryButOneOfEverythingElse) {
    Log log(VMAF_LOG_LEVEL_DEBUG);
    Messages messages;
    log.set_callback(keep, &messages);
    const auto fail_again = [] { fail(EAGAIN, "can't start thread 1 of 64"); };
    EXPECT_EQ(guard(&log, OnFailure::kError, fail_again), -EAGAIN);
    EXPECT_EQ(guard(&log, OnFailure::kScore, fail_again), -EAGAIN);
    EXPECT_EQ(guard(&log, OnFailure::kAnswer, fail_again), -EAGAIN);
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0].level, VMAF_LOG_LEVEL_ERROR);
    EXPECT_EQ(messages[1].level, VMAF_LOG_LEVEL_DEBUG);
    EXPECT_EQ(
        guard(&log, OnFailure::kError, [] { throw std::system_error(ENOSPC, std::generic_category(), "somewhere"); }),
        -ENOSPC);
}

TEST(Messages, WithoutAContextFollowTheLastOnesLevel) {
    for (const bool loud : {true, false, true}) {
        VmafContext* context = open(loud ? VMAF_LOG_LEVEL_ERROR : VMAF_LOG_LEVEL_NONE);
        const std::string printed = stderr_of([] { EXPECT_EQ(load_nothing(), -EINVAL); });
        EXPECT_EQ(printed.find("no_such_version") != std::string::npos, loud) << printed;
        EXPECT_EQ(vmaf_close(context), 0);
    }
}

/// The choice is for the whole process: made in one of its own.
TEST(MessagesDeathTest, WithoutAContextGoWhereTheProcessSays) {
    ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_EXIT(
        {
            Messages messages;
            const bool silent_at_first = load_nothing() < 0;
            const bool set = vmaf_set_process_log(VMAF_LOG_LEVEL_ERROR, keep, &messages) == 0;
            VmafContext* context = open(VMAF_LOG_LEVEL_NONE);
            const bool failed = load_nothing() < 0;
            vmaf_close(context);
            std::exit(silent_at_first && set && failed && messages.size() == 1 ? 7 : 1);
        },
        ::testing::ExitedWithCode(7), "^$");
}

}  // namespace
}  // namespace vmaf::test
