"""Every alert has its two runbooks; what they tell a person to type exists."""
import re
import shlex
import subprocess

from common import ALERT_NAMES, CONFIG, METRIC, RECORDS, command
from promtool import metrics_of_the_agent

from tests.support.e2e import AGENT

SECTIONS = {"fr": ["Signification", "Impact", "Diagnostic", "Remédiation", "Escalade"],
            "en": ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalation"]}
# What a runbook may tell to run: program -> its package in Debian 12.
PROGRAMS = {
    "amtool": "prometheus-alertmanager", "apt": "apt", "apt-get": "apt", "apt-mark": "apt", "barman": "barman",
    "bconsole": "bacula-console", "borg": "borgbackup", "curl": "curl", "df": "coreutils", "dnf": "dnf", "dpkg": "dpkg",
    "getent": "libc-bin", "ip": "iproute2", "journalctl": "systemd", "ls": "coreutils", "openssl": "openssl", "pgbackrest": "pgbackrest",
    "ping": "iputils-ping", "promtool": "prometheus", "restic": "restic", "ssh": "openssh-client", "sudo": "sudo", "systemctl": "systemd", "timedatectl": "systemd"}
FOREIGN_METRICS = {"alertmanager_notifications_failed_total", "prometheus_notifications_dropped_total",
                   "prometheus_rule_group_interval_seconds", "prometheus_rule_group_last_duration_seconds"}


def texts():
    for language in ("fr", "en"):
        for file in sorted((CONFIG / "runbooks" / language).glob("*.md")):
            yield language, file.stem, file.read_text()


def shell_lines(text):
    """What stands in a fenced block, and what is in backquotes and begins with a known program."""
    for block in re.findall(r"```\n(.*?)```", text, re.S):
        for line in block.splitlines():
            if line.strip():
                yield line.strip()
    for piece in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S)):
        if " " in piece and (piece.split()[0] in PROGRAMS or piece.startswith("ght-agent ")):
            yield piece


def commands(line):
    """The programs of a line with their arguments: ssh HOST and sudo [-u USER] lead to another one."""
    words = shlex.split(line)
    while words:
        program, words = words[0], words[1:]
        if program == "ssh":
            words = words[1:]
            yield program, []
        elif program == "sudo":
            words = words[2:] if words[:1] == ["-u"] else words
            yield program, []
        else:
            yield program, words
            return


def every_alert_has_two_runbooks_with_five_sections(_):
    found = {"fr": [], "en": []}
    for language, name, text in texts():
        found[language].append(name)
        assert text.startswith(f"# {name}"), f"{language}/{name}: the title begins with the alert's name"
        assert re.findall(r"^## (.+)$", text, re.M) == SECTIONS[language], f"{language}/{name}: sections"
        for part in re.split(r"^## .+$", text, flags=re.M)[1:]:
            assert len(part.split()) > 5, f"{language}/{name}: an empty section"
        assert not re.search(r"^\||<[a-z/]|!\[", text, re.M), f"{language}/{name}: table, HTML or picture"
        assert max(map(len, text.splitlines())) < 200, f"{language}/{name}: a long line"
    assert found["fr"] == found["en"] == ALERT_NAMES, (found, ALERT_NAMES)


def both_languages_give_the_same_commands(_):
    def skeleton(text):
        return [[program for program, _ in commands(line)] for line in shell_lines(text)]
    french = {name: skeleton(text) for language, name, text in texts() if language == "fr"}
    english = {name: skeleton(text) for language, name, text in texts() if language == "en"}
    for name in ALERT_NAMES:
        assert french[name] == english[name], f"{name}: {french[name]} {english[name]}"
        assert french[name], f"{name}: no command at all"


HELP = {}


def help_of(words):
    if words not in HELP:
        done = subprocess.run([AGENT, *words, "--help"], capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, f"ght-agent {' '.join(words)}: {done.stderr}"
        HELP[words] = done.stdout
    return HELP[words]


def check_agent_command(where, words):
    """Walks down the subcommands that the help lists, then looks for each option in the last one's help."""
    path = ()
    while words:
        listed = help_of(path).partition("\nSubcommands:\n")[2]
        if not re.search(rf"^  {re.escape(words[0])}\s", listed, re.M):
            break
        path, words = (*path, words[0]), words[1:]
    assert path, f"{where}: ght-agent has no subcommand {words[:1]}"
    assert "\nSubcommands:\n" not in help_of(path), f"{where}: ght-agent {' '.join(path)} needs a subcommand"
    for word in words:
        if word.startswith("-"):
            option = word.split("=")[0]
            assert re.search(rf"^  (?:-\w,)?{re.escape(option)}\b", help_of(path), re.M), \
                f"{where}: ght-agent {' '.join(path)} has no option {option}"


def commands_of_the_agent_exist(_):
    assert AGENT.exists(), f"{AGENT} is missing: build it first (cmake --build --preset dev)"
    count = 0
    for language, name, text in texts():
        for line in shell_lines(text):
            for program, words in commands(line):
                if program == "ght-agent":
                    count += 1
                    check_agent_command(f"{language}/{name}: {line}", words)
    assert count > 40, f"only {count} commands of the agent were found"


def other_programs_are_of_debian(_):
    used = {program for _, _, text in texts() for line in shell_lines(text) for program, _ in commands(line)}
    used.discard("ght-agent")
    assert used == set(PROGRAMS), f"unknown: {used - set(PROGRAMS)}; unused: {set(PROGRAMS) - used}"
    for program in sorted(used):
        status, files = command("dpkg", "-L", PROGRAMS[program])
        if status == 0:
            assert re.search(rf"/s?bin/{re.escape(program)}$", files, re.M), f"{PROGRAMS[program]} has no {program}"
        else:
            print(f"{program}: {PROGRAMS[program]} is not installed here, taken as it is in the table")


def metrics_of_runbooks_exist(_):
    known = metrics_of_the_agent() | {rule["record"] for rule in RECORDS}
    for language, name, text in texts():
        for metric in METRIC.findall(text):
            assert metric in known, f"{language}/{name}: no metric {metric}"
        for metric in re.findall(r"\b(?:prometheus|alertmanager)_[a-z_]+(?:_total|_seconds)\b", text):
            assert metric in FOREIGN_METRICS, f"{language}/{name}: {metric}"


def first_commands_are_in_the_runbook(_):
    """What the message says to type first is what the runbook starts with."""
    from common import ALERTS
    bodies = {(language, name): text for language, name, text in texts()}
    for rule in ALERTS:
        said = re.sub(r"\{\{.*?\}\}", "X", rule["annotations"]["first_command"], flags=re.S)
        programs = [program for program, _ in commands(said)]
        for language in ("fr", "en"):
            inside = [[program for program, _ in commands(line)]
                      for line in shell_lines(bodies[language, rule["alert"]])]
            assert programs in inside, f"{rule['alert']} ({language}): {programs} is not in its runbook"
        for program, words in commands(said):
            if program == "ght-agent":
                check_agent_command(rule["alert"], words)
            else:
                assert program in PROGRAMS, f"{rule['alert']}: {program}"
