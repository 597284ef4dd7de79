"""A booted Debian 12 with systemd in a container, for tests of the package.

Needs root, mmdebstrap and systemd-nspawn. The root folder is made once for each set of packages and
kept in the cache folder of the user; a machine runs on it with all that it writes in memory.
"""
import contextlib
import ctypes
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess

from tests.support.e2e import eventually

SUITE = "bookworm"
BASE = ["systemd", "systemd-sysv", "restic", "tzdata"]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "ght-agent"
CONTROLLERS = ["memory", "pids"]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/",
               "DEBIAN_FRONTEND": "noninteractive", "SYSTEMD_PAGER": ""}
CLONE_NEWNS = 0x20000


def why_not():
    """Why no machine can be booted here; empty when it can."""
    if os.geteuid() != 0:
        return "root is needed"
    missing = [name for name in ("mmdebstrap", "systemd-nspawn", "nsenter", "unshare", "curl")
               if not shutil.which(name)]
    return f"missing: {', '.join(missing)} (packaging/build-deps --tests)" if missing else ""


def root_with(packages):
    """The folder of a Debian with these packages beside BASE; made if the cache lacks it."""
    wanted = sorted({*BASE, *packages})
    name = hashlib.sha256(" ".join([SUITE, *wanted]).encode()).hexdigest()[:12]
    folder = CACHE / f"{SUITE}-{name}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    print(f"making {folder}, once", flush=True)
    new = CACHE / f"{folder.name}.new-{os.getpid()}"
    try:
        made = subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", "--format=directory",
                               "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
                               "--dpkgopt=force-unsafe-io", "--aptopt=APT::Install-Recommends \"false\"",
                               f"--include={','.join(wanted)}", SUITE, new],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"mmdebstrap: {made.stderr[-3000:]}")
        with contextlib.suppress(OSError):  # another test was faster
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


class Groups:
    """Control groups of the first version, which nspawn gives to a container for reading only."""

    def __init__(self):
        base = pathlib.Path("/sys/fs/cgroup")
        self.own = [base / name / f"ght-test-{os.getpid()}" for name in CONTROLLERS
                    if (base / name / "cgroup.procs").exists()]

    def enter(self):
        for folder in self.own:
            folder.mkdir(exist_ok=True)
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def open_for(self, leader):
        for folder in self.own:
            mounted = folder.parent
            eventually(lambda: subprocess.run(
                ["nsenter", "-t", str(leader), "-m", "mount", "-o", "remount,bind,rw", mounted],
                capture_output=True, check=False).returncode == 0, f"{mounted} can be written to", 10)

    def remove(self):
        for folder in self.own:
            for below, _, _ in os.walk(folder, topdown=False):
                eventually(lambda: not os.path.exists(below) or not os.rmdir(below),
                           f"{below} is empty", 10)


class Machine:
    """Boots at once; `with` ends it. `shared` appears, for reading only, as /mnt. `options` are nspawn's."""

    def __init__(self, root, shared, log, options=()):
        self.groups = Groups()
        command = ["systemd-nspawn", "--quiet", "--directory", root, "--volatile=overlay",
                   "--private-network", "--register=no", f"--bind-ro={shared}:/mnt", *options, "--boot"]
        if not os.path.isdir("/run/systemd/system"):
            # No service manager here: no unit to ask for, and nspawn wants its files on a tmpfs.
            command[1:1] = ["--keep-unit"]
            command = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                       'mount -t tmpfs tmpfs /run && exec "$@"', "sh", *command]
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            preexec_fn=self.groups.enter)
        try:
            self.leader = eventually(self._child, f"the container starts: {log}", 20)
            self.groups.open_for(self.leader)
            self._wait_booted(log)
            # Its service manager looks once for the groups that it may use: on a busy host, before they were opened.
            self.run("systemctl", "daemon-reexec")
            self._wait_booted(log)
        except BaseException:
            self.close()
            raise

    def _wait_booted(self, log):
        eventually(lambda: self.run("systemctl", "is-system-running", check=False).stdout.strip()
                   in ("running", "degraded"), f"the machine has booted: {log}", 60)

    def _child(self):
        if self.process.poll() is not None:
            raise AssertionError("systemd-nspawn ended")
        # The first child only prepares; the one that counts has become the service manager.
        for pid in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                    return int(pid)
        return 0

    def run(self, *command, check=True, timeout=120, **more):
        done = subprocess.run(["nsenter", "-t", str(self.leader), "-a", "--", *map(str, command)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
                              env=ENVIRONMENT, check=False, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def out(self, *command, **more):
        return self.run(*command, **more).stdout.strip()

    def write(self, path, text, mode="0644", owner="root:root"):
        script = 'umask 077; cat >"$1" && chmod "$2" "$1" && chown "$3" "$1"'
        subprocess.run(["nsenter", "-t", str(self.leader), "-a", "--", "sh", "-c", script, "sh", path, mode, owner],
                       input=text, text=True, env=ENVIRONMENT, check=True, timeout=30)

    def get(self, url, *options):
        """Body of a page of the machine; empty when nobody answers, or with an error."""
        return subprocess.run(["nsenter", "-t", str(self.leader), "-n", "curl", "-fsS", "-m", "5", *options, url],
                              capture_output=True, text=True, check=False).stdout

    def as_user(self, uid, groups, action):
        """What action() returns (a small number) in a process of the machine's files and this user."""
        child = os.fork()
        if child == 0:
            code = 99
            try:
                with open(f"/proc/{self.leader}/ns/mnt", "rb") as namespace:
                    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNS) == 0:
                        os.setgroups(groups)
                        os.setresgid(groups[0], groups[0], groups[0])
                        os.setresuid(uid, uid, uid)
                        code = action()
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)  # nspawn has the machine power off
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.groups.remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
