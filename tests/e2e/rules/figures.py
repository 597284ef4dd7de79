"""Every recorded series of a fleet drawn by lot, held against a second, naive computation."""
import itertools
import json
import math
import random

from common import RECORDS, RULES, command

STATES = ("good", "bad", "unknown", "maintenance", "out_of_hours")
ACTIVITIES = ("physical_sites", "hardware", "virtual_infrastructure", "application_platform",
              "administration", "backup")
WINDOWS = ("month", "previous_month", "30d")
# level -> the labels that name it
LEVELS = {"check": ("ght", "establishment", "site", "host", "check", "activity"),
          "host": ("ght", "establishment", "site", "host"), "site": ("ght", "establishment", "site"),
          "establishment": ("ght", "establishment"), "ght": ("ght",), "activity": ("ght", "activity"),
          "site_activity": ("ght", "establishment", "site", "activity")}


def draw_times(lot, longest):
    """Whole seconds per state; now and then nothing is committed at all."""
    excluded_only = lot.random() < 0.1
    return {state: 0 if excluded_only and state in STATES[:3] else lot.randint(0, longest // 5) for state in STATES}


def draw_check(lot, place, number):
    level = lot.choice((None, 0.9, 0.95, 0.99, 0.999))
    check = {**place, "check": f"c{number}", "activity": lot.choice(ACTIVITIES), "level": level,
             "state": lot.choice(STATES), "window": lot.random() < 0.6, "month": draw_times(lot, 2592000), "30d": draw_times(lot, 2592000),
             "previous_month": draw_times(lot, 2592000) if lot.random() < 0.8 else None}
    if level:
        check["verdict"] = {"month": lot.randint(0, 2)}
        if check["previous_month"]:
            check["verdict"]["previous_month"] = lot.randint(0, 2)
        check["budget"], check["remaining"] = lot.randint(0, 500), lot.randint(-500, 500)
    return check


def draw_fleet(lot):
    hosts = []
    for ght, establishment, site in (("G1", "A", "nord"), ("G1", "A", "sud"), ("G1", "B", "nord"), ("G2", "C", "est")):
        for number in range(lot.randint(1, 4)):
            place = {"ght": ght, "establishment": establishment, "site": site, "host": f"{establishment}{site}{number}"}
            silent = lot.random() < 0.3
            checks = [] if silent else [draw_check(lot, place, n) for n in range(lot.randint(0, 5))]
            hosts.append({**place, "silent": silent, "expected": lot.sample(ACTIVITIES, lot.randint(0, 4)),
                          "checks": checks})
    return hosts


def labels_of(item, names, **more):
    pairs = [(name, item[name]) for name in names] + sorted(more.items())
    return "{" + ",".join(f"{name}={json.dumps(value)}" for name, value in pairs) + "}"


def series_of(hosts):
    """(series, value) as Prometheus would have scraped them."""
    for host in hosts:
        target = {"job": "ght-agent", "instance": host["host"] + ":1"}
        yield "up" + labels_of(host, LEVELS["host"], expected_activities=" ".join(host["expected"]), **target), \
            0 if host["silent"] else 1
        for check in host["checks"]:
            def named(metric, check=check, **more):
                return metric + labels_of(check, LEVELS["check"], **more, **target)
            yield named("ght_maintenance_active"), int(check["window"])
            for state in STATES:
                yield named("ght_check_state", state=state), int(check["state"] == state)
                yield named("ght_sla_seconds_total", state=state), check["30d"][state]
                yield named("ght_sla_month_seconds", month="current", state=state), check["month"][state]
                if check["previous_month"]:
                    yield named("ght_sla_month_seconds", month="previous", state=state), check["previous_month"][state]
            if check["level"]:
                yield named("ght_sla_guaranteed_ratio"), check["level"]
                yield named("ght_sla_month_budget_seconds"), 60 * check["budget"]
                yield named("ght_sla_month_budget_remaining_seconds"), 60 * check["remaining"]
                for window, verdict in check["verdict"].items():
                    month = "current" if window == "month" else "previous"
                    yield named("ght_sla_month_verdict", month=month), verdict


def verdict_of(check, window):
    """As the ledger's README has it; nothing without a level or without committed time."""
    if not check["level"]:
        return None
    if window != "30d":
        return check["verdict"].get(window)
    times = check["30d"]
    committed = times["good"] + times["bad"] + times["unknown"]
    if committed == 0:
        return None
    budget = math.floor((1 - check["level"]) * committed * 1000 + 0.5) / 1000
    if times["bad"] > budget:
        return 0
    return 2 if times["bad"] + times["unknown"] <= budget else 1


def groups(items, names):
    keyed = sorted(items, key=lambda item: [item[name] for name in names])
    return [(members[0], members) for _, group in itertools.groupby(keyed, lambda item: [item[n] for n in names])
            for members in [list(group)]]


def add_times(known, level, window, group, checks):
    names = LEVELS[level]
    counted = [check[window] for check in checks if check[window]]
    if not counted:
        return
    times = {state: sum(each[state] for each in counted) for state in STATES}
    for state in STATES:
        known[f"{level}:ght_sla_seconds:{window}" + labels_of(group, names, state=state)] = times[state]
    committed = times["good"] + times["bad"] + times["unknown"]
    if committed and level == "check":
        known[f"check:ght_sla_committed_seconds:{window}" + labels_of(group, names)] = committed
    if committed:
        for figure, part in (("lower", times["good"]), ("upper", times["good"] + times["unknown"]),
                             ("coverage", times["good"] + times["bad"])):
            known[f"{level}:ght_sla_{figure}_ratio:{window}" + labels_of(group, names)] = part / committed


def add_level(known, level, hosts, checks):
    names = LEVELS[level]
    for group, members in groups(checks, names):
        here = labels_of(group, names)
        for window in WINDOWS:
            add_times(known, level, window, group, members)
        promised = [check for check in members if check["level"]]
        if promised:
            known[f"{level}:ght_sla_guaranteed_ratio:max" + here] = max(check["level"] for check in promised)
            known[f"{level}:ght_sla_budget_minutes:month" + here] = sum(check["budget"] for check in promised)
            known[f"{level}:ght_sla_budget_remaining_minutes:month" + here] = sum(c["remaining"] for c in promised)
        if promised and level != "check":
            known[f"{level}:ght_sla_budget_remaining_minutes:worst" + here] = min(c["remaining"] for c in promised)
        if level != "check":
            states = [check["state"] for check in members]
            known[f"{level}:ght_check:count" + here] = len(states)
            known[f"{level}:ght_check_bad:count" + here] = states.count("bad")
            known[f"{level}:ght_check_unknown:count" + here] = states.count("unknown")
    # A silent host of which nothing is known makes undetermined what it belongs to.
    for window in WINDOWS:
        verdicts = [{**check, "is": verdict_of(check, window)} for check in checks]
        lost = [{**host, "activity": activity, "is": 1} for host in hosts if host["silent"]
                for activity in (host["expected"] if "activity" in names else [""])] if level != "check" else []
        for group, members in groups([item for item in verdicts + lost if item["is"] is not None], names):
            known[f"{level}:ght_sla_verdict:{window}" + labels_of(group, names)] = min(m["is"] for m in members)


def add_inventory(known, hosts):
    for host in hosts:
        known["host:ght_agent_silent:bool" + labels_of(host, LEVELS["host"])] = int(host["silent"])
        if host["silent"]:
            known["host:ght_sla_verdict_lost:bool" + labels_of(host, LEVELS["host"])] = 1
        if host["checks"]:
            whole = all(check["window"] for check in host["checks"])
            known["host:ght_maintenance_whole:bool" + labels_of(host, LEVELS["host"])] = int(whole)
    for level in ("site", "establishment", "ght"):
        for group, members in groups(hosts, LEVELS[level]):
            here = labels_of(group, LEVELS[level])
            known[f"{level}:ght_host:count" + here] = len(members)
            known[f"{level}:ght_host_silent:count" + here] = sum(host["silent"] for host in members)
    proofs = [{**host, "activity": activity,
               "given": any(c["activity"] == activity and c["state"] != "unknown" for c in host["checks"])}
              for host in hosts for activity in host["expected"]]
    for proof in proofs:
        here = labels_of(proof, (*LEVELS["host"], "activity"))
        known["host_activity:ght_proof_expected:bool" + here] = 1
        known["host_activity:ght_proof_given:bool" + here] = int(proof["given"])
    for level in ("site_activity", "activity"):
        for group, members in groups(proofs, LEVELS[level]):
            here = labels_of(group, LEVELS[level])
            known[f"{level}:ght_hosts_expected:count" + here] = len(members)
            known[f"{level}:ght_hosts_proven:count" + here] = sum(proof["given"] for proof in members)


def answers(hosts):
    checks = [check for host in hosts for check in host["checks"]]
    known = {}
    add_inventory(known, hosts)
    for level in LEVELS:
        add_level(known, level, hosts, checks)
    for check in checks:
        here = labels_of(check, LEVELS["check"])
        known["check:ght_check_unknown:bool" + here] = int(check["state"] == "unknown")
        known["check:ght_sla_account_seconds:total" + here] = sum(check["30d"].values())
        for state in STATES:
            name = "check:ght_sla_seconds:total" + labels_of(check, LEVELS["check"], state=state)
            known[name] = check["30d"][state]
    return known


def all_recorded_figures_of_a_fleet_are_as_computed(directory):
    files = ["now.rules.yml", "sla.rules.yml", "sla-levels.rules.yml"]
    seen = set()
    for seed in range(1, 4):
        hosts = draw_fleet(random.Random(seed))
        known = answers(hosts)
        seen.update(name.split("{")[0] for name in known)
        test = {"rule_files": [str(RULES / file) for file in files], "evaluation_interval": "1m",
                "group_eval_order": ["ght-now", "ght-sla-check", "ght-sla-check-past", "ght-sla-levels",
                                     "ght-sla-levels-past"],
                "tests": [{"interval": "1m",
                           "input_series": [{"series": series, "values": f"{value}+0x5"}
                                            for series, value in series_of(hosts)],
                           "promql_expr_test": [{
                               "expr": '{__name__=~".+:.+"}', "eval_time": "4m",
                               "exp_samples": [{"labels": name, "value": value} for name, value in known.items()]}]}]}
        file = directory / f"fleet{seed}.yml"
        file.write_text(json.dumps(test))
        status, said = command("promtool", "test", "rules", file)
        assert status == 0, f"seed {seed}:\n{said[:200]}\n{difference(said)}"
    recorded = {rule["record"] for rule in RECORDS if rule["file"] in files}
    assert recorded <= seen, f"no known answer for {sorted(recorded - seen)}"
    print(f"{len(recorded)} recorded names, {len(known)} series in the last fleet")


def difference(said):
    """The samples that are on one side only, of promtool's two endless lines."""
    sides = [set(line.split(":", 1)[1].strip().replace("}, {", "},\n{").split(", {")) for line in said.splitlines()
             if line.strip().startswith(("exp:", "got:"))]
    sides = [{sample for part in side for sample in part.split(",\n")} for side in sides]
    return "\n".join(sorted(sides[0] ^ sides[1])[:20]) if len(sides) == 2 else said[:3000]
