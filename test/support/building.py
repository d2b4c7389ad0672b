"""What the tests that build something again share."""
import subprocess
import sys


def run(*command, **options):
    """Output of a command, standard error included; ends the test if it fails."""
    result = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} returned {result.returncode}:\n{result.stdout}")
    return result.stdout


def meson(build_folder):
    """The Meson that made a build folder, which need not be the one in the PATH."""
    return run("ninja", "-C", build_folder, "-t", "commands", "install").splitlines()[-1].split(" install ")[0].split()
