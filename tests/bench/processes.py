"""Programs under measurement: started on free ports, watched through /proc, always ended."""

import http.client
import os
import re
import socket
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Broken(Exception):
    """A benchmark could not be run; the text says why."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(address, path, fields=None, timeout=10):
    """Status and body of one GET on a connection of its own."""
    connection = http.client.HTTPConnection(address, timeout=timeout)
    try:
        connection.request("GET", path, headers=fields or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Program:
    """One running program; use it in a with statement."""

    def __init__(self, name, argv):
        self.name = name
        self.argv = argv
        self.address = None
        self.ask = lambda path: get(self.address, path)  # status and body

    def __enter__(self):
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.log = []
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _read(self, stream):
        # Only the head is kept: a log must not grow into the measurement's way.
        for line in stream:
            if len(self.log) < 200:
                self.log.append(line.decode(errors="replace").rstrip())

    def _die(self, what):
        log = " | ".join(self.log[-3:])
        raise Broken(f"{self.name}: {what}; its last words: {log or 'none'}")

    def wait_for_line(self, pattern, seconds=20):
        """The first group of the first line of its output that matches."""
        end = time.monotonic() + seconds
        seen = 0
        while time.monotonic() < end:
            for line in self.log[seen:]:
                seen += 1
                found = re.search(pattern, line)
                if found:
                    return found.group(1)
            if self.process.poll() is not None:
                self._die(f"ended with {self.process.returncode}")
            time.sleep(0.0005)
        self._die(f"printed no line with {pattern} in {seconds} s")

    def wait_for_page(self, path, seconds=20):
        """Until it answers 200; returns the seconds since it was started."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.ask(path)[0] == 200:
                    return time.monotonic() - self.started
            except (OSError, http.client.HTTPException):
                pass
            if self.process.poll() is not None:
                self._die(f"ended with {self.process.returncode}")
            time.sleep(0.0005)
        self._die(f"did not answer 200 on {path} in {seconds} s")

    def cpu(self):
        """Processor seconds until now, ended children left out."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss(self, field="VmRSS"):
        """Resident memory in bytes, now or (VmHWM) at its highest."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(f"{field}:"):
                    return int(line.split()[1]) * 1024
        raise Broken(f"{self.name}: /proc shows no {field}")


def node_exporter():
    address = f"127.0.0.1:{free_port()}"
    program = Program("node_exporter",
                      ["prometheus-node-exporter", f"--web.listen-address={address}"])
    program.address = address
    return program


def blackbox_exporter(config):
    address = f"127.0.0.1:{free_port()}"
    program = Program("blackbox_exporter",
                      ["prometheus-blackbox-exporter", f"--web.listen-address={address}",
                       f"--config.file={config}"])
    program.address = address
    return program


def metric(page, name):
    """Sum of a family's samples by the value of their label `result`, or of all of them ('')."""
    sums = {}
    for line in page.decode().splitlines():
        if not line.startswith(name) or line[len(name)] not in " {":
            continue
        label = re.search(r'result="([^"]*)"', line)
        key = label.group(1) if label else ""
        sums[key] = sums.get(key, 0.0) + float(line.rsplit(" ", 1)[1])
    return sums
