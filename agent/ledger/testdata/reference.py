#!/usr/bin/env python3
"""The account, a second time and in the most obvious way: one letter for every second.

Written from agent/ledger/README.md alone, so that a fault of the C++ is not repeated here. The
timeline becomes stretches in the order in which time passed; a stretch becomes letters, painted in
the order of priority; figures are counts of letters.

    g b u   committed: good, bad, unknown
    G B U   the same, seen inside a maintenance window
    .       outside the service hours
    ?       withheld: bad, not confirmed yet

Usage: reference.py [FILES...]        runs vectors (default: all), exit 1 when one fails
       reference.py --print FILES...  shows what comes out
"""
import json
import re
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

CLOCK_GAP_MAX = 92 * 86400
CLOCK_FREEZE_MAX = 60
RECURS_WITHIN = 24 * 3600
DEFAULTS = {"stale_after": 35, "confirm_bad": 1, "on_this_host": False, "time_zone": "Europe/Paris",
            "holidays": "fr", "service_hours": "24x7", "guaranteed": None, "max_outage": None}
LETTER = {"good": "g", "bad": "b", "unknown": "u"}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
HOLIDAY = 7  # the eighth "day of the week"


def instant(text):
    return int(datetime.fromisoformat(text).timestamp())


def moment(day, minutes, zone, last):
    """The instant of a local time: the first or the last of two equal ones."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    back = 0
    while True:
        wanted = (local - timedelta(minutes=back)).replace(fold=int(last))
        seconds = int(wanted.replace(tzinfo=ZoneInfo(zone)).timestamp())
        if datetime.fromtimestamp(seconds, ZoneInfo(zone)).replace(tzinfo=None) == wanted:
            return seconds + (60 if back else 0)
        back += 1  # it does not exist: the change is a minute after the last minute that does


def month_range(text, zone):
    year, month = map(int, text.split("-"))
    after = date(year + month // 12, month % 12 + 1, 1)
    return moment(date(year, month, 1), 0, zone, False), moment(after, 0, zone, False)


def easter_sunday(year):
    """Gauss / Meeus: the anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_holiday(day, region):
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}  # L3133-1
    moving = {1, 39, 50}  # days after Easter: Easter Monday, Ascension, Whit Monday
    if region == "fr-alsace-moselle":  # L3134-13: the second day of Christmas, Good Friday
        fixed.add((12, 26))
        moving.add(-2)
    abolition = {"fr-mayotte": (4, 27), "fr-martinique": (5, 22), "fr-guadeloupe": (5, 27),
                 "fr-guyane": (6, 10), "fr-reunion": (12, 20)}  # L3422-2
    fixed.add(abolition.get(region))
    return region != "none" and ((day.month, day.day) in fixed or (day - easter_sunday(day.year)).days in moving)


def parse_hours(text):
    """{day of the week: [(from, to) in minutes]}; None for 24x7."""
    if text == "24x7":
        return None
    days = {}
    for rule in text.split(", "):
        who, hours = rule.split(" ")
        if who == "daily":
            wanted = range(7)
        elif who == "holiday":
            wanted = [HOLIDAY]
        elif "-" in who:
            first, last = (WEEKDAYS.index(name) for name in who.split("-"))
            wanted = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
        else:
            wanted = [WEEKDAYS.index(who)]
        for day in wanted:
            spans = days.setdefault(day, [])
            for part in [] if hours == "closed" else hours.split("+"):
                begin, end = (int(t[:2]) * 60 + int(t[3:]) for t in part.split("-"))
                spans.append((begin, end if end > begin else end + 1440))
    return days


def spans_between(hours, terms, begin, end):
    """The instants [from, to) of every span that may touch [begin, end)."""
    zone = terms["time_zone"]
    day = datetime.fromtimestamp(begin, ZoneInfo(zone)).date() - timedelta(days=2)
    while day <= datetime.fromtimestamp(end, ZoneInfo(zone)).date():
        which = day.weekday()
        if HOLIDAY in hours and is_holiday(day, terms["holidays"]):
            which = HOLIDAY
        for minutes_from, minutes_to in hours.get(which, []):
            yield moment(day, minutes_from, zone, False), moment(day, minutes_to, zone, True)
        day += timedelta(days=1)


def letters(begin, end, verdict, terms, windows):
    """What each second counts as, painted from the lowest priority to the highest."""
    seconds = bytearray(verdict.encode() * (end - begin))

    def clip(a, b):
        return slice(max(a, begin) - begin, max(min(b, end) - begin, 0))

    for window in windows:
        hours = parse_hours(window.get("recurring", "24x7"))
        for a, b in [(begin, end)] if hours is None else spans_between(hours, terms, begin, end):
            a, b = max(a, window["from"]), min(b, window.get("to", end))
            if a < b:
                seconds[clip(a, b)] = seconds[clip(a, b)].upper()
    hours = parse_hours(terms["service_hours"])
    if hours is None:
        return seconds
    painted = bytearray(b"." * len(seconds))
    for a, b in spans_between(hours, terms, begin, end):
        painted[clip(a, b)] = seconds[clip(a, b)]
    return painted


