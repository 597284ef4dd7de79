"""The scenario as the pages that Prometheus would have scraped, in OpenMetrics. Honest: a host that nobody could
scrape has no sample then, and its counters go on as its ledger did."""
import datetime
import functools

from scenario import DAY, GHT, HOSTS, HOUR, INSTALLED, NOW
from timeline import PARIS, STATES, at, local, month_of

# Gauges but for the counters; help and unit do not matter to Prometheus.
COUNTERS = ("ght_sla_seconds_total", "ght_check_runs_total")


def quote(value):
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def series(name, labels):
    return f"{name}{{{','.join(f'{key}={quote(value)}' for key, value in labels.items())}}}"


def target(host):
    return {"ght": GHT, "establishment": host.establishment, "site": host.site, "host": host.name,
            "job": "ght-agent", "instance": f"{host.name}.example:19787"}


def judge(guaranteed, budget, sums, to_come):
    """The verdict of a month as agent/ledger/README.md has it."""
    if sums["bad"] > budget:
        return 0
    return 2 if sums["bad"] + sums["unknown"] + to_come <= budget else 1


class Simulated:
    """One check: what its page says at a moment."""

    def __init__(self, host, check):
        self.host, self.check = host, check
        self.line = check.timeline(host)
        self.base = {"check": check.name, "activity": check.activity}

    def month(self, second, back):
        begin, end = month_of(second, back)
        return begin, end, self.line.sums(begin, min(end, second))

    @functools.lru_cache(maxsize=64)
    def committed_month(self, begin, end):
        return self.line.committed(begin, end)

    def service_level(self, second):
        check = self.check
        if not check.guaranteed:
            return
        yield "ght_sla_guaranteed_ratio", {}, check.guaranteed
        begin, end, sums = self.month(second, 0)
        budget = round((1 - check.guaranteed) * self.committed_month(begin, end), 3)
        yield "ght_sla_month_budget_seconds", {}, budget
        yield "ght_sla_month_budget_remaining_seconds", {}, budget - sums["bad"] - sums["unknown"]
        to_come = self.committed_month(begin, end) - sums["good"] - sums["bad"] - sums["unknown"]
        yield "ght_sla_month_verdict", {"month": "current"}, judge(check.guaranteed, budget, sums, to_come)
        begin, end, sums = self.month(second, 1)
        if end > INSTALLED:
            budget = round((1 - check.guaranteed) * self.committed_month(begin, end), 3)
            yield "ght_sla_month_verdict", {"month": "previous"}, judge(check.guaranteed, budget, sums, 0)

    def account(self, second):
        now = self.line.state(second)
        for state in STATES:
            yield "ght_check_state", {"state": state}, int(state == now)
        for state, value in self.line.sums(INSTALLED, second).items():
            yield "ght_sla_seconds_total", {"state": state}, value
        for back, month in enumerate(("current", "previous")):
            for state, value in self.month(second, back)[2].items():
                yield "ght_sla_month_seconds", {"month": month, "state": state}, value

    def page(self, second):
        """(family, labels beside check and activity, value)"""
        check = self.check
        yield "ght_check_info", {"collector": check.collector, "title": check.title}, 1
        yield "ght_check_interval_seconds", {}, check.interval
        yield "ght_check_last_run_timestamp_seconds", {}, second - second % check.interval
        yield "ght_maintenance_active", {}, int(self.line.state(second) == "maintenance")
        yield from self.account(second)
        yield from self.service_level(second)
        if check.backup:
            yield from self.backup(second)
        if check.patch:
            yield from self.patches(second)
        if check.reboot:
            yield from self.reboot(second)
        if check.support:
            yield from self.support()

    def last_backup(self, second):
        last = self.check.backup["last"]
        return self.last_run(min(second, at(last)) if last else second)

    def last_run(self, second):
        hour = self.check.backup["hour"]
        day = local(second).replace(hour=hour, minute=0, second=0, microsecond=0)
        if day.timestamp() > second:
            day = (day - datetime.timedelta(days=1)).replace(hour=hour, tzinfo=PARIS)
        return int(day.timestamp())

    def backup(self, second):
        settings = self.check.backup
        labels = {"backup": settings["backup"], "repository": f"/srv/restic/{settings['backup']}"}
        yield "ght_backup_rpo_seconds", labels, settings["rpo"]
        if settings["test"]:
            yield "ght_backup_restore_test_timestamp_seconds", labels, at(settings["test"][0])
            yield "ght_backup_restore_test_interval_seconds", labels, settings["test"][1]
        if settings["unreadable"] and second >= at(settings["unreadable"]):
            return
        if settings["running"] and second >= at(settings["running"]):
            yield "ght_backup_running_since_timestamp_seconds", labels, at(settings["running"])
        if settings["never"]:
            yield "ght_backup_last_success_timestamp_seconds", labels, 0
            return
        last = self.last_backup(second)
        yield "ght_backup_last_success_timestamp_seconds", labels, last
        failing = settings["failing"] is not None and second >= at(settings["failing"])
        yield "ght_backup_last_run_success", labels, 0 if failing else 1
        yield "ght_backup_last_run_timestamp_seconds", labels, self.last_run(second) if failing else last
        for name, value in (("size_bytes", self.size), ("duration_seconds", self.duration)):
            # The backups before the newest one: seven of the last fourteen are older than eight days.
            yield f"ght_backup_last_{name}", labels, value(last)
            yield f"ght_backup_median_{name}", labels, value(last - 8 * DAY)
        if settings["changed"] is not None:
            yield "ght_backup_changed_files_ratio", labels, settings["changed"]
        for location, medium, immutable in settings["copies"]:
            place = {**labels, "location": location, "medium": medium, "immutable": "true" if immutable else "false"}
            yield "ght_backup_copies", place, int(second - last <= settings["rpo"])
            if immutable:
                yield "ght_backup_immutable_until_timestamp_seconds", labels, last + immutable

    def size(self, made):
        return int(self.check.backup["size"] * (1 + 0.004 * ((made - INSTALLED) // DAY)))

    def duration(self, made):
        return int(self.check.backup["size"] / 6e7) + 37 * ((made - INSTALLED) // DAY % 5)

    def patches(self, second):
        settings = self.check.patch
        metadata = second - second % HOUR - 5 * HOUR
        if settings["lists"]:
            metadata = min(metadata, at(settings["lists"]))
        yield "ght_patch_metadata_timestamp_seconds", {}, metadata
        yield "ght_patch_metadata_limit_seconds", {}, 2 * DAY
        waiting = settings["oldest"] is not None and second >= at(settings["oldest"])
        if waiting:
            yield "ght_patch_oldest_pending_security_timestamp_seconds", {}, at(settings["oldest"])
            yield "ght_patch_security_limit_seconds", {}, 7 * DAY
            yield "ght_patch_security_due_timestamp_seconds", {}, at(settings["oldest"]) + 7 * DAY
        if settings["exploited"] is not None:
            yield "ght_patch_exploited_catalogue_timestamp_seconds", {}, second - second % DAY
        if settings["automatic"]:
            yield "ght_patch_automatic_enabled", {}, int(settings["automatic"] != "off")
            if settings["automatic"] != "off":
                yield "ght_patch_automatic_last_success_timestamp_seconds", {}, at(settings["automatic"])
        if self.line.state(second) != "unknown":  # counts are absent when they are not known to be true now
            yield from self.patch_counts(settings, waiting)

    @staticmethod
    def patch_counts(settings, waiting):
        yield "ght_patch_pending_updates", {"class": "security"}, settings["security"] if waiting else 0
        yield "ght_patch_pending_updates", {"class": "other"}, settings["other"]
        yield "ght_patch_withheld_updates", {"class": "security"}, settings["withheld"] if waiting else 0
        yield "ght_patch_withheld_updates", {"class": "other"}, 0
        number, until = settings["waived"] or (0, None)
        yield "ght_patch_waived_updates", {}, number
        if until:
            yield "ght_patch_waiver_end_timestamp_seconds", {}, at(f"{until} 00:00")
        if settings["exploited"] is not None:
            yield "ght_patch_exploited_updates", {}, settings["exploited"]
        if settings["severities"] is not None:
            for severity in ("unknown", "low", "moderate", "important", "critical"):
                yield "ght_patch_security_updates", {"severity": severity}, settings["severities"].get(severity, 0) if waiting else 0

    def reboot(self, second):
        settings = self.check.reboot
        required = settings["since"] is not None and second >= at(settings["since"])
        yield "ght_patch_reboot_required", {}, int(required)
        if required:
            yield "ght_patch_reboot_required_since_timestamp_seconds", {}, at(settings["since"])
            yield "ght_patch_reboot_limit_seconds", {}, 14 * DAY
        yield "ght_patch_kernel_outdated", {}, settings["kernel"] if required else 0
        for kind in ("service", "container", "session", "other"):
            yield "ght_patch_services_needing_restart", {"kind": kind}, settings["services"] if kind == "service" else 0

    def support(self):
        settings = self.check.support
        yield "ght_os_info", dict(zip(("id", "version"), settings["system"])), 1
        yield "ght_os_support_end_timestamp_seconds", {"phase": "lts"}, utc_day(settings["end"])
        yield "ght_os_support_deadline_timestamp_seconds", {}, utc_day(settings["end"])
        yield "ght_support_warning_seconds", {}, 180 * DAY
        yield "ght_support_table_timestamp_seconds", {}, utc_day(settings["table"])
        yield "ght_support_table_limit_seconds", {}, 400 * DAY
        for name, version, origin, end in settings["software"]:
            yield "ght_software_info", {"software": name, "version": version, "origin": origin}, 1
            if end:
                yield "ght_software_support_end_timestamp_seconds", {"software": name, "version": version, "phase": "standard"}, utc_day(end)


SYSTEMS = {"debian 12": "Debian GNU/Linux 12 (bookworm)", "debian 11": "Debian GNU/Linux 11 (bullseye)",
           "rocky 9.4": "Rocky Linux 9.4 (Blue Onyx)"}


def utc_day(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp())


def system_of(host):
    told = [check.support["system"] for check in host.checks if check.support]
    return SYSTEMS[" ".join(told[0])] if told else SYSTEMS["debian 12"]


def host_page(host, second):
    yield "ght_host_info", {"os": system_of(host), "kernel": "6.1.0-28-amd64"}, 1
    yield "ght_build_info", {"version": "0.1.0", "revision": "abc1234"}, 1
    yield "ght_agent_start_timestamp_seconds", {}, at(host.stopped[-1][1]) if host.stopped else INSTALLED
    yield "ght_agent_config_last_reload_successful", {}, 1
    yield "ght_agent_config_last_reload_success_timestamp_seconds", {}, INSTALLED
    yield "ght_ledger_healthy", {}, 1
    yield "ght_ledger_last_write_timestamp_seconds", {}, second - 3


# Older than the last hours, what neither a curve nor an alert reads is left out: it would only make the tests slower.
UNREAD = {"ght_check_interval_seconds", "ght_check_last_run_timestamp_seconds", "ght_host_info", "ght_build_info",
          "ght_sla_month_verdict", "ght_agent_start_timestamp_seconds"}
UNREAD_KINDS = ("ght_patch_reboot", "ght_patch_kernel", "ght_patch_services", "ght_patch_automatic", "ght_patch_exploited",
                "ght_patch_waive", "ght_os_", "ght_software_", "ght_support_")


def kept(name, labels):
    if name == "ght_sla_seconds_total":
        return labels["state"] == "bad"
    return name not in UNREAD and not name.startswith(UNREAD_KINDS) and labels.get("month") != "previous"


def whole_since(now):
    return now - now % HOUR - 2 * HOUR


def moments(now):
    """When Prometheus scraped, in chunks: every hour at first, every 5 minutes over the last week, every minute in the
    last hours. Its look back of 5 minutes finds a sample at any moment of the last week."""
    today = now - now % DAY
    week, near = today - 7 * DAY, whole_since(now)
    for day in range(today - 35 * DAY, today + DAY, DAY):
        seconds = [second for second in range(day, day + DAY, 60)
                   if second <= now and (second >= near or (second >= week and second % 300 == 0) or second % HOUR == 0)]
        # Pieces of whole blocks of Prometheus (2 hours), small enough: promtool reads a piece again for each block.
        hours = 24 if day + DAY <= week else 6
        for begin in range(day, day + DAY, hours * HOUR):
            piece = [second for second in seconds if begin <= second < begin + hours * HOUR]
            if piece:
                yield piece


class Names:
    """The texts of the series below some labels, each made once."""

    def __init__(self, labels):
        self.labels, self.made = labels, {}

    def __call__(self, name, labels):
        key = (name, *labels.values())
        if key not in self.made:
            self.made[key] = series(name, {**self.labels, **labels})
        return self.made[key]


def scrape(second, keep=lambda name, labels: True):
    """{series: value} of what is stored of one moment."""
    out = {}
    for host, of_host, checks in world():
        if host.listed and second < at(host.listed):
            continue
        up = host.scraped(second)
        out[of_host("up", {"expected_activities": host.expected})] = int(up)
        if not up:
            continue
        for name, labels, value in host_page(host, second):
            if keep(name, labels):
                out[of_host(name, labels)] = value
        for check, of_check in checks:
            if second < check.line.cuts[0]:
                continue
            for name, labels, value in check.page(second):
                if keep(name, labels):
                    out[of_check(name, labels)] = value
    return out


@functools.lru_cache(maxsize=1)
def world():
    out = []
    for host in HOSTS:
        checks = [Simulated(host, check) for check in host.checks]
        out.append((host, Names(target(host)), [(check, Names({**target(host), **check.base})) for check in checks]))
    return out


def text(samples):
    """OpenMetrics from {series: [(second, value)]}: a family's lines stand together."""
    families = {}
    for name, points in samples.items():
        families.setdefault(name.partition("{")[0], []).append((name, points))
    lines = []
    for family, rows in sorted(families.items()):
        counter = family in COUNTERS
        lines.append(f"# TYPE {family.removesuffix('_total') if counter else family} {'counter' if counter else 'gauge'}")
        for name, points in rows:
            lines.extend(f"{name} {value} {second}" for second, value in points)
    return "\n".join([*lines, "# EOF", ""])


def chunk_text(seconds):
    samples = {}
    for second in seconds:
        for name, value in (scrape(second) if second >= whole_since(NOW) else scrape(second, kept)).items():
            samples.setdefault(name, []).append((second, value))
    return text(samples)
