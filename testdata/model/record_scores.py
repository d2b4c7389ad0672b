#!/usr/bin/env python3
"""Records what a libvmaf makes of given feature values with each built-in model, for scores.txt.

usage: record_scores.py LIBVMAF_SO > scores.txt

Any library with the libvmaf C API will do: the values are imported, no picture is read. Features are pseudo-random in
and beyond their usual ranges, among them a chroma speed of exactly 0.
"""
import ctypes
import random
import sys

LIB = ctypes.CDLL(sys.argv[1])
FRAMES = 5
FLAGS = {"default": 0, "unclipped": 1, "transformed": 2, "unclipped+transformed": 3}


class Configuration(ctypes.Structure):
    _fields_ = [("log_level", ctypes.c_int), ("n_threads", ctypes.c_uint), ("n_subsample", ctypes.c_uint),
                ("cpumask", ctypes.c_uint64), ("gpumask", ctypes.c_uint64)]


class ModelConfig(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("flags", ctypes.c_uint64)]


class CollectionScore(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("bagging", ctypes.c_double), ("stddev", ctypes.c_double),
                ("low", ctypes.c_double), ("high", ctypes.c_double)]


CLASSIC = ["adm2", "motion2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3"]
VIEWS = {  # distance and height: what their options add to the names of adm3 and the chroma speed
    "3d0h": ("", ""),
    "3d0h_2160": ("_rdh_2160", "_ps_0.5_psm_bilinear"),
    "5d0h": ("_nvd_5", "_ps_0.6_psm_bilinear"),
    "1d5h_2160": ("_nvd_1.5_rdh_2160", ""),
}


def classic_names(family, alias):
    return [f"{family}_{name}_score" for name in CLASSIC]


def gain_limited_names(family, alias):
    return [name if "motion" in name else f"{alias}{short}_egl_1"
            for name, short in zip(classic_names(family, alias), CLASSIC)]


def modern_names(view, high_rate):
    adm, speed = VIEWS[view]
    window, average = ("_mffw", "_mma") if high_rate else ("", "")
    return ["cambi_hrs_1080_cmxv_17_vlt_0.06", f"speed_chroma_uv_mxv_45_nnf_0.1{speed}_snn_0.19_wvm_5",
            f"integer_adm3_csf_2_dlmw_0.7_egl_1_min_0.5_nw_0.02{adm}", f"integer_motion3{window}_mmxv_18{average}"]


def all_models():
    """Versions with the full names of their features."""
    for prefix, family in (("", ("VMAF_integer_feature", "integer_")), ("float_", ("VMAF_feature", ""))):
        for size in ("", "4k_"):
            yield f"vmaf_{prefix}{size}v0.6.1", classic_names(*family)
        yield f"vmaf_{prefix}v0.6.1neg", gain_limited_names(*family)
        yield f"vmaf_{prefix}b_v0.6.3", classic_names(*family)
    yield "vmaf_4k_v0.6.1neg", gain_limited_names("VMAF_integer_feature", "integer_")
    for view in VIEWS:
        for prefix in ("", "hfr_"):
            yield f"vmaf_v1.0.16_{prefix}{view}", modern_names(view, bool(prefix))


def values_of(names, rng):
    if len(names) == 6:
        adm = rng.uniform(0.3, 1.0)
        vif = [rng.uniform(0, 1.05) for _ in range(4)]
        return [adm, rng.choice([0, rng.uniform(0, 25)]), *sorted(vif)]
    return [rng.uniform(0, 20), rng.choice([0, 0, rng.uniform(0, 45)]), rng.uniform(0.5, 1), rng.uniform(0, 18)]


def check(code, what):
    if code:
        sys.exit(f"{what}: {code}")


def load(version, config):
    """The model, and the collection or None."""
    model, collection = ctypes.c_void_p(), ctypes.c_void_p()
    if "_b_" in version:
        check(LIB.vmaf_model_collection_load(ctypes.byref(model), ctypes.byref(collection), ctypes.byref(config),
                                             version.encode()), version)
    else:
        check(LIB.vmaf_model_load(ctypes.byref(model), ctypes.byref(config), version.encode()), version)
    return model, collection


def record(version, flags_name, names, rng):
    context, config = ctypes.c_void_p(), ModelConfig(b"m", FLAGS[flags_name])
    check(LIB.vmaf_init(ctypes.byref(context), Configuration(1, 0, 1, 0, 0)), "vmaf_init")
    model, collection = load(version, config)
    for frame in range(FRAMES):
        values = [round(value, 4) for value in values_of(names, rng)]
        for name, value in zip(names, values):
            check(LIB.vmaf_import_feature_score(context, name.encode(), ctypes.c_double(value), frame), name)
        score = ctypes.c_double()
        check(LIB.vmaf_score_at_index(context, model, ctypes.byref(score), frame), f"{version} {names}")
        results = [score.value]
        if collection:
            spread = CollectionScore()
            check(LIB.vmaf_score_at_index_model_collection(context, collection, ctypes.byref(spread), frame), version)
            for member in range(1, 21):
                check(LIB.vmaf_feature_score_at_index(context, b"m_%04d" % member, ctypes.byref(score), frame), "member")
                results.append(score.value)
            results += [spread.bagging, spread.stddev, spread.low, spread.high]
        print(version, FLAGS[flags_name], len(values), *values, *(f"{result:.17g}" for result in results))
    LIB.vmaf_close(context)


def main():
    rng = random.Random(1)
    print("# version flags count values score [members bagging stddev low high]; written by record_scores.py")
    print("# with libvmaf f85a8536 (3.2.0, x86-64, float extractors)")
    for version, names in all_models():
        for flags_name in FLAGS:
            record(version, flags_name, names, rng)


main()
