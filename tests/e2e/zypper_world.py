"""A root of the SUSE family that uses repositories made on the spot."""
import gzip
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from rpm_world import NOBODY, SLOW, Root, advisory, package, run  # noqa: E402
from tests.support.e2e import AGENT  # noqa: E402

# Debian's zypper cannot be installed beside dnf-plugins-core; packaging/build-deps unpacks it here.
UNPACKED = pathlib.Path("/usr/local/lib/ght-tests/zypper")
OLD = [("sec-one", "1.0"), ("sec-two", "1.0"), ("other-one", "1.0"), ("kept", "1.0"), ("gone", "1.0"),
       ("current", "1.0"), ("from-extra", "1.0"), ("vendor", "1.0")]
ADVISORIES = [
    # The first fix is hidden behind a newer version; its prefix is nobody's.
    advisory("ZZZ-2026:1", "security", [("sec-one", "1.1")], "important",
             [("cve", "CVE-2026-1111"), ("bugzilla", "12")]),
    advisory("ZZZ-2026:2", "security", [("sec-two", "1.1"), ("kept", "1.1"), ("successor", "2.0"), ("vendor", "1.1")]),
    advisory("SUSE-SU-2026:3", "recommended", [("other-one", "1.1")], "moderate"),
    advisory("ZZZ-2026:4", "security", [("current", "1.0")], "critical"),
    advisory("ZZZ-2026:5", "optional", [("other-one", "1.1")], "low"),
    advisory("ZZZ-2026:6", "security", [("other-one", "1.1")]).replace('status="final"', 'status="retracted"'),
]


def base_packages():
    return [package("sec-one", "1.1"), package("sec-one", "1.2"), package("sec-two", "1.1"),
            package("other-one", "1.1"), package("kept", "1.1", "Requires: nowhere-to-be-found"),
            package("successor", "2.0", "Obsoletes: gone < 2\nProvides: gone = 2"), package("current", "1.0"),
            package("vendor", "1.1", "Vendor: another"), package("slow", "1.0", "", SLOW)]


class World(Root):
    """Two repositories on the loopback, "base" with advisories and "extra" without, and a root that uses them."""

    def __init__(self, directory):
        assert os.geteuid() == 0, "rpm installs into a root for root only"
        self.zypper_program = UNPACKED / "usr/bin/zypper"
        assert self.zypper_program.exists(), f"{self.zypper_program} is missing: packaging/build-deps --tests"
        os.umask(0o022)
        super().__init__(directory, "zypper")
        for name in ("ght_zypper_state.py", "ght_zypper_ask.py", "ght_updateinfo.py", "ght_rpm_cache.py",
                     "ght_rpm_helper.py"):
            shutil.copy(AGENT.parent / "libexec" / name, self.libexec)
        shutil.copy(AGENT.parent / "libexec/ght-zypper-state", self.libexec / "ght-zypper-state-itself")
        self.helper = self.libexec / "ght-zypper-state"
        # The agent gives its helpers a fixed PATH, and zypper is not in it here.
        self.helper.write_text(f"#!/bin/sh\nPATH={self.zypper_program.parent}:$PATH exec $0-itself \"$@\"\n")
        self.helper.chmod(0o755)
        self.root = directory / "root"
        for folder in ("etc/zypp/repos.d", "var/lib/rpm", "root", "nonexistent", "var/tmp"):
            (self.root / folder).mkdir(parents=True)
        # Debian's rpm has its database in the home of whoever calls it.
        for home in ("root", "nonexistent"):
            (self.root / home / ".rpmdb").symlink_to("../var/lib/rpm")
        os.mkfifo(self.root / "fifo")
        self.database = self.root / "var/lib/rpm"
        self.cache = self.root / "var/cache/zypp"
        self.configure()

    def configure(self, *lines, repositories=("base", "extra")):
        """lines: of every repository."""
        folder = self.root / "etc/zypp/repos.d"
        for file in folder.glob("*.repo"):
            file.unlink()
        for name in repositories:
            (folder / f"{name}.repo").write_text("\n".join(
                [f"[{name}]", f"name={name} of them", "enabled=1", "autorefresh=1",
                 f"baseurl=http://127.0.0.1:{self.port}/{name}", "gpgcheck=0", *lines, ""]))

    # --- the root, and the real tools on it

    def install(self, *packages):
        run("rpm", "--root", self.root, "-i", "--nosignature", *packages)

    def zypper(self, *arguments, **more):
        return run(self.zypper_program, "--non-interactive", "--root", self.root, *arguments, **more)

    def refresh(self, **more):
        return self.zypper("refresh", **more)

    def lock(self, name, kind="package"):
        """What `zypper addlock` would write."""
        (self.root / "etc/zypp/locks").write_text(
            f"\ntype: {kind}\nmatch_type: glob\ncase_sensitive: on\nsolvable_name: {name}\n\n")

    def as_nobody(self, *arguments, **more):
        """zypper as its user at the keyboard would see it, without refresh."""
        return self.zypper("--no-refresh", *arguments, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", **more)

    def file_of(self, repository, kind):
        """A file of the cache, such as primary or updateinfo."""
        return next(self.cache.glob(f"raw/{repository}/repodata/*{kind}*"))


def repack(folder, suffix, *program):
    """Puts updateinfo.xml.gz of a repository into another wrapping, and into the index."""
    old = next(folder.glob("repodata/*updateinfo*"))
    new = folder / f"repodata/repacked-updateinfo.xml{suffix}"
    new.write_bytes(subprocess.run(program, input=gzip.decompress(old.read_bytes()), stdout=subprocess.PIPE,
                                   check=True, timeout=30).stdout)
    index = folder / "repodata/repomd.xml"
    text = index.read_text().replace(old.name, new.name)
    text = text.replace(f"<size>{old.stat().st_size}<", f"<size>{new.stat().st_size}<")
    sums = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (old, new)]
    index.write_text(text.replace(sums[0] + "</checksum>", sums[1] + "</checksum>"))


def world_of(directory):
    world = World(directory)
    world.publish("base", base_packages(), ADVISORIES)
    world.publish("extra", [package("from-extra", "1.1")])
    world.install(*[package(name, version, *(["Vendor: SUSE"] if name == "vendor" else [])) for name, version in OLD])
    world.refresh()
    return world
