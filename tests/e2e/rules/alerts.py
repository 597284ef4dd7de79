"""Alerts carry all that a person at night needs, in both languages; no page without an action."""
import re

from common import ALERTS, METRIC, RECORDS
from promtool import metrics_of_the_agent

BILINGUAL = ("summary", "description", "impact", "activity", "budget")
SINGLE = ("summary", "description", "first_command", "activity_number", "runbook_url")
# Made beside this change: the rules may come before the agent that exports it.
ANNOUNCED = {"ght_sla_month_verdict"}


def every_alert_says_all_of_it_in_both_languages(_):
    for rule in ALERTS:
        name, words = rule["alert"], rule["annotations"]
        for key in [f"{key}_{language}" for key in BILINGUAL for language in ("fr", "en")] + list(SINGLE):
            assert words.get(key, "").strip(), f"{name} lacks {key}"
        assert words["summary"] == words["summary_fr"] and words["description"] == words["description_fr"], name
        assert words["runbook_url"] == "{{ $externalLabels.runbooks }}/" + name, (name, words["runbook_url"])
        for key in ("summary", "description", "impact"):
            assert words[f"{key}_fr"] != words[f"{key}_en"], f"{name}: {key} is the same in both languages"


def severities_are_three_and_a_page_is_one_of_few(_):
    severities = {rule["labels"]["severity"] for rule in ALERTS}
    assert severities == {"critical", "warning", "info"}, severities
    assert {rule["alert"] for rule in ALERTS if rule["labels"]["severity"] == "info"} == {
        "GhtBackupRuleIncomplete", "GhtOsSupportEnding", "GhtSoftwareSupportEnded", "GhtWatchdog"}
    for rule in ALERTS:
        # The heartbeat also carries, up to the sending, where the dashboards find the runbooks.
        labels = {"severity", "runbooks"} if rule["alert"] == "GhtWatchdog" else {"severity"}
        assert rule["alert"].startswith("Ght") and set(rule["labels"]) == labels, rule["alert"]
        command = rule["annotations"]["first_command"]
        assert "\n" not in command.strip(), f"{rule['alert']}: the first command is one line"


def what_is_said_and_what_is_never_said(_):
    for rule in ALERTS:
        text = " ".join(rule["annotations"].values())
        assert not re.search(r"conforme HDS|HDS[- ]compliant", text, re.I), rule["alert"]
        # "{{ $value }}" of a boolean, a label that another level lacks: caught as a hole in the text.
        assert "<no value>" not in text, rule["alert"]


def every_metric_of_a_rule_exists(_):
    known = metrics_of_the_agent() | {rule["record"] for rule in RECORDS} | ANNOUNCED
    for rule in ALERTS + RECORDS:
        text = rule["expr"] + " ".join(rule.get("annotations", {}).values())
        for name in METRIC.findall(text):
            assert name in known, f"{rule.get('alert', rule.get('record'))}: no metric {name}"


def recorded_names_are_level_metric_and_window(_):
    level = "check|host|site|establishment|ght|activity|site_activity|host_activity|backup"
    window = "month|previous_month|30d|3d|6h|1h|30m|5m|total|min|max|worst|count|bool|info"
    for rule in RECORDS:
        assert re.fullmatch(f"(?:{level}):ght_[a-z_]+:(?:{window})", rule["record"]), rule["record"]
