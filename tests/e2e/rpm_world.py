"""Packages and repositories of the rpm family, made on the spot: rpmbuild, createrepo_c, a loopback server."""
import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from tests.support.e2e import AGENT  # noqa: E402

NOBODY = 65534
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
# Waits until somebody writes into /fifo of the root it is installed in.
SLOW = '%post -p <lua>\nlocal file = io.open("/fifo", "r"); file:read("*a"); file:close()\n'
BUILT = tempfile.TemporaryDirectory(prefix="ght-e2e-rpm-")


def run(*command, expected=0, **more):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, timeout=60, check=False, **more)
    assert expected is None or done.returncode == expected, (command, done.returncode, done.stdout, done.stderr)
    return done


@functools.cache
def package(name, version, extra="", scriptlet=""):
    """The file of a package without files; built once."""
    top = pathlib.Path(tempfile.mkdtemp(dir=BUILT.name))
    spec = top / "made.spec"
    spec.write_text(f"Name: {name}\nVersion: {version}\nRelease: 1\nSummary: made up\nLicense: none\n"
                    f"BuildArch: noarch\n{extra}\n%description\nmade up\n%files\n{scriptlet}")
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {top}", "--define", f"_rpmdir {top}", spec)
    return next(top.rglob("*.rpm"))


def advisory(name, kind, packages, severity=None, references=()):
    """One <update> of updateinfo.xml for name-version of each package."""
    listed = "".join(f'<package name="{each}" version="{version}" release="1" epoch="0" arch="noarch"><filename>'
                     f'{each}-{version}-1.noarch.rpm</filename></package>' for each, version in packages)
    refers = "".join(f'<reference href="https://nowhere.example/{id}" id="{id}" title="{id}" type="{of}"/>'
                     for of, id in references)
    return (f'<update from="made@up" status="final" type="{kind}" version="1"><id>{name}</id><title>made up</title>'
            f'<issued date="2026-11-01 00:00:00"/>' + (f"<severity>{severity}</severity>" if severity else "") +
            f'<references>{refers}</references><pkglist><collection short="c"><name>c</name>{listed}</collection>'
            f'</pkglist></update>')


def listing(*tops):
    """Everything that a write would change."""
    found = {}
    for top in tops:
        for folder, _, files in os.walk(top):
            for each in [folder, *(os.path.join(folder, name) for name in files)]:
                state = os.lstat(each)
                found[each] = (state.st_ino, state.st_size, state.st_mode, state.st_mtime_ns, state.st_ctime_ns)
    return found


class Served:
    """Repositories on a loopback server, below `directory`."""

    def __init__(self, directory):
        self.directory = directory
        self.served = directory / "served"
        self.served.mkdir()
        self.start()

    def start(self):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass
        handler = functools.partial(Quiet, directory=str(self.served))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", getattr(self, "port", 0)), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def publish(self, name, packages, advisories=None, revision=1):
        """All there is of a repository; advisories: None without updateinfo, else a list."""
        folder = self.served / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for each in packages:
            shutil.copy(each, folder)
        run("createrepo_c", "--quiet", "--revision", revision, folder)
        if advisories is not None:
            file = self.directory / "updateinfo.xml"
            file.write_text('<?xml version="1.0" encoding="UTF-8"?>\n<updates>' + "".join(advisories) + "</updates>\n")
            run("modifyrepo_c", file, folder / "repodata")
        return folder


class Root(Served):
    """What uses these repositories, looked at by the helper and by the agent of a collector, as nobody. A subclass
    sets `root` and `helper`."""

    def __init__(self, directory, collector):
        super().__init__(directory)
        self.collector = collector
        directory.chmod(0o755)
        self.libexec = directory / "libexec"
        self.libexec.mkdir()
        shutil.copy(AGENT, directory / "ght-agent")

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
        check = {"name": "correctifs", "collector": self.collector, "activity": "administration", "interval": "30m",
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
