// Support-vector text: what is read, every way in which it can be wrong, and the regression itself.
#include "model/svm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace vmaf {
namespace {

constexpr size_t kWidth = 3;

Svm parse(std::string_view text, size_t budget = 1000) { return parse_svm(text, kWidth, budget); }

std::string with_header(std::string_view vectors, std::string_view total = "2") {
    return cat("svm_type nu_svr\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv ", total, "\nrho 0.25\nSV\n",
               vectors);
}

void expect_refused(std::string_view text, std::string_view part) {
    try {
        parse(text);
        ADD_FAILURE() << "accepted: " << text;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), EINVAL);
        EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << part << " not in: " << error.what();
    }
}

TEST(Svm, AddsUpInOrder) {
    const Svm svm = parse(with_header("1e16 1:1 3:3\n1 2:-2e-1\n"));
    ASSERT_EQ(svm.size(), 2u);
    ASSERT_EQ(svm.width(), kWidth);
    const double x[] = {1.5, 0.1, -2};
    const double first = (0.5 * 0.5 + 0.1 * 0.1) + 5.0 * 5.0, second = (1.5 * 1.5 + (0.1 + 0.2) * (0.1 + 0.2)) + 4.0;
    EXPECT_EQ(svm.predict(x), (1e16 * std::exp(-0.5 * first) + std::exp(-0.5 * second)) - 0.25);
}

TEST(Svm, AcceptsWhatLibsvmWrites) {
    EXPECT_NO_THROW(parse(with_header("4 1:0.5 \n-4 \n\n")));
    EXPECT_NO_THROW(parse(with_header("4 1:0.5 \r\n-4 2:+1\r\n")));
    EXPECT_NO_THROW(parse(cat("probA 0.3\ndegree 3\ncoef0 0\n", with_header("4\n4"))));
    std::string epsilon = with_header("4\n4");
    EXPECT_NO_THROW(parse(epsilon.replace(epsilon.find("nu_svr"), 6, "epsilon_svr")));
}

TEST(Svm, NamesTheLineOfBadVectors) {
    for (const std::string_view bad :
         {"x", "1e999", "nan", "inf", "1 1", "1 1:", "1 :1", "1 1:x", "1 1:nan", "1 0:1", "1 4:1", "1 2:1 1:1",
          "1 1:1 1:1", "1 -1:1", "1 1.5:1", "1 99999999999999999999:1", "1:1"})
        expect_refused(with_header(cat("4 1:1\n", bad)), "line 9");
}

TEST(Svm, CountsItsVectors) {
    expect_refused(with_header("1\n"), "ends after 1 support vectors; total_sv is 2");
    expect_refused(with_header("1\n1\n1\n"), "more support vectors than total_sv, 2");
    expect_refused(with_header("", "0"), "no support vectors");
    expect_refused(with_header("1\n", "18446744073709551615"), "ends after 1");
    for (const std::string_view bad : {"-1", "1.5", "x", "18446744073709551616", ""})
        expect_refused(with_header("1\n", bad), "line 5");
}

TEST(Svm, StaysWithinItsBudget) {
    size_t budget = 2 * (kWidth + 1);
    EXPECT_NO_THROW(parse_svm(with_header("1\n1\n"), kWidth, budget));
    EXPECT_EQ(budget, 0u);
    budget = 2 * (kWidth + 1) - 1;
    EXPECT_THROW(parse_svm(with_header("1\n1\n"), kWidth, budget), Error);
}

TEST(Svm, NamesWhatTheHeaderLacksOrHolds) {
    const std::string good = with_header("1\n1\n");
    for (const std::string_view key : {"svm_type", "kernel_type", "gamma", "total_sv", "rho"}) {
        std::string text = good;
        const size_t at = text.find(key);
        expect_refused(text.erase(at, text.find('\n', at) + 1 - at), key);
    }
    const std::pair<std::string_view, std::string_view> changes[] = {{"nu_svr", "c_svc"},
                                                                     {"rbf", "linear"},
                                                                     {"nr_class 2", "nr_class 3"},
                                                                     {"gamma 0.5", "gamma"},
                                                                     {"gamma 0.5", "gamma inf"},
                                                                     {"rho 0.25", "rho x"},
                                                                     {"rho", "eta"},
                                                                     {"\nSV\n", "\n"}};
    for (const auto& [from, to] : changes) {
        std::string text = good;
        expect_refused(text.replace(text.find(from), from.size(), to), "line ");
    }
    expect_refused("", "ends before its line 'SV'");
}

}  // namespace
}  // namespace vmaf
