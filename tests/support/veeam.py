"""A stand-in for the REST API of Veeam Backup & Replication, over TLS, from its documented fields.

Nobody has Veeam here. What this server says was taken from the published reference (revisions 1.0 to
1.3), from its generated clients, and from answers of a live VBR 13.1 that others published; what it
does wrong on purpose is further down.
"""
import base64
import datetime
import http.server
import json
import re
import secrets
import socketserver
import ssl
import threading
import urllib.parse
import uuid

from tests.support.e2e import config, run
from tests.support.tls_world import Authority

USER = "EXEMPLE\\veilleur"
PASSWORD = "Mot de passe & %=+\" du veilleur é"
REVISIONS = ["1.3-rev2", "1.3-rev1", "1.3-rev0", "1.2-rev1", "1.2-rev0", "1.1-rev2", "1.1-rev1", "1.1-rev0"]


def ago(**time):
    """A lastRun so long ago, in the notation of VBR 13: local time with its zone, ticks cut at the end."""
    zone = datetime.timezone(datetime.timedelta(hours=1))
    when = datetime.datetime.now(zone) - datetime.timedelta(**time)
    return when.isoformat(timespec="microseconds")


def job(name, last_run, result="Success", status="Stopped", processed=134217728000, **more):
    """One element of jobs/states as revision 1.3 has it; last_run None: never ran."""
    made = {
        "type": "VSphereBackup", "status": status, "lastResult": result, "workload": "Vm",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)), "name": name,
        "description": "Created by EXEMPLE\\admin.sauvegarde", "lastRun": last_run,
        "nextRunPolicy": "<Not scheduled>", "repositoryId": str(uuid.uuid5(uuid.NAMESPACE_URL, "depot")),
        "repositoryName": "depot-nord", "objectsCount": 14, "sessionId": str(uuid.uuid4()),
        "highPriority": False, "progressPercent": 100,
        "sessionProgress": {"bottleneck": "Source", "duration": "00:18:27", "processingRate": "268 MB/s",
                            "processedSize": processed, "readSize": 274600034304,
                            "transferredSize": 8739400042, "progressPercent": 100},
        "isStorageSnapshot": False, "targetName": "depot-nord", **more}
    return {key: value for key, value in made.items() if key != "lastRun" or value is not None}


def running(name, last_run, **more):
    """A job whose session is under way: its last result has become None."""
    return job(name, last_run, "None", "Running", **more)


class Refused(Exception):
    """An answer in Veeam's own form of an error."""

    def __init__(self, status, code, message="", headers=()):
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, dict(headers)


class VeeamServer:
    """`jobs`, `revisions`, `page_limit` and the hooks may change while it runs."""

    def __init__(self, cert, key):
        self.jobs = []
        self.revisions = list(REVISIONS)
        self.page_limit = 500
        self.on_token = None   # called with the handler; True: it has answered
        self.on_states = None  # called with the handler and the query; True: it has answered
        self.tokens = set()
        self.issued = []
        self.requests = []     # (method, path, revision)
        self.forms = []
        self.lock = threading.Lock()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def setup(self):
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def do_GET(self):
                outer.answer(self)

            def do_POST(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # clients that hang up, or do not trust the certificate

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def count(self, path):
        with self.lock:
            return sum(1 for _, asked, _ in self.requests if asked == path)

    def forget(self):
        with self.lock:
            self.requests.clear()
            self.forms.clear()

    def answer(self, handler):
        parsed = urllib.parse.urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        revision = handler.headers.get("x-api-version")
        with self.lock:
            self.requests.append((handler.command, parsed.path, revision))
        try:
            if revision not in self.revisions:
                raise Refused(400, "NotImplemented", f"The HTTP resource that matches the request URI "
                              f"'{self.url}{parsed.path}' does not support the API version '{revision}'.")
            query = dict(urllib.parse.parse_qsl(parsed.query))
            route = {("POST", "/api/oauth2/token"): lambda: self.token(handler, body.decode()),
                     ("POST", "/api/oauth2/logout"): lambda: self.logout(handler),
                     ("GET", "/api/v1/jobs/states"): lambda: self.states(handler, query)}
            act = route.get((handler.command, parsed.path))
            if act is None:
                raise Refused(404, "NotFound", "not found")
            act()
        except Refused as refused:
            send(handler, refused.status, {"errorCode": refused.code, "message": refused.message,
                                           "title": refused.message, "status": refused.status},
                 refused.headers)
        except OSError:
            pass  # the client has gone

    def token(self, handler, text):
        form = dict(urllib.parse.parse_qsl(text, strict_parsing=True))
        with self.lock:
            self.forms.append(form)
        if self.on_token and self.on_token(handler):
            return
        kind = handler.headers.get("Content-Type")
        if kind != "application/x-www-form-urlencoded" or form.get("grant_type") != "password":
            raise Refused(400, "InvalidRequest", "The request is not understood.")
        if (form.get("username"), form.get("password")) != (USER, PASSWORD):
            raise Refused(401, "AccessDenied",
                          "Unable to perform authorization: The provided user credentials are invalid.")
        made = "eyJhbGciOiJIUzI1NiJ9." + secrets.token_urlsafe(600) + "." + secrets.token_urlsafe(32)
        with self.lock:
            self.tokens.add(made)
            self.issued.append(made)
        send(handler, 200, {"access_token": made, "token_type": "bearer",
                            "refresh_token": secrets.token_urlsafe(600), "expires_in": 900,
                            ".issued": ago(), ".expires": ago(minutes=-15)})

    def bearer(self, handler):
        kind, _, token = handler.headers.get("Authorization", "").partition(" ")
        with self.lock:
            if kind != "Bearer" or token not in self.tokens:
                raise Refused(401, "AccessDenied", "Token not found or has expired")
        return token

    def logout(self, handler):
        token = self.bearer(handler)
        with self.lock:
            self.tokens.discard(token)
        send(handler, 200, {})

    def states(self, handler, query):
        self.bearer(handler)
        if self.on_states and self.on_states(handler, query):
            return
        send(handler, 200, self.page(query))

    def page(self, query):
        """What an honest server says to this query."""
        skip, limit = int(query.get("skip", 0)), int(query.get("limit", 200))
        data = self.jobs[skip:skip + min(limit, self.page_limit)]
        return {"data": data, "pagination": {"total": len(self.jobs), "count": len(data)}}


def send(handler, status, body, headers=()):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    for name, value in dict(headers).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


# What a server may do wrong; each makes a hook.

def says(status, body, headers=()):
    def hook(handler, *_):
        send(handler, status, body, headers)
        return True
    return hook


def refuses(status, code, headers=()):
    def hook(*_):
        raise Refused(status, code, "", headers)
    return hook


def hangs(until):
    """Answers nothing until the event is set."""
    def hook(*_):
        until.wait(30)
        return True
    return hook


def cuts(server, size):
    """Promises the whole answer, sends `size` bytes of it and hangs up."""
    def hook(handler, query):
        data = json.dumps(server.page(query)).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:size])
        handler.close_connection = True
        return True
    return hook


