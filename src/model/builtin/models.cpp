// Written by tools/import_model.py from the published models: all but the support vectors.
// Figures: Copyright (c) 2020 Netflix, Inc., BSD-2-Clause-Patent; see NOTICE.
#include "model/builtin/tables.h"

namespace vmaf::builtin {

extern const SvmFigures kSvmsVmafV061[1];
extern const SvmFigures kSvmsVmaf4kV061[1];
extern const SvmFigures kSvmsVmafBV063[21];
extern const SvmFigures kSvmsVmafV10163d0h[1];

namespace {

constexpr std::string_view kFeatures0 =
    "VMAF_integer_feature_adm2_score\n"
    "VMAF_integer_feature_motion2_score\n"
    "VMAF_integer_feature_vif_scale0_score\n"
    "VMAF_integer_feature_vif_scale1_score\n"
    "VMAF_integer_feature_vif_scale2_score\n"
    "VMAF_integer_feature_vif_scale3_score\n";
constexpr double kSlopes0[] = {0.012020766332648465, 2.8098077502505414, 0.06264407466686016, 1.222763456258933,
                               1.5360318811084146,   1.7620864995501058, 2.08656468286432};
constexpr double kIntercepts0[] = {-0.3092981927591963, -1.7993968597186747, -0.003017198086831897, -0.1728125095425364,
                                   -0.5294309090081222, -0.7577185792093722, -1.083428597549764};
constexpr std::string_view kFeatures1 =
    "VMAF_integer_feature_adm2_score adm_enhn_gain_limit=1\n"
    "VMAF_integer_feature_motion2_score\n"
    "VMAF_integer_feature_vif_scale0_score vif_enhn_gain_limit=1\n"
    "VMAF_integer_feature_vif_scale1_score vif_enhn_gain_limit=1\n"
    "VMAF_integer_feature_vif_scale2_score vif_enhn_gain_limit=1\n"
    "VMAF_integer_feature_vif_scale3_score vif_enhn_gain_limit=1\n";
constexpr double kSlopes1[] = {0.012388059998472608, 1.853012066458466,  0.05141551931924402, 1.0960374437054892,
                               1.2189036205165853,   1.3583508615652835, 1.5373567703674345};
constexpr double kIntercepts1[] = {-0.31191973282964003, -0.8536192302086182,  -0.01336836451078975,
                                   -0.09603743694887917, -0.21890356649141152, -0.35835059999617175,
                                   -0.5373563330683786};
constexpr double kSlopes2[] = {0.012020766332648465, 2.7863890579902773, 0.06264407466686016, 1.222763456258933,
                               1.5360318811084146,   1.7620864995501058, 2.08656468286432};
constexpr double kIntercepts2[] = {-0.3092981927591963, -1.778561646908718,  -0.003017198086831897, -0.1728125095425364,
                                   -0.5294309090081222, -0.7577185792093722, -1.083428597549764};
constexpr std::string_view kFeatures2 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_kernelscale=1 speed_max_val=45 speed_nn_floor=0.1 "
    "speed_sigma_nn=0.19 speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=3 adm_ref_display_height=1080\n"
    "VMAF_integer_feature_motion3_score motion_max_val=18\n";
constexpr double kSlopes3[] = {0.012020766332648467, 0.07265168094288038, 0.03147688934068315, 4.044462665497729,
                               0.06242930101138472};
constexpr double kIntercepts3[] = {-0.30712690585348135, -0.00016348141788834398, -0.014977474082856242,
                                   -3.0226057825839794, -0.003051650363248205};
constexpr std::string_view kFeatures3 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_max_val=45 speed_nn_floor=0.1 speed_prescale=0.5 "
    "speed_prescale_method=bilinear speed_sigma_nn=0.19 speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=3 adm_ref_display_height=2160\n"
    "VMAF_integer_feature_motion3_score motion_max_val=18\n";
constexpr std::string_view kFeatures4 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_max_val=45 speed_nn_floor=0.1 speed_prescale=0.6 "
    "speed_prescale_method=bilinear speed_sigma_nn=0.19 speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=5 adm_ref_display_height=1080\n"
    "VMAF_integer_feature_motion3_score motion_max_val=18\n";
constexpr std::string_view kFeatures5 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_max_val=45 speed_nn_floor=0.1 speed_sigma_nn=0.19 "
    "speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=1.5 adm_ref_display_height=2160\n"
    "VMAF_integer_feature_motion3_score motion_max_val=18\n";
constexpr std::string_view kFeatures6 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_kernelscale=1 speed_max_val=45 speed_nn_floor=0.1 "
    "speed_sigma_nn=0.19 speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=3 adm_ref_display_height=1080\n"
    "VMAF_integer_feature_motion3_score motion_five_frame_window=true motion_max_val=18 "
    "motion_moving_average=true\n";
constexpr std::string_view kFeatures7 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_max_val=45 speed_nn_floor=0.1 speed_prescale=0.5 "
    "speed_prescale_method=bilinear speed_sigma_nn=0.19 speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=3 adm_ref_display_height=2160\n"
    "VMAF_integer_feature_motion3_score motion_five_frame_window=true motion_max_val=18 "
    "motion_moving_average=true\n";
constexpr std::string_view kFeatures8 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_max_val=45 speed_nn_floor=0.1 speed_prescale=0.6 "
    "speed_prescale_method=bilinear speed_sigma_nn=0.19 speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=5 adm_ref_display_height=1080\n"
    "VMAF_integer_feature_motion3_score motion_five_frame_window=true motion_max_val=18 "
    "motion_moving_average=true\n";
constexpr std::string_view kFeatures9 =
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06\n"
    "Speed_chroma_feature_speed_chroma_uv_score speed_max_val=45 speed_nn_floor=0.1 speed_sigma_nn=0.19 "
    "speed_weight_var_mode=5\n"
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 adm_min_val=0.5 "
    "adm_noise_weight=0.02 adm_norm_view_dist=1.5 adm_ref_display_height=2160\n"
    "VMAF_integer_feature_motion3_score motion_five_frame_window=true motion_max_val=18 "
    "motion_moving_average=true\n";

const ModelFigures kTable[] = {
    {"vmaf_v0.6.1",
     kFeatures0,
     kSlopes0,
     kIntercepts0,
     kSvmsVmafV061,
     TransformFigures{1.70674692, 1.72643844, -0.00705305, true, false},
     {0.0, 100.0},
     0.0},
    {"vmaf_v0.6.1neg",
     kFeatures1,
     kSlopes0,
     kIntercepts0,
     kSvmsVmafV061,
     TransformFigures{1.70674692, 1.72643844, -0.00705305, true, false},
     {0.0, 100.0},
     0.0},
    {"vmaf_4k_v0.6.1", kFeatures0, kSlopes1, kIntercepts1, kSvmsVmaf4kV061, {}, {0.0, 100.0}, 0.0},
    {"vmaf_4k_v0.6.1neg", kFeatures1, kSlopes1, kIntercepts1, kSvmsVmaf4kV061, {}, {0.0, 100.0}, 0.0},
    {"vmaf_b_v0.6.3",
     kFeatures0,
     kSlopes2,
     kIntercepts2,
     kSvmsVmafBV063,
     TransformFigures{1.70674692, 1.72643844, -0.00705305, true, false},
     {0.0, 100.0},
     0.0},
    {"vmaf_v1.0.16_3d0h",
     kFeatures2,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{5.30624188, 0.980791305, -0.000490758318, false, true},
     {0.0, 100.0},
     120.0},
    {"vmaf_v1.0.16_3d0h_2160",
     kFeatures3,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{5.0, 1.0, 0.0, false, true},
     {0.0, 110.0},
     120.0},
    {"vmaf_v1.0.16_5d0h",
     kFeatures4,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{5.30624188, 0.980791305, -0.000490758318, false, true},
     {0.0, 100.0},
     120.0},
    {"vmaf_v1.0.16_1d5h_2160",
     kFeatures5,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{0.0, 1.0, 0.0, false, true},
     {0.0, 100.0},
     120.0},
    {"vmaf_v1.0.16_hfr_3d0h",
     kFeatures6,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{5.30624188, 0.980791305, -0.000490758318, false, true},
     {0.0, 100.0},
     120.0},
    {"vmaf_v1.0.16_hfr_3d0h_2160",
     kFeatures7,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{5.0, 1.0, 0.0, false, true},
     {0.0, 110.0},
     120.0},
    {"vmaf_v1.0.16_hfr_5d0h",
     kFeatures8,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{5.30624188, 0.980791305, -0.000490758318, false, true},
     {0.0, 100.0},
     120.0},
    {"vmaf_v1.0.16_hfr_1d5h_2160",
     kFeatures9,
     kSlopes3,
     kIntercepts3,
     kSvmsVmafV10163d0h,
     TransformFigures{0.0, 1.0, 0.0, false, true},
     {0.0, 100.0},
     120.0},
};

}  // namespace

const std::span<const ModelFigures> kModels = kTable;

}  // namespace vmaf::builtin
