// Option tables: defaults, ranges, name suffixes, sharing of passes.
#include "base/option.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace vmaf {
namespace {

enum class Curve { kBt1886 = 5, kPq = 7 };
constexpr Choice kCurves[] = {{"bt1886", static_cast<int>(Curve::kBt1886)}, {"pq", static_cast<int>(Curve::kPq)}};

constexpr Option kTable[] = {
    {.name = "gain",
     .alias = "g",
     .type = Option::Type::kReal,
     .number = 100,
     .min = 1,
     .max = 100,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "count", .alias = "c", .type = Option::Type::kInt, .number = 2, .min = 0, .max = 9, .in_name = true},
    {.name = "debug"},
    {.name = "all", .type = Option::Type::kBool, .in_name = true},
    {.name = "curve", .type = Option::Type::kText, .text = "flat", .in_name = true},
    {.name = "eotf",
     .alias = "e",
     .type = Option::Type::kChoice,
     .number = static_cast<double>(Curve::kPq),
     .choices = kCurves,
     .in_name = true},
};

TEST(Option, DefaultsHaveNoSuffix) {
    const OptionValues values(kTable, {});
    EXPECT_EQ(values.real("gain"), 100);
    EXPECT_EQ(values.integer("count"), 2);
    EXPECT_FALSE(values.flag("debug"));
    EXPECT_EQ(values.text("curve"), "flat");
    EXPECT_EQ(values.name_suffix(), "");
}

TEST(Option, SuffixIsSortedByOptionName) {
    const OptionValues values(kTable,
                              {{"gain", "1.5"}, {"count", "3"}, {"all", "true"}, {"curve", "pq"}, {"debug", "true"}});
    EXPECT_EQ(values.name_suffix(), "_all_c_3_curve_pq_g_1.5");
}

TEST(Option, ChoicesGoByName) {
    EXPECT_EQ(OptionValues(kTable, {}).choice<Curve>("eotf"), Curve::kPq);
    const OptionValues chosen(kTable, {{"eotf", "bt1886"}}), chosen_default(kTable, {{"eotf", "pq"}});
    EXPECT_EQ(chosen.choice<Curve>("eotf"), Curve::kBt1886);
    EXPECT_EQ(chosen.name_suffix(), "_e_bt1886");
    EXPECT_EQ(chosen_default.name_suffix(), "");
    EXPECT_FALSE(chosen.shares_pass(chosen_default));
    for (const char* wrong : {"", "PQ", "7", "pq "}) {
        try {
            OptionValues(kTable, {{"eotf", wrong}});
            ADD_FAILURE() << wrong << " was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), EINVAL);
            EXPECT_EQ(std::string(error.what()), cat("option 'eotf': '", wrong, "' is not one of bt1886, pq"));
        }
    }
}

TEST(Option, FlagsTakeWhatPeopleWrite) {
    for (const char* yes : {"true", "yes", "on", "1", "TRUE", "Yes", "oN"})
        EXPECT_TRUE(OptionValues(kTable, {{"debug", yes}}).flag("debug")) << yes;
    for (const char* no : {"false", "no", "off", "0", "False", "NO", "Off"})
        EXPECT_FALSE(OptionValues(kTable, {{"debug", no}}).flag("debug")) << no;
    for (const char* neither : {"banana", "", "2", "-1", "tru", "truee", "y", " true"})
        EXPECT_THROW(OptionValues(kTable, {{"debug", neither}}), Error) << neither;
}

TEST(Option, RefusesBadValuesByName) {
    for (const auto& [name, text] : {std::pair{"gain", "101"},
                                     {"gain", "abc"},
                                     {"gain", "1x"},
                                     {"gain", ""},
                                     {"count", "-1"},
                                     {"debug", "banana"},
                                     {"gain", "nan"},
                                     {"nothing", "1"}}) {
        try {
            OptionValues(kTable, {{name, text}});
            ADD_FAILURE() << name << "=" << text << " was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), EINVAL);
            EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
        }
    }
}

TEST(Option, VariantOptionsShareAPass) {
    const OptionValues base(kTable, {}), gain(kTable, {{"gain", "1"}}), count(kTable, {{"count", "1"}});
    EXPECT_TRUE(base.shares_pass(gain));
    EXPECT_FALSE(base == gain);
    EXPECT_FALSE(base.shares_pass(count));
}

TEST(Option, NumbersAreNormalisedThroughFloat) {
    EXPECT_EQ(normalise_number("1.123456789"), "1.12346");
    EXPECT_EQ(normalise_number("1.0"), "1");
    EXPECT_EQ(normalise_number("true"), "true");
    EXPECT_EQ(normalise_number("1e-9"), "1e-09");
}

}  // namespace
}  // namespace vmaf
