"""The command against recorded output files of libvmaf: every byte but those of the version and fps lines, and figures of floats.

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

# libvmaf's float_adm divides by an instruction whose bits depend on the processor. Numbers of these files agree to 1e-6, and to the last digit of
# what the file rounds; all else of them, and every byte of the others, is the same.
WITHIN = {"float_model.json": 1e-6}
NUMBER = re.compile(r"\d+\.\d+")
LAST_DIGIT = 1e-6


def comparable(path):
    with open(path, encoding="utf-8") as file:
        return [line for line in file if not re.search(r'<VMAF version=|<fyi fps=|^  "(version|fps)":', line)]


def numbers(lines):
    return [float(number) for line in lines for number in NUMBER.findall(line)]


def without_numbers(lines):
    return [NUMBER.sub("#", line) for line in lines]


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
        self.check(result, 0)
        ours, theirs = comparable(output), comparable(os.path.join(SHARED, "expected", "cli", name))
        if name in WITHIN:
            for a, b in zip(numbers(ours), numbers(theirs), strict=True):
                self.assertLessEqual(abs(a - b), WITHIN[name] * abs(b) + LAST_DIGIT, name)
            ours, theirs = without_numbers(ours), without_numbers(theirs)
        self.assertEqual(ours, theirs)


if __name__ == "__main__":
    support.main()
