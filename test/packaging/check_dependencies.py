#!/usr/bin/env python3
"""docs/dependencies.spdx.json names everything that meson.build files ask for, each with a license, and is of this release.

usage: check_dependencies.py SOURCE_ROOT RELEASE
"""
import json
import pathlib
import re
import sys

HEADERS = {"hwy/highway.h": "hwy", "nvtx3/nvToolsExt.h": "nvtx3"}  # found without a dependency()
PROGRAMS = {"nvcc"}
PART_OF_LIBC = {"dl"}
FIELDS = ("SPDXID", "name", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText")


def asked_for(root):
    """Name: the meson.build file that asks for it."""
    found = {}
    for folder in ("src", "include", "tools", "test", "testdata"):
        for file in (root / folder).rglob("meson.build"):
            if "client" not in file.parent.name:
                found.update(asked_in(file))
    return {**found, **asked_in(root / "meson.build")}


def asked_in(file):
    text = re.sub(r"^\s*#.*", "", file.read_text(), flags=re.M)
    names = re.findall(r"(?<!declare_)(?<!override_)\bdependency\('([^']+)'", text)
    names += [name for name in re.findall(r"find_library\('([^']+)'", text) if name not in PART_OF_LIBC]
    names += [HEADERS.get(header, header) for header in re.findall(r"has_header\('([^']+)'", text)]
    names += [name for name in re.findall(r"find_program\('([^']+)'", text) if name in PROGRAMS]
    return {name: file for name in names}


def problems_of(document, release):
    packages = document["packages"]
    identifiers = {package["SPDXID"] for package in packages} | {document["SPDXID"]}
    yield from (f"{package.get('name')} has no {field}" for package in packages for field in FIELDS if not package.get(field))
    yield from (f"{package['SPDXID']} is no identifier of SPDX" for package in packages if not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", package["SPDXID"]))
    related = set()
    for relation in document["relationships"]:
        ends = {relation["spdxElementId"], relation["relatedSpdxElement"]}
        yield from (f"a relationship names {end}, which is not there" for end in ends - identifiers)
        related |= ends
    yield from (f"{identifier} has no relationship" for identifier in sorted(identifiers - related))
    if document["spdxVersion"] != "SPDX-2.3" or document["name"] != f"libvmaf-{release}" or packages[0].get("versionInfo") != release:
        yield f"is not SPDX 2.3 of release {release}"


def main():
    root, release = pathlib.Path(sys.argv[1]), sys.argv[2]
    document = json.loads((root / "docs/dependencies.spdx.json").read_text())
    named = {package["name"] for package in document["packages"]}
    asked = asked_for(root)
    problems = [f"does not name {name}, which {file.relative_to(root)} asks for" for name, file in asked.items() if name not in named]
    problems += problems_of(document, release)
    for problem in problems:
        print("docs/dependencies.spdx.json", problem)
    print(f"{len(named)} packages; asked for: {', '.join(sorted(asked))}")
    return bool(problems) or not asked


if __name__ == "__main__":
    sys.exit(main())
