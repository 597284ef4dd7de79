"""ght-dnf-state [--root DIR]: one JSON document about the packages that `dnf upgrade` would touch, read
through the Python module dnf. Exit 0 only when everything was read, else 1 and one line on stderr.

Reads only: no lock, no network, no file that has a name. Nothing is believed that dnf passes over:
repositories without cache, damaged cache files, errors of rpm. For Python 3.6 (RHEL 8) and later.
"""
import contextlib
import fcntl
import logging
import os
import struct
import sys

# -I keeps the folder of this file from being searched.
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from ght_rpm_cache import Cache, Changed, Failure, judge_rpm  # noqa: E402
from ght_rpm_helper import answer, begin, line_of, unnamed_file  # noqa: E402

try:
    import dnf
    import dnf.base
    import dnf.conf
    import dnf.const
    import dnf.lock
    import dnf.rpm
    import dnf.yum.misc
    import hawkey
    import libdnf
    import rpm
except ImportError as missing:
    sys.exit("ght-dnf-state: the Python module dnf is not usable: {}".format(missing))

LOG_BYTES = 64 << 10
ADVISORY_TYPES = ["security", "bugfix", "enhancement", "newpackage"]


# --- rpm ----------------------------------------------------------------------------------------


def judge_log(log, error=""):
    log.flush()
    judge_rpm(os.pread(log.fileno(), LOG_BYTES, 0).decode("utf-8", "replace"), error)


def writer_at_work(root):
    """Whether a transaction of rpm holds its lock; asked without taking it."""
    path = rpm.expandMacro("%{?_rpmlock_path}%{!?_rpmlock_path:%{_dbpath}/.rpm.lock}")
    try:
        with open(os.path.join(root, path.lstrip("/")), "rb") as file:
            question = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            answer = fcntl.fcntl(file.fileno(), fcntl.F_GETLK, question)
            return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK
    except OSError:
        return False


def installed_by_rpm(root, log):
    """{(name, architecture): {epoch:version-release, ...}} of the rpm database."""
    found = {}
    try:
        transaction = rpm.TransactionSet(root)
        transaction.setVSFlags(rpm._RPMVSF_NOSIGNATURES | rpm._RPMVSF_NODIGESTS)
        for header in transaction.dbMatch():
            name, architecture = text(header["name"]), text(header["arch"])
            if name != "gpg-pubkey":
                version = "{}:{}-{}".format(header["epoch"] or 0, text(header["version"]),
                                            text(header["release"]))
                found.setdefault((name, architecture), set()).add(version)
        names = {text(key) for key in transaction.dbIndex("name")} - {"gpg-pubkey"}
    except rpm.error as error:
        judge_log(log, str(error))
        raise
    judge_log(log)
    if names != {name for name, _ in found}:
        raise Changed("rpm database")
    return found


def text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


# --- dnf ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def no_lock(*_):
    yield


def keep_dnf_from_writing():
    """What dnf would write even when it only reads: a lock, a log, a cache of the user."""
    dnf.lock.build_metadata_lock = no_lock
    dnf.const.LOG_HAWKEY = os.devnull
    # An empty cache of the user's own would look like "no update": the system's is the one.
    dnf.yum.misc.getCacheDir = lambda: dnf.const.SYSTEM_CACHEDIR


def configured(root):
    """dnf as its command line sets it up for `dnf --installroot root -C`, without foreign plugins."""
    conf = dnf.conf.Conf()
    conf.installroot = root
    conf._search_inside_installroot("config_file_path")
    conf.read(priority=dnf.conf.PRIO_MAINCONFIG)
    own = conf._search_inside_installroot("reposdir")
    conf.substitutions.update_from_etc(own, varsdir=conf._get_value("varsdir"))
    if conf.releasever is None:
        release = dnf.rpm.detect_releasever(root)
        if release is not None:
            conf.releasever = release
    for option in ("cachedir", "logdir", "persistdir"):
        conf.prepend_installroot(option)
    conf.gpgkey_dns_verification = False
    conf.cacheonly = True
    if not os.path.isdir(conf.cachedir):
        raise Failure("{}: no cache of dnf, so no package list was ever read".format(conf.cachedir))
    if not os.access(conf.cachedir, os.R_OK | os.X_OK):
        raise Failure("{}: Permission denied".format(conf.cachedir))
    base = dnf.base.Base(conf)
    base.init_plugins(disabled_glob=["*"], enable_plugins=["versionlock"])
    base.pre_configure_plugins()
    base.read_all_repos()
    base.configure_plugins()
    check_configuration(base)
    return base


