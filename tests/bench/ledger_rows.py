"""The rows about a ledger of one year: 200 checks, 4 to 10 intervals a day each."""

import datetime
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from processes import Broken, get
from rows import MB, Row, ask_evenly, good_runs, start_agent, start_target, wait_for_runs
from year_ledger import ZONE, fill

CHECKS = 200


def year_ledger(bench, checks=CHECKS):
    """The file with the year, made once for all rows. Each works on a copy of its own."""
    if checks not in bench.year:
        state = tempfile.mkdtemp(prefix="year-", dir=bench.work)
        # The agent under measurement makes the file; so schema and terms are what it writes.
        with bench.target() as target, \
                bench.agent_with(checks, "1m", start_target(target), state) as agent:
            start_agent(agent)
        records = fill(os.path.join(state, "ledger.db"))
        bench.year[checks] = state
        said = subprocess.run([bench.agent, "ledger", "verify", "--file", os.path.join(state, "ledger.db")],
                              capture_output=True, text=True, check=False)
        if said.returncode != 0:
            raise Broken(f"the ledger of a year is not valid: {said.stdout}{said.stderr}")
        bench.year_is[checks] = (f"{records:,} records, "
                                 f"{os.path.getsize(os.path.join(state, 'ledger.db')) / MB:.0f} MB")
    return bench.year[checks]


def year_copy(bench, checks=CHECKS):
    """A state directory with a copy of the ledger of a year."""
    state = tempfile.mkdtemp(prefix="state-", dir=bench.work)
    shutil.copy(os.path.join(year_ledger(bench, checks), "ledger.db"), state)
    return state


def year_start(bench):
    """From the start of the process to 200 on /-/ready; each start finds the work of the last."""
    state = year_copy(bench)
    times = []
    with bench.target() as target:
        port = start_target(target)
        for _ in range(bench.seconds(9, 5)):
            with bench.agent_with(CHECKS, "1m", port, state) as agent:
                times.append(start_agent(agent))
    middle = 1000 * statistics.median(times)
    return Row(f"start to ready, {CHECKS} checks, ledger of one year ({bench.year_is[CHECKS]})",
               f"{middle:.0f} ms", "under 100 ms", middle < 100,
               values={"milliseconds": [1000 * value for value in times]})


def year_memory(bench):
    """Resident memory with the year; the months of all checks are read by then."""
    seconds = bench.seconds(120, 75)
    fields = {"Accept": "application/openmetrics-text;version=1.0.0,*/*;q=0.1",
              "Accept-Encoding": "gzip"}
    size, peak = {}, {}
    with bench.target() as target:
        port = start_target(target)
        for name, checks, state in (("50 checks", 50, year_copy(bench, 50)),
                                    (f"{CHECKS} checks", CHECKS, year_copy(bench)),
                                    (f"{CHECKS} checks, empty ledger", CHECKS, None)):
            with bench.agent_with(checks, "1m", port, state) as agent:
                start_agent(agent)
                ask_evenly(2 * seconds, seconds, lambda _, at=agent: get(at.address, "/metrics", fields))
                wait_for_runs(agent, checks, 90)
                good_runs(agent)
                size[name], peak[name] = agent.rss(), agent.rss("VmHWM")
    said = {name: f"{size[name] / MB:.1f} MB (at most {peak[name] / MB:.1f} MB)" for name in size}
    return Row(f"resident memory, 50 checks, ledger of one year, after {seconds} s",
               said.pop("50 checks"), "12 MB", size["50 checks"] <= 12 * MB, said,
               values={"bytes": size, "peak_bytes": peak, "seconds": seconds})


def heartbeat(bench):
    """What the disk costs every ten seconds: a commit with a few checks that changed."""
    program = os.path.join(bench.work, "ledger_commit")
    here, built = os.path.dirname(os.path.abspath(__file__)), os.path.dirname(bench.agent)
    libraries = [os.path.join(built, f"libght_{room}.a") for room in ("io", "ledger", "core")]
    subprocess.run(["g++", "-std=c++23", "-O2", f"-I{bench.source}", os.path.join(here, "ledger_commit.cc"),
                    "-o", program, *libraries, "-ldate-tz", "-lsqlite3", "-lcrypto"], check=True)
    state = year_copy(bench)
    said = subprocess.run([program, os.path.join(state, "ledger.db")], capture_output=True, text=True,
                          check=False)
    if said.returncode != 0:
        raise Broken(f"ledger_commit: {said.stderr}")
    middle, most, disk = (float(word) for word in said.stdout.split())
    return Row("heartbeat: commit of 3 changed checks, ledger of one year, median of 200",
               f"{middle:.2f} ms (at most {most:.1f} ms)", "under 2 ms", middle < 2,
               {"the disk's fdatasync alone": f"{disk:.2f} ms"},
               values={"milliseconds": {"median": middle, "max": most, "disk": disk}})


def cost(argv, rounds):
    """Median seconds of a command, by the clock and of processor."""
    times = []
    for _ in range(rounds):
        begin, used = time.monotonic(), os.times()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        took, now = time.monotonic() - begin, os.times()
        times.append((took, now.children_user - used.children_user
                      + now.children_system - used.children_system))
    return tuple(statistics.median(column) for column in zip(*times))


def report(bench):
    """The last month and the oldest whole one, without what starting the process takes."""
    state, rounds = year_copy(bench), bench.seconds(5, 3)
    config = bench.agent_config(CHECKS, "1m", 1, state)
    now = datetime.datetime.now(ZONE).replace(day=1)
    months = {"last month": now - datetime.timedelta(days=1),
              "oldest month": now.replace(year=now.year - 1) + datetime.timedelta(days=32)}
    started = cost([bench.agent, "--version"], rounds)
    times, said = {}, []
    for name, month in months.items():
        taken = cost([bench.agent, "report", "--config.file", config, "--month", f"{month:%Y-%m}"], rounds)
        times[name] = [one - start for one, start in zip(taken, started)]
        said.append("{} {:.0f} ms (processor {:.0f} ms)".format(name, *(1000 * one for one in times[name])))
    return Row(f"report of one month, {CHECKS} checks, ledger of one year", "; ".join(said),
               "under 500 ms", max(one[0] for one in times.values()) < 0.5,
               values={"seconds": times, "process_start": started})


def verify(bench):
    """For information: reading, hashing and summing the whole year."""
    file = os.path.join(year_copy(bench), "ledger.db")
    seconds = cost([bench.agent, "ledger", "verify", "--file", file], bench.seconds(3, 1))[0]
    return Row(f"`ledger verify`, {bench.year_is[CHECKS]}", f"{seconds:.1f} s", values={"seconds": seconds})


LEDGER_ROWS = {"year-start": year_start, "year-memory": year_memory, "heartbeat": heartbeat,
               "report": report, "verify": verify}
