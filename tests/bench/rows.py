"""The rows of DESIGN 11's table. Each is a function of the bench that returns one Row."""

import dataclasses
import json
import os
import re
import statistics
import subprocess
import time

from processes import Broken, Program, blackbox_exporter, get, metric, node_exporter

MB = 1e6


@dataclasses.dataclass
class Row:
    """One measured line. `peers` and `ratios` by the peer's name; `met` None: there is no budget."""

    what: str
    ours: str
    budget: str = ""
    met: bool | None = None
    peers: dict = dataclasses.field(default_factory=dict)
    ratios: dict = dataclasses.field(default_factory=dict)
    values: dict = dataclasses.field(default_factory=dict)  # the bare numbers, for --json


@dataclasses.dataclass
class Bench:
    """What the rows need: programs, a place for files, and how long to measure."""

    agent: str
    exposer: str
    source: str
    work: str
    quick: bool
    # By number of checks: the state directory with a ledger of one year, once it is made.
    year: dict = dataclasses.field(default_factory=dict)
    year_is: dict = dataclasses.field(default_factory=dict)  # and what it holds, in words

    def seconds(self, full, quick):
        return quick if self.quick else full

    def file(self, name, text):
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def target(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "target.py")
        return Program("target.py", ["python3", "-B", script])

    def blackbox(self):
        return blackbox_exporter(
            self.file("blackbox.yml", "modules: {http: {prober: http, timeout: 5s}}\n"))

    def agent_config(self, count, interval, target, state=None):
        """A configuration with `count` HTTP checks, each asking a path of its own."""
        if state is None:
            state = os.path.join(self.work, f"state-{time.monotonic_ns()}")
            os.mkdir(state)
        checks = [{"name": f"portail-{i:04}", "collector": "http",
                   "activity": "application_platform", "title": f"Portail {i}",
                   "interval": interval, "timeout": "900ms" if interval == "1s" else "5s",
                   "settings": {"url": f"http://127.0.0.1:{target}/portail-{i:04}"}}
                  for i in range(count)]
        return self.file("agent.json", json.dumps({
            "identity": {"ght": "GHT Exemple", "establishment": "CH Exemple", "site": "nord"},
            "state_directory": state, "checks": checks}))

    def agent_with(self, count, interval, target, state=None):
        """An agent with that configuration; without a state directory it begins with nothing."""
        config = self.agent_config(count, interval, target, state)
        return Program("ght-agent", [self.agent, "run", "--config.file", config,
                                     "--web.listen-address", "127.0.0.1:0"])


def start_agent(agent):
    agent.address = agent.wait_for_line(r'msg="?listening"? address="?([0-9.]+:[0-9]+)')
    return agent.wait_for_page("/-/ready")


def start_target(target):
    return int(target.wait_for_line(r"^(\d+)$"))


