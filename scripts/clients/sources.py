"""Debian's source packages, fetched by apt with an index of its own: nothing of the system is changed."""
import shutil
import subprocess

MIRROR = "http://deb.debian.org/debian"


class Unavailable(Exception):
    """A client can't be had here; the text says why."""


def upstream(version):
    """Debian's version without epoch and revision."""
    return version.split(":")[-1].rsplit("-", 1)[0]


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

    def _fetch(self, release, package, version, folder):
        source = f"{package}={version}"
        try:
            self._apt(release, "apt-get", "source", "--download-only", source, cwd=self.folder)
            unpack = ["dpkg-source", "--no-check", "-x", f"{package}_{version.split(':')[-1]}.dsc", str(folder)]
        except Unavailable:  # sid's index may be ahead of the pool: upstream's tarball, which the index has a checksum of, serves as well
            self._apt(release, "apt-get", "source", "--download-only", "--tar-only", source, cwd=self.folder)
            archive, = self.folder.glob(f"{package}_{upstream(version)}.orig.tar.[gx]z")
            folder.mkdir()
            unpack = ["tar", "-xf", str(archive), "-C", str(folder), "--strip-components=1"]
        result = subprocess.run(unpack, cwd=self.folder, text=True, capture_output=True)
        if result.returncode:
            raise Unavailable(f"{' '.join(unpack)}: {result.stderr.strip()}")

    def unpacked(self, package, release):
        """(version without Debian's revision, folder of the patched source)."""
        version = self.newest(package, release)
        folder = self.folder / f"{package}-{upstream(version)}"
        if not folder.exists():
            self._fetch(release, package, version, folder)
        return upstream(version), folder
