"""The web server that all probes of a benchmark ask: a small page, and when each path was asked.

target.py: prints its port, serves until its standard input ends. GET /-/arrivals gives a JSON
object {path: [seconds, ...]} of the monotonic clock and forgets it. Every other path is 200 "ok".
"""

import asyncio
import json
import sys
import time

ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
          b"Connection: close\r\n\r\nok\n")


class Target(asyncio.Protocol):
    """One connection: one request, one answer."""

    arrivals = {}

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        if b"\r\n\r\n" not in self.received:
            return
        path = self.received.split(b" ", 2)[1].decode()
        if path == "/-/arrivals":
            body = json.dumps(Target.arrivals).encode()
            Target.arrivals = {}
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n"
                                 b"Connection: close\r\n\r\n" % len(body) + body)
        else:
            Target.arrivals.setdefault(path, []).append(time.monotonic())
            self.transport.write(ANSWER)
        self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Target, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
