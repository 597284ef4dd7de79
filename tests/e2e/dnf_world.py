"""A root of the dnf family that uses repositories made on the spot."""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from rpm_world import Root, run  # noqa: E402
from tests.support.e2e import AGENT  # noqa: E402


class World(Root):
    """Two repositories on the loopback, "base" with advisories and "extra" without, and a root that uses them."""

    def __init__(self, directory):
        assert os.geteuid() == 0, "rpm installs into a root for root only"
        os.umask(0o022)
        super().__init__(directory, "dnf")
        for name in ("ght-dnf-state", "ght_dnf_state.py", "ght_rpm_cache.py", "ght_rpm_helper.py"):
            shutil.copy(AGENT.parent / "libexec" / name, self.libexec)
        self.helper = self.libexec / "ght-dnf-state"
        self.root = directory / "root"
        for folder in ("etc/yum.repos.d", "etc/dnf/plugins", "var/lib/rpm", "root", "nonexistent", "var/tmp"):
            (self.root / folder).mkdir(parents=True)
        # Debian's rpm has its database in the home of whoever calls it.
        for home in ("root", "nonexistent"):
            (self.root / home / ".rpmdb").symlink_to("../var/lib/rpm")
        os.mkfifo(self.root / "fifo")
        self.database = self.root / "var/lib/rpm"
        self.cache = self.root / "var/cache/dnf"
        self.configure()

    def configure(self, *lines, repositories=("base", "extra")):
        (self.root / "etc/dnf/dnf.conf").write_text("\n".join(["[main]", "gpgcheck=0", *lines, ""]))
        (self.root / "etc/yum.repos.d/made.repo").write_text("".join(
            f"[{name}]\nname={name}\nbaseurl=http://127.0.0.1:{self.port}/{name}\n" for name in repositories))

    # --- the root, and the real tools on it

    def install(self, *packages):
        run("rpm", "--root", self.root, "-i", "--nosignature", *packages)

    def dnf(self, *arguments, **more):
        return run("dnf", "--installroot", self.root, "--disableplugin=local", "-y", *arguments, **more)

    def refresh(self, **more):
        return self.dnf("makecache", "--refresh", **more)

    def file_of(self, repository, kind):
        """A file of the cache, such as primary or updateinfo."""
        return next(self.cache.glob(f"{repository}-*/repodata/*{kind}*"))
