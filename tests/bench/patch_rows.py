"""What a look at the patch state costs: the helpers beside what other agents run, and the daemon itself.

Checkmk's plugin mk_apt runs `apt-get -s -qq dist-upgrade`; needrestart is what others ask about
services. Both answer less: the simulation does not know how old its lists are."""

import json
import os
import shutil
import statistics
import subprocess
import time

from processes import Broken, Program, metric
from rows import MB, Row, start_agent, wait_for_runs

CHECKS = {"apt": {"max_security_age": "365d", "max_metadata_age": "365d"}, "support": {"max_table_age": "3650d"},
          "reboot": {"max_reboot_age": "365d"}}


TIMES = 'for _ in $(seq "$0"); do "$@" || exit; done'


def cost(argv, times):
    """(processor seconds, peak bytes) of one run of a program, over `times` runs. By time(1), which counts in
    hundredths of a second: a child of this process would be told to have had this process' memory."""
    done = subprocess.run(["/usr/bin/time", "--quiet", "-f", "\n%U %S %M", "sh", "-c", TIMES, str(times), *argv],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
    if done.returncode != 0:
        raise Broken(f"{argv[0]}: ended with {done.returncode}")
    user, system, kilobytes = done.stderr.splitlines()[-1].split()
    return (float(user) + float(system)) / times, int(kilobytes) * 1024


def typical(argv, runs):
    times = 1 if cost(argv, 1)[0] >= 0.2 else 20
    pairs = [cost(argv, times) for _ in range(runs)]
    return statistics.median(pair[0] for pair in pairs), max(pair[1] for pair in pairs)


def helper_row(bench, helper, name, peer):
    """A helper beside the program that others run for the same question."""
    for program in (peer[0], "/usr/bin/time"):
        if shutil.which(program) is None:
            raise Broken(f"not installed: {program}")
    runs = 3 if bench.quick else 11
    program = os.path.join(os.path.dirname(bench.agent), "libexec", helper)
    ours, theirs = typical([program], runs), typical(peer, runs)
    said = [f"{seconds:.3f} s, {size / MB:.1f} MB" for seconds, size in (ours, theirs)]
    label = " ".join(peer)
    return Row(f"{name}, processor time and peak memory of one look", said[0], "", None, {label: said[1]},
               {label: ours[0] / theirs[0]}, {"seconds": [ours[0], theirs[0]], "bytes": [ours[1], theirs[1]]})


def runs(agent):
    return sum(metric(agent.ask("/metrics")[1], "ght_check_runs_total").values())


def patch_apt(bench):
    return helper_row(bench, "ght-apt-state", "pending updates", ["apt-get", "-s", "-qq", "dist-upgrade"])


def patch_reboot(bench):
    return helper_row(bench, "ght-reboot-state", "reboot and replaced libraries", ["needrestart", "-b"])


def patch_agent(bench):
    """The daemon with the checks of a patch state alone: its own memory and time, helpers left out."""
    state = os.path.join(bench.work, f"state-{time.monotonic_ns()}")
    os.mkdir(state)
    checks = [{"name": name, "collector": name, "activity": "administration", "interval": "10s", "timeout": "9s",
               "settings": settings} for name, settings in CHECKS.items()]
    config = bench.file("agent.json", json.dumps({
        "identity": {"ght": "GHT Exemple", "establishment": "CH Exemple", "site": "nord"},
        "state_directory": state, "checks": checks}))
    with Program("ght-agent", [bench.agent, "run", "--config.file", config,
                               "--web.listen-address", "127.0.0.1:0"]) as agent:
        start_agent(agent)
        wait_for_runs(agent, len(checks))
        before, looks = agent.cpu(), runs(agent)
        wait_for_runs(agent, looks + 3 * len(checks), 120)
        spent = (agent.cpu() - before) / (runs(agent) - looks)
        size = agent.rss()
    return Row("agent with the checks apt, support and reboot: memory; its own processor time of one look",
               f"{size / MB:.1f} MB; {1000 * spent:.1f} ms", "12 MB at most", size <= 12 * MB,
               values={"bytes": size, "seconds": spent})


PATCH_ROWS = {"patch-apt": patch_apt, "patch-reboot": patch_reboot, "patch-agent": patch_agent}