def count(seconds):
    return {"good": seconds.count(b"g"), "bad": seconds.count(b"b"),
            "unknown": seconds.count(b"u"),
            "maintenance": sum(seconds.count(c) for c in (b"G", b"B", b"U")),
            "out_of_hours": seconds.count(b".")}


class Account:
    """The timeline as stretches of one verdict each, in the order in which time passed."""

    def __init__(self, check):
        self.terms = [{**DEFAULTS, **check}]  # every set of terms, oldest first
        self.windows = ()
        self.stretches = []  # [from, to, verdict, index of terms, windows]
        self.at = None       # everything before is accounted, or withheld
        self.running, self.boot = False, None
        # The verdict held, when it was observed last, and how many bad ones are not confirmed yet.
        self.held, self.observed, self.row = "u", None, 0

    def append(self, to, verdict):
        if to <= self.at:
            return
        last = self.stretches[-1] if self.stretches else None
        now = [verdict, len(self.terms) - 1, self.windows]
        if last and last[1] == self.at and last[2:] == now:
            last[1] = to
        else:
            self.stretches.append([self.at, to] + now)
        self.at = to

    def settle_row(self, verdict):
        for stretch in self.stretches:
            if stretch[2] == "?":
                stretch[2] = verdict
        self.row = 0

    def advance(self, to):
        """Time passes up to `to`, and nothing is observed in between."""
        held = self.held != "u" or self.row
        stale = self.observed + self.terms[-1]["stale_after"] if held else to
        if stale < to:
            self.append(stale, "?" if self.row else self.held)
            self.lose()
        self.append(to, "?" if self.row else self.held)

    def observe(self, verdict):
        self.observed = self.at
        if verdict == "b" and self.held != "b":
            self.row += 1
            if self.row < self.terms[-1]["confirm_bad"]:
                return
            self.settle_row("b")
        self.settle_row(self.held if verdict == "g" else "u")  # does nothing where there is no row
        self.held = verdict

    def lose(self):
        """What was held is gone; withheld time was neither confirmed nor denied."""
        self.settle_row("u")
        self.held = "u"

    def event(self, event):
        at = instant(event["at"])
        if event.get("start"):
            self.at = at if self.at is None else self.at
            if event["boot"] != self.boot and "booted" in event and self.terms[-1]["on_this_host"]:
                self.append(instant(event["booted"]), "b")
            self.append(at, "u")
            self.running, self.boot = True, event["boot"]
            return
        if not self.running:
            raise ValueError(f"{event['at']}: the agent does not run")
        self.advance(at)  # does nothing while the account waits for a clock that was set back
        if "observe" in event:
            self.observe(LETTER[event["observe"]])
        elif "maintenance" in event:
            window = dict(event["maintenance"])
            window.update({k: instant(window[k]) for k in ("from", "to") if k in window})
            self.windows += (window,)
        elif "maintenance_end" in event:
            self.windows = tuple({**w, "to": min(w.get("to", at), at)}
                                 if w["id"] == event["maintenance_end"] else w
                                 for w in self.windows)
        elif event.get("kill") or event.get("stop"):
            self.lose()
            self.running = False
        elif "suspended" in event:
            self.lose()
            self.append(at + event["suspended"], "u")
        elif "clock_to" in event:
            to = instant(event["clock_to"])
            if -CLOCK_FREEZE_MAX <= to - at <= 0:
                return
            self.lose()
            if 0 < to - at <= CLOCK_GAP_MAX:
                self.append(to, "u")
            self.at = to
        else:
            self.terms.append({**self.terms[-1], **event["terms"]})


def expand(timeline):
    """Series written out, everything in order of time; a step of the clock is a border."""
    part = []
    for event in timeline + [{"clock_to": None}]:
        if "every" in event:
            at, until = instant(event["at"]), instant(event["until"])
            for second in range(at, until + 1, event["every"]):
                text = datetime.fromtimestamp(second, timezone.utc).isoformat()
                part.append({"at": text, "observe": event["observe"]})
        elif event.get("clock_to", "") is not None:
            part.append(event)
        if "clock_to" in event:
            yield from sorted(part, key=lambda e: instant(e["at"]))  # stable: equal ones as written
            part = []


def outages(seconds, begin):
    """From a bad second to the last one before the check is good again: a lower case g."""
    for found in re.finditer(rb"b(?:[^g]*b)?", seconds, re.DOTALL):
        yield {"from": begin + found.start(), "to": begin + found.end(),
               "bad": found.group().count(b"b"), "unknown": found.group().count(b"u"),
               "open": seconds.find(b"g", found.end()) < 0}


def restore(found, limit):
    """Against the GTR; outages that recur also taken as one."""
    durations = [o["bad"] + o["unknown"] for o in found]
    chains, before = [], None
    for outage, duration in zip(found, durations):
        if before and outage["from"] - before["to"] <= RECURS_WITHIN:
            chains[-1] += duration
        else:
            chains.append(duration)
        before = outage
    limit = float("inf") if limit is None else limit
    return {"longest": max(durations, default=0), "over_limit": sum(d > limit for d in durations),
            "recurrences": len(found) - len(chains),
            "longest_with_recurrence": max(chains, default=0),
            "over_limit_with_recurrence": sum(c > limit for c in chains)}


