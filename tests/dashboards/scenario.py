"""A hospital group and its month, written down so that every figure on a dashboard has an answer known beforehand.

Times are local (Europe/Paris). NOW is a night in the last week of November 2026, twelve minutes past three: the
moment at which somebody on call opens the dashboards. The agents were installed on 5 October, before
summer time ended.
"""
from dataclasses import dataclass, field

from timeline import Timeline, at, month_of, opening_hours

NOW = at("2026-11-24 03:12")
INSTALLED = at("2026-10-05 10:00")
END = month_of(NOW)[1]  # timelines go on to the end of the month: what is planned is known
GHT = "GHT des Trois Rivières"
ALWAYS = None
HOUR, DAY = 3600, 86400


@dataclass
class Check:
    name: str
    activity: str
    collector: str
    title: str
    guaranteed: float = None
    hours: tuple = ALWAYS  # (weekdays, opens, closes)
    bad: list = field(default_factory=list)  # [(from, to)]; to None: still
    unknown: list = field(default_factory=list)
    maintenance: list = field(default_factory=list)
    backup: dict = None
    patch: dict = None
    reboot: dict = None
    support: dict = None
    interval: int = 60
    created: str = None

    def timeline(self, host):
        line = Timeline(at(self.created) if self.created else INSTALLED, END)
        for begin, end in self.bad:
            line.cover(at(begin), at(end) if end else END, "bad")
        for begin, end in [*self.unknown, *host.stopped]:
            line.cover(at(begin), at(end) if end else END, "unknown")
        for begin, end in self.maintenance:
            line.cover(at(begin), at(end), "maintenance")
        if self.hours:
            closed = INSTALLED
            for opens, closes in opening_hours(INSTALLED, END, *self.hours):
                line.cover(closed, opens, "out_of_hours")
                closed = max(closed, closes)
            line.cover(closed, END, "out_of_hours")
        return line


@dataclass
class Host:
    establishment: str
    site: str
    name: str
    expected: str  # activities that it must prove
    checks: list = field(default_factory=list)
    died: str = None  # answers nobody from then on
    stopped: list = field(default_factory=list)  # the agent was not running: no scrape, and unknown time
    cut: list = field(default_factory=list)  # the scrape failed, the agent went on
    answers: bool = True  # False: in the inventory, never seen
    listed: str = None  # in the inventory since (as all: from the beginning)

    def scraped(self, second):
        if not self.answers or second < INSTALLED or (self.died and second >= at(self.died)):
            return False
        return not any(at(begin) <= second < at(end) for begin, end in [*self.stopped, *self.cut])


def patch(pending, other, oldest=None, lists=None, withheld=0, waived=None, exploited=None, severities=None, automatic=None):
    """oldest: since when a security update is pending; lists: the package lists are from then (else five hours old).
    `waived`: (how many, until); `exploited`: how many, None without a catalogue; `automatic`: last success, "off" or None."""
    return {"security": pending, "other": other, "oldest": oldest, "lists": lists, "withheld": withheld, "waived": waived,
            "exploited": exploited, "severities": severities, "automatic": automatic}


def updates(**more):
    return Check("correctifs", "administration", more.pop("collector", "apt"), "Correctifs du système", interval=1800, **more)


def reboot(since=None, kernel=0, services=0, **more):
    """`since`: a reboot is required since then, 14 days allowed."""
    return Check("redemarrage", "administration", "reboot", "Redémarrage", interval=1800,
                 reboot={"since": since, "kernel": kernel, "services": services}, **more)


def support(system, end, software=(), table="2026-09-01", **more):
    """`system`: (id, version); `software`: [(name, version, origin, end or None)]; days are the last ones, 180 days of warning."""
    return Check("maintenance", "administration", "support", "Fin de maintenance", interval=21600,
                 support={"system": system, "end": end, "software": software, "table": table}, **more)


BOOKWORM, BULLSEYE, ROCKY = ("debian", "12"), ("debian", "11"), ("rocky", "9.4")