def wait_for_runs(agent, count, seconds=60):
    """Until so many runs have ended: every check has been looked at."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if sum(metric(agent.ask("/metrics")[1], "ght_check_runs_total").values()) >= count:
            return
        time.sleep(0.1)
    raise Broken(f"ght-agent has not ended {count} runs in {seconds} s")


def good_runs(agent):
    """Runs by result, and that the probes do find their page: a failing probe is a cheap probe."""
    page = get(agent.address, "/metrics")[1]
    bad = [line for line in page.decode().splitlines()
           if line.startswith("ght_check_state{") and 'state="good"' in line and line.endswith(" 0")]
    if bad:
        raise Broken(f"{len(bad)} checks of the benchmark are not good, such as {bad[0]}")
    return metric(page, "ght_check_runs_total")


def wrk(program, seconds, scheme="http"):
    out = subprocess.run(["wrk", "-t1", "-c4", f"-d{seconds}s", f"{scheme}://{program.address}/metrics"],
                         check=True, capture_output=True, text=True).stdout
    # The Exposer ends each connection after one answer without saying so in a Connection field,
    # which wrk counts as read errors; the answers themselves came.
    ends_connections = program.name == "exposer"
    if "Non-2xx" in out or ("Socket errors" in out and not ends_connections):
        raise Broken(f"wrk met errors at {program.name}: {' '.join(out.split())}")
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", out).group(1))


def scrapes(bench):
    """Scrapes per second: the three in turns, so that a busy moment of the machine meets all."""
    seconds, rounds = bench.seconds((5, 3), (2, 2))
    with bench.target() as target, bench.agent_with(20, "1m", start_target(target)) as agent, \
            node_exporter() as node:
        start_agent(agent)
        wait_for_runs(agent, 20, 90)
        size = len(get(agent.address, "/metrics")[1])
        with Program("exposer", [bench.exposer, str(size)]) as exposer:
            exposer.address = f"127.0.0.1:{exposer.wait_for_line(r'^([0-9]+)$')}"
            node.wait_for_page("/metrics")
            programs = {"ght-agent": agent, "node_exporter": node, "Exposer": exposer}
            sizes = {name: len(get(program.address, "/metrics")[1])
                     for name, program in programs.items()}
            rates = {name: [] for name in programs}
            for _ in range(rounds):
                for name, program in programs.items():
                    rates[name].append(wrk(program, seconds))
    rate = {name: statistics.median(values) for name, values in rates.items()}
    ratios = {peer: rate["ght-agent"] / rate[peer] for peer in ("node_exporter", "Exposer")}
    said = {name: f"{rate[name]:,.0f} ({sizes[name] / 1000:.0f} kB)" for name in programs}
    return Row("scrapes per second, `wrk -t1 -c4`", said.pop("ght-agent"),
               "100 × node_exporter, 15 × Exposer, page of 40 kB at least",
               ratios["node_exporter"] >= 100 and ratios["Exposer"] >= 15 and size >= 40000,
               said, ratios, {"per_second": rate, "page_bytes": sizes})


def ask_evenly(count, seconds, ask):
    """Calls ask(i) count times, spread over the time, and returns at its end."""
    begin = time.monotonic()
    for i in range(count + 1):
        time.sleep(max(0, begin + seconds * i / count - time.monotonic()))
        if i < count:
            ask(i)


def memory(bench):
    """Resident memory after the same number of scrapes over the same time."""
    seconds = bench.seconds(600, 30)
    fields = {"Accept": "application/openmetrics-text;version=1.0.0,*/*;q=0.1",
              "Accept-Encoding": "gzip"}
    with bench.target() as target, node_exporter() as node, bench.blackbox() as blackbox:
        port = start_target(target)
        with bench.agent_with(50, "15s", port) as agent:
            start_agent(agent)
            node.wait_for_page("/metrics")
            blackbox.wait_for_page("/metrics")
            probe = f"/probe?module=http&target=http://127.0.0.1:{port}/portail"

            def ask(i):
                get(agent.address, "/metrics", fields)
                get(node.address, "/metrics", fields)
                get(blackbox.address, probe, fields)
            ask_evenly(1000, seconds, ask)
            good_runs(agent)
            size = {"ght-agent": agent.rss(), "node_exporter": node.rss(),
                    "blackbox_exporter": blackbox.rss()}
    ratios = {peer: size["ght-agent"] / size[peer] for peer in ("node_exporter", "blackbox_exporter")}
    said = {name: f"{value / MB:.1f} MB" for name, value in size.items()}
    return Row(f"resident memory, 50 checks, after {seconds} s and 1,000 scrapes",
               said.pop("ght-agent"), "12 MB at most", size["ght-agent"] <= 12 * MB, said, ratios,
               {"bytes": size, "seconds": seconds})


def probe_cost(bench):
    """Processor time per HTTP probe, both at 50 probes a second of the same page."""
    seconds = bench.seconds(40, 10)
    with bench.target() as target, bench.blackbox() as blackbox:
        port = start_target(target)
        with bench.agent_with(50, "1s", port) as agent:
            start_agent(agent)
            blackbox.wait_for_page("/metrics")
            wait_for_runs(agent, 100)
            before = sum(good_runs(agent).values())
            cpu = {"ght-agent": -agent.cpu(), "blackbox_exporter": -blackbox.cpu()}
            probe = f"/probe?module=http&target=http://127.0.0.1:{port}/portail"

            def ask(_):
                if b"probe_success 1" not in get(blackbox.address, probe)[1]:
                    raise Broken("blackbox_exporter does not find the page of the benchmark")
            ask_evenly(50 * seconds, seconds, ask)
            cpu["ght-agent"] += agent.cpu()
            cpu["blackbox_exporter"] += blackbox.cpu()
            runs = sum(good_runs(agent).values()) - before
    each = {"ght-agent": cpu["ght-agent"] / runs,
            "blackbox_exporter": cpu["blackbox_exporter"] / (50 * seconds)}
    ratio = each["ght-agent"] / each["blackbox_exporter"]
    said = {name: f"{1000 * value:.2f} ms" for name, value in each.items()}
    return Row("processor time per HTTP probe, 50 a second", said.pop("ght-agent"),
               "a third of blackbox_exporter at most", ratio <= 1 / 3, said,
               {"blackbox_exporter": ratio},
               {"seconds_per_probe": each, "probes": {"ght-agent": runs,
                                                      "blackbox_exporter": 50 * seconds}})


def idle(bench):
    """An agent with the checks of a small server, scraped every 15 s."""
    seconds = bench.seconds(60, 15)
    with bench.target() as target, bench.agent_with(3, "1m", start_target(target)) as agent:
        start_agent(agent)
        wait_for_runs(agent, 3, 90)
        before = agent.cpu()
        ask_evenly(max(seconds // 15, 1), seconds, lambda _: get(agent.address, "/metrics"))
        percent = 100 * (agent.cpu() - before) / seconds
    return Row(f"processor, idle agent (3 checks a minute), over {seconds} s",
               f"{percent:.2f} % of a core", "under 0.2 %", percent < 0.2,
               values={"percent": percent})


def start(bench):
    """From the start of the process to 200 on /-/ready."""
    times = []
    with bench.target() as target:
        port = start_target(target)
        for _ in range(bench.seconds(9, 5)):
            with bench.agent_with(50, "1m", port) as agent:
                times.append(start_agent(agent))
    middle = 1000 * statistics.median(times)
    return Row("start to ready, 50 checks, empty ledger", f"{middle:.0f} ms",
               "under 100 ms", middle < 100,
               values={"milliseconds": [1000 * value for value in times]})


def thousand(bench):
    """1,000 probes every 10 s. How late they are is seen from outside, by the server they ask."""
    seconds = bench.seconds(60, 20)
    fields = {"Accept-Encoding": "gzip", "Accept": "application/openmetrics-text;version=1.0.0"}
    with bench.target() as target:
        target.address = f"127.0.0.1:{start_target(target)}"
        port = int(target.address.split(":")[1])
        with bench.agent_with(1000, "10s", port) as agent:
            start_agent(agent)
            wait_for_runs(agent, 1500)
            get(target.address, "/-/arrivals")
            before, cpu = good_runs(agent), agent.cpu()
            ask_evenly(max(seconds // 15, 1), seconds,
                       lambda _: get(agent.address, "/metrics", fields))
            percent = 100 * (agent.cpu() - cpu) / seconds
            arrivals = json.loads(get(target.address, "/-/arrivals")[1])
            after, rss = good_runs(agent), agent.rss()
    runs = {key: int(after[key] - before.get(key, 0)) for key in after}
    late = sum(1 for times in arrivals.values()
               for earlier, later in zip(times, times[1:]) if later - earlier > 11)
    late += 1000 - len(arrivals) if seconds >= 11 else 0
    ours = (f"{percent:.1f} % of a core, {rss / MB:.1f} MB, {late} late, "
            f"{runs.get('skipped', 0)} skipped, {runs.get('timeout', 0)} timed out "
            f"of {sum(runs.values())}")
    return Row(f"1,000 probes every 10 s, over {seconds} s", ours,
               "under 5 % of a core, under 24 MB, none late by over 1 s",
               percent < 5 and rss < 24 * MB and late == 0 and runs.get("skipped", 0) == 0,
               values={"percent": percent, "bytes": rss, "late": late, "runs": runs})


def build(bench):
    """A release build from nothing, without ccache."""
    cores = os.cpu_count()
    what = f"clean release build on {cores} cores"
    budget = "under 6 minutes on 2 cores"
    if bench.quick:
        return Row(what, "not measured with --quick", budget)
    folder = os.path.join(bench.work, "build")
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    begin, used = time.monotonic(), os.times()
    for argv in (["cmake", "--preset", "release", "-B", folder], ["cmake", "--build", folder]):
        done = subprocess.run(argv, cwd=bench.source, env=environment, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise Broken(f"{' '.join(argv)} ended with {done.returncode}: {done.stdout[-300:]}")
    seconds, now = time.monotonic() - begin, os.times()
    cpu = now.children_user - used.children_user + now.children_system - used.children_system
    return Row(what, f"{seconds / 60:.1f} minutes ({cpu / 60:.1f} of processor time)", budget,
               seconds < 360, values={"seconds": seconds, "cpu_seconds": cpu, "cores": cores})


ROWS = {"scrapes": scrapes, "memory": memory, "probe": probe_cost, "idle": idle, "start": start,
        "thousand": thousand, "build": build}
