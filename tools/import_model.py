#!/usr/bin/env python3
"""Turns published VMAF model files into the tables under src/model/builtin.

usage: import_model.py MODEL_DIR OUTPUT_DIR

Reads the models listed in MODELS from MODEL_DIR and writes one .cpp file for each family of support vectors and one
for each list of models; scripts/format.sh formats the latter. Every number reads back to the same double.
"""
import json
import pathlib
import re
import struct
import sys
import textwrap

MODELS = [
    "vmaf_v0.6.1", "vmaf_v0.6.1neg", "vmaf_4k_v0.6.1", "vmaf_4k_v0.6.1neg", "vmaf_b_v0.6.3",
    "vmaf_v1.0.16_3d0h", "vmaf_v1.0.16_3d0h_2160", "vmaf_v1.0.16_5d0h", "vmaf_v1.0.16_1d5h_2160",
    "vmaf_v1.0.16_hfr_3d0h", "vmaf_v1.0.16_hfr_3d0h_2160", "vmaf_v1.0.16_hfr_5d0h", "vmaf_v1.0.16_hfr_1d5h_2160",
]
FLOAT_MODELS = ["vmaf_float_v0.6.1", "vmaf_float_v0.6.1neg", "vmaf_float_4k_v0.6.1", "vmaf_float_b_v0.6.3"]

PREAMBLE = """// Written by tools/import_model.py from the published models: {what}.
// Figures: Copyright (c) 2020 Netflix, Inc., BSD-2-Clause-Patent; see NOTICE.
#include "model/builtin/tables.h"

namespace vmaf::builtin {{
"""
OPENING = "\nnamespace {\n\n"
CLOSING = "\n}  // namespace\n"
END = "\n}  // namespace vmaf::builtin\n"


def identifier(version):
    """vmaf_b_v0.6.3 -> VmafBV063"""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[_.]", version))


def wrapped(items, width=112):
    """Comma-separated items in lines of at most `width` characters."""
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) + 2 > width:
            lines.append(line)
            line = ""
        line += (", " if line else "") + item
    return ",\n    ".join(lines + [line])


class Svm:
    """A regression as LIBSVM writes it; vectors as tuples of `width` numbers."""

    def __init__(self, text, width):
        header, body = text.split("\nSV\n")
        fields = dict(line.split(" ", 1) for line in header.split("\n"))
        assert (fields["svm_type"], fields["kernel_type"], fields["nr_class"]) == ("nu_svr", "rbf", "2"), fields
        self.gamma, self.rho = float(fields["gamma"]), float(fields["rho"])
        self.coefficients, self.vectors = [], []
        for line in filter(None, (line.split() for line in body.split("\n"))):
            pairs = dict(pair.split(":") for pair in line[1:])
            self.coefficients.append(float(line[0]))
            self.vectors.append(tuple(float(pairs.pop(str(i + 1), 0)) for i in range(width)))
            assert not pairs, line
        assert len(self.vectors) == int(fields["total_sv"])


def svm_table(name, svms):
    """C++ text of the regressions of one model file over a common table of vectors."""
    numbers = {}
    for vector in (vector for svm in svms for vector in svm.vectors):
        numbers.setdefault(vector, len(numbers))
    out = ["\n// A line of the table is a vector.\n// clang-format off" + OPENING + "constexpr double kVectors[] = {\n"]
    out += ["    " + ", ".join(map(repr, vector)) + ",\n" for vector in numbers]
    out.append("};\n")
    rows = []
    for i, svm in enumerate(svms):
        bound = max(map(abs, svm.coefficients))
        terms = [(1 + numbers[v]) * (1 if c > 0 else -1) for v, c in zip(svm.vectors, svm.coefficients)]
        free = [f"{{{k}, {c!r}}}" for k, c in enumerate(svm.coefficients) if abs(c) != bound]
        out.append(f"\nconstexpr int16_t kTerms{i}[] = {{\n    {wrapped(map(str, terms))}}};\n")
        if free:
            out.append(f"constexpr FreeTerm kFree{i}[] = {{\n    {wrapped(free)}}};\n")
        rows.append(f"    {{{svm.gamma!r}, {svm.rho!r}, {bound!r}, kVectors, kTerms{i}, {f'kFree{i}' if free else '{}'}}},\n")
    table = f"\nextern const SvmFigures kSvms{name}[{len(svms)}];\n"
    return "".join(out) + CLOSING + table + f"const SvmFigures kSvms{name}[] = {{\n" + "".join(rows) + "};\n"


