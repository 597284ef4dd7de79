"""The real rule files, evaluated over the simulated month: what Prometheus' rule manager would have written.

Its clock cannot be set, so the loop is here; every expression is evaluated by Prometheus itself. Rules that read
their own last value (a silent host's figures are carried) are evaluated moment by moment, in the order of the
files; the others as ranges, in the order in which they build on each other.
"""
import json
import re
import urllib.parse

import remote_write

STEP = 240  # under Prometheus' look back of 5 minutes
MAX_POINTS = 10_000


def load(prometheus):
    """[(group, [rule])] as Prometheus understood the files."""
    return [(group["name"], group["rules"]) for group in prometheus.api("rules")["groups"]]


def names_in(expr):
    return set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", expr))


class Evaluation:
    """begin: the first moment; steps of four minutes from then on, and of one minute in the last half hour."""

    def __init__(self, prometheus, begin, now):
        self.prometheus, self.begin, self.now = prometheus, begin, now
        rules = [rule for _, group in load(prometheus) for rule in group]
        self.recording = [rule for rule in rules if rule["type"] == "recording"]
        self.alerting = [rule for rule in rules if rule["type"] == "alerting"]
        self.made_by = {}
        for rule in self.recording:
            self.made_by.setdefault(rule["name"], []).append(rule)

    def reads(self, name, seen=()):
        """Recorded names that a recorded name is built on, itself included when it reads itself."""
        out = set()
        for rule in self.made_by[name]:
            for other in names_in(rule["query"]) & self.made_by.keys():
                out.add(other)
                if other not in seen:
                    out |= self.reads(other, (*seen, other))
        return out

    def run(self):
        on = {name: self.reads(name) for name in self.made_by}
        carried = {name for name in on if name in on[name]}
        first = carried | {other for name in carried for other in on[name]}
        self.by_moment([rule for rule in self.recording if rule["name"] in first])
        done = set(first)
        while len(done) < len(on):
            ready = [name for name in on if name not in done and on[name] <= done]
            assert ready, f"rules read each other in a circle: {sorted(set(on) - done)}"
            for name in ready:
                for rule in self.made_by[name]:
                    self.write(rule, self.as_range(rule["query"], self.begin, STEP))
            done |= set(ready)
        for rule in self.alerting:
            self.alert(rule)

    def moments(self):
        near = self.now - 1800
        return [*range(self.begin, near, STEP), *range(near, self.now + 1, 60)]

    def by_moment(self, rules):
        before = {}
        for second in self.moments():
            for index, rule in enumerate(rules):
                rows = {}
                for row in self.prometheus.ask(rule["query"], second):
                    labels = self.labels(rule, row["metric"])
                    rows[json.dumps(labels, sort_keys=True)] = (labels, [(second, float(row["value"][1]))])
                # As the rule manager does: what is no longer there is marked as ended.
                for key, (labels, _) in before.get(index, {}).items():
                    rows.setdefault(key, (labels, [(second, remote_write.STALE)]))
                if rows:
                    remote_write.send(self.prometheus.address, rows.values())
                before[index] = {key: row for key, row in rows.items() if row[1][0][1] == row[1][0][1]}

    @staticmethod
    def labels(rule, labels):
        kept = {name: value for name, value in labels.items() if name != "__name__"}
        return {**kept, **rule.get("labels", {}), "__name__": rule["name"]}

    def as_range(self, expr, begin, step):
        """[(labels, [(second, value)])] at the steps, and at the last moment."""
        out = {}
        end = self.now - (self.now - begin) % step
        for start in range(begin, end + 1, step * MAX_POINTS):
            answer = self.prometheus.api("query_range", query=expr, start=start, end=min(end, start + step * (MAX_POINTS - 1)), step=step)
            for row in answer["result"]:
                out.setdefault(json.dumps(row["metric"], sort_keys=True), (row["metric"], []))[1].extend(
                    (second, float(value)) for second, value in row["values"])
        if end != self.now:
            for row in self.prometheus.ask(expr, self.now):
                key = json.dumps(row["metric"], sort_keys=True)
                out.setdefault(key, (row["metric"], []))[1].append((self.now, float(row["value"][1])))
        return list(out.values())

    def write(self, rule, rows):
        rows = [(self.labels(rule, labels), self.ended(points, STEP)) for labels, points in rows]
        if rows:
            remote_write.send(self.prometheus.address, rows)

    def ended(self, points, step):
        """With a mark wherever the next evaluation found nothing."""
        out = []
        for (second, value), following in zip(points, [*points[1:], (None, None)]):
            out.append((second, value))
            due = second + step
            if due < self.now and (following[0] is None or following[0] > due):
                out.append((due, remote_write.STALE))
        return out

    def alert(self, rule):
        """ALERTS and ALERTS_FOR_STATE, minute by minute over the last two days."""
        wait, step = float(rule.get("duration", 0)), 60
        begin = self.now - 48 * 3600
        for labels, points in self.as_range(rule["query"], begin, step):
            kept = {name: value for name, value in labels.items() if name != "__name__"}
            base = {**kept, **self.expand(rule["labels"], labels), "alertname": rule["name"]}
            states, since = {"pending": [], "firing": []}, []
            active = last = None
            for second, _ in points:
                if last is None or second - last > step:
                    active = second
                last = second
                states["firing" if second - active >= wait else "pending"].append((second, 1.0))
                since.append((second, float(active)))
            rows = [({**base, "__name__": "ALERTS", "alertstate": state}, self.ended(at, step)) for state, at in states.items() if at]
            rows.append(({**base, "__name__": "ALERTS_FOR_STATE"}, self.ended(since, step)))
            remote_write.send(self.prometheus.address, rows)

    @staticmethod
    def expand(labels, of):
        """Labels of a rule may quote those of the expression: {{ $labels.activity }}."""
        quote = re.compile(r"\{\{\s*\$labels\.(\w+)\s*\}\}")
        out = {name: quote.sub(lambda match: of.get(match.group(1), ""), value) for name, value in labels.items()}
        assert not any("{{" in value for value in out.values()), labels
        return out


def query_string(**fields):
    return urllib.parse.urlencode(fields)
