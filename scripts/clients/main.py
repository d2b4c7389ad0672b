#!/usr/bin/env python3
"""Runs clients of libvmaf on an installed library and compares what they make with what they made with the reference.

Values of the reference are in testdata/clients; --record PREFIX makes them anew. A client is built once; the shared library is swapped under it,
a second link has the static one.
"""
import argparse
import json
import pathlib
import shlex
import sys

import aom
import compare
import ffmpeg
import own
from building import Prefix, check_linkage
from sources import Sources, Unavailable, upstream

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDED = ROOT / "testdata/clients"
CLIENTS = {client.NAME: client for client in (own, ffmpeg, aom)}
HEADER = "client", "version", "backend", "linkage", "cases", "equal", "differing", "not comparable", "command"


def record_path(client, version):
    return RECORDED / f"{client.NAME}-{version.replace('+', 'p')}.json"


def versions(client, sources, wanted, releases):
    """(version, what build() takes) of what can be had here, and reasons of what can't."""
    for release in releases or client.RELEASES:
        try:
            if client.PACKAGE is None:
                yield release, release
            elif wanted in (None, upstream(sources.newest(client.PACKAGE, release))):
                yield sources.unpacked(client.PACKAGE, release)
        except Unavailable as reason:
            yield release, reason


def record(client, version, program, prefix, scratch):
    """Each case twice, with different contents of fresh memory: what differs then is not the library's arithmetic."""
    values = {}
    for case in client.cases():
        runs = [client.run_case(program, case, scratch, prefix.run_environment(MALLOC_PERTURB_=fill)) for fill in ("85", "202")]
        values[case[0]] = runs[0] if not compare.difference(*runs) else {"not_comparable": "the client reads memory that it has not written"}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in values.items())
    record_path(client, version).write_text("{\n" + lines + "\n}\n")
    print(f"{client.NAME} {version}: {len(values)} cases recorded", flush=True)


def run_cases(client, version, program, prefix, scratch, every, differences):
    """(cases, equal, differing, not comparable). Differences that are meant have their reasons in known.json."""
    known = json.loads((RECORDED / "known.json").read_text()).get(client.NAME, {})
    cases = client.cases()[::every]
    recorded = json.loads(record_path(client, version).read_text())
    counts = {"equal": 0, "differing": 0, "not comparable": 0}
    for case in cases:
        theirs = recorded.get(case[0], {"not_comparable": "no value of the reference is recorded"})
        ours = client.run_case(program, case, scratch, prefix.run_environment())
        if "not_comparable" in theirs:
            counts["not comparable"] += 1
            continue
        found = compare.difference(ours, theirs)
        counts["differing" if found else "equal"] += 1
        if found:
            meant = f" (meant: {known[case[0]]})" if case[0] in known else ""
            differences.append((f"{client.NAME} {version}, {program.name}, '{case[0]}': {found}{meant}", not meant))
    return len(cases), *counts.values()


def table(rows):
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [HEADER, ["---"] * len(HEADER), *rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", required=True, help="install prefix of the library to test")
    parser.add_argument("--work", required=True, help="folder for sources, builds and clips")
    parser.add_argument("--record", metavar="PREFIX", help="record the values of the reference library installed there, instead of comparing")
    parser.add_argument("--client", action="append", choices=CLIENTS, help="only this client; may be repeated")
    parser.add_argument("--version", help="only this version or language")
    parser.add_argument("--release", action="append", help="only what this release of Debian has")
    parser.add_argument("--linkage", choices=["shared", "static"], help="only this linkage")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="run every Nth case only")
    parser.add_argument("--backend", default="cpu", help="what the table calls the backend that the library took by itself")
    parser.add_argument("--write-table", action="store_true", help="write the table into docs/clients.md")
    options = parser.parse_args()

    if options.every < 1:
        parser.error("--every must be 1 or more")
    work = pathlib.Path(options.work).resolve()
    work.mkdir(parents=True, exist_ok=True)
    prefix, scratch = Prefix(options.prefix), work / "clips"
    scratch.mkdir(exist_ok=True)
    rows, differences, skipped = [], [], []
    for name in options.client or CLIENTS:
        client, sources = CLIENTS[name], Sources(work)
        for version, source in versions(client, sources, options.version, options.release):
            if options.version and options.version != version:
                continue
            for linkage in ["shared"] if options.record else [options.linkage] if options.linkage else ["shared", "static"]:
                try:
                    if isinstance(source, Unavailable):
                        raise source
                    program = pathlib.Path(client.build(source, work / f"build-{name}-{version}", prefix, linkage))
                except Unavailable as reason:
                    skipped.append(f"{name} {version}, {linkage}: {reason}")
                    continue
                tested = Prefix(options.record) if options.record else prefix
                check_linkage(program, linkage, tested)
                if options.record:
                    record(client, version, program, tested, scratch)
                    continue
                if not record_path(client, version).exists():
                    skipped.append(f"{name} {version}, {linkage}: nothing is recorded for this version; record it with --record PREFIX")
                    continue
                command = f"scripts/test_clients.sh --client {name} --version {shlex.quote(version)} --linkage {linkage}"
                rows.append([name, version, options.backend, linkage, *run_cases(client, version, program, prefix, scratch, options.every, differences), f"`{command}`"])
                print(*rows[-1][:8], flush=True)
    for line, _ in differences:
        print("differs:", line)
    for line in skipped:
        print("skipped:", line)
    if rows:
        print(table(rows))
    if options.write_table:
        page = ROOT / "docs/clients.md"
        start = "<!-- table -->"
        page.write_text(page.read_text().split(start)[0] + start + "\n" + table(rows) + "\n\n" + "".join(f"- {line}\n" for line in [line for line, _ in differences] + skipped))
    return 1 if any(unmeant for _, unmeant in differences) else 0 if rows or options.record else 77


if __name__ == "__main__":
    sys.exit(main())
