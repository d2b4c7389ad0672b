"""Debian's source packages, fetched by apt with an index of its own: nothing of the system is changed."""
import pathlib
import shutil
import subprocess

MIRROR = "http://deb.debian.org/debian"


class Unavailable(Exception):
    """A client can't be had here; the text says why."""


class Sources:
    """Fetches and unpacks source packages below `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.releases = set()

    def _apt(self, release, command, *arguments, cwd=None):
        lists = self.folder / "lists" / release
        (lists / "partial").mkdir(parents=True, exist_ok=True)
        line = self.folder / f"{release}.list"
        line.write_text(f"deb-src {MIRROR} {release} main\n")
        options = {"Dir::Etc::sourcelist": line, "Dir::Etc::sourceparts": "-", "Dir::State::lists": lists,
                   "Dir::Cache::srcpkgcache": "", "Dir::Cache::pkgcache": "", "APT::Sandbox::User": "root", "Acquire::Retries": 2}
        call = [command, *(part for name, value in options.items() for part in ("-o", f"{name}={value}")), *arguments]
        result = subprocess.run(call, text=True, capture_output=True, cwd=cwd)
        if result.returncode or "Failed to fetch" in result.stderr:
            raise Unavailable(f"{command} {' '.join(arguments)} ({release}): {result.stderr.strip().splitlines()[-1:]}")
        return result.stdout

    def _update(self, release):
        if release in self.releases:
            return
        for tool in ("apt-get", "apt-cache", "dpkg-source"):
            if not shutil.which(tool):
                raise Unavailable(f"{tool} is not there: sources come from Debian's archive")
        self._apt(release, "apt-get", "update")
        self.releases.add(release)

    def newest(self, package, release):
        """The newest version of a source package in a release, as Debian writes it."""
        self._update(release)
        shown = self._apt(release, "apt-cache", "showsrc", package)
        versions = [line.split(": ")[1] for line in shown.splitlines() if line.startswith("Version: ")]
        best = versions[0]
        for version in versions[1:]:
            if subprocess.run(["dpkg", "--compare-versions", version, "gt", best]).returncode == 0:
                best = version
        return best

    def unpacked(self, package, release):
        """(version without Debian's revision, folder of the patched source)."""
        version = self.newest(package, release)
        short = version.split(":")[-1]
        upstream = short.rsplit("-", 1)[0]
        folder = self.folder / f"{package}-{upstream}"
        if not folder.exists():
            self._apt(release, "apt-get", "source", "--download-only", f"{package}={version}", cwd=self.folder)
            result = subprocess.run(["dpkg-source", "--no-check", "-x", f"{package}_{short}.dsc", str(folder)], cwd=self.folder,
                                    text=True, capture_output=True)
            if result.returncode:
                raise Unavailable(f"dpkg-source -x {package}_{short}.dsc: {result.stderr.strip()}")
        return upstream, pathlib.Path(folder)
