"""Packages and repositories of the rpm family, made on the spot: rpmbuild, createrepo_c, a loopback server."""
import functools
import http.server
import pathlib
import shutil
import subprocess
import tempfile
import threading

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
