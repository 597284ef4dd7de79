"""Advisories of one repository, from the updateinfo.xml that zypper keeps, and versions of rpm packages.
For Python 3.6 (SLE 15) and later.
"""
import bz2
import gzip
import hashlib
import lzma
import os
import re
import subprocess
import xml.etree.ElementTree

from ght_rpm_cache import Failure

XML_BYTES = 1 << 30
CHUNK_BYTES = 1 << 20
PART = re.compile(r"[0-9]+|[a-zA-Z]+|~|\^")
# What libzypp knows besides "security"; the rest may be about anything.
NOT_SECURITY = ("recommended", "bugfix", "optional", "enhancement", "feature", "newpackage", "document", "yast")


class Advisory:
    """One <update>: its name, type, severity and CVE, and what it fixes as (name, architecture, version)."""

    def __init__(self, element):
        def text(tag):
            return (element.findtext(tag) or "").strip()
        self.name = text("id")
        self.retracted = element.get("status") == "retracted"
        kind = (element.get("type") or "").strip().lower()
        self.type = kind if kind == "security" or kind in NOT_SECURITY else "unknown"
        self.severity = text("severity")
        self.cves = sorted({each.get("id") for each in element.iterfind("references/reference")
                            if each.get("type") == "cve" and each.get("id")})
        self.fixes = [(each.get("name"), each.get("arch"), "{}:{}-{}".format(
            each.get("epoch") or 0, each.get("version"), each.get("release")))
            for each in element.iterfind("pkglist/collection/package")]


def verified(cache, kind):
    """Whether the file is the one that repomd.xml promises."""
    for entry in cache.entries[kind]:
        if entry.tag.endswith("}checksum"):
            try:
                digest = hashlib.new({"sha": "sha1"}.get(entry.get("type"), entry.get("type") or ""))
            except ValueError:
                return False
            with cache.open(cache.files[kind]) as file:
                for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                    digest.update(chunk)
            return digest.hexdigest() == (entry.text or "").strip()
    return False


class Bounded:
    """A stream that refuses to go on for ever."""

    def __init__(self, stream):
        self.stream, self.left = stream, XML_BYTES

    def read(self, size):
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Failure("updateinfo: longer than {} bytes".format(XML_BYTES))
        return data


def advisories_of(cache):
    """Each advisory of the repository that was not retracted."""
    path = os.path.join(cache.folder, cache.files["updateinfo"])
    with open(path, "rb") as file:
        if path.endswith(".zst"):
            yield from unpacked_by("zstd", file, path)
        else:
            kind = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
            make = kind.get(os.path.splitext(path)[1])
            yield from parsed(make(file) if make else file, path)


def unpacked_by(program, file, path):
    """Python reads zstd from 3.14 on."""
    try:
        child = subprocess.Popen([program, "-dc"], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise Failure("{}: {} is needed to read it: {}".format(path, program, error.strerror))
    try:
        yield from parsed(child.stdout, path)
    finally:
        child.stdout.close()
        code = child.wait()
    if code != 0:
        raise Failure("{}: {} failed".format(path, program))


def parsed(stream, path):
    try:
        document = xml.etree.ElementTree.iterparse(Bounded(stream), events=("start", "end"))
        _, top = next(document)
        for event, element in document:
            if event == "end" and element.tag == "update":
                advisory = Advisory(element)
                top.clear()
                if not advisory.retracted:
                    yield advisory
    except (xml.etree.ElementTree.ParseError, OSError, EOFError, lzma.LZMAError) as error:
        raise Failure("{}: {}".format(path, error))


# --- versions -----------------------------------------------------------------------------------


def compare_part(left, right):
    """A version or a release, as rpm orders it: runs of digits and of letters; a tilde comes before the end of
    the text, a caret after it, and before all else."""
    a, b = PART.findall(left), PART.findall(right)
    for i in range(max(len(a), len(b))):
        one, other = a[i] if i < len(a) else "", b[i] if i < len(b) else ""
        if one == other:
            continue
        for sign, end_is_less in (("~", False), ("^", True)):
            if sign in (one, other):
                less = one == sign
                if end_is_less and "" in (one, other):
                    less = one == ""
                return -1 if less else 1
        if one.isdigit() and other.isdigit():
            if int(one) != int(other):
                return -1 if int(one) < int(other) else 1
            continue
        if one.isdigit() != other.isdigit():
            # The end comes before letters too, and letters before digits.
            return 1 if one.isdigit() or other == "" else -1
        return -1 if one < other else 1
    return 0


def evr_of(text):
    epoch, colon, rest = text.rpartition(":")
    version, _, release = rest.partition("-")
    return int(epoch) if colon and epoch.isdigit() else 0, version, release


def compare_evr(left, right):
    """Less than, equal to, or greater than 0, as rpm orders two [epoch:]version-release."""
    one, other = evr_of(left), evr_of(right)
    if one[0] != other[0]:
        return -1 if one[0] < other[0] else 1
    return compare_part(one[1], other[1]) or compare_part(one[2], other[2])
