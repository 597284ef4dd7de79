"""What the tests of the rules share: the shipped files, read once."""
import pathlib
import re
import subprocess
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]))
from tests.support.alerting import CONFIG  # noqa: E402

RULES = CONFIG / "prometheus/rules"
RULE_FILES = sorted(RULES.glob("*.rules.yml"))
TEST_FILES = sorted(RULES.glob("*.test.yml"))


def rules():
    """Every rule of every file, with "file" and "group" added."""
    for file in RULE_FILES:
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                yield {**rule, "file": file.name, "group": group["name"]}


ALERTS = [rule for rule in rules() if "alert" in rule]
RECORDS = [rule for rule in rules() if "record" in rule]
ALERT_NAMES = sorted({rule["alert"] for rule in ALERTS})


def command(*arguments, **more):
    """Runs it to its end; (status, all it said)."""
    done = subprocess.run(list(map(str, arguments)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=250, **more)
    return done.returncode, done.stdout


# A metric of this product, recorded or exported.
METRIC = re.compile(r"\b(?:[a-z_]+:)?ght_[a-z0-9_]+(?::[a-z0-9_]+)?\b")
