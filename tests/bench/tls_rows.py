"""Rows about TLS: the agent and node_exporter with the same kind of certificate, in one run."""

import http.client
import json
import os
import ssl
import statistics
import subprocess

from processes import node_exporter
from rows import (MB, Row, ask_evenly, start_target, wait_for_runs, wrk)

IDLE = 50  # connections, under the limit of the agent


def certificate(bench):
    """A self-signed certificate on the curve P-256, as (certificate, key)."""
    cert, key = (os.path.join(bench.work, f"tls.{end}") for end in ("crt", "key"))
    if not os.path.exists(cert):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "3", "-keyout", key,
                        "-out", cert], check=True, capture_output=True)
    return cert, key


def secure_agent(bench, count, port):
    cert, key = certificate(bench)
    agent = bench.agent_with(count, "15s", port)
    path = agent.argv[agent.argv.index("--config.file") + 1]
    with open(path, encoding="utf-8") as file:
        configuration = json.load(file)
    configuration["web"] = {"tls_server_config": {"cert_file": cert, "key_file": key}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(configuration, file)
    return agent


def secure_node_exporter(bench):
    cert, key = certificate(bench)
    node = node_exporter()
    node.argv.append("--web.config.file=" + bench.file(
        "node.yml", f"tls_server_config: {{cert_file: {cert}, key_file: {key}}}\n"))
    return node


def context(bench):
    return ssl.create_default_context(cafile=certificate(bench)[0])


def connection(bench, address):
    host, port = address.rsplit(":", 1)
    made = http.client.HTTPSConnection(host, int(port), timeout=10, context=context(bench))
    made.connect()
    return made


def fetch(made, path, fields=None):
    made.request("GET", path, headers=fields or {})
    answer = made.getresponse()
    return answer.status, answer.read()


def get(bench, address, path, fields=None):
    """Like processes.get, over TLS, on a connection of its own."""
    made = connection(bench, address)
    try:
        return fetch(made, path, fields)
    finally:
        made.close()


def start_pair(bench, agent, node, count):
    """Both programs by name, started and warm."""
    agent.address = agent.wait_for_line(r'msg="?listening"? address="?([0-9.]+:[0-9]+)')
    for each, path in ((agent, "/-/ready"), (node, "/metrics")):
        each.ask = lambda asked, at=each: get(bench, at.address, asked)
        each.wait_for_page(path)
    wait_for_runs(agent, count, 90)
    return {"ght-agent": agent, "node_exporter": node}


def tls_scrapes(bench):
    """As the row of plain HTTP: kept connections, in turns."""
    seconds, rounds = bench.seconds((5, 3), (2, 2))
    with bench.target() as target, secure_agent(bench, 20, start_target(target)) as agent, \
            secure_node_exporter(bench) as node:
        programs = start_pair(bench, agent, node, 20)
        sizes = {name: len(get(bench, each.address, "/metrics")[1]) for name, each in programs.items()}
        rates = {name: [] for name in programs}
        for _ in range(rounds):
            for name, each in programs.items():
                rates[name].append(wrk(each, seconds, "https"))
    rate = {name: statistics.median(values) for name, values in rates.items()}
    said = {name: f"{rate[name]:,.0f} ({sizes[name] / 1000:.0f} kB)" for name in programs}
    return Row("scrapes per second over TLS 1.3, `wrk -t1 -c4`", said.pop("ght-agent"), peers=said,
               ratios={"node_exporter": rate["ght-agent"] / rate["node_exporter"]},
               values={"per_second": rate, "page_bytes": sizes})


def tls_memory(bench):
    """Scraped over TLS, half of the time on a new connection; then what idle connections add."""
    seconds = bench.seconds(600, 30)
    fields = {"Accept": "application/openmetrics-text;version=1.0.0,*/*;q=0.1",
              "Accept-Encoding": "gzip"}
    with bench.target() as target, secure_agent(bench, 50, start_target(target)) as agent, \
            secure_node_exporter(bench) as node:
        programs = start_pair(bench, agent, node, 50)
        kept = {name: connection(bench, each.address) for name, each in programs.items()}

        def ask(i):
            for name, each in programs.items():
                if i % 2 == 0:
                    get(bench, each.address, "/metrics", fields)
                else:
                    fetch(kept[name], "/metrics", fields)
        ask_evenly(1000, seconds, ask)
        size = {name: each.rss() for name, each in programs.items()}
        idle = {}
        for name, each in programs.items():
            held = [connection(bench, each.address) for _ in range(IDLE)]
            for one in held:
                fetch(one, "/metrics", fields)
            idle[name] = max(each.rss() - size[name], 0) / IDLE
            for one in held:
                one.close()
    said = {name: f"{size[name] / MB:.1f} MB, {idle[name] / 1000:.0f} kB more a connection"
            for name in programs}
    return Row(f"resident memory with TLS, 50 checks, after {seconds} s and 1,000 scrapes",
               said.pop("ght-agent"), "12 MB at most", size["ght-agent"] <= 12 * MB, said,
               {"node_exporter": size["ght-agent"] / size["node_exporter"]},
               {"bytes": size, "bytes_per_idle_connection": idle, "seconds": seconds})


TLS_ROWS = {"tls-scrapes": tls_scrapes, "tls-memory": tls_memory}
