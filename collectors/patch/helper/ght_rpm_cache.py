"""What a tool of the rpm family (dnf, zypper) keeps of one repository, looked at without the tool, and what
rpm means by its errors. For Python 3.6 (RHEL 8, SLE 15) and later.
"""
import os
import xml.etree.ElementTree

REPOMD_BYTES = 4 << 20
# What rpm says when its database is there and damaged (SQLite, Berkeley DB), and what it says when
# it may only not be read from here. The second wins: it proves nothing.
DAMAGED = ("malformed", "not a database", "db_runrecovery", "db_verify_bad", "unexpected file type",
           "checksum error", "hdrblob", "bad header", "blob size", "corrupt")
UNREADABLE = ("permission", "not permitted", "readonly", "unable to open", "disk i/o", "memory", "locked",
              "too many open")


class Failure(Exception):
    """Why nothing is known; one line."""


class Changed(Exception):
    """Somebody wrote what was being read."""


class Damaged(Exception):
    """The rpm database cannot be read whole, in rpm's words."""


def judge_rpm(written, error=""):
    """Raises when rpm said that it could not read something: it goes on all the same, with less."""
    lines = [line.strip() for line in written.splitlines() if line.startswith("error:")]
    if not lines and not error:
        return
    said = " ".join(lines + [error]).lower()
    if not any(word in said for word in UNREADABLE) and any(word in said for word in DAMAGED):
        raise Damaged((lines or [error])[0].replace("error: ", "", 1)[:300])
    raise Failure("rpm database: " + (lines or [error])[0])


class Cache:
    """The cache of one repository: what of it is there, and since when. `touched` is the file (or kind of
    file) whose time of modification the tool moves whenever the server confirmed what it has, and only then.
    """

    def __init__(self, name, folder, touched):
        self.id = name
        self.folder = os.path.join(folder, "repodata")
        self.complete, self.advisories, self.confirmed, self.published = False, False, None, None
        self.entries, self.files = {}, {}
        self.stamp = self.state_of("repomd.xml")
        if self.stamp is not None:
            self.read(touched)

    def state_of(self, name):
        try:
            state = os.stat(os.path.join(self.folder, name))
            return (state.st_ino, state.st_size, state.st_mtime_ns)
        except FileNotFoundError:
            return None

    def open(self, name):
        return open(os.path.join(self.folder, os.path.basename(name)), "rb")

    def read(self, touched):
        try:
            with self.open("repomd.xml") as file:
                top = xml.etree.ElementTree.fromstring(file.read(REPOMD_BYTES))
        except xml.etree.ElementTree.ParseError:
            return
        data = {entry.get("type"): entry for entry in top if entry.tag.endswith("}data")}
        stamps = [child.text for entry in data.values() for child in entry
                  if child.tag.endswith("}timestamp")]
        stamps = [int(each) for each in stamps if each and each.isdigit()]
        self.published = max(stamps) if stamps else None
        self.advisories = "updateinfo" in data or "updateinfo_zck" in data
        wanted = ["primary"] + (["updateinfo"] if self.advisories else [])
        self.complete = all([self.find(data, kind) for kind in wanted])
        if self.complete:
            name = self.files.get(touched, touched)
            self.confirmed = int(os.stat(os.path.join(self.folder, name)).st_mtime)

    def find(self, data, kind):
        """Notes the file of that kind that repomd.xml names, and what it says of it; False without one."""
        for entry in (data.get(kind), data.get(kind + "_zck")):
            for part in entry if entry is not None else ():
                name = os.path.basename(part.get("href", ""))
                if name and part.tag.endswith("}location") and self.state_of(name) is not None:
                    self.files[kind], self.entries[kind] = name, entry
                    return True
        return False
