"""The Debian package of the build that the tests use, and what it says of itself."""
import os
import pathlib
import re
import shutil
import subprocess

from tests.support.e2e import ROOT

BUILD = pathlib.Path(os.environ.get("GHT_BUILD_DIR", ROOT / "build/dev"))


def build(folder, version, lintian=False):
    """Packages what is in BUILD; (path, everything that was printed)."""
    command = [ROOT / "packaging/build-deb", "--from", BUILD, "--version", version, "--output", folder]
    done = subprocess.run([*command, *([] if lintian else ["--no-lintian"])], capture_output=True,
                          text=True, timeout=280, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return pathlib.Path(done.stdout.splitlines()[-1]), said


def with_version(deb, folder, version):
    """The same package under another version."""
    tree = pathlib.Path(folder) / f"tree-{version}"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}", control.read_text()))
    other = pathlib.Path(folder) / f"ght-agent_{version}_amd64.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, other], check=True, capture_output=True)
    shutil.rmtree(tree)
    return other


def field(deb, name):
    return subprocess.run(["dpkg-deb", "--field", deb, name], capture_output=True, text=True,
                          check=True).stdout.strip()


def dependencies(deb):
    """Names of the packages that have to be there; the first of alternatives."""
    return sorted({re.match(r"[a-z0-9.+-]+", part.strip()).group(0) for part in field(deb, "Depends").split(",")})


def contents(deb):
    """{path: (mode, owner)}"""
    listing = subprocess.run(["dpkg-deb", "--contents", deb], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 5) for line in listing.splitlines())
    return {row[5].split(" -> ")[0].lstrip("."): (row[0], row[1]) for row in rows}
