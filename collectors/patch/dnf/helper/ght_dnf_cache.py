"""What dnf keeps of one repository, looked at without dnf: dnf checks the files only when it fetches
them, and passes over what is gone later. For Python 3.6 (RHEL 8) and later.
"""
import contextlib
import hashlib
import os
import xml.etree.ElementTree

REPOMD_BYTES = 4 << 20


class Failure(Exception):
    """Why nothing is known; one line."""


class Cache:
    """The cache of one repository: what of it is there, whole, and since when."""

    def __init__(self, name, folder):
        self.id = name
        self.folder = os.path.join(folder, "repodata")
        self.whole, self.advisories, self.confirmed, self.published = False, False, None, None
        self.stamp = self.state_of("repomd.xml")
        if self.stamp is not None:
            self.read()

    def state_of(self, name):
        try:
            state = os.stat(os.path.join(self.folder, name))
            return (state.st_ino, state.st_size, state.st_mtime_ns)
        except FileNotFoundError:
            return None

    def open(self, name):
        return open(os.path.join(self.folder, os.path.basename(name)), "rb")

    def read(self):
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
        files = [self.sound_file(data, kind) for kind in wanted]
        self.whole = None not in files
        if self.whole:
            # dnf touches this file whenever the server confirmed what it has, and only then.
            self.confirmed = int(os.stat(os.path.join(self.folder, files[0])).st_mtime)

    def sound_file(self, data, kind):
        """The file of that kind whose checksum is the one of repomd.xml; None without one."""
        for entry in (data.get(kind), data.get(kind + "_zck")):
            if entry is None:
                continue
            parts = {child.tag.rpartition("}")[2]: child for child in entry}
            checksum, location = parts.get("checksum"), parts.get("location")
            if checksum is None or location is None:
                continue
            name = os.path.basename(location.get("href", ""))
            algorithm = {"sha": "sha1"}.get(checksum.get("type"), checksum.get("type"))
            if algorithm not in ("sha1", "sha256", "sha384", "sha512"):
                raise Failure("{}: checksum of the unknown type {}".format(self.id, algorithm))
            if self.digest(name, algorithm) == (checksum.text or "").strip():
                return name
        return None

    def digest(self, name, algorithm):
        total = hashlib.new(algorithm)
        with contextlib.suppress(FileNotFoundError):
            with self.open(name) as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    total.update(block)
            return total.hexdigest()
        return None
