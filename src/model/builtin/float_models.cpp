// Written by tools/import_model.py from the published models: all but the support vectors.
// Figures: Copyright (c) 2020 Netflix, Inc., BSD-2-Clause-Patent; see NOTICE.
#include "model/builtin/tables.h"

namespace vmaf::builtin {

extern const SvmFigures kSvmsVmafV061[1];
extern const SvmFigures kSvmsVmaf4kV061[1];
extern const SvmFigures kSvmsVmafBV063[21];

namespace {

constexpr std::string_view kFeatures0 =
    "VMAF_feature_adm2_score\n"
    "VMAF_feature_motion2_score\n"
    "VMAF_feature_vif_scale0_score\n"
    "VMAF_feature_vif_scale1_score\n"
    "VMAF_feature_vif_scale2_score\n"
    "VMAF_feature_vif_scale3_score\n";
constexpr double kSlopes0[] = {0.012020766332648465, 2.8098077502505414, 0.06264407466686016, 1.222763456258933,
                               1.5360318811084146,   1.7620864995501058, 2.08656468286432};
constexpr double kIntercepts0[] = {-0.3092981927591963, -1.7993968597186747, -0.003017198086831897, -0.1728125095425364,
                                   -0.5294309090081222, -0.7577185792093722, -1.083428597549764};
constexpr std::string_view kFeatures1 =
    "VMAF_feature_adm2_score adm_enhn_gain_limit=1\n"
    "VMAF_feature_motion2_score\n"
    "VMAF_feature_vif_scale0_score vif_enhn_gain_limit=1\n"
    "VMAF_feature_vif_scale1_score vif_enhn_gain_limit=1\n"
    "VMAF_feature_vif_scale2_score vif_enhn_gain_limit=1\n"
    "VMAF_feature_vif_scale3_score vif_enhn_gain_limit=1\n";
constexpr double kSlopes1[] = {0.012388059998472608, 1.853012066458466,  0.05141551931924402, 1.0960374437054892,
                               1.2189036205165853,   1.3583508615652835, 1.5373567703674345};
constexpr double kIntercepts1[] = {-0.31191973282964003, -0.8536192302086182,  -0.01336836451078975,
                                   -0.09603743694887917, -0.21890356649141152, -0.35835059999617175,
                                   -0.5373563330683786};
constexpr double kSlopes2[] = {0.012020766332648465, 2.7863890579902773, 0.06264407466686016, 1.222763456258933,
                               1.5360318811084146,   1.7620864995501058, 2.08656468286432};
constexpr double kIntercepts2[] = {-0.3092981927591963, -1.778561646908718,  -0.003017198086831897, -0.1728125095425364,
                                   -0.5294309090081222, -0.7577185792093722, -1.083428597549764};

const ModelFigures kTable[] = {
    {"vmaf_float_v0.6.1",
     kFeatures0,
     kSlopes0,
     kIntercepts0,
     kSvmsVmafV061,
     TransformFigures{1.70674692, 1.72643844, -0.00705305, true, false},
     {0.0, 100.0},
     0.0},
    {"vmaf_float_v0.6.1neg",
     kFeatures1,
     kSlopes0,
     kIntercepts0,
     kSvmsVmafV061,
     TransformFigures{1.70674692, 1.72643844, -0.00705305, true, false},
     {0.0, 100.0},
     0.0},
    {"vmaf_float_4k_v0.6.1", kFeatures0, kSlopes1, kIntercepts1, kSvmsVmaf4kV061, {}, {0.0, 100.0}, 0.0},
    {"vmaf_float_b_v0.6.3",
     kFeatures0,
     kSlopes2,
     kIntercepts2,
     kSvmsVmafBV063,
     TransformFigures{1.70674692, 1.72643844, -0.00705305, true, false},
     {0.0, 100.0},
     0.0},
};

}  // namespace

const std::span<const ModelFigures> kFloatModels = kTable;

}  // namespace vmaf::builtin