def changes(server, change):
    """`change` gets the honest page and returns another; it may change it in place and return None."""
    def hook(handler, query):
        page = json.loads(json.dumps(server.page(query)))
        send(handler, 200, change(page) or page)
        return True
    return hook


def never_ends(server):
    """Every page is full of jobs that were not seen before, and the total grows with it."""
    def hook(handler, query):
        skip = int(query.get("skip", 0))
        data = [job(f"J{skip + n}", ago(hours=1)) for n in range(server.page_limit)]
        total = skip + 2 * len(data)
        send(handler, 200, {"data": data, "pagination": {"total": total, "count": len(data)}})
        return True
    return hook


def echoes(handler, *_):
    """A debug page: shows whoever asks what was asked, secrets included."""
    with_all = f"{handler.headers} {PASSWORD} {urllib.parse.quote(PASSWORD)}".encode()
    send(handler, 500, with_all, {"X-Seen": handler.headers.get("Authorization", "none")})
    return True


class World:
    """A server, its authority, a password file, and the check that uses them."""

    def __init__(self, directory):
        self.directory = directory
        self.ca = Authority(directory, "ca")
        self.server = VeeamServer(*self.ca.issue("vbr", "server"))
        self.password = directory / "veeam.pass"
        self.password.write_text(PASSWORD + "\n", encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def check(self, timeout="1s", interval="1s", **settings):
        return {"name": "veeam", "collector": "veeam", "activity": "backup", "interval": interval,
                "timeout": timeout,
                "settings": {"url": self.server.url, "username": USER, "ca_file": str(self.ca.cert),
                             "password_file": str(self.password), **settings}}

    def collect(self, timeout="15s", **settings):
        """(exit status, reason code, all that was printed) of one run without memory."""
        file = self.directory / "collect.json"
        check = self.check(timeout, "1m", **settings)
        file.write_text(json.dumps(config(self.directory, [check])), encoding="utf-8")
        done = run("collect", "--en", "veeam", "--config.file", file)
        said = done.stdout + done.stderr
        reason = re.search(r"reason=(\w+)", said)
        return done.returncode, reason and reason[1], said

    def expect(self, verdict, reason, words="", timeout="15s", **settings):
        status, code, said = self.collect(timeout, **settings)
        assert (status, code) == (verdict, reason) and words in said, said
        assert not shown_secrets(self.server, said), said
        return said


def shown_secrets(server, text):
    """What of the password, its encodings and the tokens is in a text."""
    forms = [PASSWORD, urllib.parse.quote(PASSWORD), urllib.parse.quote_plus(PASSWORD), json.dumps(PASSWORD),
             base64.b64encode(PASSWORD.encode()).decode(), PASSWORD.split(" ")[-2]]
    return [each for each in [*forms, *server.issued] if each.strip('"') in text]