def judge(level, times, to_come):
    """(budget in seconds, verdict) of one set of terms; exact to the millisecond."""
    bad, open_ = times["bad"], times["unknown"] + to_come
    whole = times["good"] + bad + open_
    if level is None or whole == 0:
        return None, None
    allowed = (1 - Decimal(str(level))) * whole * 1000
    allowed = int(allowed.quantize(Decimal(1), ROUND_HALF_UP))
    if bad * 1000 > allowed:
        return allowed / 1000, "breached"
    return allowed / 1000, "met" if (bad + open_) * 1000 <= allowed else "undetermined"


def over(part, whole):
    return part / whole if whole else None


def report(account, begin, end, month_from, month_to):
    # A layer for each set of terms, and in it the seconds that were accounted under it. The later
    # account of a moment takes it away from every earlier one.
    size = max(end, max(s[1] for s in account.stretches)) - begin
    layers = [bytearray(b" " * size) for _ in account.terms]
    for a, b, verdict, terms, windows in account.stretches:
        if verdict == "?":
            continue
        for layer in layers:
            layer[a - begin:b - begin] = b" " * (b - a)
        layers[terms][a - begin:b - begin] = letters(a, b, verdict, account.terms[terms], windows)
    life = bytearray(b" " * size)
    for layer in layers:  # one letter at most is not a blank
        for piece in re.finditer(rb"[^ ]+", layer):
            life[piece.start():piece.end()] = piece.group()
    for piece in re.finditer(rb" +", bytes(life)):  # nothing accounts for it: unknown
        unknown = b"u" * len(piece.group())
        life[piece.start():piece.end()] = layers[-1][piece.start():piece.end()] = unknown

    cut = slice(max(month_from - begin, 0), max(min(month_to, end) - begin, 0))
    times = count(life[cut])
    now = min(max(end, month_from), month_to)
    future = letters(now, month_to, "g", account.terms[-1], account.windows)
    verdicts, budget = [], None
    for terms, layer in zip(account.terms, layers):
        to_come = future.count(b"g") if terms is account.terms[-1] else 0
        part, verdict = judge(terms["guaranteed"], count(layer[cut]), to_come)
        if verdict is not None:
            verdicts.append(verdict)
            budget = (budget or 0) + part
    committed = times["good"] + times["bad"] + times["unknown"]
    touching = [o for o in outages(bytes(life[:end - begin]), begin)
                if o["from"] < month_to and o["to"] > month_from]
    return {
        "month": {
            "seconds": times,
            "lower": over(times["good"], committed),
            "upper": over(times["good"] + times["unknown"], committed),
            "coverage": over(committed - times["unknown"], committed),
            "verdict": ("breached" if "breached" in verdicts else
                        "met" if set(verdicts) == {"met"} else
                        "undetermined" if verdicts else None),
            "budget": budget,
            "gross_lower": over(times["good"] + life[cut].count(b"G"),
                                committed + times["maintenance"])},
        "outages": touching,
        "restore": restore(touching, account.terms[-1]["max_outage"])}


def run(vector):
    account = Account(vector.get("check", {}))
    for event in expand(vector["timeline"]):
        account.event(event)
    begin, end = instant(vector["timeline"][0]["at"]), instant(vector["end"])
    account.advance(end)
    parts = [count(letters(a, b, verdict, account.terms[terms], windows))
             for a, b, verdict, terms, windows in account.stretches if verdict != "?"]
    result = {"seconds": {state: sum(part[state] for part in parts) for state in count(b"")}}
    if "month" in vector:
        first, last = month_range(vector["month"], account.terms[-1]["time_zone"])
        result.update(report(account, begin, end, first, last))
    return result


def differences(expected, got, where):
    if isinstance(expected, dict) and isinstance(got, dict):
        for member, value in expected.items():
            yield from differences(value, got.get(member, "nothing"), f"{where}.{member}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for n, value in enumerate(expected):
            yield from differences(value, got[n], f"{where}[{n}]")
    else:
        if isinstance(expected, str) and where.endswith((".from", ".to")):
            expected = instant(expected)
        numbers = all(type(value) in (int, float) for value in (expected, got))
        if abs(expected - got) > 1e-9 if numbers else expected is not got and expected != got:
            yield f"{where}: expected {expected}, got {got}"


def main(arguments):
    show = arguments[:1] == ["--print"]
    files = [Path(a) for a in arguments[show:]]
    passed = failed = 0
    for path in files or sorted((Path(__file__).parent / "vectors").glob("*.json")):
        try:
            vector = json.loads(path.read_text())
            result = run(vector)
            wrong = list(differences(vector["expect"], result, ""))
            if show:
                print(path.name, json.dumps(result, indent=1))
        except (ValueError, KeyError, TypeError) as error:
            wrong = [f".cannot be run: {error!r}"]
        for line in wrong:
            print(f"{path.name}: {line[1:]}")
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
