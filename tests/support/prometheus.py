"""A real Prometheus for the end-to-end tests."""
import json
import socket
import subprocess
import urllib.parse

from tests.support.e2e import eventually, get


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """A real one with these scrape_configs."""

    def __init__(self, directory, scrape_configs):
        self.address = f"127.0.0.1:{free_port()}"
        (directory / "prometheus.yml").write_text(json.dumps({"scrape_configs": scrape_configs}))
        with open(directory / "prometheus.log", "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={directory}/prometheus.yml",
                 f"--storage.tsdb.path={directory}/tsdb", f"--web.listen-address={self.address}"],
                stdout=log, stderr=log)

    def ask(self, query, at=None):
        """The result of an instant query."""
        fields = {"query": query} if at is None else {"query": query, "time": f"{at:.3f}"}
        answer = get(f"http://{self.address}/api/v1/query?{urllib.parse.urlencode(fields)}")
        return json.loads(answer[2])["data"]["result"] if answer[0] == 200 else []

    def value(self, query, at=None):
        result = self.ask(query, at)
        assert len(result) < 2, (query, result)
        return float(result[0]["value"][1]) if result else None

    def samples(self, series):
        """The samples of one series as they were scraped: [(time, value)]."""
        result = self.ask(f"{series}[10m]")
        return [(time, float(value)) for time, value in result[0]["values"]] if result else []

    def wait_for_scrapes(self, count):
        """So many more good ones than there are."""
        def done():
            return sum(up for _, up in self.samples("up"))
        before = done()
        eventually(lambda: done() >= before + count, f"{count} more scrapes")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
