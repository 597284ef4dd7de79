"""Peers of network checks, kind and hostile, and one run of a check against them."""
import contextlib
import dataclasses
import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import threading

from tests.support.e2e import config, eventually, run
from tests.support.prometheus import free_port

VERDICTS = {0: "good", 2: "bad", 3: "unknown"}


@dataclasses.dataclass
class Outcome:
    verdict: str
    reason: str
    text: str  # the whole output

    def value(self, family):
        found = re.search(rf"^{family}(?:{{[^}}]*}})? (\S+)$", self.text, re.MULTILINE)
        return float(found[1]) if found else None


def collect(directory, collector, timeout="5s", **settings):
    """One run of a check of this collector, with these settings."""
    file = pathlib.Path(directory) / "one.json"
    check = {"name": "one", "collector": collector, "activity": "application_platform",
             "interval": "1m", "timeout": timeout, "settings": settings}
    file.write_text(json.dumps(config(directory, [check])))
    done = run("collect", "one", "--config.file", file, "--en")
    reason = re.search(r"^# reason=(\w+)", done.stdout, re.MULTILINE)
    assert reason and done.returncode in VERDICTS, (done.returncode, done.stdout, done.stderr)
    outcome = Outcome(VERDICTS[done.returncode], reason[1], done.stdout)
    print(f"  {collector}: {done.stdout.splitlines()[0]}", flush=True)
    return outcome


def expect(outcome, verdict, reason):
    assert (outcome.verdict, outcome.reason) == (verdict, reason), outcome
    return outcome


class Peer:
    """A TCP server of our own: each connection is handed to `talk`, then closed."""

    def __init__(self, talk, context=None):
        self.talk, self.context = talk, context
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:  # closed: the test is over
                return
            threading.Thread(target=self.meet, args=(connection,), daemon=True).start()

    def meet(self, connection):
        # A check that has seen enough hangs up in the middle: no matter to the peer.
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                self.talk(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()


def silent(connection):
    """Hears everything, says nothing, and stays until the other end goes."""
    while connection.recv(4096):
        pass


def says(text, wait_for=b""):
    """Says `text` once `wait_for` was heard, and hangs up."""
    def talk(connection):
        heard = b""
        while wait_for not in heard:
            more = connection.recv(4096)
            if not more:
                return
            heard += more
        connection.sendall(text)
    return talk


def says_and_stays(text, wait_for=b""):
    say = says(text, wait_for)

    def talk(connection):
        say(connection)
        silent(connection)
    return talk


def one_byte_a_second(text):
    def talk(connection):
        for at in range(len(text)):
            connection.sendall(text[at:at + 1])
            if threading.Event().wait(1):
                return
    return talk


def byte_by_byte(text, wait_for=b""):
    """The whole answer, each byte in a segment of its own."""
    def talk(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        says(b"", wait_for)(connection)
        for at in range(len(text)):
            connection.sendall(text[at:at + 1])
        silent(connection)
    return talk


def flood(head=b"x"):
    def talk(connection):
        connection.sendall(head)
        while True:
            connection.sendall(b"x" * 65536)
    return talk


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def program(log, *command, ready, **more):
    """A server that runs in the foreground; killed at the end."""
    with open(log, "ab") as out:
        process = subprocess.Popen([*map(str, command)], stdin=subprocess.PIPE, stdout=out, stderr=out, **more)
    try:
        def up():
            assert process.poll() is None, pathlib.Path(log).read_text(errors="replace")
            return ready()
        yield eventually(up, f"{command[0]} is ready")
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def s_server(directory, pair, *options):
    """openssl s_server with (certificate, key); gives its port."""
    log = pathlib.Path(directory) / f"s_server-{free_port()}.log"

    def port():
        found = re.search(r"^ACCEPT 127\.0\.0\.1:(\d+)", log.read_text(), re.MULTILINE)
        return found and int(found[1])
    with program(log, "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", pair[0], "-key", pair[1],
                 *options, ready=port) as found:
        yield found


@contextlib.contextmanager
def slapd(directory, ca, pair=None):
    """OpenLDAP's server; gives its ports (ldap, ldaps). Without `pair` it knows no TLS."""
    home = pathlib.Path(directory) / "slapd"
    (home / "data").mkdir(parents=True)
    lines = ["include /etc/ldap/schema/core.schema", "modulepath /usr/lib/ldap", "moduleload back_mdb",
             f"pidfile {home}/slapd.pid"]
    if pair:
        lines += [f"TLSCACertificateFile {ca}", f"TLSCertificateFile {pair[0]}",
                  f"TLSCertificateKeyFile {pair[1]}"]
    lines += ["database mdb", 'suffix "dc=example"', f"directory {home}/data"]
    (home / "slapd.conf").write_text("\n".join(lines) + "\n")
    plain, secure = free_port(), free_port()
    urls = f"ldap://127.0.0.1:{plain}/" + (f" ldaps://127.0.0.1:{secure}/" if pair else "")
    with program(pathlib.Path(directory) / "slapd.log", "/usr/sbin/slapd", "-f", home / "slapd.conf",
                 "-h", urls, "-d", "0", ready=lambda: accepts(plain)):
        yield plain, secure


@contextlib.contextmanager
def postgresql(directory, pair=None):
    """PostgreSQL 15, as the user postgres when we are root; gives its port."""
    programs = pathlib.Path("/usr/lib/postgresql/15/bin")
    home = pathlib.Path(directory) / "postgresql"
    home.mkdir()
    options = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        pathlib.Path(directory).chmod(0o711)
        os.chown(home, user.pw_uid, user.pw_gid)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(home)}
    subprocess.run([programs / "initdb", "-D", home / "data", "-A", "reject", "--no-sync"], check=True,
                   capture_output=True, cwd=home, env=environment, **options)
    port = free_port()
    words = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    if pair:
        for path, name in zip(pair, ("server.crt", "server.key")):
            shutil.copy(path, home / name)
            (home / name).chmod(0o600)
            if options:
                os.chown(home / name, options["user"], options["group"])
        words |= {"ssl": "on", "ssl_cert_file": home / "server.crt", "ssl_key_file": home / "server.key"}
    arguments = [word for key, value in words.items() for word in ("-c", f"{key}={value}")]
    with program(pathlib.Path(directory) / "postgresql.log", programs / "postgres", "-D", home / "data",
                 *arguments, ready=lambda: accepts(port), cwd=home, env=environment, **options):
        yield port
