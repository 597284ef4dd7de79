#include "collectors/patch/apt/helper/upgrades.h"

#include <apt-pkg/algorithms.h>
#include <apt-pkg/debversion.h>
#include <apt-pkg/depcache.h>
#include <apt-pkg/pkgcache.h>
#include <apt-pkg/upgrade.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/patch/apt/helper/apt_setup.h"
#include "collectors/patch/apt/helper/known_exploited.h"
#include "collectors/patch/apt/helper/sources.h"

namespace ght::apt_state {
namespace {

using nlohmann::json;

constexpr std::size_t most_cves = 10;  // of one update: a kernel fixes hundreds

std::string text(const char* value) {
  return value == nullptr ? "" : value;
}

bool is_installed(const pkgCache::PkgIterator& package) {
  return package->CurrentVer != 0 && package->CurrentState == pkgCache::State::Installed;
}

bool in_security_archive(const pkgCache::VerIterator& version, const SecurityArchives& archives) {
  for (auto file = version.FileList(); !file.end(); ++file) {
    const pkgCache::PkgFileIterator archive = file.File();
    if (archive.Flagged(pkgCache::Flag::NotSource)) continue;
    if (archives.contains(archive.Label(), archive.Archive(), archive.Codename())) return true;
  }
  return false;
}

// A security fix may hide behind a newer version of another archive: installing the candidate is
// then what fixes it.
bool brings_security_fix(pkgCache::PkgIterator package, const pkgCache::VerIterator& candidate,
                         const SecurityArchives& archives) {
  const pkgCache::VerIterator installed = package.CurrentVer();
  for (auto version = package.VersionList(); !version.end(); ++version) {
    if (version.CompareVer(installed) <= 0 || version.CompareVer(candidate) > 0) continue;
    if (in_security_archive(version, archives)) return true;
  }
  return false;
}

// As apt-get prints them: "Debian-Security:12/stable-security".
json archives_of(const pkgCache::VerIterator& version) {
  std::set<std::string> names;
  for (auto file = version.FileList(); !file.end(); ++file) {
    const pkgCache::PkgFileIterator archive = file.File();
    if (archive.Flagged(pkgCache::Flag::NotSource)) continue;
    std::string release = text(archive.Version());
    if (!release.empty()) release += "/";
    names.insert(text(archive.Label()) + ":" + release + text(archive.Archive()));
  }
  return names;
}

// An installed package with a newer version.
struct Found {
  pkgCache::PkgIterator package;
  pkgCache::VerIterator candidate;
  bool security = false;
};

// The CVE of the catalogue that this update fixes: in a version of the source package that is newer
// than the installed one's and not newer than the candidate's.
json exploited(const Found& found, const Exploited& known) {
  json cves = json::array();
  const auto fixes = known.fixes.find(text(found.candidate.SourcePkgName()));
  if (!found.security || fixes == known.fixes.end()) return cves;
  const char* installed = found.package.CurrentVer().SourceVerStr();
  const char* candidate = found.candidate.SourceVerStr();
  for (const Fix& fix : fixes->second) {
    if (cves.size() < most_cves && debVS.CmpVersion(fix.version, installed) > 0 &&
        debVS.CmpVersion(fix.version, candidate) <= 0) {
      cves.push_back(fix.cve);
    }
  }
  return cves;
}

json describe(const Found& found, const Exploited& known) {
  return {{"package", text(found.package.Name())},
          {"architecture", text(found.package.Arch())},
          {"installed", text(found.package.CurrentVer().VerStr())},
          {"candidate", text(found.candidate.VerStr())},
          {"security", found.security},
          {"exploited", exploited(found, known)},
          {"archives", archives_of(found.candidate)}};
}

// libapt-pkg passes over stanzas that it does not understand, without an error.
std::size_t understood_packages(pkgCache& cache) {
  std::size_t understood = 0;
  for (auto package = cache.PkgBegin(); !package.end(); ++package) {
    if (is_installed(package)) ++understood;
  }
  return understood;
}

// No version of it, this one or another, is in any archive: nobody updates it any more. apt's own
// word for it is "?obsolete" (apt-patterns(7)).
bool is_obsolete(pkgCache::PkgIterator package) {
  if (!is_installed(package)) return false;
  for (auto version = package.VersionList(); !version.end(); ++version) {
    for (auto file = version.FileList(); !file.end(); ++file) {
      if (!file.File().Flagged(pkgCache::Flag::NotSource)) return false;
    }
  }
  return true;
}

std::size_t obsolete_packages(pkgCache& cache) {
  std::size_t obsolete = 0;
  for (auto package = cache.PkgBegin(); !package.end(); ++package) {
    if (is_obsolete(package)) ++obsolete;
  }
  return obsolete;
}

// Every installed package with a newer candidate, by package number. To be asked for before the
// upgrade is calculated: that discards candidates whose dependencies cannot be met.
std::map<unsigned long, pkgCache::VerIterator> upgradable(pkgDepCache& plan) {
  std::map<unsigned long, pkgCache::VerIterator> candidates;
  for (auto package = plan.PkgBegin(); !package.end(); ++package) {
    pkgDepCache::StateCache& now = plan[package];
    if (package->CurrentVer == 0 || !now.Upgradable()) continue;
    candidates.emplace(package->ID, now.CandidateVerIter(plan));
  }
  return candidates;
}

// What an upgrade would do.
struct Planned {
  std::vector<Found> upgrades;
  std::vector<Found> withheld;
  std::size_t new_installs = 0;
};

Planned sort_out(pkgDepCache& plan,
                 const std::map<unsigned long, pkgCache::VerIterator>& candidates, bool calculated,
                 const SecurityArchives& archives) {
  Planned planned;
  for (auto package = plan.PkgBegin(); !package.end(); ++package) {
    pkgDepCache::StateCache& now = plan[package];
    if (now.NewInstall()) ++planned.new_installs;
    if (now.NewInstall() || now.Delete() || now.Downgrade()) continue;
    const bool upgrade = now.Upgrade() && calculated;
    const auto candidate = candidates.find(package->ID);
    if (!upgrade && candidate == candidates.end()) continue;
    const pkgCache::VerIterator version = upgrade ? now.InstVerIter(plan) : candidate->second;
    Found found = {.package = package,
                   .candidate = version,
                   .security = brings_security_fix(package, version, archives)};
    (upgrade ? planned.upgrades : planned.withheld).push_back(found);
  }
  return planned;
}

std::set<std::string> security_sources(const Planned& planned) {
  std::set<std::string> names;
  for (const auto* list : {&planned.upgrades, &planned.withheld}) {
    for (const Found& found : *list) {
      if (found.security) names.insert(text(found.candidate.SourcePkgName()));
    }
  }
  return names;
}

}  // namespace

std::string uncounted_packages(pkgCacheFile& cache, std::size_t installed) {
  const std::size_t understood = understood_packages(*cache.GetPkgCache());
  if (understood == installed) return "";
  return std::to_string(installed) + " packages are marked installed, but only " +
         std::to_string(understood) + " can be understood";
}

Outcome read_upgrades(pkgCacheFile& cache, const Questions& questions, json& state) {
  pkgDepCache& plan = *cache.GetDepCache();
  // It says no when a package is half installed and apt has no archive to install it from again:
  // nothing can be upgraded then, and dpkg's list says which package.
  const bool applied = pkgApplyStatus(plan);
  if (!applied) pending_apt_errors();
  const unsigned long broken = applied ? plan.BrokenCount() : std::max(plan.BrokenCount(), 1UL);
  const auto candidates = upgradable(plan);
  if (broken == 0 && !APT::Upgrade::Upgrade(plan, APT::Upgrade::ALLOW_EVERYTHING)) {
    return Failure{"apt: the upgrade cannot be calculated: " + pending_apt_errors()};
  }
  const Planned planned = sort_out(plan, candidates, broken == 0, questions.archives);
  const Exploited known = read_known_exploited(questions, security_sources(planned), state);
  state["upgrades"] = json::array();
  for (const Found& found : planned.upgrades) state["upgrades"].push_back(describe(found, known));
  state["withheld"] = json::array();
  for (const Found& found : planned.withheld) {
    json entry = describe(found, known);
    const bool hold = found.package->SelectedState == pkgCache::State::Hold;
    entry["cause"] = hold ? "hold" : "kept_back";
    state["withheld"].push_back(std::move(entry));
  }
  state["new_installs"] = planned.new_installs;
  state["removals"] = plan.DelCount();
  state["broken"] = broken;
  state["obsolete"] = obsolete_packages(plan.GetCache());
  return std::nullopt;
}

}  // namespace ght::apt_state
