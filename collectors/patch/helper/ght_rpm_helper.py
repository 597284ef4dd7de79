"""What the helpers of the rpm family (dnf, zypper) begin and end with. For Python 3.6 (RHEL 8, SLE 15) and later."""
import argparse
import json
import os

from ght_rpm_cache import Changed, Damaged, Failure

NOBODY = 65534
ATTEMPTS = 3


def unnamed_file(mode):
    """For what a program has to say. tempfile would try the folder out with a file that has a name."""
    for folder in ("/tmp", "/var/tmp", "/dev/shm"):
        try:
            return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), mode)
        except OSError:
            continue
    raise Failure("/tmp: no room for an unnamed file")


def begin(program):
    """The root to look at, without any right from here on: what the tool would write for root, it cannot."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--root", default="/")
    root = os.path.abspath(parser.parse_args().root)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    if not os.path.isdir(root) or not os.access(root, os.R_OK | os.X_OK):
        raise Failure("{}: not a readable directory".format(root))
    return root


def answer(look):
    """What `look` finds, as text; it looks again when somebody wrote meanwhile."""
    for attempt in range(ATTEMPTS):
        try:
            return json.dumps(look())
        except Damaged as damage:
            return json.dumps({"format": 1, "rpm_database": "damaged", "damage": str(damage)})
        except Changed as change:
            if attempt + 1 == ATTEMPTS:
                raise Failure("{}: changed while it was read".format(change))


def line_of(error):
    """An error as one line of bounded length."""
    return " ".join(str(error).split())[:400] + "\n"
