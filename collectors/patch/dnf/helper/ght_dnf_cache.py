"""What dnf keeps of one repository, looked at without dnf: dnf checks the files that are there against
repomd.xml, and passes over those that are not. For Python 3.6 (RHEL 8) and later.
"""
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
        self.complete, self.advisories, self.confirmed, self.published = False, False, None, None
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
        files = [self.file_of(data, kind) for kind in wanted]
        self.complete = None not in files
        if self.complete:
            # dnf touches this file whenever the server confirmed what it has, and only then.
            self.confirmed = int(os.stat(os.path.join(self.folder, files[0])).st_mtime)

    def file_of(self, data, kind):
        """The file of that kind that repomd.xml names; None when it is not there."""
        for entry in (data.get(kind), data.get(kind + "_zck")):
            for part in entry if entry is not None else ():
                name = os.path.basename(part.get("href", ""))
                if name and part.tag.endswith("}location") and self.state_of(name) is not None:
                    return name
        return None
