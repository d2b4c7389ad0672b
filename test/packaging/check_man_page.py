#!/usr/bin/env python3
"""docs/vmaf.1 has every option of 'vmaf --help', and no other.

usage: check_man_page.py VMAF docs/vmaf.1
"""
import pathlib
import re
import subprocess
import sys


def main():
    command, page = sys.argv[1:]
    said = subprocess.run([command, "--help"], check=True, capture_output=True, text=True)
    offered = set(re.findall(r"^  (?:-\w, |    )(--\w+)", said.stdout + said.stderr, flags=re.M))
    options = pathlib.Path(page).read_text().replace("\\-", "-").split(".SH OPTIONS")[1].split(".SH EXIT")[0]
    described = {option for line in re.findall(r"^\.BR? +(-.*)$", options, flags=re.M) for option in re.findall(r"--\w+", line)}
    for option in sorted(offered ^ described):
        print(option, "is not in the manual page" if option in offered else "is no option of the command")
    print(f"{len(offered)} options")
    return offered != described or not offered


if __name__ == "__main__":
    sys.exit(main())
