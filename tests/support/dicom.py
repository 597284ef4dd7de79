"""Real DICOM servers for the end-to-end tests: DCMTK's storescp and dcmqrscp, and Orthanc."""
import contextlib
import json
import socket
import subprocess
import threading

from tests.support.e2e import eventually
from tests.support.prometheus import free_port


def reachable(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Server:
    """A program that listens on `port`; leave the `with` block and it is gone."""

    def __init__(self, directory, name, port, arguments):
        self.log_file, self.port, self.arguments = directory / f"{name}.log", port, arguments
        self.process = None

    def start(self):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(list(map(str, self.arguments)), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        eventually(lambda: self.process.poll() is not None or reachable(self.port), f"{self.log_file} listens")
        assert self.process.poll() is None, self.log()
        return self

    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


def storescp(directory, *options, name="storescp"):
    store = directory / name
    store.mkdir()
    port = free_port()
    return Server(directory, name, port, ["storescp", "-v", "-od", store, *options, port])


def dcmqrscp(directory, title, name="dcmqrscp"):
    """It serves this AE title and no other."""
    store = directory / name
    store.mkdir()
    port = free_port()
    configuration = directory / f"{name}.cfg"
    configuration.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        "HostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\n{title} {store} RW (10, 1024mb) ANY\nAETable END\n")
    return Server(directory, name, port, ["dcmqrscp", "-v", "-s", "-c", configuration])


def orthanc(directory, title, name="orthanc", **more):
    """It refuses other AE titles than this. The keys are those of its configuration."""
    store = directory / name
    store.mkdir()
    port = free_port()
    configuration = directory / f"{name}.json"
    configuration.write_text(json.dumps({
        "StorageDirectory": str(store), "IndexDirectory": str(store), "HttpServerEnabled": False,
        "DicomServerEnabled": True, "DicomPort": port, "DicomAet": title, "DicomCheckCalledAet": True,
        **more}))
    return Server(directory, name, port, ["Orthanc", configuration])


class Relay:
    """Passes bytes between one client and the server on `target`; told(n) before the client's nth message goes on."""

    def __init__(self, target, told):
        self.target, self.told = target, told
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        client, _ = self.listener.accept()
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            back = threading.Thread(target=self.pass_back, args=(server, client), daemon=True)
            back.start()
            count = 0
            with contextlib.suppress(OSError):
                while data := client.recv(65536):
                    count += 1
                    self.told(count)
                    server.sendall(data)
            back.join()

    @staticmethod
    def pass_back(server, client):
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(10)
        self.listener.close()
