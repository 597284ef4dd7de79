"""Which receiver gets what, and at which hour; what silences what. On a real Alertmanager."""
import datetime
import json
import urllib.request

import yaml
from common import ALERTS, CONFIG, command

from tests.support.alerting import Alertmanager, MailSink, WebhookSink, shipped_alertmanager, zone_in_which_it_is
from tests.support.e2e import eventually

FILE = CONFIG / "alertmanager/alertmanager.yml"
PLACE = {"ght": "GHT Exemple", "establishment": "CH Exemple", "site": "nord"}
RECEIVER = {"critical": "astreinte", "warning": "exploitation", "info": "personne"}


def every_alert_has_its_receiver(_):
    wanted = {(rule["alert"], rule["labels"]["severity"]): RECEIVER[rule["labels"]["severity"]] for rule in ALERTS}
    wanted["GhtWatchdog", "info"] = "battement"
    wanted["AutreInformation", "info"] = "personne"
    wanted["GraviteImprevue", "autre"] = "exploitation"
    for (name, severity), receiver in wanted.items():
        status, said = command("amtool", "config", "routes", "test", f"--config.file={FILE}",
                               f"--verify.receivers={receiver}", f"alertname={name}", f"severity={severity}",
                               *[f"{label}={value}" for label, value in PLACE.items()])
        assert status == 0, f"{name} {severity}: {said}, expected {receiver}"


