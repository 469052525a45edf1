"""A base image out of this machine's own Debian packages, for tests that may ask no registry and no mirror."""

import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("python3", "python3-venv", "libcap2-bin", "util-linux", "bash", "dash", "coreutils", "findutils")
"""What the Dockerfile takes from a base: an interpreter, and in its build stage venv and setcap."""

LEFT_OUT = re.compile(r"/usr/share/(?:doc|man|locale|info|lintian|bash-completion)/")
LINKS = ("bin", "sbin", "lib", "lib64")
"""Debian 12 has these folders in /usr."""


def write_base(path: Path) -> None:
    """Write the file system of the image. Raises KeyError where a package is not installed."""
    with tarfile.open(path, "w") as archive:
        for name in LINKS:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, f"usr/{name}"
            archive.addfile(link)
        folder = tarfile.TarInfo("tmp")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
        archive.addfile(folder)
        for file in sorted({*_files(), "/etc/ld.so.cache"} - {f"/{name}" for name in LINKS}):
            archive.add(file, file.lstrip("/"), recursive=False)


def _files() -> Iterator[str]:
    """The files of the packages and of all that they depend on, by the places where they lie now."""
    listed = subprocess.run(["dpkg", "-L", *_closure()], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        place = Path(line).parent.resolve() / Path(line).name
        if (place.is_symlink() or place.is_file()) and not LEFT_OUT.match(str(place)):
            yield str(place)


def _closure() -> list[str]:
    shown = "-f=${Package}\t${Pre-Depends}, ${Depends}\t${db:Status-Abbrev}\n"
    lines = subprocess.run(["dpkg-query", "-W", shown], capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split("\t") for line in lines]
    needs = {
        name: re.findall(r"(?:^|[,|]) *([a-z0-9][a-z0-9+.-]+)", text) for name, text, state in rows if "i" in state
    }
    found, further = set[str](), list(PACKAGES)
    while further:
        name = further.pop()
        if name not in found:
            found.add(name)
            further += [each for each in needs[name] if each in needs]
    return sorted(found)
