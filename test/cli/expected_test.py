"""The command against recorded output files of libvmaf: every byte but those of the version and fps lines.

The recordings lie beside the project, in shared/expected/cli; without them there is nothing to compare and the test is skipped.
"""

import os
import re
import shlex
import subprocess
import unittest

import support
from support import CliTest

SHARED = os.environ.get("VMAF_SHARED", "")
COMMANDS = os.path.join(SHARED, "expected", "cli", "commands.txt")
CLIPS = os.path.join(SHARED, "clips")

# What these need may be missing from a build: they are skipped then, in words. All others must match.
OPTIONAL = {"float_model.json"}
MISSING = re.compile(r"no feature extractor in this build|unknown feature extractor|no built-in model|is not in this build")


def comparable(path):
    with open(path, encoding="utf-8") as file:
        return [line for line in file if not re.search(r'<VMAF version=|<fyi fps=|^  "(version|fps)":', line)]


@unittest.skipUnless(os.path.exists(COMMANDS), f"no recordings at {COMMANDS}")
class Expected(CliTest):
    def test_recordings(self):
        with open(COMMANDS, encoding="utf-8") as file:
            commands = [line.split(": ", 1) for line in file if line.strip()]
        self.assertGreater(len(commands), 20)
        for name, command in commands:
            with self.subTest(name):
                self.compare(name, shlex.split(command)[1:])

    def compare(self, name, arguments):
        output = self.path(name)
        arguments[arguments.index("-o") + 1] = output
        result = support.Result(subprocess.run([support.VMAF, *arguments], cwd=CLIPS, capture_output=True, timeout=600))
        missing = MISSING.search(result.err)
        if missing and name in OPTIONAL:
            self.skipTest(f"{name}: {result.err.splitlines()[0]}")
        self.check(result, 0)
        self.assertEqual(comparable(output), comparable(os.path.join(SHARED, "expected", "cli", name)))


if __name__ == "__main__":
    support.main()
