"""ght-zypper-state [--root DIR]: one JSON document about the packages that `zypper update` would touch. Exit 0
only when everything was read, else 1 and one line on stderr.

Reads only: no lock, no network, no refresh. Nothing is believed that zypper passes over: repositories without
cache, damaged cache files, errors of rpm. For Python 3.6 (SLE 15) and later.
"""
import functools
import os
import sys

# -I keeps the folder of this file from being searched.
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from ght_rpm_cache import Changed, Failure  # noqa: E402
from ght_rpm_helper import answer, begin, line_of  # noqa: E402
from ght_updateinfo import advisories_of, compare_evr, verified  # noqa: E402
from ght_zypper_ask import Rpm, Zypper  # noqa: E402

IN_ORDER = functools.cmp_to_key(compare_evr)


class Installed:
    """The newest installed version of each package; of kernels only the newest can be behind."""

    def __init__(self, by_rpm):
        self.versions = {key: max(versions, key=IN_ORDER) for key, versions in by_rpm.items()}
        self.names = {}
        for name, architecture in self.versions:
            self.names.setdefault(name, []).append((name, architecture))

    def key_of(self, name, architecture):
        """The installed package that a candidate replaces; it may be of another architecture."""
        if (name, architecture) in self.versions:
            return (name, architecture)
        same = self.names.get(name, [])
        if len(same) != 1:
            raise Changed("rpm database")
        return same[0]


class Fixes:
    """The advisories of all repositories that are about installed or wanted packages."""

    def __init__(self, caches, names):
        self.about, self.publishers = {}, set()
        for cache in caches:
            if not (cache.complete and cache.advisories):
                continue
            for advisory in advisories_of(cache):
                self.publishers.add(cache.id)
                for name, architecture, version in advisory.fixes:
                    if name in names and architecture not in ("src", "nosrc"):
                        self.about.setdefault(name, []).append((architecture, version, advisory))

    def missing_from(self, key, installed):
        """[(version, advisory), ...] whose fix is newer than what is installed."""
        name, own = key
        return [(version, advisory) for architecture, version, advisory in self.about.get(name, [])
                if architecture in (own, "noarch") and compare_evr(version, installed) > 0]

    def brought_by(self, name, candidate):
        """Advisories of a package that comes in place of another one. Which of the two had the hole is not known."""
        return [(version, advisory) for _, version, advisory in self.about.get(name, [])
                if compare_evr(version, candidate) <= 0]


def pending_of(plan, installed):
    """{installed package: its candidate's version, or None}, and what replaces those that have none."""
    pending, gone, successors = {}, [], []
    for section, name, architecture, before, candidate in plan:
        if section == "to-remove":
            gone.append((name, architecture))
        elif before is not None or (name, architecture) in installed.versions:
            pending[installed.key_of(name, architecture)] = candidate
        else:
            successors.append((name, candidate))
    for name, architecture in gone:
        pending.setdefault(installed.key_of(name, architecture), None)
    return pending, successors


def described(key, withheld, advisories):
    unique = {advisory.name: advisory for _, advisory in advisories}
    return {"package": key[0], "architecture": key[1], "withheld": withheld, "advisories": [
        {"name": name, "type": each.type, "severity": each.severity, "cves": each.cves}
        for name, each in sorted(unique.items())]}


def updates_of(zypper, caches, by_rpm):
    installed = Installed(by_rpm)
    plan, problems = zypper.plan_of_update(caches)
    pending, successors = pending_of(plan, installed)
    known = dict.fromkeys(pending)
    for name, architecture, _ in zypper.newer(caches):
        known[installed.key_of(name, architecture)] = None
    fixes = Fixes(caches, set(installed.names) | {name for name, _ in successors})
    updates = []
    for key, version in sorted(installed.versions.items()):
        advisories = fixes.missing_from(key, version)
        candidate = pending.get(key)
        if key in pending and candidate is None:
            advisories += [each for name, new in successors for each in fixes.brought_by(name, new)]
        security = [fix for fix, advisory in advisories if advisory.type == "security"]
        if key not in known and not security:
            continue
        # A candidate that is older than the fix leaves the hole open.
        short = candidate is not None and any(compare_evr(fix, candidate) > 0 for fix in security)
        updates.append(described(key, key not in pending or short, advisories))
    # What zypper itself calls needed must be found here, or the advisories were read wrongly. It may be needed
    # for an old kernel alone.
    named = {advisory.name for key, versions in by_rpm.items()
             for _, advisory in fixes.missing_from(key, min(versions, key=IN_ORDER))}
    missed = zypper.needed(caches) - named
    if missed and all(cache.complete for cache in caches):
        raise Failure("{}: zypper calls it needed, and none of its packages was found".format(min(missed)))
    return updates, fixes.publishers, problems


def doubled(by_rpm, several):
    """Packages of which several versions are installed, as an interrupted transaction leaves them."""
    return sorted("{}.{}".format(*key) for key, versions in by_rpm.items()
                  if len(versions) > 1 and key[0] not in several)


def look(root):
    """The state, or Changed when somebody wrote meanwhile."""
    rpm, zypper = Rpm(root), Zypper(root)
    running = rpm.writer_at_work()
    by_rpm = rpm.installed()
    caches = zypper.caches()
    for cache in caches:
        cache.complete = cache.complete and all(verified(cache, kind) for kind in cache.files)
    seen = zypper.installed(caches)
    updates, publishers, problems = updates_of(zypper, caches, by_rpm)
    if seen != set(by_rpm) or rpm.installed() != by_rpm or any(
            cache.stamp != cache.state_of("repomd.xml") for cache in caches):
        raise Changed("rpm database or cache of zypper")
    sources = [{"id": cache.id, "read": cache.complete, "confirmed": cache.confirmed, "published": cache.published,
                "advisories": cache.advisories and (not cache.complete or cache.id in publishers)}
               for cache in caches]
    return {"format": 1, "installed": sum(map(len, by_rpm.values())), "rpm_database": "whole",
            "running": running or rpm.writer_at_work(), "doubled": doubled(by_rpm, rpm.several()), "problems": problems,
            "updates": updates, "sources": sources}


def main():
    root = begin("ght-zypper-state")
    return answer(lambda: look(root))


if __name__ == "__main__":
    try:
        state = main()
    except Exception as error:  # whatever it is, nothing is known
        sys.stderr.write("ght-zypper-state: " + line_of(error))
        sys.exit(1)
    print(state)
