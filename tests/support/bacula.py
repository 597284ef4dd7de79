"""A real Bacula (director, storage and file daemon) on loopback, its catalogue in a PostgreSQL of its own.

Everything stands in one temporary folder and runs as the user postgres when we are root. Passwords
are those of this world only.
"""
import contextlib
import os
import pathlib
import pwd
import re
import signal
import subprocess

from tests.support.e2e import eventually
from tests.support.prometheus import free_port

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
TABLES = pathlib.Path("/usr/share/bacula-director/make_postgresql_tables")
READER = "ght_agent"
PASSWORD = "only-to-read"
ZONE = "Asia/Kathmandu"  # of the director, as no other clock here: its times in the catalogue have no zone
RUNNING = "CRBFSMmsjcdtpqailL"

DIRECTOR = """
Director {{ Name = dir  DirPort = {dir_port}  DirAddress = 127.0.0.1  QueryFile = "/etc/bacula/scripts/query.sql"
  WorkingDirectory = {home}  PidDirectory = {home}  Maximum Concurrent Jobs = 20  Password = word  Messages = All }}
Client {{ Name = srv-fd  Address = 127.0.0.1  FDPort = {fd_port}  Catalog = main  Password = word  AutoPrune = no
  Maximum Concurrent Jobs = 20 }}
Storage {{ Name = disk  Address = 127.0.0.1  SDPort = {sd_port}  Password = word  Device = disk  Media Type = File
  Maximum Concurrent Jobs = 10 }}
Storage {{ Name = away  Address = 127.0.0.1  SDPort = {sd_port}  Password = word  Device = away  Media Type = Away
  Maximum Concurrent Jobs = 10 }}
Catalog {{ Name = main  dbname = bacula  DB Address = 127.0.0.1  DB Port = {db_port}  user = bacula  password = word }}
Messages {{ Name = All  append = "{home}/messages" = all, !skipped  catalog = all, !skipped }}
Pool {{ Name = disk  Pool Type = Backup  Label Format = "disk-"  Recycle = no  AutoPrune = no  Maximum Volume Jobs = 1
  Next Pool = away }}
Pool {{ Name = away  Pool Type = Backup  Label Format = "away-"  Storage = away  Recycle = no  AutoPrune = no }}
Pool {{ Name = tape  Pool Type = Backup  Recycle = no  AutoPrune = no }}
JobDefs {{ Name = all  Type = Backup  Level = Full  Client = srv-fd  Storage = disk  Pool = disk  Messages = All
  FileSet = source  Priority = 10  Maximum Concurrent Jobs = 5 }}
FileSet {{ Name = source  Include {{ Options {{ signature = MD5 }}  File = {home}/source }} }}
FileSet {{ Name = endless  Include {{ Options {{ signature = MD5  readfifo = yes }}  File = {home}/endless }} }}
FileSet {{ Name = unreadable  Include {{ Options {{ signature = MD5 }}  File = {home}/source  File = {home}/gone }} }}
Job {{ Name = restore  Type = Restore  Client = srv-fd  Storage = disk  Pool = disk  Messages = All  FileSet = source
  Where = {home}/restored }}
Job {{ Name = house  Type = Admin  JobDefs = all }}
Job {{ Name = copy  Type = Copy  JobDefs = all  Selection Type = Job  Selection Pattern = "^copied$" }}
Job {{ Name = verify  Type = Verify  Level = VolumeToCatalog  Verify Job = nightly  JobDefs = all }}
Job {{ Name = nightly  JobDefs = all  Accurate = yes }}
Job {{ Name = copied  JobDefs = all }}
Job {{ Name = purged  JobDefs = all }}
Job {{ Name = partial  JobDefs = all  FileSet = unreadable }}
Job {{ Name = endless  JobDefs = all  FileSet = endless  Allow Duplicate Jobs = yes }}
Job {{ Name = no-tape  JobDefs = all  Pool = tape  Storage = away }}
Job {{ Name = refused  JobDefs = all  Client Run Before Job = "/usr/bin/test ! -e {home}/refuse" }}
Job {{ Name = never  JobDefs = all }}
"""
STORAGE = """
Storage {{ Name = sd  SDPort = {sd_port}  SDAddress = 127.0.0.1  WorkingDirectory = {home}  Pid Directory = {home}
  Maximum Concurrent Jobs = 20 }}
Director {{ Name = dir  Password = word }}
Device {{ Name = disk  Media Type = File  Archive Device = {home}/volumes  LabelMedia = yes  Random Access = yes
  AutomaticMount = yes  RemovableMedia = no  AlwaysOpen = no  Maximum Concurrent Jobs = 10 }}
Device {{ Name = away  Media Type = Away  Archive Device = {home}/away  LabelMedia = yes  Random Access = yes
  AutomaticMount = yes  RemovableMedia = no  AlwaysOpen = no  Maximum Concurrent Jobs = 10 }}
Messages {{ Name = All  director = dir = all }}
"""
CLIENT = """
Director {{ Name = dir  Password = word }}
FileDaemon {{ Name = srv-fd  FDPort = {fd_port}  FDAddress = 127.0.0.1  WorkingDirectory = {home}
  Pid Directory = {home}  Maximum Concurrent Jobs = 20 }}
Messages {{ Name = All  director = dir = all, !skipped, !restored }}
"""
CONSOLE = """
Director {{ Name = dir  DIRport = {dir_port}  address = 127.0.0.1  Password = word }}
"""


