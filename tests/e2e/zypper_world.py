"""A root of the SUSE family that uses repositories made on the spot."""
import json
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from rpm_world import NOBODY, Served, run  # noqa: E402
from tests.support.e2e import AGENT  # noqa: E402

# Debian's zypper cannot be installed beside dnf-plugins-core; packaging/build-deps unpacks it here.
UNPACKED = pathlib.Path("/usr/local/lib/ght-tests/zypper")


class World(Served):
    """Two repositories on the loopback, "base" with advisories and "extra" without, and a root that uses them."""

    def __init__(self, directory):
        assert os.geteuid() == 0, "rpm installs into a root for root only"
        self.zypper_program = UNPACKED / "usr/bin/zypper"
        assert self.zypper_program.exists(), f"{self.zypper_program} is missing: packaging/build-deps --tests"
        os.umask(0o022)
        super().__init__(directory)
        directory.chmod(0o755)
        libexec = directory / "libexec"
        libexec.mkdir()
        shutil.copy(AGENT, directory / "ght-agent")
        for name in ("ght_zypper_state.py", "ght_zypper_ask.py", "ght_updateinfo.py", "ght_rpm_cache.py"):
            shutil.copy(AGENT.parent / "libexec" / name, libexec)
        shutil.copy(AGENT.parent / "libexec/ght-zypper-state", libexec / "ght-zypper-state-itself")
        self.helper = libexec / "ght-zypper-state"
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

    # --- the two sides

    def ask(self, user=NOBODY):
        identity = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
        return run(self.helper, "--root", self.root, expected=None, cwd="/", **identity)

    def state(self, **more):
        done = self.ask(**more)
        assert done.returncode == 0 and done.stderr == "", done
        return json.loads(done.stdout)

    def refusal(self):
        done = self.ask()
        assert done.returncode == 1 and done.stdout == "", done
        assert done.stderr.count("\n") == 1 and done.stderr.endswith("\n"), done
        return done.stderr

    def look(self, **settings):
        """(verdict, reason, series) of the agent."""
        check = {"name": "correctifs", "collector": "zypper", "activity": "administration", "interval": "30m",
                 "timeout": "60s", "settings": {"root": str(self.root), **settings}}
        file = self.directory / "agent.json"
        file.write_text(json.dumps({
            "identity": {"ght": "GHT Essai", "establishment": "CH Essai", "site": "nord", "host": "srv-essai"},
            "state_directory": str(self.directory / "state"), "checks": [check]}))
        done = run(self.directory / "ght-agent", "collect", "correctifs", "--config.file", file, expected=None,
                   cwd="/", user=NOBODY, group=NOBODY, extra_groups=[])
        reason = re.search(r"^# reason=(\S+)", done.stdout, re.M)
        series = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines() if line.startswith("ght_patch_"))
        verdict = {0: "good", 2: "bad", 3: "unknown"}.get(done.returncode, done.returncode)
        assert reason is not None, done
        return verdict, reason.group(1), series