def option_text(value):
    """As the library keeps option values: numbers through float and %g."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return "%g" % struct.unpack("f", struct.pack("f", value))


def feature_lines(figures):
    options = figures.get("feature_opts_dicts", [{}] * len(figures["feature_names"]))
    for name, chosen in zip(figures["feature_names"], options, strict=True):
        yield " ".join([name] + [f"{key}={option_text(value)}" for key, value in sorted(chosen.items())])


class ConstantPool:
    """Arrays and texts that several models share, each under one name."""

    def __init__(self):
        self.names, self.text = {}, ""

    def name(self, kind, declaration, value):
        key = (kind, value)
        if key not in self.names:
            self.names[key] = f"k{kind}{sum(1 for other, _ in self.names if other == kind)}"
            self.text += f"constexpr {declaration.format(self.names[key])} =\n    {value};\n"
        return self.names[key]

    def numbers(self, kind, values):
        return self.name(kind, "double {}[]", f"{{{wrapped(map(repr, values))}}}")

    def lines(self, kind, lines):
        pieces = [piece for line in lines for piece in textwrap.wrap(line + "$", 108, drop_whitespace=False)]
        literals = (json.dumps(piece).replace("$", "\\n") for piece in pieces)
        return self.name(kind, "std::string_view {}", "\n    ".join(literals))


def transform_text(transform):
    if not transform:
        return "{}"
    unknown = set(transform) - {"p0", "p1", "p2", "out_gte_in", "enabled"}
    assert not unknown, f"score_transform has parts that the tables lack: {unknown}"
    flags = [transform.get("out_gte_in") == "true", transform.get("enabled", False)]
    numbers = [repr(float(transform[key])) for key in ("p0", "p1", "p2")]
    return "TransformFigures{" + ", ".join(numbers + [str(flag).lower() for flag in flags]) + "}"


def model_row(version, figures, svms_name, pool):
    assert figures["norm_type"] == "linear_rescale", version
    clip = "{" + ", ".join(repr(float(bound)) for bound in figures["score_clip"]) + "}"
    names = [f'"{version}"', pool.lines("Features", feature_lines(figures)), pool.numbers("Slopes", figures["slopes"]),
             pool.numbers("Intercepts", figures["intercepts"]), f"kSvms{svms_name}"]
    numbers = [transform_text(figures.get("score_transform")), clip,
               repr(float(figures.get("chroma_correction_parameter", 0)))]
    return "    {" + ", ".join(names) + ",\n     " + ", ".join(numbers) + "},\n"


def load_entries(path):
    """The model_dicts of a file: one, or those of the reference model and the members."""
    document = json.loads(path.read_text())
    if "model_dict" in document:
        return [document["model_dict"]]
    entries = [document[str(i)]["model_dict"] for i in range(len(document))]
    for entry in entries:
        assert {**entry, "model": ""} == {**entries[0], "model": ""}, "members differ in more than their regression"
    return entries


def main(model_dir, output_dir):
    families = {}  # texts of the regressions -> name of their table

    def table_of(version, entries):
        key = tuple(entry["model"] for entry in entries)
        if key not in families:
            families[key] = identifier(version)
            svms = [Svm(text, len(entries[0]["feature_names"])) for text in key]
            text = PREAMBLE.format(what=f"support vectors of {version}") + svm_table(families[key], svms) + END
            (output_dir / f"svm_{version}.cpp").write_text(text)
        return families[key], len(key)

    for stem, constant, versions in (("models", "kModels", MODELS), ("float_models", "kFloatModels", FLOAT_MODELS)):
        pool, rows, used = ConstantPool(), "", {}
        for version in versions:
            entries = load_entries(model_dir / f"{version}.json")
            name, count = table_of(version, entries)
            used[name] = count
            rows += model_row(version, entries[0], name, pool)
        text = PREAMBLE.format(what="all but the support vectors") + "\n"
        text += "".join(f"extern const SvmFigures kSvms{name}[{count}];\n" for name, count in used.items())
        text += OPENING + pool.text + "\nconst ModelFigures kTable[] = {\n" + rows + "};\n" + CLOSING
        text += f"\nconst std::span<const ModelFigures> {constant} = kTable;\n" + END
        (output_dir / f"{stem}.cpp").write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*map(pathlib.Path, sys.argv[1:]))
