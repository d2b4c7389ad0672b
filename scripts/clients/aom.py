"""libaom's encoder, tuned by VMAF: every score decides about the bitstream."""
import hashlib
import pathlib
import shutil
import subprocess

from building import JOBS, run
import clips

NAME, PACKAGE = "libaom", "aom"
RELEASES = "bookworm", "sid"
CMAKE = ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_C_FLAGS=-O1 -w", "-DCMAKE_CXX_FLAGS=-O1 -w", "-DCONFIG_TUNE_VMAF=1", "-DCONFIG_AV1_DECODER=0",
         "-DENABLE_TESTS=0", "-DENABLE_TOOLS=0", "-DENABLE_DOCS=0", "-DAOM_TARGET_CPU=generic", "-DCONFIG_WEBM_IO=0", "-DCONFIG_LIBYUV=0"]
TUNES = ["vmaf_with_preprocessing", "vmaf_without_preprocessing", "vmaf", "vmaf_neg"]
MODEL_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "testdata/clients/models"
QUALITIES = [12, 22, 34, 48]


def cases():
    """(name, tune, bits, model, quality)."""
    encodes = [(tune, bits, "small", quality) for tune in TUNES for bits in (8, 10) for quality in QUALITIES]
    refusals = [(tune, 8, "small_float", 48) for tune in TUNES]  # libaom sets options of float features that libvmaf does not have any more
    return [(f"{tune}, {bits} bits, {model} model, cq {quality}", tune, bits, model, quality) for tune, bits, model, quality in encodes + refusals]


def link_as_usual(source):
    """libaom 3.6 links its programs with -static where VMAF is on, which leaves no library to swap: the one change made to a client."""
    lists = source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("${VMAF_LIBRARIES} -static)", "${VMAF_LIBRARIES})"))


def build(source, folder, prefix, linkage):
    program = folder / f"aomenc-{linkage}"
    if program.exists():
        return program
    launcher = ["-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    environment = prefix.build_environment()
    if not (folder / "build.ninja").exists():
        link_as_usual(source)
        run(["cmake", "-G", "Ninja", "-S", source, "-B", folder, *CMAKE, *launcher], env=environment)
    run(["ninja", "-C", folder, f"-j{JOBS}", "aomenc"], env=environment)
    if linkage == "shared":
        return shutil.copy(folder / "aomenc", program)
    link = run(["ninja", "-C", folder, "-t", "commands", "aomenc"]).splitlines()[-1]
    link = link.replace(" -lvmaf", " " + " ".join(prefix.archive_libraries)).replace("-o aomenc", f"-o {program.name}")
    run(["sh", "-c", link], cwd=folder)
    return program


def run_case(program, case, scratch, environment):
    _, tune, bits, model, quality = case
    width, height, frames = 128, 96, 3
    path, _ = clips.write(scratch, f"aom_{bits}", width, height, "420", bits, frames)
    stream = scratch / "aom.obu"
    stream.unlink(missing_ok=True)
    call = [str(program), "--i420", f"--width={width}", f"--height={height}", f"--input-bit-depth={bits}", f"--bit-depth={bits}", "--fps=25/1", "--obu",
            "--passes=1", "--cpu-used=6", "--threads=1", "--lag-in-frames=3", "--end-usage=q", f"--cq-level={quality}", f"--tune={tune}",
            f"--vmaf-model-path={MODEL_FOLDER / model}.json", "--quiet", "-o", str(stream), str(path)]
    result = subprocess.run(call, text=True, capture_output=True, env=environment, timeout=600)
    content = stream.read_bytes() if stream.exists() else b""
    return {"returned": result.returncode, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
