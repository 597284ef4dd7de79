"""A real Prometheus and a real Alertmanager on the shipped configuration, and the receivers of a test."""
import datetime
import http.server
import json
import os
import pathlib
import re
import socket
import socketserver
import struct
import subprocess
import threading
import time
import urllib.parse

from tests.support.e2e import ROOT, eventually, get

CONFIG = ROOT / "config"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def replace(text, changes):
    """Each (pattern, replacement) must match: what no longer matches is no longer what is shipped."""
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text, flags=re.M)
        assert count, f"nothing matches {pattern!r}"
    return text


class Inbox:
    """What arrived, in order, for a test to poll."""

    def __init__(self):
        self.items = []
        self.lock = threading.Lock()

    def add(self, item):
        with self.lock:
            self.items.append((time.monotonic(), item))

    def all(self):
        with self.lock:
            return [item for _, item in self.items]


class WebhookSink(Inbox):
    """Takes POSTs; an item is (path, JSON). What is no JSON is None."""

    def __init__(self):
        super().__init__()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                try:
                    outer.add((self.path, json.loads(body)))
                except ValueError:
                    outer.add((self.path, None))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def messages(self, path=None):
        return [data for where, data in self.all() if path in (None, where)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class MailSink(Inbox):
    """As much of SMTP as Alertmanager speaks without TLS; an item is (recipients, message as text)."""

    def __init__(self):
        super().__init__()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                to = []
                self.say("220 sink")
                for raw in self.rfile:
                    line = raw.decode(errors="replace").strip()
                    word = line.split(" ")[0].upper()
                    if word == "DATA":
                        self.say("354 go on")
                        lines = iter(self.rfile.readline, b".\r\n")
                        outer.add((to, b"".join(lines).decode(errors="replace")))
                        self.say("250 taken")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        if word == "RCPT":
                            to.append(re.search(r"<(.*)>", line).group(1))
                        self.say("250 ok")

        class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Program:
    """A server under test: its log beside its configuration, gone at the end of the `with` block."""

    def start(self, name, arguments, directory, environment=None):
        self.log_file = pathlib.Path(directory) / f"{name}.log"
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, **(environment or {})})
        eventually(self.ready, f"{name} is ready", 60)

    def ready(self):
        assert self.process.poll() is None, self.log_file.read_text(errors="replace")[-3000:]
        return get(f"http://{self.address}/-/ready")[0] == 200

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Alertmanager(Program):
    """`config`: text of alertmanager.yml; the shipped templates lie beside it."""

    def __init__(self, directory, config, environment=None):
        directory = pathlib.Path(directory)
        (directory / "templates").symlink_to(CONFIG / "alertmanager/templates")
        (directory / "alertmanager.yml").write_text(config)
        self.address = f"127.0.0.1:{free_port()}"
        self.start("alertmanager", [
            "prometheus-alertmanager", f"--config.file={directory}/alertmanager.yml",
            f"--storage.path={directory}/alertmanager", f"--web.listen-address={self.address}",
            "--cluster.listen-address="], directory, environment)

    def alerts(self):
        return json.loads(get(f"http://{self.address}/api/v2/alerts")[2] or "[]")


class Prometheus(Program):
    """`directory` holds prometheus.yml and whatever it names."""

    def __init__(self, directory, address=None, arguments=()):
        self.address = address or f"127.0.0.1:{free_port()}"
        self.start("prometheus", [
            "prometheus", f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/tsdb",
            f"--web.listen-address={self.address}", *arguments], directory)

    def ask(self, query):
        answer = get(f"http://{self.address}/api/v1/query?{urllib.parse.urlencode({'query': query})}")
        return json.loads(answer[2])["data"]["result"] if answer[0] == 200 else []

    def value(self, query):
        result = self.ask(query)
        assert len(result) < 2, (query, result)
        return float(result[0]["value"][1]) if result else None


def shipped_alertmanager(webhook, mail):
    """The shipped alertmanager.yml; what differs: addresses, no TLS to the mail server, waits in seconds."""
    return replace((CONFIG / "alertmanager/alertmanager.yml").read_text(), [
        (r"^(  smtp_smarthost:) \S+", rf"\1 {mail.address}"),
        (r"^(  smtp_require_tls:) true", r"\1 false"),
        (r"http://127\.0\.0\.1:9095/", f"http://{webhook.address}/"),
        (r"^(\s+group_wait:) \S+", r"\1 1s"),
        (r"^(\s+group_interval:) \S+", r"\1 2s"),
    ])


def zone_in_which_it_is(directory, local):
    """A tz database whose Europe/Paris has this local time now: only the real program decides what follows."""
    offset = round((local - datetime.datetime.utcnow()).total_seconds())
    file = directory / "zoneinfo/Europe/Paris"
    file.parent.mkdir(parents=True)
    # TZif version 1: no transition, one type, its abbreviation.
    file.write_bytes(b"TZif" + b"\0" * 16 + struct.pack(">6i", 0, 0, 0, 0, 1, 4) + struct.pack(">iBB", offset, 0, 0)
                     + b"TST\0")
    return {"ZONEINFO": str(directory / "zoneinfo")}