def check_configuration(base):
    """Files of repositories that dnf passes over with a warning: unreadable, or not understood."""
    conf = base.conf
    files = [conf.config_file_path] if os.path.exists(conf.config_file_path) else []
    for folder in filter(os.path.isdir, conf.reposdir):
        files += [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".repo")]
    for path in files:
        parser = libdnf.conf.ConfigParser()
        parser.setSubstitutions(conf.substitutions)
        try:
            with open(path, "rb"):
                parser.read(path)
        except (OSError, RuntimeError) as error:
            raise Failure("{}: {}".format(path, error))
        for section in parser.getData():
            name = libdnf.conf.ConfigParser.substitute(section, conf.substitutions)
            if section != "main" and name not in base.repos:
                raise Failure("{}: [{}]: dnf does not understand it".format(path, section))


def installed(base):
    """Excluding a package hides the installed one from dnf too, but not from us."""
    return [package for package in base.sack.query(flags=hawkey.IGNORE_EXCLUDES).installed()
            if package.name != "gpg-pubkey"]


def sources_of(base, caches):
    loaded = {repo.id for repo in base.repos.iter_enabled()}
    sources = []
    for cache in caches:
        read = cache.complete and cache.id in loaded
        advisories = cache.advisories and (not read or bool(
            base.sack.query(flags=hawkey.IGNORE_EXCLUDES).available().filterm(
                reponame=cache.id, advisory_type=ADVISORY_TYPES)))
        sources.append({"id": cache.id, "read": read, "advisories": advisories,
                        "confirmed": cache.confirmed, "published": cache.published})
    return sources


# --- updates ------------------------------------------------------------------------------------


def resolved(base):
    """{installed package: its candidate} of `dnf upgrade`, and how many problems stop all of it."""
    base.upgrade_all()
    goal = base.goal
    # base.resolve() would do this, and then look up the history of every package.
    if not goal.run(force_best=base.conf.best, ignore_weak_deps=not base.conf.install_weak_deps):
        return {}, max(1, goal.count_problems())
    pending = {}
    installonly = set(base._get_installonly_query().installed())
    for package in goal.list_upgrades() + goal.list_installs():
        for old in goal.obsoleted_by_package(package):
            pending[old] = package
        for old in installonly:
            if (old.name, old.arch) == (package.name, package.arch):
                pending[old] = package
    return pending, 0


def installed_newest(base):
    """The newest installed package of each name and architecture: of kernels, and of packages that an
    interrupted transaction left twice, only the newest can be behind."""
    newest = {}
    for package in installed(base):
        key = (package.name, package.arch)
        if key not in newest or package > newest[key]:
            newest[key] = package
    return newest


def candidates(base, newest):
    """{installed package: newest package of a repository}, whatever is excluded or locked."""
    query = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).available()
    found = {}
    for package in query.filterm(upgrades_by_priority=True):
        old = newest.get((package.name, package.arch))
        if old is None:
            same_name = [each for (name, _), each in newest.items() if name == package.name]
            old = same_name[0] if len(same_name) == 1 else None
        if old is not None and package > old and (old not in found or package > found[old]):
            found[old] = package
    if base.conf.obsoletes:
        add_successors(base, newest, found)
    return found


def add_successors(base, newest, found):
    """Packages of another name that replace an installed one. They have no part in `upgrades`."""
    query = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).available()
    query.filterm(latest_per_arch_by_priority=True)
    query.filterm(obsoletes=list(newest.values()))
    for successor in query:
        names = {str(each).split(" ")[0] for each in successor.obsoletes} - {successor.name}
        for old in newest.values():
            if old.name in names and query.filter(pkg=[successor], obsoletes=[old]):
                found.setdefault(old, successor)