def backup(name, title, rpo, **more):
    """`every`: hours between two backups, the first at `hour` each day; `last`: none after that; `never`, `unreadable`.
    `copies`: (location, medium, immutable for); `test`: (last successful restore test, wanted every); `failing`: each run
    since; `running`: since; `changed`: part of the files."""
    settings = {"rpo": rpo * HOUR, "every": 24, "hour": 1, "last": None, "never": False, "unreadable": False,
                "size": 4.2e10, "backup": name.split("-")[0], "copies": [], "test": None, "failing": None, "running": None,
                "changed": None, **more.pop("settings", {})}
    return Check(name, "backup", "restic", title, backup=settings, interval=600, **more)


HOSTS = [
    Host("CHU de Valbourg", "nord", "srv-salle-n1", "physical_sites hardware", [
        Check("salle-onduleur", "physical_sites", "http", "Salle nord : onduleur", 0.9999),
        Check("baie-stockage", "hardware", "http", "Baie de stockage A", 0.9995,
              maintenance=[("2026-11-08 02:00", "2026-11-08 04:00")]),
    ]),
    Host("CHU de Valbourg", "nord", "srv-virt-n1", "virtual_infrastructure", [
        Check("grappe-virtuelle", "virtual_infrastructure", "http", "Grappe de virtualisation", 0.9995,
              bad=[("2026-11-11 14:02", "2026-11-11 14:11")]),
    ]),
    Host("CHU de Valbourg", "nord", "srv-dpi-01", "application_platform administration backup", [
        # 43 min 12 s allowed; 22 min on the 9th, and down again since 25 minutes: over.
        Check("dpi-portail", "application_platform", "http", "DPI : portail", 0.999,
              bad=[("2026-10-14 09:00", "2026-10-14 09:31"), ("2026-11-09 08:10", "2026-11-09 08:32"),
                   ("2026-11-24 02:47", None)]),
        updates(patch=patch(3, 11, oldest="2026-11-21 06:30", waived=(1, "2026-12-15"), exploited=0, automatic="2026-11-23 06:10")),
        reboot(),
        support(BOOKWORM, "2028-06-30", [("postgresql", "15", "release", "2028-06-30"), ("temurin", "17", "other", "2027-10-31")]),
        # 3-2-1-1-0 in full, with the copy at the other site.
        backup("dpi-nuit", "DPI : sauvegarde de nuit", 26,
               settings={"copies": [("on_site", "disk", None)], "test": ("2026-09-20 10:00", 180 * DAY), "changed": 0.02}),
    ]),
    Host("CHU de Valbourg", "nord", "srv-pacs-01", "application_platform administration backup", [
        Check("pacs-archive", "application_platform", "http", "PACS : archive", 0.999,
              bad=[("2026-11-17 21:40", "2026-11-17 21:48")]),
        updates(patch=patch(0, 4, automatic="off")),
        reboot(since="2026-11-20 06:40", kernel=1, services=4),
        # Ends in 40 days.
        support(BOOKWORM, "2028-06-30", [("mariadb", "10.6", "other", "2027-01-03"), ("orthanc", "1.12", "other", None)]),
        backup("pacs-nuit", "PACS : sauvegarde de nuit", 26, 
               settings={"size": 8.8e11, "hour": 4, "copies": [("on_site", "disk", None)]}),
    ]),
    Host("CHU de Valbourg", "sud", "srv-dpi-02", "application_platform administration", [
        Check("dpi-secours", "application_platform", "http", "DPI : portail de secours", 0.995),
        # Pending for ten days, 7 allowed: bad since the 21st.
        updates(patch=patch(12, 40, oldest="2026-11-14 07:00", exploited=1, automatic="2026-11-13 06:20"), bad=[("2026-11-21 07:00", None)]),
        # Installed on 1 November and not running yet; its system ended with August.
        reboot(since="2026-11-01 06:30", kernel=1, services=9, bad=[("2026-11-15 06:30", None)]),
        support(BULLSEYE, "2026-08-31", [("postgresql", "13", "release", "2026-08-31")], bad=[("2026-10-05 10:00", None)]),
    ]),
    Host("CHU de Valbourg", "sud", "srv-sauve-01", "administration backup", [
        updates(collector="dnf", patch=patch(0, 0, severities={})),
        reboot(services=2),
        support(ROCKY, "2032-05-31"),
        backup("dpi-externe", "DPI : copie externalisée", 50,
               settings={"hour": 5, "copies": [("off_site", "object", 30 * DAY)]}),
        # The same medium as on site, not immutable, and most of its files changed.
        backup("pacs-externe", "PACS : copie externalisée", 50,
               settings={"size": 8.7e11, "hour": 6, "copies": [("off_site", "disk", None)], "changed": 0.62}),
    ]),
    Host("CH de Montclair", "centre", "srv-lab-01", "application_platform administration backup", [
        Check("sgl", "application_platform", "http", "Laboratoire : SGL", 0.999, hours=((0, 1, 2, 3, 4, 5), 7, 20),
              bad=[("2026-11-19 10:15", "2026-11-19 10:27")]),
        updates(collector="dnf", patch=patch(1, 6, oldest="2026-11-22 06:00", withheld=1, severities={"important": 1, "moderate": 1})),
        reboot(),
        # Its table is 500 days old: the end that it names proves nothing any more.
        support(ROCKY, "2032-05-31", [("php", "8.2", "other", "2026-12-31")], table="2025-07-12", unknown=[("2026-10-05 10:00", None)]),
        # Each one since Saturday's failed: 26 h allowed, beyond them since Sunday 04:00. The last restore test was in January.
        backup("sgl-nuit", "Laboratoire : sauvegarde de nuit", 26,
               settings={"hour": 2, "last": "2026-11-21 02:00", "failing": "2026-11-22 02:00",
                         "copies": [("on_site", "disk", None)], "test": ("2026-01-10 10:00", 180 * DAY)},
               bad=[("2026-11-22 04:00", None)]),
    ]),
    Host("CH de Montclair", "centre", "srv-virt-m1", "physical_sites hardware virtual_infrastructure", [
        Check("onduleur", "physical_sites", "http", "Onduleur du local technique"),
        Check("stockage", "hardware", "http", "Stockage local", 0.999),
        Check("hyperviseur", "virtual_infrastructure", "http", "Hyperviseur", 0.999,
              maintenance=[("2026-11-24 02:00", "2026-11-24 04:00")]),
    ]),
    # Dead for an hour, with all that it proved.
    Host("CH de Montclair", "centre", "srv-pharma-01", "application_platform administration backup", [
        Check("pharmacie", "application_platform", "http", "Pharmacie", 0.998),
        updates(patch=patch(1, 2, oldest="2026-11-20 06:00")),
        backup("pharmacie-nuit", "Pharmacie : sauvegarde de nuit", 26,
               settings={"hour": 0, "copies": [("on_site", "disk", None), ("off_site", "tape", 90 * DAY)]}),
    ], died="2026-11-24 02:05"),
    # Its agent stood still for three hours, and the line to the site was cut for four on another day.
    Host("CH de Bellerive", "principal", "srv-ris-01", "application_platform administration backup", [
        Check("ris-portail", "application_platform", "http", "RIS : portail", 0.995,
              bad=[("2026-11-20 16:00", "2026-11-20 17:00")]),
        updates(patch=patch(5, 9, oldest="2026-11-19 06:00", lists="2026-11-21 00:00"), unknown=[("2026-11-23 00:00", None)]),
        # Whoever changed the password did not tell the agent.
        backup("ris-nuit", "RIS : sauvegarde de nuit", 26, settings={"unreadable": "2026-11-22 17:00"},
               unknown=[("2026-11-22 17:00", None)]),
    ], stopped=[("2026-11-15 01:00", "2026-11-15 04:00")], cut=[("2026-11-12 10:00", "2026-11-12 14:00")]),
    Host("CH de Bellerive", "principal", "srv-ged-01", "administration backup", [
        updates(patch=patch(0, 1)),
        backup("ged-nuit", "GED : sauvegarde de nuit", 26, settings={"never": True, "running": "2026-11-24 02:30"},
               created="2026-11-20 09:00", bad=[("2026-11-20 09:00", None)]),
    ]),
    # In the inventory since Wednesday; nobody has installed anything there yet.
    Host("CH de Bellerive", "annexe", "srv-annexe-01", "administration backup", answers=False, listed="2026-11-18 09:00"),
]
