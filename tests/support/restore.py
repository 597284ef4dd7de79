"""A world for restore tests: an agent with a check of restic and one of borg, and programs that stand in for these."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from tests.support.e2e import AGENT, Agent, config

SECRET = "phrase-très-secrète"
PATIENT = "DUPONT"
SUCCESS, NOT_RECORDED, FAILED, UNTRIED, USAGE = 0, 1, 2, 3, 64
MODELS = tempfile.TemporaryDirectory(prefix="ght-e2e-restore-")
TOOLS = ("restic", "borg")


def fill(source):
    """Files of all kinds; 17 of them are regular and not empty."""
    source.mkdir()
    for number in range(10):
        (source / f"{PATIENT} {number}.txt").write_text(f"{number}\n" * (number + 1))
    (source / "large").write_bytes(os.urandom(3_000_000))
    (source / "a b[1]*\\é.txt").write_text("odd name")
    (source / "why?").write_text("borg prints other names so, too")
    (source / "secret").write_text("x")
    (source / "secret").chmod(0)
    (source / "closed").mkdir()
    (source / "closed/inside").write_text("in a folder that its owner may not change")
    (source / "closed").chmod(0o500)
    (source / "new\nline").write_text("borg cannot be told this name")
    (source / b"latin-1 \xe9".decode(errors="surrogateescape")).write_text("nor anybody this one")
    (source / "empty").touch()
    (source / "link").symlink_to("large")
    (source / "outside").symlink_to("/etc/passwd")
    os.mkfifo(source / "pipe")


class World:
    """An agent, its two repositories, and a place for programs of our own."""

    def __init__(self, directory, interval="1h", **settings):
        self.directory, self.interval = directory, interval
        shutil.copy(AGENT, directory / "ght-agent")
        (directory / "libexec").mkdir()
        shutil.copy(AGENT.parent / "libexec/ght-borg-archive", directory / "libexec")
        (directory / "state").mkdir(mode=0o700)
        os.mkfifo(directory / "never")
        self.secret = directory / "secret"
        self.secret.write_text(SECRET + "\n", encoding="utf-8")
        self.settings = {"restic": {"repository": str(directory / "depot-restic"), "password_file": str(self.secret),
                                    "backup": "dpi"},
                         "borg": {"repository": str(directory / "depot-borg"), "passphrase_file": str(self.secret),
                                  "backup": "labo", "borg_base_dir": str(directory / "notes"),
                                  "relocation_allowed": True}}
        for tool in TOOLS:
            self.settings[tool].update({"restore_test_max_age": "365d", **settings})
        self.agent = Agent(directory, self.configuration())
        self.agent.program = directory / "ght-agent"

    def configuration(self):
        checks = [{"name": tool, "collector": tool, "activity": "backup", "interval": self.interval, "timeout": "5s",
                   "settings": self.settings[tool]} for tool in TOOLS]
        return config(self.directory, checks)

    def change(self, tool, **settings):
        self.settings[tool].update(settings)
        self.agent.write(self.configuration())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.agent.process and self.agent.process.poll() is None:
            self.agent.stop()  # in order: no check of its own still writes into the folder that goes now

    def repository(self, tool):
        """One copy of the files of fill(); made once and copied."""
        model = pathlib.Path(MODELS.name) / tool
        if not model.exists():
            if not (model.parent / "source").exists():
                fill(model.parent / "source")
            self.tool(tool, *(["init"] if tool == "restic" else ["init", "--encryption=repokey-blake2"]), at=model)
            self.back_up(tool, model.parent / "source", at=model)
        return shutil.copytree(model, self.directory / f"depot-{tool}", dirs_exist_ok=True)

    def back_up(self, tool, source, at=None, name="a"):
        at = at or self.directory / f"depot-{tool}"
        if tool == "restic":
            self.tool(tool, "backup", source, at=at)
        else:
            self.tool(tool, "create", source, at=f"{at}::{name}")

    def tool(self, tool, verb, *arguments, at, **more):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "LC_ALL": "C.UTF-8",
                       "RESTIC_PASSWORD": SECRET, "BORG_PASSPHRASE": SECRET, "RESTIC_REPOSITORY": str(at),
                       "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes", "BORG_BASE_DIR": str(self.directory / "own-notes"),
                       "BORG_CHECK_I_KNOW_WHAT_I_AM_DOING": "YES"}
        words = [tool, verb, *map(str, arguments)]
        if tool == "borg":
            words.insert(3 if verb == "init" else 2, str(at))
        return subprocess.run(words, env=environment, check=more.pop("check", True), capture_output=True, timeout=60)

    def stand_in(self, tool, text):
        """What runs instead of the tool; $real is the real one, and $wait_for_ever reads what nobody writes."""
        path = self.directory / "libexec" / tool
        path.write_text(f"#!/bin/sh\nreal={shutil.which(tool)}\nwait_for_ever='cat {self.directory}/never'\n{text}\n")
        path.chmod(0o755)
        return path

    def command(self, tool, *more):
        return [self.directory / "ght-agent", "restore-test", "run", "--config.file", self.agent.file, "--check", tool,
                "--operator", "M. Essai", "--requester", "Dr Exemple", *more]

    def test(self, tool, *more, status, expected="", before=(), clean=True):
        done = subprocess.run([*map(str, before), *map(str, self.command(tool, *more))], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=60, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == status and expected in said, (done.returncode, status, expected, said)
        assert SECRET not in said, said
        if clean:
            self.nothing_is_left()
        return said

    def nothing_is_left(self):
        assert self.left() == [] and self.processes() == [], (self.left(), self.processes())

    def left(self):
        return list(self.directory.glob("**/.ght-restore-test-*"))

    def processes(self):
        """Those that a restore test has started, in whatever generation; the checks' own are none."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if f"TMPDIR={self.directory}".encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes())
            except OSError:  # it has ended, or is another's
                pass
        return [words for words in found if words]

    def recorded(self):
        done = subprocess.run([self.directory / "ght-agent", "restore-test", "list", "--json", "--config.file",
                               self.agent.file], capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    def ledger(self, verb):
        return subprocess.run([self.directory / "ght-agent", "ledger", verb, "--config.file", self.agent.file],
                              capture_output=True, text=True, timeout=60, check=True).stdout
