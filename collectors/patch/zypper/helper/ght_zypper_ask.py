"""What zypper and rpm say, asked without right, lock, network or refresh. For Python 3.6 (SLE 15) and later."""
import configparser
import fcntl
import glob
import os
import struct
import subprocess
import xml.etree.ElementTree

from ght_rpm_cache import Cache, Failure, judge_rpm
from ght_rpm_helper import unnamed_file

OUTPUT_BYTES = 32 << 20
LOG_BYTES = 64 << 10
# What zypper says of what it passes over; its other warnings are about anything.
PASSED_OVER = ("Cannot read", "Skipping repository", "Problem loading", "Problem retrieving", "No repositories defined")
# Its exit status when it asks what to do about dependencies, and nobody answers; and for errors.
UNSOLVED = 4
CONTROL = {code: " " for code in range(32) if chr(code) not in "\t\n\r"}
QUERY = "%{NAME}\t%|EPOCH?{%{EPOCH}}:{0}|:%{VERSION}-%{RELEASE}\t%{ARCH}\n"


def run(words):
    """(exit status, output, errors) of a program; raises Damaged when rpm's part of it says so."""
    environment = {"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), "LC_ALL": "C",
                   "HOME": "/nonexistent", "ZYPP_LOGFILE": "/dev/null"}
    with unnamed_file("w+b") as log:
        try:
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                     env=environment, cwd="/")
        except OSError as error:
            raise Failure("{}: {}".format(words[0], error.strerror))
        with child.stdout as stream:
            out = stream.read(OUTPUT_BYTES + 1)
        if len(out) > OUTPUT_BYTES:
            child.kill()
        code = child.wait()
        log.seek(0)
        said = log.read(LOG_BYTES).decode("utf-8", "replace")
    if len(out) > OUTPUT_BYTES:
        raise Failure("{}: more than {} bytes".format(words[0], OUTPUT_BYTES))
    judge_rpm(said)
    return code, out.decode("utf-8", "replace"), said


# --- rpm ----------------------------------------------------------------------------------------


class Rpm:
    """The rpm database of a root."""

    def __init__(self, root):
        self.root = root
        lock = "%{?_rpmlock_path}%{!?_rpmlock_path:%{_dbpath}/.rpm.lock}"
        _, out, _ = run(["rpm", "--eval", "%_dbpath", "--eval", lock])
        lines = out.splitlines()
        if len(lines) != 2 or not all(line.startswith("/") for line in lines):
            raise Failure("rpm --eval %_dbpath: expected a path")
        self.database, self.lock = (os.path.join(root, line.lstrip("/")) for line in lines)

    def query(self, *words):
        code, out, said = run(["rpm", "--dbpath", self.database, "-q", "--nodigest", "--nosignature", *words])
        return code, out, said

    def installed(self):
        """{(name, architecture): {epoch:version-release, ...}}."""
        code, out, said = self.query("-a", "--qf", QUERY)
        if code != 0:
            raise Failure("rpm -qa: " + (said or "exit status {}".format(code)))
        found = {}
        for line in out.splitlines():
            name, version, architecture = line.split("\t")
            if name != "gpg-pubkey":
                found.setdefault((name, architecture), set()).add(version)
        if not found:
            raise Failure("rpm database: no installed package")
        return found

    def several(self):
        """Names of packages that are meant to be there in several versions: kernels, and whatever libzypp was told."""
        wanted = {"provides:multiversion(kernel)"}
        for path in glob.glob(os.path.join(glob.escape(self.root), "etc/zypp/multiversion.d/*")):
            with open(path, encoding="utf-8", errors="replace") as file:
                wanted.update(line.strip() for line in file if line.strip() and not line.startswith("#"))
        names = set()
        for each in wanted:
            kind, colon, value = each.partition(":")
            if not colon:
                names.add(each)
            elif kind == "provides":
                code, out, _ = self.query("--whatprovides", value, "--qf", "%{NAME}\n")
                names.update(out.split() if code == 0 else ())
        return names

    def writer_at_work(self):
        """Whether a transaction holds the lock of rpm; asked without taking it."""
        try:
            with open(self.lock, "rb") as file:
                question = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
                answer = fcntl.fcntl(file.fileno(), fcntl.F_GETLK, question)
                return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK
        except FileNotFoundError:
            return False


# --- zypper -------------------------------------------------------------------------------------


