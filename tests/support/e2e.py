"""What the end-to-end tests share: a real agent in a temporary place, and waiting with a deadline.

Python's standard library only. Ports are bound to 0 and read back; nothing sleeps a fixed time and
hopes. GHT_BUILD_DIR is where the programs are (default: the dev build).
"""
import contextlib
import http.server
import json
import os
import pathlib
import re
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENT = pathlib.Path(os.environ.get("GHT_BUILD_DIR", ROOT / "build/dev")) / "ght-agent"


def eventually(condition, what, seconds=30):
    """Polls until condition() is truthy and returns that; a clear failure after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def get(url, headers=None, timeout=10):
    """(status, headers, body) of a GET; status 0 when nobody answers."""
    request = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
    except OSError:
        return 0, {}, b""


def config(directory, checks, **more):
    """A configuration as a dictionary, complete but for its checks."""
    return {
        "identity": {"ght": "GHT Essai", "establishment": "CH Essai", "site": "nord", "host": "srv-essai"},
        "state_directory": str(pathlib.Path(directory) / "state"),
        "web": {"listen": ["127.0.0.1:0"]},
        "checks": checks,
        **more,
    }


def http_check(name, url, **more):
    return {"name": name, "collector": "http", "activity": "application_platform", "interval": "1s",
            "timeout": "1s", "settings": {"url": url}, **more}


class Agent:
    """`ght-agent run` on a configuration; leave the `with` block and it is gone."""

    def __init__(self, directory, configuration, name="agent"):
        self.directory = pathlib.Path(directory)
        self.file = self.directory / f"{name}.json"
        self.log_file = self.directory / f"{name}.log"
        self.program = AGENT
        self.process = None
        self.address = None
        self.write(configuration)

    def write(self, configuration):
        text = configuration if isinstance(configuration, str) else json.dumps(configuration, indent=2)
        self.file.write_text(text, encoding="utf-8")

    def start(self, arguments=(), ready=True):
        offset = self.log_file.stat().st_size if self.log_file.exists() else 0
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "run", "--config.file", self.file, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if ready:
            def listening():
                if self.process.poll() is not None:
                    raise AssertionError(f"the agent ended with {self.process.returncode}:\n{self.log()}")
                return re.search(r"msg=listening address=(\S+)", self.log()[offset:])
            self.address = eventually(listening, "the agent listens").group(1)
            eventually(lambda: self.get("/-/ready")[0] == 200, "the agent is ready")
        return self

    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def get(self, path, headers=None):
        return get(f"http://{self.address}{path}", headers)

    def metrics(self):
        """{'name{labels}': value} of the live page."""
        page = self.get("/metrics")[2].decode()
        rows = (line.rsplit(" ", 1) for line in page.splitlines() if line and line[0] != "#")
        return {series: float(value) for series, value in rows}

    def check(self, name):
        status = json.loads(self.get("/api/v1/status")[2])
        return next((check for check in status["checks"] if check["name"] == name), {})

    def wait_state(self, name, state, seconds=30):
        return eventually(lambda: (self.check(name).get("state") == state) and self.check(name),
                          f"{name} is {state}; it is {self.check(name)}", seconds)

    def seconds(self, name, state):
        for series, value in self.metrics().items():
            if series.startswith("ght_sla_seconds_total{") and f'check="{name}"' in series \
                    and f'state="{state}"' in series:
                return value
        return None

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, seconds=15):
        self.send(number)
        return self.process.wait(timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class WebServer:
    """A local web server whose answer can be changed while it runs."""

    def __init__(self):
        self.status, self.body = 200, b"ok"
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def run(*arguments, **more):
    """A subcommand of the agent, to its end."""
    return subprocess.run([AGENT, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120, **more)


def main(tests):
    """Runs the functions given (each gets a temporary directory); prints a line each."""
    wanted = sys.argv[1:]
    failed = 0
    done = 0
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        done += 1
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="ght-e2e-") as directory:
            try:
                test(pathlib.Path(directory))
                word = "ok"
            except Exception:  # a test may fail in any way; the others still run
                import traceback
                traceback.print_exc()
                for log in pathlib.Path(directory).glob("*.log"):
                    print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}", file=sys.stderr)
                failed += 1
                word = "FAILED"
        print(f"{word} {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"{done - failed} passed, {failed} failed")
    sys.exit(1 if failed or not done else 0)
