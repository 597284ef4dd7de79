"""Certificates by openssl, passwords by bcrypt, and an agent that demands both, for the end-to-end tests."""
import base64
import contextlib
import datetime
import pathlib
import re
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
import warnings

from tests.support.e2e import Agent, config

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import crypt

PASSWORD = "Un-mot-de-passe-que-rien-ne-doit-montrer"
USER = "prometheus"
NOT_AFTER = "ght_web_tls_not_after_timestamp_seconds"
RELOAD = "ght_web_tls_last_reload_successful"

CA_CONFIG = """
[ca]
default_ca = this
[this]
database = {directory}/index.txt
new_certs_dir = {directory}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[server]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost,IP:127.0.0.1
extendedKeyUsage = serverAuth
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
"""


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **more)


class Authority:
    """A certificate authority; its files and what it issues are in a directory of its own."""

    def __init__(self, directory, name):
        self.directory = pathlib.Path(directory) / name
        self.directory.mkdir()
        (self.directory / "index.txt").touch()
        self.config = self.directory / "ca.cnf"
        self.config.write_text(CA_CONFIG.format(directory=self.directory))
        self.cert = self.directory / "ca.crt"
        self.key = self.directory / "ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={name}", "-days", "30", "-keyout", self.key, "-out", self.cert)

    def issue(self, name, use, days=(-1, 30)):
        """(certificate, key) for `use` server or client, valid from and to so many days from now."""
        cert, key, request = (self.directory / f"{name}.{end}" for end in ("crt", "key", "csr"))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        now = datetime.datetime.now(datetime.timezone.utc)
        start, end = (f"{now + datetime.timedelta(days=day):%Y%m%d%H%M%SZ}" for day in days)
        openssl("ca", "-batch", "-notext", "-config", self.config, "-extensions", use,
                "-cert", self.cert, "-keyfile", self.key, "-in", request, "-out", cert,
                "-startdate", start, "-enddate", end)
        key.chmod(0o600)
        return cert, key


def bcrypt(password, cost=10):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return crypt.crypt(password, f"$2y${cost}$" + "abcdefghijklmnopqrstuu")


class World:
    """An authority, a server's and a client's certificate, and the configuration that uses them."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.ca = Authority(directory, "ca")
        self.others = Authority(directory, "others")
        self.server = self.ca.issue("agent", "server")
        self.client = self.ca.issue("prometheus", "client")
        # What the configuration names; certificates change under these names.
        self.cert, self.key = self.directory / "agent.crt", self.directory / "agent.key"
        self.client_ca = self.directory / "clients.crt"
        self.install(self.server)
        self.put(self.client_ca, self.ca.cert.read_text())
        self.hash = bcrypt(PASSWORD)

    @staticmethod
    def put(path, text):
        """As tools do it: the new file takes the name in one step."""
        new = path.with_suffix(path.suffix + ".new")
        new.touch(mode=0o600)
        new.write_text(text)
        new.rename(path)

    def install(self, pair):
        self.put(self.cert, pair[0].read_text())
        self.put(self.key, pair[1].read_text())

    def web(self, **more):
        return {"listen": ["127.0.0.1:0"],
                "tls_server_config": {"cert_file": str(self.cert), "key_file": str(self.key),
                                      "client_auth_type": "RequireAndVerifyClientCert",
                                      "client_ca_file": str(self.client_ca)},
                "basic_auth_users": {USER: self.hash}, **more}

    def config(self, checks=(), **web):
        return {**config(self.directory, list(checks)), "web": self.web(**web)}

    def context(self, client="ours", trust=None):
        context = ssl.create_default_context(cafile=str(trust or self.ca.cert))
        if client == "ours":
            client = self.client
        if client:
            context.load_cert_chain(*map(str, client))
        return context


def basic(password=PASSWORD, user=USER):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def get_tls(url, context, headers=None, timeout=10):
    """(status, headers, body); status 0 and the reason when TLS or the connection fails."""
    request = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            return error.code, error.headers, error.read()
    except OSError as error:
        return 0, {}, str(error).encode()


class SecureAgent(Agent):
    """An agent that is asked over TLS with the world's certificate and password."""

    def __init__(self, world, configuration, name="agent"):
        super().__init__(world.directory, configuration, name)
        self.context = world.context()
        self.headers = basic()

    def get(self, path, headers=None):
        return get_tls(f"https://{self.address}{path}", self.context, {**self.headers, **(headers or {})})


def enddate(cert):
    return ssl.cert_time_to_seconds(subprocess.run(
        ["openssl", "x509", "-noout", "-enddate", "-in", cert], check=True, capture_output=True,
        text=True).stdout.strip().removeprefix("notAfter="))


def served(world, agent):
    """The certificate that a new connection is shown, as DER."""
    host, port = agent.address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), 10) as plain, \
            world.context().wrap_socket(plain, server_hostname="localhost") as tls:
        return tls.getpeercert(True)


def der(cert):
    return ssl.PEM_cert_to_DER_cert(cert.read_text())


def curl(agent, path, *arguments):
    """(exit code, status, all that it said)."""
    done = subprocess.run(["curl", "-sS", "-i", "--max-time", "20", "--noproxy", "*", *map(str, arguments),
                           f"https://{agent.address}{path}"], capture_output=True, text=True)
    status = re.match(r"HTTP/1.1 (\d+)", done.stdout)
    return done.returncode, int(status[1]) if status else 0, done.stdout + done.stderr