class Zypper:
    """zypper on a root. `--root /` is more than its absence: zypper then does not ask for root's rights."""

    def __init__(self, root):
        self.root = root

    def ask(self, words, caches=(), accepted=(0,)):
        """The top of zypper's answer. A repository that it passed over is not complete, whatever is there."""
        code, out, said = run(["zypper", "--non-interactive", "--no-refresh", "--xmlout", "--root", self.root, *words])
        try:
            top = xml.etree.ElementTree.fromstring(out.translate(CONTROL))
        except xml.etree.ElementTree.ParseError as error:
            raise Failure("zypper {}: {} (exit status {}) {}".format(words[0], error, code, said))
        passed_over = [text for text in map(self.complaint, top.iter("message")) if text]
        named = set()
        for cache in caches:
            if any("'{}'".format(name) in text for text in passed_over for name in cache.names):
                cache.complete = False
                named.add(cache.id)
        if code not in accepted + ((106,) if named else ()) or (passed_over and not named):
            raise Failure("zypper {}: {}".format(words[0], (passed_over or [said or "exit status {}".format(code)])[0]))
        return top

    @staticmethod
    def complaint(message):
        text = "".join(message.itertext()).strip()
        return text if message.get("type") == "error" or text.startswith(PASSED_OVER) else ""

    def caches(self):
        """What is kept of each enabled repository."""
        rows = {row.get("alias"): row for row in self.ask(["repos"], accepted=(0, 6)).iter("repo")}
        caches = []
        for alias, path in self.configured():
            if alias not in rows:
                raise Failure("[{}]: zypper does not understand it".format(alias))
            if rows[alias].get("enabled") != "1":
                continue
            folder = os.path.join(self.root, "var/cache/zypp/raw", alias.replace("/", "_"), path.lstrip("/"))
            # zypper touches this file whenever the server confirmed what it has, and only then.
            cache = Cache(alias, folder, "repomd.xml")
            cache.names = {alias, rows[alias].get("name") or alias}
            caches.append(cache)
        if not caches:
            raise Failure("no package repository is enabled")
        return caches

    def configured(self):
        """[(alias, path), ...] of all files of repositories."""
        folder = os.path.join(self.root, "etc/zypp/repos.d")
        if os.path.exists(folder) and not os.access(folder, os.R_OK | os.X_OK):
            raise Failure("{}: Permission denied".format(folder))
        found = []
        for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.repo"))):
            parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    parser.read_file(file)
            except (OSError, configparser.Error) as error:
                raise Failure("{}: {}".format(path, getattr(error, "strerror", None) or error))
            found += [(alias, parser.get(alias, "path", fallback="")) for alias in parser.sections()]
        return found

    def plan_of_update(self, caches):
        """[(section, name, architecture before, version before or None, new version), ...] of `zypper update`,
        and how many problems keep it from anything."""
        top = self.ask(["update", "--dry-run"], caches, (0, UNSOLVED))
        problems = [text for text in top.itertext() if text.startswith("Problem: ")]
        if top.find("install-summary") is None and not problems and "Nothing to do" not in "".join(top.itertext()):
            raise Failure("zypper update --dry-run: expected a summary")
        rows = []
        for section in top.iterfind("install-summary/*"):
            for each in section.iterfind("solvable"):
                if section.tag.startswith("to-") and each.get("type") == "package":
                    rows.append((section.tag, each.get("name"), each.get("arch-old") or each.get("arch"),
                                 each.get("edition-old"), each.get("edition")))
        return rows, len(problems)

    def newer(self, caches):
        """[(name, architecture, version), ...]: all that have a newer version, whether or not it can be had."""
        top = self.ask(["list-updates", "--all"], caches)
        if top.find("update-status/update-list") is None:
            raise Failure("zypper list-updates --all: expected a list")
        return [(each.get("name"), each.get("arch"), each.get("edition"))
                for each in top.iterfind("update-status/update-list/update") if each.get("kind") == "package"]

    def needed(self, caches):
        """Names of the security patches that zypper says are to be applied."""
        top = self.ask(["list-patches"], caches)
        if top.find("update-status/update-list") is None:
            raise Failure("zypper list-patches: expected a list")
        return {each.get("name") for each in top.iterfind("update-status/update-list/update")
                if each.get("kind") == "patch" and each.get("category") == "security"}

    def installed(self, caches):
        """{(name, architecture), ...} as zypper sees them."""
        top = self.ask(["search", "--installed-only", "--type", "package", "--details"], caches, (0, 104))
        return {(each.get("name"), each.get("arch")) for each in top.iter("solvable")
                if each.get("status", "").startswith("installed")} - {("gpg-pubkey", "(none)")}
