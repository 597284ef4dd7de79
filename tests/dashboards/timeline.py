"""Time of a check as intervals of states, and the sums that a ledger makes of them. Seconds since the epoch."""
import bisect
import datetime
import functools
import zoneinfo

STATES = ("good", "bad", "unknown", "maintenance", "out_of_hours")
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def at(text):
    """The second of a local time of the site: "2026-11-24 03:12"."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp())


def local(second):
    return datetime.datetime.fromtimestamp(second, PARIS)


@functools.lru_cache(maxsize=4096)
def _month(year, month, back):
    number = year * 12 + month - 1 - back
    begin, end = (datetime.datetime(n // 12, n % 12 + 1, 1, tzinfo=PARIS) for n in (number, number + 1))
    return int(begin.timestamp()), int(end.timestamp())


def month_of(second, back=0):
    """(begin, end) of the local month that holds the second, or of one `back` months before."""
    day = local(second)
    return _month(day.year, day.month, back)


def opening_hours(begin, end, days, opens, closes):
    """Intervals of service between two moments: weekdays (0 = Monday) from one local hour to another."""
    day = local(begin).replace(hour=0, minute=0, second=0) - datetime.timedelta(days=1)
    while day.timestamp() < end:
        if day.weekday() in days:
            yield int(day.replace(hour=opens).timestamp()), int(day.replace(hour=closes).timestamp())
        day = (day + datetime.timedelta(days=1)).replace(hour=0)


class Timeline:
    """What a check is in, from `begin` to `end`. Later layers cover earlier ones."""

    def __init__(self, begin, end, state="good"):
        self.cuts = [begin, end]
        self.states = [state]
        self.totals = None  # of the states before each cut, once asked for

    def cover(self, begin, end, state):
        self.totals = None
        begin, end = max(begin, self.cuts[0]), min(end, self.cuts[-1])
        if begin >= end:
            return
        for moment in (begin, end):
            where = bisect.bisect_left(self.cuts, moment)
            if self.cuts[where] != moment:
                self.cuts.insert(where, moment)
                self.states.insert(where, self.states[where - 1])
        first, last = self.cuts.index(begin), self.cuts.index(end)
        self.states[first:last] = [state] * (last - first)

    def state(self, second):
        """The state in the second that begins now; the last one at the very end."""
        where = bisect.bisect_right(self.cuts, second) - 1
        return self.states[min(max(where, 0), len(self.states) - 1)]

    def since(self, second):
        """When the state of this second began."""
        where = min(bisect.bisect_right(self.cuts, second) - 1, len(self.states) - 1)
        while where > 0 and self.states[where - 1] == self.states[where]:
            where -= 1
        return self.cuts[where]

    def until(self, second):
        """Seconds in each state from the beginning to a moment."""
        if self.totals is None:
            self.totals = [dict.fromkeys(STATES, 0)]
            for left, right, state in zip(self.cuts, self.cuts[1:], self.states):
                self.totals.append({**self.totals[-1], state: self.totals[-1][state] + right - left})
        second = min(max(second, self.cuts[0]), self.cuts[-1])
        where = min(bisect.bisect_right(self.cuts, second) - 1, len(self.states) - 1)
        out = dict(self.totals[where])
        out[self.states[where]] += second - self.cuts[where]
        return out

    def sums(self, begin, end):
        """Seconds in each state between two moments."""
        before, after = self.until(begin), self.until(max(begin, end))
        return {state: after[state] - before[state] for state in STATES}

    def committed(self, begin, end):
        sums = self.sums(begin, end)
        return sums["good"] + sums["bad"] + sums["unknown"]
