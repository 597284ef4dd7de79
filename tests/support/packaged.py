"""The package of this build, installed on a booted Debian 12, with a configuration of the test's own."""
import contextlib
import json
import os
import pathlib
import tempfile

from tests.support import deb, machine
from tests.support.e2e import eventually

ADDRESS = "http://127.0.0.1:19787"
CONFIG = "/etc/ght-agent/agent.json"
# What the collectors that look at their own host need there. One set: the machine's root is made once.
PACKAGES = ["chrony", "dbus"]


class Packaged:
    """`box` is the machine; the agent runs on it as its package installs it."""

    def __init__(self, box, package):
        self.box = box
        # chrony is wanted by one test alone, and cannot start in a container as it is.
        box.run("systemctl", "disable", "--quiet", "--now", "chrony")
        box.run("dpkg", "--install", f"/mnt/{package.name}")

    def configure(self, *checks):
        text = json.dumps({"identity": {"ght": "GHT Essai", "establishment": "CH Essai", "site": "nord"},
                           "checks": list(checks)}, indent=1)
        self.box.write(CONFIG, text, "0640", "root:ght-agent")
        self.box.run("systemctl", "reload", "ght-agent")

    def check(self, name):
        text = self.box.get(f"{ADDRESS}/api/v1/status")
        checks = json.loads(text)["checks"] if text else []
        return next((each for each in checks if each["name"] == name), {})

    def comes_to(self, name, verdict, code):
        def there():
            found = self.check(name)
            reached = found.get("verdict") == verdict and found["reason"]["code"] == code
            return found if reached else None
        try:
            return eventually(there, f"{name} is {verdict}, {code}", 60)
        except AssertionError as error:
            journal = self.box.out("journalctl", "--no-pager", "-o", "cat", "-n", "60", "-u", "ght-agent")
            raise AssertionError(f"{error}; it is {self.check(name)}\n{journal}") from error

    def metrics(self):
        page = self.box.get(f"{ADDRESS}/metrics")
        rows = (line.rsplit(" ", 1) for line in page.splitlines() if line and line[0] != "#")
        return {series: float(value) for series, value in rows}

    def value(self, family, *labels):
        """Of the one series of this family that has these labels; None when there is none."""
        found = [value for series, value in self.metrics().items()
                 if series.startswith(family + "{") and all(label in series for label in labels)]
        assert len(found) < 2, f"{family} {labels}: {found}"
        return found[0] if found else None

    def exposure(self):
        """What systemd-analyze says of the unit: 0 closed, 10 open."""
        last = self.box.out("systemd-analyze", "--no-pager", "security", "ght-agent").splitlines()[-1]
        return float(last.split(":")[1].split()[0])


@contextlib.contextmanager
def agent_on_a_machine(*options):
    """A Packaged, or None after a loud word where no machine can be booted. `options` are nspawn's."""
    refusal = machine.why_not()
    if refusal:
        print(f"NOT RUN, no machine can be booted here: {refusal}", flush=True)
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="ght-host-") as folder:
        shared = pathlib.Path(folder) / "shared"
        package, _ = deb.build(shared, "0.1.0~test1")
        os.chmod(shared, 0o755)
        root = machine.root_with([*deb.dependencies(package), *PACKAGES])
        with machine.Machine(root, shared, pathlib.Path(folder) / "console.log", options) as box:
            yield Packaged(box, package)
