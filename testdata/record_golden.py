#!/usr/bin/env python3
"""Records golden values: builds test/golden/dump.cpp against an installed libvmaf and keeps what it prints.

usage: testdata/record_golden.py PREFIX [SET...]

PREFIX is the install prefix of the reference library; its vmaf_version() is written into the files. All its extractors must
be there (enable_float). Every job runs twice, with different fill patterns for fresh memory: values that differ
between the runs are not the reference's arithmetic, and are refused.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CPUMASK = 63  # the plain C path
SOURCES = [HERE / "clip.cpp", HERE / "damage.cpp", HERE / "scene.cpp", HERE.parent / "test/golden/scoring.cpp",
           HERE.parent / "test/golden/dump.cpp"]


def suffixed(bases, suffix):
    """Names of features under non-default options: short names with the options behind them."""
    short = {"VMAF_integer_feature_adm2_score": "integer_adm2", "VMAF_integer_feature_adm3_score": "integer_adm3",
             "VMAF_integer_feature_aim_score": "integer_aim", "VMAF_integer_feature_motion2_score": "integer_motion2",
             "VMAF_integer_feature_motion3_score": "integer_motion3",
             "Cambi_feature_cambi_score": "cambi",
             **{f"VMAF_integer_feature_vif_scale{s}_score": f"integer_vif_scale{s}" for s in range(4)},
             **{f"VMAF_feature_{metric}_scale{s}_score": f"{metric}_scale{s}" for metric in ("adm", "vif") for s in range(4)},
             **{f"VMAF_feature_{name}_score": name for name in ("adm2", "adm3", "aim", "motion", "motion2", "motion3")},
             **{f"Speed_chroma_feature_speed_chroma_{c}_score": f"speed_chroma_{c}" for c in ("u", "v", "uv")},
             "Speed_temporal_feature_speed_temporal_score": "speed_temporal"}
    return [short.get(base, base) + suffix for base in bases]


def names_of(prefix, items):
    return [prefix + item for item in items]


SCALES = ["0", "1", "2", "3"]
ADM = names_of("VMAF_integer_feature_", ["adm2_score", "aim_score", "adm3_score"]) + names_of("integer_adm_scale", SCALES)
VIF = [f"VMAF_integer_feature_vif_scale{s}_score" for s in SCALES]
MOTION = names_of("VMAF_integer_feature_", ["motion_sad_score", "motion2_score", "motion3_score"])
PSNR = [f"{kind}_{plane}" for kind in ("psnr", "mse") for plane in ("y", "cb", "cr")]
SSIM = ["float_ssim", "float_ssim_l", "float_ssim_c", "float_ssim_s"]
CAMBI = ["Cambi_feature_cambi_score"]
CAMBI_SOURCE = CAMBI + ["cambi_source", "cambi_full_reference"]
MS_SSIM = ["float_ms_ssim"] + [f"float_ms_ssim_{part}_scale{s}" for part in "lcs" for s in range(5)]


def debug_of(metric):
    return [f"integer_{metric}{part}" for part in
            ["", "_num", "_den"] + [f"_{part}_scale{s}" for part in ("num", "den") for s in SCALES]]


def float_names():
    names = [f"VMAF_feature_{name}_score" for name in ("adm2", "aim", "adm3", "motion", "motion2", "motion3")]
    names += [f"VMAF_feature_{metric}_scale{s}_score" for metric in ("adm", "vif") for s in SCALES]
    names += ["float_psnr", "float_ansnr", "float_anpsnr"]
    return names + [f"float_moment_{side}{order}" for side in ("ref", "dis") for order in ("1st", "2nd")]


# Options of one extractor, in the short form of feature names and in full.
MOTION_VARIANTS = {
    "_mffw": "motion_five_frame_window:true", "_mma": "motion_moving_average:true", "_mfw_1.5": "motion_fps_weight:1.5",
    "_mbf_0.5_mbo_5": "motion_blend_factor:0.5:motion_blend_offset:5", "_mmxv_6": "motion_max_val:6",
    "_force_0": "motion_force_zero:true",
    "_mffw_mmxv_18_mma": "motion_five_frame_window:true:motion_max_val:18:motion_moving_average:true"}
ADM_VARIANTS = {
    "_egl_1.2": "adm_enhn_gain_limit:1.2", "_nw_0.02": "adm_noise_weight:0.02", "_dlmw_0.7": "adm_dlm_weight:0.7",
    "_min_0.95": "adm_min_val:0.95", "_ssz": "adm_skip_scale0:true", "_nvd_5": "adm_norm_view_dist:5",
    "_nvd_1.5_rdh_2160": "adm_norm_view_dist:1.5:adm_ref_display_height:2160",
    "_scfd_0.8_scf_1.5": "adm_csf_scale:1.5:adm_csf_diag_scale:0.8",
    "_csf_2": "adm_csf_mode:2", "_csf_3": "adm_csf_mode:3",
    "_csf_2_dlmw_0.7_egl_1_min_0.5_nw_0.02_nvd_5":
        "adm_csf_mode:2:adm_dlm_weight:0.7:adm_enhn_gain_limit:1:adm_min_val:0.5:adm_noise_weight:0.02:adm_norm_view_dist:5"}
VIF_VARIANTS = {"_egl_1.5": "vif_enhn_gain_limit:1.5", "_ssclz": "vif_skip_scale0:true",
                "_egl_1_ssclz": "vif_enhn_gain_limit:1:vif_skip_scale0:true"}
FLOAT_VIF = [f"VMAF_feature_vif_scale{s}_score" for s in SCALES]
FLOAT_VIF_DEBUG = FLOAT_VIF + ["vif", "vif_num", "vif_den"] + [f"vif_{part}_scale{s}" for s in SCALES for part in ("num", "den")]
FLOAT_VIF_VARIANTS = {
    **VIF_VARIANTS, **{f"_ks_{scale}": f"vif_kernelscale:{scale}" for scale in ("0.5", "1.6", "3.71134")},
    **{f"{suffix}_ps_{prescale}": f"vif_prescale:{prescale}:vif_prescale_method:{method}"
       for method, suffix in (("nearest", ""), ("bilinear", "_pm_bilinear"), ("bicubic", "_pm_bicubic"), ("lanczos4", "_pm_lanczos4"))
       for prescale in ("0.6", "1.7")},
    **{f"_snsq_{n}": f"vif_sigma_nsq:{n}" for n in ("0", "0.3", "0.5", "5")},
    "_s1miv_0.7_s2miv_0.8_s3miv_0.9": "vif_scale1_min_val:0.7:vif_scale2_min_val:0.8:vif_scale3_min_val:0.9"}
FLOAT_ADM = [f"VMAF_feature_{name}_score" for name in ["adm2", "aim", "adm3"] + [f"adm_scale{s}" for s in SCALES]]
FLOAT_ADM_DEBUG = FLOAT_ADM + ["adm", "adm_num", "adm_den"] + [f"adm_{part}_scale{s}" for s in SCALES for part in ("num", "den")]
FLOAT_ADM_VARIANTS = {
    "_egl_1": "adm_enhn_gain_limit:1", "_egl_1.2": "adm_enhn_gain_limit:1.2", "_nw_0.02": "adm_noise_weight:0.02", "_dlmw_0.7": "adm_dlm_weight:0.7",
    "_min_0.95": "adm_min_val:0.95", "_ssz": "adm_skip_scale0:true", "_nvd_5": "adm_norm_view_dist:5",
    "_nvd_1.5_rdf_2160": "adm_norm_view_dist:1.5:adm_ref_display_height:2160", "_csf_2": "adm_csf_mode:2", "_csf_7": "adm_csf_mode:7",
    "_scfd_0.8_csf_1_scf_1.5": "adm_csf_mode:1:adm_csf_scale:1.5:adm_csf_diag_scale:0.8", "_bcm_1": "adm_bypass_cm:1",
    "_aah": "adm_adm3_apply_hm:true"}
FLOAT_ADM_POWERS = {
    "_apn_1": "adm_p_norm:1", "_apn_2.5": "adm_p_norm:2.5", "_apn_20": "adm_p_norm:20",
    "_f1s0_0.02_f1s3_0_f2s1_0.1_f2s2_10": "adm_f1s0:0.02:adm_f1s3:0:adm_f2s1:0.1:adm_f2s2:10", "_sasc_0": "adm_skip_aim_scale:0",
    "_sasc_3": "adm_skip_aim_scale:3"}
FLOAT_MOTION = [f"VMAF_feature_{name}_score" for name in ("motion2", "motion", "motion3")]
FLOAT_MOTION_VARIANTS = {
    "_mfs_1": "motion_filter_size:1", "_mfs_3": "motion_filter_size:3", "_mdc": "motion_add_scale1:true", "_mfw_1.5": "motion_fps_weight:1.5",
    "_mbf_0.5_mbo_5": "motion_blend_factor:0.5:motion_blend_offset:5", "_mmxv_6": "motion_max_val:6",
    "_mbf_0.5_mbo_1_mmxv_6": "motion_blend_factor:0.5:motion_blend_offset:1:motion_max_val:6", "_force_0": "motion_force_zero:true"}
SPEED_CHROMA = [f"Speed_chroma_feature_speed_chroma_{c}_score" for c in ("u", "v", "uv")]
SPEED_TEMPORAL = ["Speed_temporal_feature_speed_temporal_score"]
SPEED_VARIANTS = {
    **{f"_ks_{scale}": f"speed_kernelscale:{scale}" for scale in ("0.5", "1.6", "3.71134")},
    **{f"_ps_{prescale}{suffix}": f"speed_prescale:{prescale}:speed_prescale_method:{method}"
       for method, suffix in (("nearest", ""), ("bilinear", "_psm_bilinear"), ("bicubic", "_psm_bicubic"), ("lanczos4", "_psm_lanczos4"))
       for prescale in ("0.6", "1.7")},
    "_nnf_0.1_snn_0.19": "speed_nn_floor:0.1:speed_sigma_nn:0.19"}
SPEED_CHROMA_VARIANTS = {**SPEED_VARIANTS, "_mxv_5": "speed_max_val:5",
                         **{f"_wvm_{mode}": f"speed_weight_var_mode:{mode}" for mode in range(1, 7)}}
# The reference writes beyond its buffers where speed_temporal scales up.
SPEED_TEMPORAL_VARIANTS = {**{suffix: options for suffix, options in SPEED_VARIANTS.items() if "_ps_1.7" not in suffix},
                           "_urd": "speed_use_ref_diff:true", "_mxv_5": "speed_max_val:5"}

CAMBI_VARIANTS = {
    "_ws_127": "window_size:127", "_ws_15": "window_size:15", "_mlc_0": "max_log_contrast:0", "_mlc_5": "max_log_contrast:5",
    "_topk_0.01": "topk:0.01", "_ctpk_0.2": "cambi_topk:0.2", "_ctpk_0.2_topk_1": "topk:1:cambi_topk:0.2", "_tvit_0.002": "tvi_threshold:0.002",
    "_tvit_0.03": "tvi_threshold:0.03", "_vlt_7": "cambi_vis_lum_threshold:7", "_cmxv_0.5": "cambi_max_val:0.5", "_encbd_8": "enc_bitdepth:8",
    "_encbd_12": "enc_bitdepth:12", "_ench_217_encw_251": "enc_width:251:enc_height:217", "_eotf_pq": "eotf:pq",
    "_ceot_pq_mlc_5_tvit_0.05": "cambi_eotf:pq:max_log_contrast:5:tvi_threshold:0.05",
    "_hrs_1080_cmxv_17_vlt_0.06": "cambi_high_res_speedup:1080:cambi_vis_lum_threshold:0.06:cambi_max_val:17"}


def variants(extractor, bases, table):
    return dict(extractors=[f"{extractor}={options}" for options in table.values()],
                names=[name for suffix in table for name in suffixed(bases, suffix)])


INTEGER = ADM + MOTION + VIF
NEG = suffixed(ADM, "_egl_1") + suffixed(VIF, "_egl_1")
FAMILY = ["vmaf_v0.6.1", "vmaf_v0.6.1neg"]
V1 = [f"vmaf_v1.0.16_{variant}{viewing}" for variant in ("", "hfr_") for viewing in ("3d0h", "5d0h", "3d0h_2160", "1d5h_2160")]
V1_UNSCALED = [model for model in V1 if "_5d0h" not in model and "_3d0h_2160" not in model]  # do not scale chroma down
TEXTURES = ["texture8", "texture10", "texture12_422", "texture16_444", "noise10", "cuts8", "extremes8", "odd8"]
SIZED = ["wide8", "dark10", "large10"]  # large enough for the metrics that refuse small pictures
SKIES = ["sky8", "sky10", "sky16_444"]  # with false contours
CHROMA = ["chroma8_444", "chroma12_422"]  # large enough for speed_chroma to say something
ANY_DEPTH = ["texture9", "texture14"]   # depths at which the reference has no psnr and misreads float_ssim
ALL = ["texture8", "texture10", "texture12_422", "texture16_444", "texture8_444", "texture8_422", "grey8", "grey10", "wide8",
       "tall8", "large10", "odd8", "odd10_422", "odd16_444", "small8", "small10", "noise8", "noise10", "noise16_444", "flat8",
       "dark10", "ramp8", "ramp12", "cuts8", "extremes8", "extremes10", "extremes16", "same8", "one8", "two8"]

SETS = {
    "core": dict(clips=ALL, models=FAMILY, extractors=["psnr=enable_mse:true", "float_ssim=enable_lcs:true"],
                 names=INTEGER + NEG + PSNR + SSIM),
    "depth": dict(clips=ANY_DEPTH, models=FAMILY, extractors=[], names=INTEGER + NEG),
    # Up to 32 rows or columns the reference's adm filters what happens to lie in memory.
    "tiny": dict(clips=["tiny8", "tiny12", "narrow8"], extractors=["vif", "motion", "psnr=enable_mse:true", "float_ssim=enable_lcs:true"],
                 names=VIF + MOTION + PSNR + SSIM),
    "debug": dict(clips=TEXTURES + ["ramp8", "dark10"], extractors=["adm=debug:true", "vif=debug:true", "motion=debug:true"],
                  names=debug_of("adm") + debug_of("vif") + ["VMAF_integer_feature_motion_score"]),
    "motion": dict(clips=["cuts8", "texture10", "odd8", "one8", "two8", "extremes10"], **variants("motion", MOTION, MOTION_VARIANTS)),
    "adm": dict(clips=["texture8", "texture12_422", "odd10_422", "noise10", "extremes8"], **variants("adm", ADM, ADM_VARIANTS)),
    "adm_barten": dict(clips=["texture8", "texture12_422"], **variants("adm", ADM, {"_csf_1": "adm_csf_mode:1"})),
    "vif": dict(clips=["texture8", "texture12_422", "odd10_422", "noise8"], **variants("vif", VIF, VIF_VARIANTS)),
    "float_adm": dict(clips=[clip for clip in ALL if clip not in ("small8", "small10")], extractors=["float_adm=debug:true"], names=FLOAT_ADM_DEBUG),
    # In two sets: the reference has room for 128 names.
    "float_adm_options": dict(clips=["texture8", "odd10_422", "dark10"], **variants("float_adm", FLOAT_ADM, FLOAT_ADM_VARIANTS)),
    "float_adm_powers": dict(clips=["texture8", "odd10_422", "dark10"], **variants("float_adm", FLOAT_ADM, FLOAT_ADM_POWERS)),
    "float_vif": dict(clips=ALL, extractors=["float_vif=debug:true"], names=FLOAT_VIF_DEBUG),
    "float_vif_options": dict(clips=["texture8", "odd10_422", "dark10"], **variants("float_vif", FLOAT_VIF, FLOAT_VIF_VARIANTS)),
    "float_light": dict(clips=["texture8", "texture10", "texture12_422", "texture16_444", "odd8", "same8", "noise16_444"], extractors=["float_psnr", "float_moment"],
                        names=float_names()[-4:] + ["float_psnr"]),
    "ansnr": dict(clips=["flat8", "same8", "dark10", "odd10_422", "odd16_444", "extremes8", "ramp12", "noise16_444", "large10"], extractors=["float_ansnr"],
                  names=["float_ansnr", "float_anpsnr"]),
    "float_motion": dict(clips=["cuts8", "texture10", "texture16_444", "odd8", "one8", "two8", "large10"], **variants("float_motion", FLOAT_MOTION, FLOAT_MOTION_VARIANTS)),
    # At half size the reference reads other rows of subsampled chroma.
    "float_motion_uv": dict(clips=["texture8", "texture12_422", "odd8"], **variants("float_motion", FLOAT_MOTION, {"_mau": "motion_add_uv:true"})),
    "float_motion_uv_half": dict(clips=["texture8_444", "odd16_444"],
                                 **variants("float_motion", FLOAT_MOTION, {"_mdc_mau": "motion_add_uv:true:motion_add_scale1:true"})),
    "float_models": dict(clips=["texture8", "odd10_422", "dark10"], extractors=[], names=[],
                         models=["vmaf_float_v0.6.1", "vmaf_float_v0.6.1neg", "vmaf_float_4k_v0.6.1"]),
    "float_bootstrap": dict(clips=["texture8", "two8"], collections=["vmaf_float_b_v0.6.3"], extractors=[], names=[]),
    "psnr": dict(clips=["texture10", "texture16_444", "same8", "odd8"],
                 extractors=["psnr=enable_mse:true:reduced_hbd_peak:true:min_sse:0.5"], names=PSNR),
    "psnr_luma": dict(clips=["texture10"], extractors=["psnr=enable_chroma:false"], names=PSNR[:3]),
    "ssim_db": dict(clips=["texture10", "same8", "large10"],
                    extractors=["float_ssim=enable_lcs:true:enable_db:true:clip_db:true"], names=SSIM),
    "ssim_scale": dict(clips=["texture8", "large10", "odd8"], extractors=["float_ssim=enable_lcs:true:scale:2"], names=SSIM),
    # From 13 bits on the reference's integers overflow.
    "ssim": dict(clips=["texture8", "texture9", "texture10", "texture12_422", "odd8", "odd10_422", "noise8", "noise10", "same8", "flat8", "dark10", "extremes8",
                        "extremes10", "ramp12", "wide8", "tall8", "small8", "tiny8", "tiny12", "narrow8"], extractors=["ssim"], names=["ssim"]),
    "4k": dict(clips=["texture8", "large10"], models=["vmaf_4k_v0.6.1", "vmaf_4k_v0.6.1neg"], extractors=[], names=[]),
    "bootstrap": dict(clips=["texture8", "two8"], collections=["vmaf_b_v0.6.3"], extractors=[], names=[]),
    "psnr_hvs": dict(clips=["texture8", "texture10", "odd8", "same8", "ramp12", "texture9", "texture12_422", "texture8_444", "odd10_422"], extractors=["psnr_hvs"],
                     names=["psnr_hvs", "psnr_hvs_y", "psnr_hvs_cb", "psnr_hvs_cr"]),
    # Of 4:2:2, and of odd sizes with subsampled chroma, the reference compares other colours.
    "ciede": dict(clips=["texture8", "texture10", "texture16_444", "texture8_444", "noise8", "noise16_444", "same8", "flat8", "dark10", "extremes8",
                         "chroma8_444", "ramp12", "odd16_444"], extractors=["ciede"], names=["ciede2000"]),
    "ms_ssim": dict(clips=SIZED + SKIES + CHROMA, extractors=["float_ms_ssim=enable_lcs:true"], names=MS_SSIM),
    "ms_ssim_db": dict(clips=["wide8", "large10"], extractors=["float_ms_ssim=enable_lcs:true:enable_db:true"], names=MS_SSIM),
    "ms_ssim_clip_db": dict(clips=["wide8", "large10"], extractors=["float_ms_ssim=enable_db:true:clip_db:true"], names=MS_SSIM[:1]),
    "cambi": dict(clips=SIZED + SKIES, extractors=["cambi"], names=CAMBI),
    "cambi_options": dict(clips=["sky8", "sky10"], **variants("cambi", CAMBI, CAMBI_VARIANTS)),
    "cambi_source": dict(clips=["sky8", "sky10", "large10"], extractors=["cambi=full_ref:true"], names=CAMBI_SOURCE),
    "cambi_lower_source": dict(clips=["sky10"], extractors=["cambi=full_ref:true:src_width:320:src_height:240"],
                               names=["cambi_srch_240_srcw_320"] + CAMBI_SOURCE[1:]),
    "cambi_larger_source": dict(clips=["sky8"], extractors=["cambi=full_ref:true:src_width:800:src_height:501"],
                                names=["cambi_srch_501_srcw_800"] + CAMBI_SOURCE[1:]),
    # At the sizes from which the speed-up works.
    "cambi_speedup": dict(clips=["tall_sky8"], **variants("cambi", CAMBI, {"_hrs_1080": "cambi_high_res_speedup:1080", "_hrs_2160": "cambi_high_res_speedup:2160"})),
    "speed": dict(clips=SIZED + CHROMA, extractors=["speed_chroma", "speed_temporal"], names=SPEED_CHROMA + SPEED_TEMPORAL),
    "speed_chroma": dict(clips=CHROMA, **variants("speed_chroma", SPEED_CHROMA, SPEED_CHROMA_VARIANTS)),
    "speed_temporal": dict(clips=["chroma8_444", "large10"], **variants("speed_temporal", SPEED_TEMPORAL, SPEED_TEMPORAL_VARIANTS)),
    "v1": dict(clips=["large10", "sample", "chroma8_444"], models=V1, extractors=[], names=[]),
    "v1_singular": dict(clips=["wide8"], models=V1_UNSCALED, extractors=[], names=[]),  # chroma is predicted from adm
    "float": dict(clips=["texture8", "texture10", "odd8", "texture16_444"], models=["vmaf_float_v0.6.1"],
                  extractors=["float_adm", "float_vif", "float_motion", "float_psnr", "float_ansnr", "float_moment"],
                  names=float_names()),
}
# Sets of extractors whose source libvmaf has without registering them: named alone, with the prefix of a build that does.
UNREGISTERED = {"ssim"}


def build(prefix, folder):
    pkgconfig = ":".join(str(path.parent) for path in prefix.glob("lib/**/libvmaf.pc"))
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libvmaf"], check=True, text=True, capture_output=True,
                           env={**os.environ, "PKG_CONFIG_PATH": pkgconfig}).stdout.split()
    libraries = [flag[2:] for flag in flags if flag.startswith("-L")]
    program = pathlib.Path(folder, "dump")
    subprocess.run(["g++", "-std=c++20", "-O2", "-ffp-contract=off", "-I", HERE, "-I", HERE.parent / "test/golden", *SOURCES, "-o",
                    program, *flags, *[f"-Wl,-rpath,{path}" for path in libraries]], check=True)
    version = pathlib.Path(folder, "version.c")
    version.write_text('#include <stdio.h>\n#include <libvmaf/libvmaf.h>\nint main(void) { return puts(vmaf_version()) < 0; }\n')
    subprocess.run(["gcc", version, "-o", version.with_suffix(""), *flags, *[f"-Wl,-rpath,{path}" for path in libraries]], check=True)
    return program, subprocess.run([version.with_suffix("")], check=True, text=True, capture_output=True).stdout.strip()


def joined(items):
    return ",".join(items) or "-"


def record(program, version, label, job, clip):
    arguments = [clip, joined(job.get("models", [])), joined(job.get("collections", [])), joined(job["extractors"]),
                 joined(job["names"])]
    runs = []
    for fill in ("0", "165"):
        run = subprocess.run([program, *arguments, str(CPUMASK)], text=True, capture_output=True,
                             env={**os.environ, "MALLOC_PERTURB_": fill})
        if run.returncode:
            sys.exit(f"record_golden: {label} of {clip} failed ({run.returncode}): {run.stderr.strip()}")
        runs.append(run.stdout)
    if runs[0] != runs[1]:
        differing = [a for a, b in zip(runs[0].splitlines(), runs[1].splitlines()) if a != b]
        sys.exit(f"record_golden: {label} of {clip} depends on uninitialised memory: {differing[:5]}")
    header = (f"# Made by testdata/record_golden.py from libvmaf {version}, cpumask {CPUMASK}.\n"
              f"# clip: {clip}\n# models: {arguments[1]}\n# collections: {arguments[2]}\n# extractors: {arguments[3]}\n")
    (HERE / "golden" / f"{clip}.{label}.txt").write_text(header + runs[0])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wanted = sys.argv[2:] or [label for label in SETS if label not in UNREGISTERED]
    with tempfile.TemporaryDirectory() as folder:
        program, version = build(pathlib.Path(sys.argv[1]).resolve(), folder)
        for label in wanted:
            for clip in SETS[label]["clips"]:
                record(program, version, label, SETS[label], clip)


if __name__ == "__main__":
    main()