def easter(year):
    """Meeus: the Gregorian calendar's Easter Sunday."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def holidays_are_those_of_the_calendar(_):
    years = range(2026, 2032)
    wanted = set()
    for year in years:
        wanted |= {datetime.date(year, month, day) for month, day in
                   ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))}
        wanted |= {easter(year) + datetime.timedelta(days) for days in (1, 39, 50)}
    assert easter(2026) == datetime.date(2026, 4, 5) and easter(2031) == datetime.date(2031, 4, 13)
    found = set()
    intervals = {each["name"]: each["time_intervals"] for each in yaml.safe_load(FILE.read_text())["time_intervals"]}
    for each in intervals["jours-feries"]:
        assert set(each) <= {"years", "months", "days_of_month", "location"}, each
        for year in map(int, each.get("years", years)):
            found |= {datetime.date(year, int(month), int(day))
                      for month in each["months"] for day in each["days_of_month"]}
    assert found == wanted, sorted(found ^ wanted)
    assert {each["location"] for name in intervals for each in intervals[name]} == {"Europe/Paris"}


def post(alertmanager, *alerts):
    """Alerts as Prometheus sends them: labels only matter here."""
    body = json.dumps([{"labels": labels, "annotations": {"summary_fr": labels["alertname"]}} for labels in alerts])
    request = urllib.request.Request(f"http://{alertmanager.address}/api/v2/alerts", body.encode(),
                                     {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).read()


def names(webhook, path):
    return {alert["labels"]["alertname"] for message in webhook.messages(path) for alert in message["alerts"]}


def delivered_at(directory, local):
    """(to the person on call, to operations, heartbeats) of one alert of each severity at this local time."""
    directory.mkdir()
    with WebhookSink() as webhook, MailSink() as mail, \
            Alertmanager(directory, shipped_alertmanager(webhook, mail), zone_in_which_it_is(directory, local)) as am:
        post(am, {"alertname": "GhtCheckBad", "severity": "critical", **PLACE},
             {"alertname": "GhtBackupRpoExceeded", "severity": "warning", **PLACE},
             {"alertname": "GhtWatchdog", "severity": "info"})
        eventually(lambda: names(webhook, "/astreinte") and names(webhook, "/battement"), "the page and the heartbeat")
        # Of operations' receiver too, but of the root route, which knows no hours: due after the warning.
        post(am, {"alertname": "Temoin", "severity": "autre", **PLACE})
        eventually(lambda: "Temoin" in names(webhook, "/exploitation"), "the witness")
        eventually(lambda: len({to for each, _ in mail.all() for to in each}) >= 3, "mail, text message and witness")
        assert {to for each, text in mail.all() for to in each if "Temoin" not in text} >= {
            "astreinte@ght.example", "0600000000@sms.ght.example"}, mail.all()
        return names(webhook, "/astreinte"), names(webhook, "/exploitation") - {"Temoin"}, names(webhook, "/battement")


def warnings_wait_for_office_hours(directory):
    hours = {"2026-11-23 07:50": False, "2026-11-23 08:05": True, "2026-11-23 17:50": True, "2026-11-23 18:05": False,
             "2026-11-23 03:00": False, "2026-11-28 10:00": False, "2026-07-14 10:00": False, "2027-03-29 10:00": False,
             "2027-03-30 10:00": True}
    for text, open_now in hours.items():
        found = delivered_at(directory / text.replace(":", "."), datetime.datetime.fromisoformat(text))
        wanted = ({"GhtCheckBad"}, {"GhtBackupRpoExceeded"} if open_now else set(), {"GhtWatchdog"})
        assert found == wanted, (text, found, wanted)


def host(name, site="nord", establishment="CH Exemple"):
    return {"ght": "GHT Exemple", "establishment": establishment, "site": site, "host": name}


def check(name, of="web", **more):
    return {**host(name, **more), "check": of, "activity": "application_platform"}


# What is posted, and whether it is to be silenced by another one.
CASES = [
    # A silent host: its checks and its agent's own alerts, and nobody else's.
    ({"alertname": "GhtHostSilent", "severity": "critical", **host("a")}, False),
    ({"alertname": "GhtCheckBad", "severity": "critical", **check("a")}, True),
    ({"alertname": "GhtBackupRpoExceeded", "severity": "warning", **check("a", "nuit"), "backup": "dpi"}, True),
    ({"alertname": "GhtLedgerUnhealthy", "severity": "warning", **host("a")}, True),
    ({"alertname": "GhtCheckBad", "severity": "critical", **check("b")}, False),
    ({"alertname": "GhtCheckBad", "severity": "critical", **check("a", establishment="CH Autre")}, False),
    ({"alertname": "GhtLedgerUnhealthy", "severity": "warning", **host("b")}, False),
    ({"alertname": "GhtRulesFailing", "severity": "warning", **host("a"), "rule_group": "x"}, False),
    # An agent that died on a host that lives.
    ({"alertname": "GhtAgentSilent", "severity": "warning", **host("c")}, False),
    ({"alertname": "GhtCheckUnknown", "severity": "critical", **check("c")}, True),
    # A silent site: its hosts and checks.
    ({"alertname": "GhtSiteSilent", "severity": "critical", "ght": "GHT Exemple", "establishment": "CH Exemple",
      "site": "sud"}, False),
    ({"alertname": "GhtHostSilent", "severity": "critical", **host("s", site="sud")}, True),
    ({"alertname": "GhtCheckBad", "severity": "critical", **check("s", site="sud")}, True),
    ({"alertname": "GhtNotificationsFailing", "severity": "critical", **host("s", site="sud"), "path": "email"}, False),
    ({"alertname": "GhtHostSilent", "severity": "critical", **host("s", site="sud", establishment="CH Autre")}, False),
    # A bad check: its budget; not another check's.
    ({"alertname": "GhtBudgetBurnSlow", "severity": "warning", **check("b")}, True),
    ({"alertname": "GhtBudgetBurnSlow", "severity": "warning", **check("b", "annuaire")}, False),
    # The same alert, graver; not of another backup.
    ({"alertname": "GhtBackupRpoExceeded", "severity": "critical", **check("b", "nuit"), "backup": "dpi"}, False),
    ({"alertname": "GhtBackupRpoExceeded", "severity": "warning", **check("b", "nuit"), "backup": "dpi"}, True),
    ({"alertname": "GhtBackupRpoExceeded", "severity": "warning", **check("b", "nuit"), "backup": "ris"}, False),
    # A backup that is too old or was never made: what follows from it; a failed run: the repository that it left unreadable.
    ({"alertname": "GhtBackupFailed", "severity": "warning", **check("b", "nuit"), "backup": "dpi"}, True),
    ({"alertname": "GhtBackupRunsTooLong", "severity": "warning", **check("b", "nuit"), "backup": "dpi", "repository": "r"}, True),
    ({"alertname": "GhtBackupRestoreTestOverdue", "severity": "warning", **check("b", "nuit"), "backup": "dpi"}, False),
    ({"alertname": "GhtBackupFailed", "severity": "warning", **check("b", "soir"), "backup": "dpi"}, False),
    ({"alertname": "GhtCheckUnknown", "severity": "warning", **check("b", "soir")}, True),
    ({"alertname": "GhtBackupNeverSucceeded", "severity": "warning", **check("b", "neuf"), "backup": "dpi"}, False),
    ({"alertname": "GhtBackupRestoreTestOverdue", "severity": "warning", **check("b", "neuf"), "backup": "dpi"}, True),
    ({"alertname": "GhtBackupMassChange", "severity": "warning", **check("b", "ged"), "backup": "ged", "repository": "r"}, False),
    ({"alertname": "GhtBackupDrift", "severity": "warning", **check("b", "ged"), "backup": "ged", "repository": "r"}, True),
    ({"alertname": "GhtBackupDrift", "severity": "warning", **check("b", "ged"), "backup": "ged", "repository": "s"}, False),
    # Automatic updates that stopped: what stopped them, or came of it; not on another check.
    ({"alertname": "GhtPatchInterrupted", "severity": "warning", **check("b", "apt")}, False),
    ({"alertname": "GhtPatchAutomaticStopped", "severity": "warning", **check("b", "apt")}, True),
    ({"alertname": "GhtSecurityUpdateOverdue", "severity": "warning", **check("b", "apt")}, False),
    ({"alertname": "GhtPatchExploitedPending", "severity": "warning", **check("b", "apt")}, False),
    ({"alertname": "GhtPatchAutomaticStopped", "severity": "warning", **check("b", "apt2")}, False),
    # Labels that both lack would be "equal": a source and targets without them silence nothing.
    ({"alertname": "GhtHostSilent", "severity": "critical"}, False),
    ({"alertname": "GhtSiteSilent", "severity": "critical"}, False),
    ({"alertname": "GhtCheckBad", "severity": "critical", "check": "orphelin"}, False),
    ({"alertname": "GhtCheckBad", "severity": "warning", "check": "orphelin"}, False),
    ({"alertname": "GhtNoTargets", "severity": "critical"}, False),
]


def a_cause_silences_its_consequences_and_nothing_else(directory):
    with WebhookSink() as webhook, MailSink() as mail, \
            Alertmanager(directory, shipped_alertmanager(webhook, mail)) as am:
        post(am, *[labels for labels, _ in CASES])

        def states():
            found = {tuple(sorted(a["labels"].items())): a["status"]["state"] for a in am.alerts()}
            return found if len(found) == len(CASES) and "unprocessed" not in found.values() else None
        found = eventually(states, "every alert is processed")
        for labels, silenced in CASES:
            state = found[tuple(sorted(labels.items()))]
            assert state == ("suppressed" if silenced else "active"), (labels, state)
