"""The real rule files, evaluated over the simulated month: what Prometheus' rule manager would have written.

Its clock cannot be set, so the loop is here; every expression is evaluated by Prometheus itself. Rules that read
what they or alerts said before (a silent host's figures are carried, its alerts held) are evaluated moment by moment over
the last hour, in which a host falls silent; before that nothing is carried, and they are evaluated as ranges, in
the order in which they build on each other.
"""
import json
import pathlib
import re

import remote_write
import yaml

STEP = 240  # under Prometheus' look back of 5 minutes


def names_in(expr):
    return set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", expr))


def external_labels():
    """Those of the configuration as shipped."""
    config = pathlib.Path(__file__).parents[2] / "config/prometheus/prometheus.yml"
    return yaml.safe_load(config.read_text(encoding="utf-8"))["global"]["external_labels"]


EXTERNAL = external_labels()


def expand(labels, of):
    """Labels of a rule may quote those of the expression, {{ $labels.activity }}, and Prometheus' own."""
    quote = re.compile(r"\{\{\s*\$(labels|externalLabels)\.(\w+)\s*\}\}")
    known = {"labels": of, "externalLabels": EXTERNAL}
    out = {name: quote.sub(lambda match: known[match.group(1)].get(match.group(2), ""), value)
           for name, value in labels.items()}
    assert not any("{{" in value for value in out.values()), labels
    return out


def nameless(labels):
    return {name: value for name, value in labels.items() if name != "__name__"}


def key_of(labels):
    return json.dumps(labels, sort_keys=True)


class Alert:
    """One alerting rule through time: when each of its alerts became active, and until when it is kept."""

    def __init__(self, rule):
        self.rule = rule
        self.wait, self.keep = float(rule.get("duration", 0)), float(rule.get("keepFiringFor", 0))
        self.active = {}  # key -> [labels, since, last seen]

    def see(self, second, found):
        """found: the labels for which the expression holds now."""
        for labels in found:
            full = {**nameless(labels), **expand(self.rule["labels"], labels), "alertname": self.rule["name"]}
            self.active.setdefault(key_of(full), [full, second, second])[2] = second
        for key, (_, since, last) in list(self.active.items()):
            kept = self.keep if last - since >= self.wait else 0
            if last < second and second - last >= kept:
                del self.active[key]

    def rows(self, second):
        """What is written at a moment: {key: (labels, [(second, value)])}."""
        out = {}
        for labels, since, _ in self.active.values():
            state = "firing" if second - since >= self.wait else "pending"
            for row, value in (({**labels, "__name__": "ALERTS", "alertstate": state}, 1.0),
                               ({**labels, "__name__": "ALERTS_FOR_STATE"}, float(since))):
                out[key_of(row)] = (row, [(second, value)])
        return out


class Evaluation:
    """carry: from when on hosts may fall silent. week: since when the names in `curves` and the alerts are wanted;
    other names only since `carry`."""

    def __init__(self, prometheus, now, carry, week, curves):
        self.prometheus, self.now, self.carry, self.week = prometheus, now, carry, week
        rules = [rule for group in prometheus.api("rules")["groups"] for rule in group["rules"]]
        self.made_by = {}
        for rule in rules:
            if rule["type"] == "recording":
                self.made_by.setdefault(rule["name"], []).append(rule)
        self.alerts = [Alert(rule) for rule in rules if rule["type"] == "alerting"]
        self.on = {name: self.closure(set().union(*(names_in(rule["query"]) for rule in made)))
                   for name, made in self.made_by.items()}
        alerting = self.closure(set().union(*(names_in(alert.rule["query"]) for alert in self.alerts)))
        self.long = self.closure(curves) | alerting
        self.stepwise = self.closure({name for name in self.on if name in self.on[name]}) | alerting

    def closure(self, names):
        """The recorded ones among names, and all that they are built on."""
        out, left = set(), names & self.made_by.keys()
        while left:
            name = left.pop()
            out.add(name)
            left |= set().union(*(names_in(rule["query"]) for rule in self.made_by[name])) & self.made_by.keys() - out
        return out

    def in_order(self, names):
        """Rules of the names, those that others build on first. A rule that reads itself is no obstacle."""
        done = set()
        while len(done) < len(names):
            ready = [name for name in self.made_by if name in names - done and self.on[name] & names - {name} <= done]
            assert ready, f"rules read each other in a circle: {sorted(names - done)}"
            for name in ready:
                yield from self.made_by[name]
            done |= set(ready)

    def run(self):
        for rule in self.in_order(self.long):
            self.write(rule, self.as_range(rule["query"], self.week, self.carry - 1, STEP))
        for alert in self.alerts:
            self.before(alert)
        self.by_moment(list(self.in_order(self.stepwise)))
        for rule in self.in_order(set(self.made_by) - self.stepwise):
            self.write(rule, self.as_range(rule["query"], self.carry, self.now, STEP))

    def before(self, alert):
        """Whether an alert is active already when the moments begin, and since when."""
        seen = {}
        for labels, points in self.as_range(alert.rule["query"], self.week, self.carry - 1, STEP):
            for second, _ in points:
                seen.setdefault(second, []).append(labels)
        for second in sorted(seen.keys() | set(range(self.week, self.carry, STEP))):
            alert.see(second, seen.get(second, []))

    def moments(self):
        near = self.now - 26 * 60
        return [*range(self.carry, near, STEP), *range(near, self.now + 1, 60)]

    def by_moment(self, rules):
        before = {}
        for second in self.moments():
            for rule in rules:
                rows = {}
                for row in self.prometheus.ask(rule["query"], second):
                    labels = self.labels(rule, row["metric"])
                    rows[key_of(labels)] = (labels, [(second, float(row["value"][1]))])
                self.write_now(second, rows, before, id(rule))
            for alert in self.alerts:
                alert.see(second, [row["metric"] for row in self.prometheus.ask(alert.rule["query"], second)])
                self.write_now(second, alert.rows(second), before, id(alert))

    def write_now(self, second, rows, before, writer):
        """As the rule manager does: what this writer no longer has is marked as ended."""
        ended = {key: (labels, [(second, remote_write.STALE)])
                 for key, (labels, _) in before.get(writer, {}).items() if key not in rows}
        if rows or ended:
            remote_write.send(self.prometheus.address, [*rows.values(), *ended.values()])
        before[writer] = rows

    @staticmethod
    def labels(rule, labels):
        return {**nameless(labels), **rule.get("labels", {}), "__name__": rule["name"]}

    def as_range(self, expr, begin, end, step):
        """[(labels, [(second, value)])] at the steps, and at the end."""
        last = end - (end - begin) % step
        rows = self.prometheus.api("query_range", query=expr, start=begin, end=last, step=step)["result"]
        out = {json.dumps(row["metric"], sort_keys=True): (row["metric"], [(second, float(value)) for second, value in row["values"]])
               for row in rows}
        if last != end:
            for row in self.prometheus.ask(expr, end):
                key = json.dumps(row["metric"], sort_keys=True)
                out.setdefault(key, (row["metric"], []))[1].append((end, float(row["value"][1])))
        return list(out.values())

    def write(self, rule, rows):
        rows = [(self.labels(rule, labels), self.ended(points)) for labels, points in rows]
        if rows:
            remote_write.send(self.prometheus.address, rows)

    @staticmethod
    def ended(points):
        """With a mark wherever the next evaluation found nothing."""
        out = []
        for (second, value), (following, _) in zip(points, [*points[1:], points[-1]]):
            out.append((second, value))
            if following > second + STEP:
                out.append((second + STEP, remote_write.STALE))
        return out
