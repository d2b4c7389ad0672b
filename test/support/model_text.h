// A small model file for the tests, and ways to damage it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "model/model.h"

namespace vmaf {

/// Two features, one support vector each way; raw score of (f0, f1) = (0.5 f0 + 0.1, 2 f1) through the regression.
inline constexpr std::string_view kSmallModel = R"({
  "param_dict": {"C": 4.0, "anything": [1, {"x": null}]},
  "model_dict": {
    "model_type": "LIBSVMNUSVR",
    "norm_type": "linear_rescale",
    "slopes": [0.01, 0.5, 2],
    "intercepts": [-0.25, 0.1, 0],
    "feature_names": ["speed_chroma", "adm3"],
    "feature_opts_dicts": [{"gain": 1.123456789, "on": true, "way": "bilinear", "count": 12}, {}],
    "score_clip": [0, 100.0],
    "score_transform": {"enabled": false, "p0": 1.5, "p1": null, "p2": 0.25, "knots": null, "out_gte_in": "true"},
    "model": "svm_type nu_svr\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv 2\nrho -0.75\nSV\n4 1:0.5 2:1 \n-3.5 2:-0.25 \n"
  }
})";

/// kSmallModel with `from` replaced by `to`; `from` must be there.
inline std::string changed(std::string_view from, std::string_view to, std::string text = std::string(kSmallModel)) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

inline Model parse_single(std::string_view json, uint64_t flags = 0) {
    return parse_model(json, "test.json", "vmaf", flags).model;
}

/// Expects parse_model to refuse `json` with EINVAL and a message that holds the origin and every one of `parts`.
inline void expect_refused(std::string_view json, std::initializer_list<std::string_view> parts) {
    try {
        parse_model(json, "test.json", "vmaf", 0);
        ADD_FAILURE() << "accepted: " << json.substr(0, 2000);
    } catch (const Error& error) {
        const std::string text = error.what();
        EXPECT_EQ(error.code(), EINVAL);
        EXPECT_LT(text.size(), 1000u);
        EXPECT_NE(text.find("test.json"), std::string::npos) << text;
        for (const std::string_view part : parts)
            EXPECT_NE(text.find(part), std::string::npos) << part << " not in: " << text;
    }
}

}  // namespace vmaf