def as_nobody_special():
    """What subprocess needs to run something without rights."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Program:
    """Runs until the `with` block ends, or is ended before."""

    def __init__(self, log, *command, **more):
        with open(log, "ab") as out:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, **more)

    def end(self, number=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=60)


class Catalogue:
    """PostgreSQL 15 with Bacula's own tables and a role that may only read four of them."""

    def __init__(self, directory):
        self.home = pathlib.Path(directory) / "db"
        self.home.mkdir()
        self.who = as_nobody_special()
        if self.who:
            pathlib.Path(directory).chmod(0o711)
            os.chown(self.home, self.who["user"], self.who["group"])
        self.environment = {"PATH": "/usr/bin:/bin:/usr/sbin", "LC_ALL": "C.UTF-8", "HOME": str(self.home)}
        self.port = free_port()
        self.program = None
        self.command(PROGRAMS / "initdb", "-D", self.home / "data", "-A", "trust", "--no-sync", "-U", "postgres")
        (self.home / "data/pg_hba.conf").write_text(
            "local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        self.start()

    def command(self, *words, **more):
        return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, cwd=self.home,
                              env=self.environment, timeout=120, **self.who, **more).stdout

    def start(self):
        self.program = Program(self.home.parent / "postgres.log", PROGRAMS / "postgres", "-D", self.home / "data",
                               "-c", "listen_addresses=127.0.0.1", "-c", f"port={self.port}",
                               "-c", f"unix_socket_directories={self.home}", "-c", "fsync=off",
                               cwd=self.home, env=self.environment, **self.who)
        eventually(self.accepts, "PostgreSQL accepts")

    def accepts(self):
        assert self.program.process.poll() is None, (self.home.parent / "postgres.log").read_text()
        with contextlib.suppress(subprocess.CalledProcessError):
            return self.sql("SELECT 1", database="postgres").strip() == "1"

    def stop(self):
        self.program.end(signal.SIGINT)

    def sql(self, text, database="bacula", user="postgres"):
        return self.command(PROGRAMS / "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.home, "-p",
                            self.port, "-U", user, "-d", database, "-f", "-", input=text)

    def create(self, tables=None):
        """The database as Bacula's own scripts make it (SQL_ASCII), or with other tables."""
        self.sql("CREATE ROLE bacula LOGIN PASSWORD 'word';"
                 f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'; CREATE ROLE stranger LOGIN PASSWORD 'word';",
                 "postgres")
        self.sql("CREATE DATABASE bacula OWNER bacula ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
                 " TEMPLATE template0", "postgres")
        if tables is None:
            tables = re.search(r"<<END-OF-DATA\n(.*?)\nEND-OF-DATA", TABLES.read_text(), re.DOTALL)[1]
        self.sql(tables, user="bacula")
        self.sql(f"GRANT SELECT ON job, jobmedia, media, version TO {READER}", user="bacula")

    def shift(self, job_id, seconds):
        """As if the job had run so much later (earlier when negative)."""
        self.sql(f"UPDATE job SET jobtdate = jobtdate + ({seconds}), starttime = starttime + interval '{seconds} s', "
                 f"endtime = endtime + interval '{seconds} s', realendtime = realendtime + interval '{seconds} s' "
                 f"WHERE jobid = {job_id}")


