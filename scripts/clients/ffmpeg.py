"""FFmpeg's libvmaf filter."""
import csv
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree

from building import JOBS, run
import clips

NAME, PACKAGE = "ffmpeg", "ffmpeg"
RELEASES = "bookworm", "sid"
FRAMES = 4
CLIPS = {name: (176, 144, name[:3], int(name[4:]), FRAMES)
         for name in ("420_8", "422_8", "444_8", "420_10", "422_10", "444_10", "420_12", "422_12", "420_16")}
LARGE = {"large_8": (320, 192, "420", 8, 3)}
CONFIGURE = ["--disable-everything", "--disable-autodetect", "--disable-doc", "--disable-debug", "--disable-network", "--disable-ffplay",
             "--disable-ffprobe", "--disable-x86asm", "--enable-libvmaf", "--enable-filter=libvmaf,scale,null,format,settb,setpts,trim",
             "--enable-demuxer=rawvideo,yuv4mpegpipe", "--enable-decoder=rawvideo,wrapped_avframe",
             "--enable-encoder=wrapped_avframe,rawvideo", "--enable-muxer=null", "--enable-protocol=file", "--optflags=-O1"]
MODELS = ["vmaf_v0.6.1", "vmaf_v0.6.1neg", "vmaf_b_v0.6.3", "vmaf_4k_v0.6.1", "vmaf_4k_v0.6.1neg", "vmaf_float_v0.6.1", "vmaf_float_v0.6.1neg",
          "vmaf_float_4k_v0.6.1", "vmaf_float_b_v0.6.3"]
FEATURES = ["psnr", "psnr_hvs", "float_psnr", "float_ssim", "float_ms_ssim", "ciede", "cambi", "float_ansnr", "float_moment", "float_adm", "float_vif",
            "float_motion", "motion", "psnr|name=float_ssim|name=ciede", r"psnr\\:enable_chroma=false", r"psnr\\:enable_mse=true\\:enable_apsnr=true",
            r"float_ssim\\:enable_lcs=true\\:enable_db=true", r"float_vif\\:debug=true", r"adm\\:debug=true", r"cambi\\:full_ref=true"]
POOLS = ["mean", "min", "harmonic_mean", "max", "nonsense"]


def cases():
    """(name, clip, options of the filter, format of the log)."""
    listed = [(f"model {model}", "420_8", f"model=version={model}", "json") for model in MODELS]
    listed += [(f"feature {feature}", "large_8" if feature.startswith("cambi") else "420_8", f"feature=name={feature}", "json") for feature in FEATURES]
    listed += [(f"pool {pool}", "420_8", f"pool={pool}", "xml") for pool in POOLS]
    listed += [(f"clip {clip}", clip, "feature=name=psnr", "json") for clip in CLIPS]
    listed += [(f"log {form}", "420_8", "", form) for form in ("xml", "json", "csv", "sub", "nonsense")]
    listed += [(f"subsample {step}", "420_8", f"n_subsample={step}", "xml") for step in (2, 3)]
    listed += [(f"threads {count}", "420_8", f"n_threads={count}", "csv") for count in (1, 2, 5)]
    listed += [(name, "420_8", options, "json") for name, options in [
        ("phone", r"model=version=vmaf_v0.6.1\\:enable_transform=true"), ("phone, float", r"model=version=vmaf_float_v0.6.1\\:enable_transform=true"),
        ("not clipped", r"model=version=vmaf_v0.6.1\\:disable_clip=true"), ("named", r"model=version=vmaf_v0.6.1\\:name=mine"),
        ("two models", r"model=version=vmaf_v0.6.1\\:name=one|version=vmaf_v0.6.1neg\\:name=two"),
        ("overloaded", r"model=version=vmaf_v0.6.1\\:vif.vif_enhn_gain_limit=1.0"), ("nearest timestamps", "ts_sync_mode=nearest"),
        ("shortest", "shortest=1"), ("threads and steps", "n_threads=3:n_subsample=2:feature=name=psnr"),
        ("old options", "psnr=1:ssim=1"), ("old phone model", "phone_model=1"),
        ("no such model", "model=version=vmaf_v9"), ("no such file", "model=path=/nowhere.json"), ("no such feature", "feature=name=nonsense"),
        ("bad option", r"feature=name=psnr\\:nonsense=1"), ("bad value", r"feature=name=psnr\\:enable_chroma=maybe")]]
    return listed


def build(source, folder, prefix, linkage):
    program = folder / f"ffmpeg-{linkage}"
    if program.exists():
        return program
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "ffbuild/config.mak").exists():
        compiler = ["--cc=ccache gcc"] if shutil.which("ccache") else []
        run([source / "configure", *CONFIGURE, *compiler], cwd=folder, env=prefix.build_environment())
    linked = [f"EXTRALIBS-avfilter=-pthread -lm -latomic {' '.join(prefix.archive_libraries)}"] if linkage == "static" else []
    for name in ("ffmpeg", "ffmpeg_g"):
        (folder / name).unlink(missing_ok=True)
    run(["make", f"-j{JOBS}", "ffmpeg", *linked], cwd=folder, env=prefix.build_environment())
    return shutil.copy(folder / "ffmpeg", program)


def read_log(path, form):
    """[[name, text of the value], ...] in the log's order; what changes from run to run is left out."""
    if not path.exists():
        return None
    text = path.read_text()
    values = []

    def add(where, node):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, (dict, list)):
                add(f"{where}/{key}", value)
            elif key not in ("fps", "version"):
                values.append([f"{where}/{key}", str(value)])

    if form == "json":
        add("", json.loads(text, parse_float=str, parse_int=str))
    elif form == "csv":
        header, *rows = csv.reader(text.splitlines())
        values = [[f"{row[0]}/{name}", value] for row in rows for name, value in zip(header, row)]
    elif text.lstrip().startswith("<"):
        for number, element in enumerate(xml.etree.ElementTree.fromstring(text).iter()):
            add(f"{number} {element.tag}", dict(element.attrib))
    else:
        values = [[f"{number}/text", re.sub(r"[\d.]+ FPS", "", line)] for number, line in enumerate(text.splitlines())]
    return values


def run_case(program, case, scratch, environment):
    _, clip, options, form = case
    width, height, layout, bits, frames = {**CLIPS, **LARGE}[clip]
    ref, dis = clips.write(scratch, clip, width, height, layout, bits, frames)
    log = scratch / "ffmpeg.log"
    log.unlink(missing_ok=True)
    pixels = f"yuv{layout}p" + ("" if bits == 8 else f"{bits}le")
    inputs = [part for path in (dis, ref) for part in ("-f", "rawvideo", "-s", f"{width}x{height}", "-pix_fmt", pixels, "-i", str(path))]
    graph = f"[0:v][1:v]libvmaf=log_path={log}:log_fmt={form}" + (":" + options if options else "")
    result = subprocess.run([str(program), "-v", "error", *inputs, "-lavfi", graph, "-f", "null", "-"], text=True, capture_output=True, env=environment,
                            stdin=subprocess.DEVNULL, timeout=300)
    errors = [re.sub(r"0x[0-9a-f]+|/\S*/", "", line) for line in result.stderr.splitlines() if not line.startswith("libvmaf ")]
    return {"returned": result.returncode, "stderr": errors, "log": read_log(log, form)}
