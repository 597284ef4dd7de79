"""A real Prometheus that holds the simulated month and what the real rule files make of it."""
import concurrent.futures
import contextlib
import glob
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(pathlib.Path(__file__).parent)]

import openmetrics  # noqa: E402
import rules  # noqa: E402
from scenario import DAY, NOW  # noqa: E402
from tests.support.e2e import eventually, get  # noqa: E402

FRENCH = ROOT / "dashboards/grafana/fr"
RULES = sorted(glob.glob(str(ROOT / "config/prometheus/rules/*.rules.yml")))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """One that scrapes nothing. Where making the month takes minutes it also evaluates the rules by its own clock, long after
    NOW: hence the labels of the shipped configuration."""

    def __init__(self, directory):
        directory = pathlib.Path(directory)
        self.address = f"127.0.0.1:{free_port()}"
        (directory / "prometheus.yml").write_text(json.dumps({
            "global": {"evaluation_interval": "1d", "external_labels": rules.EXTERNAL}, "rule_files": RULES,
            "storage": {"tsdb": {"out_of_order_time_window": "60d"}}}))
        self.log = directory / "prometheus.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/tsdb",
                 f"--web.listen-address={self.address}", "--web.enable-remote-write-receiver",
                 "--storage.tsdb.retention.time=10y"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self.ready, "Prometheus is ready", 60)

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"Prometheus ended with {self.process.returncode}:\n{self.log.read_text()}")
        return get(f"http://{self.address}/-/ready")[0] == 200

    def api(self, path, **fields):
        """The data of an answer; anything but success is an error with Prometheus' own words."""
        status, _, body = get(f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(fields)}", timeout=60)
        answer = json.loads(body or "{}")
        if answer.get("status") != "success":
            raise ValueError(f"{status} {answer.get('error')}: {fields}")
        assert not answer.get("warnings"), answer["warnings"]
        return answer["data"]

    def ask(self, expr, second=NOW):
        """The result of an instant query that must be a vector."""
        data = self.api("query", query=expr, time=second)
        assert data["resultType"] in ("vector", "scalar"), data["resultType"]
        return data["result"]

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def blocks(arguments):
    directory, number, seconds = arguments
    page = pathlib.Path(directory) / f"{number}.txt"
    page.write_text(openmetrics.chunk_text(seconds), encoding="utf-8")
    done = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", page, f"{directory}/tsdb"],
                          capture_output=True, text=True, check=False)
    page.unlink()
    assert done.returncode == 0, done.stderr


def curves():
    """Names that the dashboards draw over time."""
    names = set()
    for file in FRENCH.glob("*.json"):
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", []):
                if target.get("range"):
                    names |= rules.names_in(target["expr"])
    return names


def key():
    """What the stored month depends on."""
    digest = hashlib.sha256()
    digest.update(" ".join(sorted(curves())).encode())
    here = pathlib.Path(__file__).parent
    for file in [*(here / f"{name}.py" for name in ("scenario", "timeline", "openmetrics", "rules", "remote_write", "world")), *RULES]:
        digest.update(pathlib.Path(file).read_bytes())
    return digest.hexdigest()[:16]


def make(directory):
    """The month and what the rules make of it, as Prometheus' files."""
    chunks = [(directory, number, seconds) for number, seconds in enumerate(openmetrics.moments(NOW))]
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        list(pool.map(blocks, chunks))
    prometheus = Prometheus(directory)
    try:
        rules.Evaluation(prometheus, NOW, NOW - 75 * 60, NOW - 7 * DAY, curves()).run()
    finally:
        prometheus.close()


def stored():
    """The folder with the month, made once for the same scenario, rules and dashboards."""
    home = ROOT / "build/dashboards-world"
    folder = home / key()
    if not folder.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        draft = tempfile.mkdtemp(dir=home)
        make(draft)
        os.rename(draft, folder)
    return folder


@contextlib.contextmanager
def simulated():
    """A Prometheus, ready to be asked about NOW, on a copy of its own."""
    with tempfile.TemporaryDirectory(prefix="ght-dashboards-") as directory:
        shutil.copytree(stored() / "tsdb", f"{directory}/tsdb", ignore=shutil.ignore_patterns("lock", "queries.active"))
        prometheus = Prometheus(directory)
        try:
            yield prometheus
        finally:
            prometheus.close()


if __name__ == "__main__":
    with simulated() as server:
        print(f"http://{server.address} at {NOW}; Enter ends it", flush=True)
        sys.stdin.readline()
