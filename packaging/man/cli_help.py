"""The command line of ght-agent as its own --help tells it (the layout of CLI11)."""
import dataclasses
import re
import subprocess

DESCRIPTION_COLUMN = 30


@dataclasses.dataclass
class Entry:
    """An option, a positional or a subcommand."""

    left: str
    help: str

    @property
    def names(self):
        return [name for name in self.left.split()[0].split(",") if name]

    @property
    def long(self):
        return self.names[-1]

    @property
    def takes_value(self):
        return bool(re.search(r"\b(?:TEXT|ENUM|INT|FLOAT|UINT|BOOLEAN)\b", self.left))

    @property
    def required(self):
        return "REQUIRED" in self.left.split()

    @property
    def choices(self):
        found = re.search(r"\{([^}]*)\}", self.left)
        return [re.sub(r"->.*", "", word) for word in found.group(1).split(",")] if found else []

    @property
    def default(self):
        found = re.search(r"(?:TEXT|ENUM|INT)(?::\{[^}]*\})?=(\S+)", self.left)
        return found.group(1) if found else ""


@dataclasses.dataclass
class Command:
    words: list
    help: str
    options: list
    positionals: list
    subcommands: list

    def walk(self):
        """The command itself and every one below, parents first."""
        yield self
        for each in self.subcommands:
            yield from each.walk()


def sections(text):
    """{"Options": [Entry, ...], ...}"""
    found, entries = {}, None
    for line in text.splitlines():
        title = re.fullmatch(r"([A-Z][a-z]+):", line)
        if title:
            entries = found.setdefault(title.group(1), [])
        elif entries is not None and line.startswith(" " * DESCRIPTION_COLUMN):
            if not entries:
                raise ValueError(f"a description without its name: {line!r}")
            # The name before was too long for its column, or the description goes on.
            last = entries[-1]
            last.help = f"{last.help} {line.strip()}".strip()
        elif entries is not None and line.startswith("  "):
            entries.append(split(line))
    return found


def split(line):
    column = DESCRIPTION_COLUMN
    if len(line) > column and line[column - 1] == " " and not line[column:].startswith(" "):
        left, words = line[:column].strip(), line[column:].strip()
        if left.count("{") == left.count("}"):
            return Entry(left, words)
    return Entry(line.strip(), "")


def read(binary, words=()):
    answer = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, check=True)
    head, _, _ = answer.stdout.partition("Usage:")
    parts = sections(answer.stdout)
    below = [read(binary, [*words, entry.left]) for entry in parts.get("Subcommands", [])]
    command = Command(list(words), " ".join(head.split()), parts.get("Options", []),
                      parts.get("Positionals", []), below)
    if not command.help or not command.options:
        raise ValueError(f"{' '.join(words) or binary}: --help is not as expected")
    return command
