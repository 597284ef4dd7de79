"""promtool and amtool on the shipped files, and whether the promtool tests leave anything untested."""
import concurrent.futures
import re
import shutil

import yaml
from common import ALERTS, CONFIG, RULE_FILES, RULES, TEST_FILES, command


def certificate(directory, name):
    """promtool wants the files of tls_config to be there."""
    status, said = command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x",
                           "-keyout", directory / f"{name}.key", "-out", directory / f"{name}.pem")
    assert status == 0, said


def the_shipped_configuration_is_accepted(directory):
    shutil.copytree(CONFIG / "prometheus", directory / "prometheus")
    tls = directory / "prometheus/tls"
    tls.mkdir()
    certificate(tls, "prometheus")
    certificate(tls, "ght-ca")
    (tls / "ght-agent.password").write_text("secret\n")
    status, said = command("promtool", "check", "config", directory / "prometheus/prometheus.yml")
    assert status == 0 and f"{len(RULE_FILES)} rule files found" in said, said
    status, said = command("promtool", "check", "rules", *RULE_FILES)
    assert status == 0, said
    status, said = command("amtool", "check-config", CONFIG / "alertmanager/alertmanager.yml")
    assert status == 0 and "FAILED" not in said, said


def the_inventory_names_each_host_once(_):
    seen = set()
    for file in sorted((CONFIG / "prometheus/targets").glob("*.json")):
        for entry in yaml.safe_load(file.read_text()):
            labels = entry["labels"]
            assert set(labels) == {"ght", "establishment", "site", "host", "expected_activities"}, (file.name, labels)
            host = tuple(labels[name] for name in ("ght", "establishment", "site", "host"))
            assert host not in seen and len(entry["targets"]) == 1, (file.name, entry)
            seen.add(host)
            known = {rule["labels"]["activity"] for rule in activities()}
            assert set(labels["expected_activities"].split(" ")) <= known, (file.name, labels)
    assert len({host[:3] for host in seen}) >= 3, "examples of several sites"


def activities():
    return yaml.safe_load((RULES / "activities.rules.yml").read_text())["groups"][0]["rules"]


def every_promtool_test_passes(_):
    """Two at a time, the longest first."""
    files = sorted(TEST_FILES, key=lambda file: file.name not in ("sla-silence.test.yml", "alerts-texts.test.yml"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda file: command("promtool", "test", "rules", file.name, cwd=RULES), files))
    failed = [said[:3000] for status, said in results if status != 0]
    assert not failed and len(files) >= 10, "\n".join(failed)


def tested(files, name, severity):
    """(promtool sees it firing, promtool sees it silent, promtool holds all its words)"""
    fires = silent = words = False
    for file in files:
        for test in file["tests"]:
            for query in test.get("promql_expr_test", []):
                if f'alertname="{name}"' not in query["expr"] or 'alertstate="firing"' not in query["expr"]:
                    continue
                samples = [each["labels"] for each in query["exp_samples"]]
                of_it = [labels for labels in samples if f'severity="{severity}"' in labels]
                fires = fires or bool(of_it)
                silent = silent or not of_it
            for case in test.get("alert_rule_test", []):
                words = words or case["alertname"] == name and any(
                    alert["exp_labels"]["severity"] == severity for alert in case["exp_alerts"])
    return fires, silent, words


def every_alert_is_tested_firing_silent_and_word_for_word(_):
    told = set()
    files = [yaml.load(file.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader)) for file in TEST_FILES]
    for rule in ALERTS:
        name, severity = rule["alert"], rule["labels"]["severity"]
        fires, silent, words = tested(files, name, severity)
        assert fires, f"{name} ({severity}): no promtool test sees it firing"
        assert silent or name == "GhtWatchdog", f"{name} ({severity}): no promtool test sees it silent"
        if words:
            told.add(name)
    missing = {rule["alert"] for rule in ALERTS} - told
    assert not missing, f"no promtool test holds the words of {sorted(missing)}"


def metrics_of_the_agent():
    """Names that the sources declare."""
    root = CONFIG.parent
    names = set()
    for folder in ("agent", "collectors"):
        for file in (root / folder).rglob("*"):
            if file.suffix in (".cc", ".h") and "_test" not in file.name:
                names.update(re.findall(r'"(ght_[a-z0-9_]+)"', file.read_text()))
    return names