class Bacula:
    """Director, storage and file daemon over a Catalogue."""

    def __init__(self, directory, catalogue):
        self.home = pathlib.Path(directory) / "bacula"
        self.catalogue = catalogue
        self.ports = {name: free_port() for name in ("dir_port", "sd_port", "fd_port")}
        for folder in (self.home, self.home / "source", self.home / "volumes", self.home / "away"):
            folder.mkdir()
        (self.home / "source/base").write_bytes(os.urandom(300_000))
        (self.home / "source/conf").write_text("configuration\n")
        os.mkfifo(self.home / "endless", 0o666)
        for name, text in (("dir", DIRECTOR), ("sd", STORAGE), ("fd", CLIENT), ("console", CONSOLE)):
            text = text.format(home=self.home, db_port=catalogue.port, **self.ports)
            # Above, two spaces stand between directives; Bacula wants one on each line.
            text = re.sub(r" *\n *| {2,}", "\n", text)
            text = text.replace(" { ", " {\n").replace(" }", "\n}")
            (self.home / f"{name}.conf").write_text(text)
        who = catalogue.who
        if who:
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, who["user"], who["group"])
        self.daemons = {}
        self.fifo = os.open(self.home / "endless", os.O_RDWR | os.O_NONBLOCK)

    def start(self, name):
        self.daemons[name] = Program(self.home / f"{name}.log", f"/usr/sbin/bacula-{name}", "-f", "-c",
                                     self.home / f"{name}.conf", cwd=self.home,
                                     env={**self.catalogue.environment, "TZ": ZONE}, **self.catalogue.who)
        if name == "dir":
            eventually(lambda: "1000 OK" in self.console("time"), "the director answers")

    def end(self, name, number=signal.SIGKILL):
        self.daemons[name].end(number)

    def console(self, *lines):
        done = subprocess.run(["/usr/sbin/bconsole", "-n", "-c", str(self.home / "console.conf")], text=True,
                              input="\n".join(["@output", *lines, "quit", ""]), capture_output=True, timeout=120,
                              env=self.catalogue.environment, cwd=self.home, **self.catalogue.who)
        return done.stdout + done.stderr

    def run(self, job, *more):
        """Starts a job; gives its JobId."""
        said = self.console(" ".join(["run", f"job={job}", *more, "yes"]))
        found = re.search(r"JobId=(\d+)", said)
        assert found, said
        return int(found[1])

    def status(self, job_id):
        return self.catalogue.sql(f"SELECT jobstatus FROM job WHERE jobid={job_id}").strip()

    def finish(self, job_id, seconds=60):
        """Waits for the job's end; gives its status."""
        eventually(lambda: self.status(job_id) not in RUNNING, f"job {job_id} has ended", seconds)
        return self.status(job_id)

    def close(self):
        os.close(self.fifo)
        for daemon in self.daemons.values():
            daemon.end()


@contextlib.contextmanager
def catalogue(directory, tables=None):
    base = Catalogue(directory)
    try:
        base.create(tables)
        yield base
    finally:
        base.program.end()


@contextlib.contextmanager
def bacula(directory):
    with catalogue(directory) as base:
        world = Bacula(directory, base)
        try:
            for name in ("sd", "fd", "dir"):
                world.start(name)
            yield world
        finally:
            world.close()
