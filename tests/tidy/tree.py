"""The files under test, and what a rule reports."""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property

import cpp

CPP_ENDINGS = (".cc", ".h", ".def")
LEFT_OUT = {".git", "node_modules", "__pycache__", ".venv"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str


class File:
    def __init__(self, root, path):
        self.root = root
        self.path = path  # relative, with /
        self.name = path.rsplit("/", 1)[-1]

    @cached_property
    def data(self):
        with open(os.path.join(self.root, self.path), "rb") as handle:
            return handle.read()

    @cached_property
    def text(self):
        return self.data.decode("utf-8", "replace")

    @cached_property
    def is_text(self):
        return b"\0" not in self.data[:8192]

    @cached_property
    def executable(self):
        return os.access(os.path.join(self.root, self.path), os.X_OK)

    @property
    def is_cpp(self):
        return self.path.endswith(CPP_ENDINGS)

    @property
    def is_test(self):
        """text_test.cc, process_test_support.h, test_client.h, and all of tests/."""
        return self.path.startswith("tests/") or re.search(r"^test_|_test[._]", self.name) is not None

    @property
    def is_sample(self):
        """What tidy's own tests hold is wrong on purpose."""
        return self.path.startswith("tests/tidy/")

    @property
    def is_helper_program(self):
        """The sources of a program of its own: heavy libraries and syscalls are its purpose."""
        return self.path.startswith("collectors/") and "/helper/" in self.path

    @property
    def is_product(self):
        return self.is_cpp and self.path.startswith(("agent/", "collectors/")) and not self.is_test

    @property
    def room(self):
        """agent/io/clock.cc -> io; collectors/... -> collectors; agent/main.cc -> main.cc"""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "agent" else parts[0]

    @property
    def interpreter(self):
        first = self.text.split("\n", 1)[0]
        return first if first.startswith("#!") else ""

    @property
    def is_shell(self):
        return self.interpreter.endswith(("bash", "/sh", " sh", "dash")) or self.path.endswith(".sh")

    @property
    def is_python(self):
        return "python" in self.interpreter or self.path.endswith(".py")

    @cached_property
    def blanked(self):
        return cpp.blank(self.text)

    @cached_property
    def outline(self):
        return cpp.Outline(self.blanked)

    @cached_property
    def includes(self):
        """(line, is it "quoted", path)"""
        return [
            (self.line_of(match.start(2)), match.group(1) == '"', match.group(2))
            for match in cpp.INCLUDE.finditer(self.text)
        ]

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def at(self, offset, message):
        return Finding(self.path, self.line_of(offset), message)


class Tree:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.files = [File(self.root, path) for path in self._paths()]

    def _paths(self):
        """What is in version control or could be; every file when there is no version control."""
        if os.path.exists(os.path.join(self.root, ".git")):
            listed = subprocess.run(
                ["git", "-C", self.root, "ls-files", "-z", "-co", "--exclude-standard"],
                capture_output=True, check=True,
            ).stdout.decode()
            found = [path for path in listed.split("\0") if path]
            return sorted(p for p in set(found) if os.path.isfile(os.path.join(self.root, p)))
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(
                name for name in folders
                if name not in LEFT_OUT and not (folder == self.root and name.startswith("build"))
            )
            for name in names:
                found.append(os.path.relpath(os.path.join(folder, name), self.root))
        return sorted(found)

    def find(self, path):
        return next((file for file in self.files if file.path == path), None)

    def below(self, folder):
        return [file for file in self.files if file.path.startswith(folder + "/")]

    @property
    def cpp(self):
        return [file for file in self.files if file.is_cpp]

    @property
    def product(self):
        return [file for file in self.files if file.is_product]
