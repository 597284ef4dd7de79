"""The world of the drill: agents of three sites, and the shipped configuration with only what must differ."""
import crypt
import json
import pathlib
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request

from tests.support.alerting import CONFIG, replace
from tests.support.e2e import Agent

PASSWORD = "motdepasse-de-l-exercice"


def command(*arguments, **more):
    done = subprocess.run(list(map(str, arguments)), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, **more)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


class Keys:
    """An authority, a certificate of the agents and one of Prometheus, where prometheus.yml looks for them."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                "-subj", "/CN=Autorite de l'exercice", "-keyout", folder / "ca.key", "-out", folder / "ght-ca.pem")
        self.sign("agent", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self.sign("prometheus", "extendedKeyUsage=clientAuth\n")
        (folder / "ght-agent.password").write_text(PASSWORD)

    def sign(self, name, extensions):
        folder = self.folder
        (folder / f"{name}.ext").write_text(extensions)
        command("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr")
        command("openssl", "x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / "ght-ca.pem", "-CAkey",
                folder / "ca.key", "-CAcreateserial", "-days", "1", "-extfile", folder / f"{name}.ext",
                "-out", folder / f"{name}.pem")

    def web(self):
        """What an agent's "web" section needs."""
        return {"tls_server_config": {"cert_file": str(self.folder / "agent.pem"),
                                      "key_file": str(self.folder / "agent.key"),
                                      "client_auth_type": "RequireAndVerifyClientCert",
                                      "client_ca_file": str(self.folder / "ght-ca.pem"), "min_version": "TLS12"},
                "basic_auth_users": {"prometheus": crypt.crypt(PASSWORD, "$2b$10$abcdefghijklmnopqrstuu")}}

    def opener(self):
        context = ssl.create_default_context(cafile=self.folder / "ght-ca.pem")
        context.load_cert_chain(self.folder / "prometheus.pem", self.folder / "prometheus.key")
        return urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))


class DrillAgent(Agent):
    """An agent that is asked the way Prometheus asks it."""

    def __init__(self, directory, place, keys, checks):
        self.place, self.keys = place, keys
        super().__init__(directory, {
            "identity": place, "state_directory": str(pathlib.Path(directory) / place["host"]),
            "web": {"listen": ["127.0.0.1:0"], **keys.web()}, "checks": checks}, place["host"])

    def listen_here_again(self):
        """A target's address stays: the agent that comes back must be found where it was."""
        self.write(self.file.read_text().replace('"127.0.0.1:0"', json.dumps(self.address)))

    def get(self, path, headers=None):
        request = urllib.request.Request(f"https://{self.address}{path}", headers=headers or {})
        token = ssl.base64.b64encode(f"prometheus:{PASSWORD}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        try:
            with self.keys.opener().open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()
        except OSError:
            return 0, {}, b""

    def target(self, *activities):
        return {"targets": [self.address], "labels": {**self.place, "expected_activities": " ".join(activities)}}


UNITS = {"s": 1, "m": 60, "h": 3600}


def thirtieth(match):
    seconds = int(match[2]) * UNITS[match[3]]
    return f"{match[1]}{max(1, seconds // 30)}s"


def shipped_prometheus(directory, alertmanager, own_address, targets):
    """prometheus.yml, rules and inventory of a test. What differs from what is shipped, all of it:

    - addresses: Alertmanager, Prometheus itself, the agents (targets/*.json);
    - scraped and evaluated every second;
    - every `interval`, `for` and `keep_firing_for` of a rule is a thirtieth, at least a second.
    Expressions, labels, annotations, windows and thresholds stay.
    """
    shutil.copytree(CONFIG / "prometheus/rules", directory / "rules")
    for file in (directory / "rules").glob("*.rules.yml"):
        text = re.sub(r"^(\s+(?:interval|for|keep_firing_for): )(\d+)([smh])$", thirtieth, file.read_text(), flags=re.M)
        file.write_text(text)
    (directory / "targets").mkdir()
    for name, entries in targets.items():
        (directory / "targets" / f"{name}.json").write_text(json.dumps(entries))
    changes = [(r"^(  scrape_interval:) 30s", r"\1 1s"), (r"^(  scrape_timeout:) 10s", r"\1 1s"),
               (r"^(  evaluation_interval:) 30s", r"\1 1s"), (r"127\.0\.0\.1:9093", alertmanager),
               (r"127\.0\.0\.1:9090", own_address), (r"^(\s+refresh_interval:) 1m", r"\1 1s")]
    text = replace((CONFIG / "prometheus/prometheus.yml").read_text(), changes)
    (directory / "prometheus.yml").write_text(text)
