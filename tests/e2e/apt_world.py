"""A made-up Debian: signed repositories on a local HTTP server, and a root with dpkg's and apt's
files. Needs apt, dpkg and gpg; neither root nor a network."""

import email.utils
import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import threading
import time

DAY = 86400


# --- a repository -----------------------------------------------------------------------------


def stanza(name, version, **fields):
    lines = {"Package": name, "Version": version, "Architecture": "amd64", "Maintainer": "nobody"}
    lines.update({key.replace("_", "-"): value for key, value in fields.items()})
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n"


def published(name, version, **fields):
    return stanza(name, version, Filename=f"pool/{name}_{version}.deb", Size="1", SHA256="0" * 64,
                  Description="made up", **fields)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Repositories:
    """Two signed archives, security and main, on one HTTP server."""

    def __init__(self, top):
        self.www = top / "www"
        self.gpg_home = top / "gpg"
        self.gpg_home.mkdir(mode=0o700, parents=True)
        self.gpg("--batch", "--passphrase", "", "--quick-gen-key", "test@example", "default",
                 "default", "never")
        self.server = None
        self.port = 0
        self.www.mkdir()
        self.start()

    def gpg(self, *arguments):
        return subprocess.run(["gpg", *arguments], check=True, capture_output=True,
                              env={**os.environ, "GNUPGHOME": str(self.gpg_home)}).stdout

    def start(self):
        handler = functools.partial(Quiet, directory=str(self.www))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def publish(self, archive, suite, label, packages, age=5 * DAY, spoil=False):
        """Everything served looks `age` seconds old: no date of it is the time of an update."""
        dist = self.www / archive / "dists" / suite
        index = dist / "main/binary-amd64/Packages"
        index.parent.mkdir(parents=True, exist_ok=True)
        data = packages.encode()
        index.write_bytes(data)
        when = time.time() - age
        release = dist / "Release"
        release.write_bytes(
            f"Origin: Debian\nLabel: {label}\nSuite: {suite}\nCodename: {suite}\n"
            # As Debian does: an index for "all" is announced, and not to be fetched.
            "Architectures: all amd64 i386\nNo-Support-for-Architecture-all: Packages\n"
            "Components: main\n"
            f"Date: {email.utils.formatdate(when, usegmt=True)}\n"
            "SHA256:\n".encode() +
            b"".join(f" {hashlib.sha256(data).hexdigest()} {len(data)} {name}\n".encode()
                     for name in ("main/binary-amd64/Packages", "main/binary-all/Packages")))
        signed = dist / "InRelease"
        signed.unlink(missing_ok=True)
        self.gpg("--batch", "--yes", "--clearsign", "-o", str(signed), str(release))
        release.unlink()
        if spoil:
            signed.write_text(signed.read_text().replace("Origin: Debian", "Origin: Debiam"))
        for file in (index, signed):
            os.utime(file, (when, when))


# --- a root -----------------------------------------------------------------------------------


class Root:
    def __init__(self, top, repositories, status):
        self.path = top
        for folder in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/trusted.gpg.d",
                       "etc/apt/sources.list.d", "var/lib/apt/lists/partial",
                       "var/lib/apt/periodic", "var/cache/apt/archives/partial", "var/lib/dpkg",
                       "var/log/apt"):
            (top / folder).mkdir(parents=True)
        # dpkg's table of architectures, which every real root has.
        shutil.copytree("/usr/share/dpkg", top / "usr/share/dpkg")
        (top / "etc/apt/trusted.gpg.d/test.gpg").write_bytes(repositories.gpg("--export"))
        base = f"http://127.0.0.1:{repositories.port}"
        self.sources = top / "etc/apt/sources.list"
        self.sources.write_text(f"deb {base}/security stable-security main\n"
                                f"deb {base}/main stable main\n")
        self.status = top / "var/lib/dpkg/status"
        self.status.write_text(status)
        self.lists = top / "var/lib/apt/lists"
        self.stamp = top / "var/lib/apt/periodic/update-success-stamp"
        # For apt-get only: the helper finds the root by its --root option.
        self.apt_conf = top.parent / (top.name + ".conf")
        self.apt_conf.write_text(
            f'Dir "{top}"; Dir::State::status "{self.status}"; APT::Architecture "amd64";\n'
            f'Dir::Bin::Methods "/usr/lib/apt/methods"; APT::Sandbox::User "";\n'
            f'Acquire::http::Proxy "DIRECT"; Acquire::Retries "0"; Acquire::Languages "none";\n'
            f'APT::Update::Post-Invoke-Success {{ "touch {self.stamp}"; }};\n')

    def apt_get(self, *arguments):
        return apt_get(arguments, {"APT_CONFIG": str(self.apt_conf)})


def apt_get(arguments, environment):
    done = subprocess.run(["apt-get", *arguments], capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C", **environment})
    return done.stdout + done.stderr


def installed(name, version="1.0", want="install", **fields):
    return stanza(name, version, Status=f"{want} ok installed", Description="made up", **fields)
