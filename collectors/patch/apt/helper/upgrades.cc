#include "collectors/patch/apt/helper/upgrades.h"

#include <apt-pkg/algorithms.h>
#include <apt-pkg/depcache.h>
#include <apt-pkg/pkgcache.h>
#include <apt-pkg/upgrade.h>

#include <map>
#include <set>
#include <string>

#include "collectors/patch/apt/helper/apt_setup.h"
#include "collectors/patch/apt/helper/sources.h"

namespace ght::apt_state {
namespace {

using nlohmann::json;

std::string text(const char* value) {
  return value == nullptr ? "" : value;
}

bool in_security_archive(const pkgCache::VerIterator& version) {
  for (auto file = version.FileList(); !file.end(); ++file) {
    const pkgCache::PkgFileIterator archive = file.File();
    if (archive.Flagged(pkgCache::Flag::NotSource)) continue;
    if (is_security_archive(archive.Label(), archive.Archive(), archive.Codename())) return true;
  }
  return false;
}

// A security fix may hide behind a newer version of another archive: installing the candidate is
// then what fixes it.
bool brings_security_fix(pkgCache::PkgIterator package, const pkgCache::VerIterator& candidate) {
  const pkgCache::VerIterator installed = package.CurrentVer();
  for (auto version = package.VersionList(); !version.end(); ++version) {
    if (version.CompareVer(installed) <= 0 || version.CompareVer(candidate) > 0) continue;
    if (in_security_archive(version)) return true;
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

json describe(pkgCache::PkgIterator package, const pkgCache::VerIterator& candidate) {
  return {{"package", text(package.Name())},
          {"architecture", text(package.Arch())},
          {"installed", text(package.CurrentVer().VerStr())},
          {"candidate", text(candidate.VerStr())},
          {"security", brings_security_fix(package, candidate)},
          {"archives", archives_of(candidate)}};
}

// libapt-pkg passes over stanzas that it does not understand, without an error.
Outcome compare_installed(pkgCache& cache, std::size_t expected) {
  std::size_t understood = 0;
  for (auto package = cache.PkgBegin(); !package.end(); ++package) {
    if (package->CurrentVer != 0 && package->CurrentState == pkgCache::State::Installed) {
      ++understood;
    }
  }
  if (understood == expected) return std::nullopt;
  return Failure{"dpkg status: " + std::to_string(expected) +
                 " packages are marked installed, but only " + std::to_string(understood) +
                 " can be understood (damaged)"};
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

}  // namespace

Outcome read_upgrades(pkgCacheFile& cache, std::size_t installed, json& state) {
  pkgDepCache& plan = *cache.GetDepCache();
  if (const Outcome bad = compare_installed(plan.GetCache(), installed)) return bad;
  if (!pkgApplyStatus(plan)) return Failure{"apt: " + pending_apt_errors()};
  const unsigned long broken = plan.BrokenCount();
  const auto candidates = upgradable(plan);
  if (broken == 0 && !APT::Upgrade::Upgrade(plan, APT::Upgrade::ALLOW_EVERYTHING)) {
    return Failure{"apt: the upgrade cannot be calculated: " + pending_apt_errors()};
  }
  state["upgrades"] = json::array();
  state["withheld"] = json::array();
  std::size_t new_installs = 0;
  std::size_t downgrades = 0;
  for (auto package = plan.PkgBegin(); !package.end(); ++package) {
    pkgDepCache::StateCache& planned = plan[package];
    if (planned.NewInstall()) {
      ++new_installs;
    } else if (planned.Upgrade() && broken == 0) {
      state["upgrades"].push_back(describe(package, planned.InstVerIter(plan)));
    } else if (planned.Downgrade()) {
      ++downgrades;
    } else if (const auto candidate = candidates.find(package->ID);
               candidate != candidates.end() && !planned.Delete()) {
      json entry = describe(package, candidate->second);
      const bool hold = package->SelectedState == pkgCache::State::Hold;
      entry["cause"] = hold ? "hold" : "kept_back";
      state["withheld"].push_back(std::move(entry));
    }
  }
  state["new_installs"] = new_installs;
  state["downgrades"] = downgrades;
  state["removals"] = plan.DelCount();
  state["broken"] = broken;
  return std::nullopt;
}

}  // namespace ght::apt_state
