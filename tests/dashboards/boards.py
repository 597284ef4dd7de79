"""The committed dashboards: their queries with the variables replaced, and how a value would read."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "dashboards/grafana"
PAGES = ("overview", "oncall", "backups", "patches")
EVERYTHING = {"ght": ".*", "establishment": ".*", "site": ".*", "host": ".*"}


def load(page, folder="fr"):
    return json.loads((GRAFANA / folder / f"{page}.json").read_text(encoding="utf-8"))


def substitute(text, variables):
    """As Grafana does with the values that the variables have; what is no variable stays."""
    return re.sub(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)", lambda m: variables.get(m.group(1) or m.group(2), m.group(0)), text)


def targets(board):
    """(panel, target) of every query."""
    return [(panel, target) for panel in board["panels"] for target in panel.get("targets", [])]


def panel_of(board, title):
    found = [panel for panel in board["panels"] if panel["title"] == title]
    assert len(found) == 1, f"{len(found)} panels called {title!r}"
    return found[0]


def expr_of(board, title, letter="A", **chosen):
    panel = panel_of(board, title)
    target = next(target for target in panel["targets"] if target["refId"] == letter)
    return substitute(target["expr"], {**EVERYTHING, **chosen})


def green(colour):
    """Whether a colour, a name of Grafana's or #rrggbb, says "good"."""
    if colour and colour[0] == "#":
        red, of_green, blue = (int(colour[at:at + 2], 16) for at in (1, 3, 5))
        return of_green > red + 24 and of_green > blue + 24
    return "green" in (colour or "")


class Reading:
    """Text and colour of a value under a field's configuration; NaN and None are nothing."""

    def __init__(self, config):
        self.mappings = config.get("mappings", [])
        self.steps = config.get("thresholds", {}).get("steps", [])
        self.no_value = config.get("noValue")

    def __call__(self, value):
        if isinstance(value, float) and value != value:
            value = None
        text, colour = None, None
        for mapping in self.mappings:
            result = self.result(mapping, value)
            if result:
                text, colour = result.get("text"), result.get("color")
                break
        if text is None and value is None:
            text = self.no_value
        return text, colour or self.threshold(value)

    @staticmethod
    def result(mapping, value):
        options = mapping["options"]
        if mapping["type"] == "value":
            name = str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
            return options.get(name) if value is not None else None
        if mapping["type"] == "special":
            return options["result"] if value is None and options["match"] in ("null", "null+nan") else None
        raise AssertionError(f"how does a mapping of type {mapping['type']} read?")

    def threshold(self, value):
        colour = None
        for step in self.steps:
            if step["value"] is None or (value is not None and value >= step["value"]):
                colour = step["color"]
        return colour


def readings(panel):
    """{letter: Reading} of the values of a panel's queries, overrides included."""
    config = panel["fieldConfig"]
    heads = {}
    for step in panel.get("transformations", []):
        heads.update(step["options"].get("renameByName", {}))
    out = {}
    for target in panel.get("targets", []):
        several = len(panel["targets"]) > 1
        head = heads.get(f"Value #{target['refId']}" if several else "Value")
        merged = dict(config["defaults"])
        coloured = panel["type"] == "stat"
        for override in config.get("overrides", []):
            if override["matcher"]["options"] == head:
                properties = {item["id"]: item["value"] for item in override["properties"]}
                merged.update(properties)
                coloured = coloured or "custom.cellOptions" in properties
        reading = Reading(merged)
        reading.coloured = coloured
        out[target["refId"]] = reading
    return out