def advisories_of(base, old, candidate):
    """The advisories whose fix comes with the candidate."""
    same = (candidate.name, candidate.arch) == (old.name, old.arch)
    found = {} if same else {each.id: each for each in candidate.get_advisories(hawkey.EQ)}
    for each in old.get_advisories(hawkey.GT):
        for package in each.packages:
            if ((package.name, package.arch) == (old.name, old.arch) and
                    base.sack.evr_cmp(package.evr, old.evr) > 0 and
                    base.sack.evr_cmp(package.evr, candidate.evr) <= 0):
                found[each.id] = each
    kinds = {hawkey.ADVISORY_SECURITY: "security", hawkey.ADVISORY_BUGFIX: "bugfix",
             hawkey.ADVISORY_ENHANCEMENT: "enhancement", hawkey.ADVISORY_NEWPACKAGE: "newpackage"}
    return [{"name": each.id, "type": kinds.get(each.type, "unknown"), "severity": each.severity or "",
             "cves": sorted({reference.id for reference in each.references
                             if reference.type == hawkey.REFERENCE_CVE and reference.id})}
            for _, each in sorted(found.items())]


def updates_of(base):
    newest = installed_newest(base)
    pending, problems = resolved(base)
    pending = {old: package for old, package in pending.items()
               if newest.get((old.name, old.arch)) == old}
    withheld = {old: package for old, package in candidates(base, newest).items() if old not in pending}
    updates = []
    for group, kept in ((pending, False), (withheld, True)):
        for old, candidate in sorted(group.items()):
            updates.append({"package": old.name, "architecture": old.arch, "source": candidate.reponame,
                            "withheld": kept, "advisories": advisories_of(base, old, candidate)})
    return updates, problems


def doubled(base, by_rpm):
    """Packages of which several versions are installed, as an interrupted transaction leaves them."""
    several = {(package.name, package.arch)
               for package in base._get_installonly_query(
                   base.sack.query(flags=hawkey.IGNORE_EXCLUDES)).installed()}
    return sorted("{}.{}".format(*key) for key, versions in by_rpm.items()
                  if len(versions) > 1 and key not in several)


def look(root, log):
    """The state, or Changed when somebody wrote meanwhile."""
    log.seek(0)
    log.truncate()
    running = writer_at_work(root)
    by_rpm = installed_by_rpm(root, log)
    if not by_rpm:
        raise Failure("rpm database: no installed package")
    base = configured(root)
    try:
        return look_with(base, log, by_rpm, lambda: running or writer_at_work(root))
    finally:
        base.unload_plugins()


def look_with(base, log, by_rpm, at_work):
    caches = [Cache(repo.id, repo._repo.getCachedir(), "primary") for repo in base.repos.iter_enabled()]
    if not caches:
        raise Failure("no package repository is enabled")
    for repo in base.repos.iter_enabled():
        # Then it is disabled by dnf, and seen to be missing; without, the first one ends it all.
        repo.skip_if_unavailable = True
    base.fill_sack_from_repos_in_cache(load_system_repo=True)
    judge_log(log)
    sources = sources_of(base, caches)
    updates, problems = updates_of(base)
    twice = doubled(base, by_rpm)
    judge_log(log)
    seen = {(package.name, package.arch) for package in installed(base)}
    if seen != set(by_rpm) or any(cache.stamp != cache.state_of("repomd.xml") for cache in caches):
        raise Changed("rpm database or cache of dnf")
    return {"format": 1, "dnf": dnf.const.VERSION, "installed": len(installed(base)),
            "rpm_database": "whole", "running": at_work(), "doubled": twice,
            "problems": problems, "updates": updates, "sources": sources}


def main():
    root = begin("ght-dnf-state")
    logging.disable(logging.CRITICAL)
    keep_dnf_from_writing()
    log = unnamed_file("w+")
    rpm.setLogFile(log)
    return answer(lambda: look(root, log))


if __name__ == "__main__":
    try:
        state = main()
    except Exception as error:  # whatever it is, nothing is known
        sys.stderr.write("ght-dnf-state: " + line_of(error))
        sys.stderr.flush()
        os._exit(1)
    try:
        sys.stdout.write(state + "\n")
        sys.stdout.flush()
    except OSError:
        os._exit(1)
    # dnf's objects would tidy up behind them: write.
    os._exit(0)
