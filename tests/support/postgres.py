"""A PostgreSQL 15 to be backed up, reached by a socket only, and programs run as its owner: the user
postgres when we are root, else ourselves."""
import contextlib
import os
import pathlib
import pwd
import subprocess

from tests.support.peers import program

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


class Cluster:
    """In directory/pg; `home` belongs to the owner, `options` runs something as the owner."""

    def __init__(self, directory):
        self.home = pathlib.Path(directory) / "pg"
        self.home.mkdir()
        self.data, self.sockets, self.port = self.home / "data", self.home / "sockets", 5432
        self.options, self.owner = {}, pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            pathlib.Path(directory).chmod(0o711)
            os.chown(self.home, user.pw_uid, user.pw_gid)
            self.options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            self.owner = "postgres"
        self.options["cwd"] = self.home
        self.options["env"] = {"PATH": f"{BIN}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.home), "TZ": "UTC"}
        self.do("mkdir", self.sockets)
        self.do(BIN / "initdb", "-D", self.data, "-A", "trust", "--no-sync", "--data-checksums")

    def do(self, *command, check=True):
        """One program as the owner, to its end."""
        done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=120, **self.options)
        assert not check or done.returncode == 0, (command, done.stdout, done.stderr)
        return done

    def start(self, *command):
        """One program as the owner, in the background and in a group of its own."""
        return subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True, **self.options)

    def write(self, name, text, mode=0o640):
        """A file of the owner's."""
        path = self.home / name
        path.write_text(text)
        path.chmod(mode)
        if "user" in self.options:
            os.chown(path, self.options["user"], self.options["group"])
        return path

    @contextlib.contextmanager
    def running(self, **settings):
        words = {"listen_addresses": "", "port": self.port, "unix_socket_directories": self.sockets, "fsync": "off",
                 # It would write the corrupted page anew.
                 "autovacuum": "off", "max_wal_senders": 10, "wal_level": "replica", **settings}
        arguments = [word for key, value in words.items() for word in ("-c", f"{key}={value}")]
        with program(self.home.parent / "postgresql.log", BIN / "postgres", "-D", self.data, *arguments,
                     ready=lambda: self.do(BIN / "pg_isready", "-h", self.sockets, check=False).returncode == 0,
                     **self.options):
            yield self

    def sql(self, *statements):
        """Each statement by itself; gives what the last one answers."""
        words = [word for each in statements for word in ("-c", each)]
        return self.do(BIN / "psql", "-h", self.sockets, "-d", "postgres", "-qtAX", "-v", "ON_ERROR_STOP=1",
                       *words).stdout.strip()

    def corrupt_a_page(self):
        """A table whose second page does not fit its checksum any more."""
        self.sql("create table damaged as select g, repeat(md5(g::text), 30) from generate_series(1, 1000) g",
                 "checkpoint")
        path = self.data / self.sql("select pg_relation_filepath('damaged')")
        with open(path, "r+b") as file:
            file.seek(8192 + 108)
            file.write(b"XXXXXXXX")
        return path

    def processes(self, *words):
        """Process ids of this cluster's owner whose command line has all of these words."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if str(self.home) in line and all(word in line for word in words):
                    found.append(int(folder.name))
        return found
