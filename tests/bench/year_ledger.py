#!/usr/bin/env python3
"""year_ledger.py LEDGER: gives a ledger that ght-agent made a year of history, as if it had run.

Schema, checks and terms are those of the file; its records are replaced. Everything is as
agent/ledger/README.md has it: `ght-agent ledger verify` accepts the outcome. The agent must not run.
"""

import datetime
import hashlib
import heapq
import random
import sqlite3
import sys
import time
import zoneinfo

DAY = 86_400_000
MINUTE = 60_000
STATES = ("good", "bad", "unknown", "maintenance", "out_of_hours")
ZONE = zoneinfo.ZoneInfo("Europe/Paris")


def month_ends(begin, end):
    """Local midnights of the first of each month in between, in milliseconds."""
    month = datetime.datetime.fromtimestamp(begin / 1000, ZONE).replace(day=1, hour=0, minute=0, second=0,
                                                                        microsecond=0)
    found = []
    while True:
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
        moment = round(month.timestamp() * 1000)
        if moment >= end:
            return found
        if moment > begin:
            found.append(moment)


def intervals(name, begin, end, ends):
    """(to, name, state, from, reason) of one check, in order, the last one open: 4 to 10 a day."""
    dice = random.Random(name)
    at, state, reason = begin, "good", ""
    cuts = iter([*ends, end])
    cut = next(cuts)
    while at < end:
        # Mostly good: what disturbs it lasts minutes, and comes two to five times a day.
        length = dice.randint(DAY // 5, DAY // 2) if state == "good" else dice.randint(1, 15) * MINUTE
        to = at + length
        while to > cut and cut < end:
            yield cut, name, state, at, reason
            at, cut = cut, next(cuts)
        to = min(to, end)
        if to > at:
            yield to, name, state, at, reason
        at = to
        if state == "good":
            state, reason = dice.choice((("bad", "http_status"), ("unknown", "check_timeout")))
        else:
            state, reason = "good", ""


class Chain:
    """Numbers and hashes of records, one after the other."""

    def __init__(self):
        self.records, self.head = 0, bytes(32)

    def row(self, kind, subject, state, begin, end, reason, body):
        self.records += 1
        row = (self.records, kind, subject, state, state, begin, end, reason, body)
        fields = bytearray(self.head)
        for field in row:
            text = str(field).encode()
            fields += b"%d:%b" % (len(text), text)
        self.head = hashlib.sha256(fields).digest()
        return (*row, self.head)


def history(chain, terms, begin, end, sums, still_open):
    """The rows of the table `records`, in the order in which an agent would have written them."""
    for name, body in terms.items():
        yield chain.row("definition", name, "", begin, begin, "", body)
    ends = month_ends(begin, end)
    for to, name, state, at, reason in heapq.merge(*(intervals(name, begin, end, ends)
                                                     for name in terms)):
        if to == end:
            still_open[name] = (state, at, reason)
        else:
            sums[name][state] += to - at
            yield chain.row("interval", name, state, at, to, reason, "")


def fill(path, days=365):
    """Replaces the records by those of so many days until now; returns how many there are."""
    end = int(time.time() * 1000)
    begin = end - days * DAY
    database = sqlite3.connect(path, isolation_level=None)
    if database.execute("PRAGMA user_version").fetchone()[0] != 2:
        raise SystemExit(f"{path}: not a ledger of schema 2")
    terms = dict(database.execute("SELECT name, terms FROM checks ORDER BY name"))
    sums = {name: dict.fromkeys(STATES, 0) for name in terms}
    chain, still_open = Chain(), {}
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA cache_size=-65536")
    database.execute("BEGIN")
    database.execute("DELETE FROM records")
    database.executemany("INSERT INTO records VALUES(?,?,?,?,?,?,?,?,?,?)",
                         history(chain, terms, begin, end, sums, still_open))
    for name in terms:
        state, at, reason = still_open[name]
        database.execute(
            "UPDATE checks SET since_ms=?, good_ms=?, bad_ms=?, unknown_ms=?, maintenance_ms=?,"
            " out_of_hours_ms=?, open_state=?, open_observed=?, open_from_ms=?, open_reason=?,"
            " settled_until_ms=NULL, removed=0 WHERE name=?",
            (begin, *sums[name].values(), state, state, at, reason, name))
    database.execute("UPDATE ledger SET heartbeat_ms=?, accounted_until_ms=?, records=?, head=?",
                     (end, end, chain.records, chain.head))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return chain.records


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(f"{fill(sys.argv[1])} records")
