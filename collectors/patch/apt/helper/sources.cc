#include "collectors/patch/apt/helper/sources.h"

#include <apt-pkg/error.h>
#include <apt-pkg/fileutl.h>
#include <apt-pkg/gpgv.h>
#include <apt-pkg/indexfile.h>
#include <apt-pkg/metaindex.h>
#include <apt-pkg/pkgcache.h>
#include <apt-pkg/sourcelist.h>
#include <apt-pkg/strutl.h>
#include <apt-pkg/tagfile.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace ght::apt_state {
namespace {

using nlohmann::json;

bool ends_with_security(const char* text) {
  return text != nullptr && std::string_view(text).ends_with("-security");
}

std::vector<IndexTarget> package_targets(const metaIndex& source) {
  std::vector<IndexTarget> targets = source.GetIndexTargets();
  std::erase_if(targets, [](const IndexTarget& target) {
    return target.Option(IndexTarget::CREATED_BY) != "Packages";
  });
  return targets;
}

std::string name_of(const metaIndex& source) {
  return URI::SiteOnly(source.GetURI()) + std::string(::URI(source.GetURI()).Path) + " " +
         source.GetDist();
}

// When apt last put this very file in its place. apt sets the modification time to what the server
// says, so that says nothing; but after each verified answer, "unchanged" included, it renames or
// touches the file, which renews the inode's change time. No failed update does (see README.md).
json change_time(const std::string& file) {
  struct stat found{};
  if (file.empty() || lstat(file.c_str(), &found) != 0) return nullptr;
  return found.st_ctim.tv_sec;
}

json date_field(const pkgTagSection& section, const char* field) {
  const std::string text = section.FindS(field);
  time_t time = 0;
  if (text.empty() || !RFC1123StrToTime(text, time)) return nullptr;
  return time;
}

bool is_there(const IndexTarget& target) {
  return !target.Option(IndexTarget::EXISTING_FILENAME).empty();
}

enum class Presence {
  there,
  missing,      // offered by the source, but not in the lists
  not_offered,  // configured, but apt does not fetch it
};

// Of one index of a source whose Release file is loaded.
Presence presence(const metaIndex& source, const IndexTarget& target) {
  if (is_there(target)) return Presence::there;
  const std::string architecture = target.Option(IndexTarget::ARCHITECTURE);
  if (architecture == "all" ? !source.IsArchitectureAllSupportedFor(target)
                            : !source.IsArchitectureSupported(architecture)) {
    return Presence::not_offered;
  }
  // An empty index need not be stored to be known.
  const auto* sums = source.Lookup(target.MetaKey);
  if (sums != nullptr) return sums->Size == 0 ? Presence::there : Presence::missing;
  const bool compressed = std::ranges::any_of(source.MetaKeys(), [&](const std::string& key) {
    return key.starts_with(target.MetaKey + ".");
  });
  return compressed ? Presence::missing : Presence::not_offered;
}

// True when nothing that the source offers is missing, and each configured component is offered for
// one architecture at least: a misspelt component has no updates to show. Loads the Release file.
bool is_read(metaIndex& source, const std::string& release) {
  if (release.empty()) {  // nothing says which indexes exist
    return std::ranges::any_of(package_targets(source), is_there);
  }
  std::string error;
  if (!source.Load(release, &error)) return false;
  std::map<std::string, bool> component_is_there;
  for (const IndexTarget& target : package_targets(source)) {
    const Presence found = presence(source, target);
    if (found == Presence::missing) return false;
    bool& there = component_is_there[target.Option(IndexTarget::COMPONENT)];
    there = there || found == Presence::there;
  }
  return std::ranges::all_of(component_is_there, [](const auto& each) { return each.second; });
}

Outcome check_readable(const metaIndex& source) {
  for (const IndexTarget& target : package_targets(source)) {
    const std::string file = target.Option(IndexTarget::EXISTING_FILENAME);
    if (file.empty()) continue;
    FileFd opened;
    if (!opened.Open(file, FileFd::ReadOnly, FileFd::None)) {
      const std::string why = std::strerror(errno);
      _error->Discard();
      return Failure{file + ": cannot be read: " + why};
    }
  }
  return std::nullopt;
}

// The Release file in the lists, "" when there is none.
std::string release_file(const metaIndex& source, pkgCache& cache) {
  const pkgCache::RlsFileIterator release = source.FindInCache(cache, false);
  if (release.end() || release.FileName() == nullptr) return "";
  return RealFileExists(release.FileName()) ? release.FileName() : "";
}

json describe(metaIndex& source, pkgCache& cache, const SecurityArchives& archives) {
  const std::string release = release_file(source, cache);
  json described = {{"name", name_of(source)}, {"published", nullptr}, {"valid_until", nullptr}};
  // Without a Release file there is only the suite that sources.list names.
  bool security = archives.contains(nullptr, source.GetDist().c_str(), nullptr);
  std::string dated_file = release;
  if (!release.empty()) {
    FileFd file;
    pkgTagSection section;
    if (OpenMaybeClearSignedFile(release, file)) {
      pkgTagFile tags(&file);
      if (tags.Step(section)) {
        described["published"] = date_field(section, "Date");
        described["valid_until"] = date_field(section, "Valid-Until");
        const std::string label = section.FindS("Label");
        const std::string suite = section.FindS("Suite");
        const std::string codename = section.FindS("Codename");
        security = security || archives.contains(label.c_str(), suite.c_str(), codename.c_str());
      }
    }
  } else {
    for (const IndexTarget& target : package_targets(source)) {
      dated_file = target.Option(IndexTarget::EXISTING_FILENAME);
    }
  }
  described["security"] = security;
  described["read"] = is_read(source, release);
  _error->Discard();  // a Release file that does not load is "not read", and said so
  described["confirmed"] = change_time(dated_file);
  return described;
}

}  // namespace

bool SecurityArchives::contains(const char* label, const char* suite, const char* codename) const {
  if (label != nullptr && std::string_view(label) == "Debian-Security") return true;
  if (ends_with_security(suite) || ends_with_security(codename)) return true;
  return std::ranges::any_of(patterns_, [&](const std::string& pattern) {
    return std::ranges::any_of(std::array{label, suite, codename}, [&](const char* name) {
      return name != nullptr && fnmatch(pattern.c_str(), name, 0) == 0;
    });
  });
}

Outcome read_sources(pkgCacheFile& cache, const SecurityArchives& archives, json& sources) {
  sources = json::array();
  bool any = false;
  bool none_read = true;
  for (metaIndex* source : *cache.GetSourceList()) {
    if (package_targets(*source).empty()) continue;  // source packages only
    any = true;
    if (const Outcome bad = check_readable(*source)) return bad;
    const bool cdrom = source->GetURI().starts_with("cdrom:");
    if (!cdrom) sources.push_back(describe(*source, *cache.GetPkgCache(), archives));
    if (cdrom || sources.back()["read"] == true) none_read = false;
  }
  if (!any) {
    return Failure{_config->FindFile("Dir::Etc::sourcelist") + " and " +
                   _config->FindDir("Dir::Etc::sourceparts") +
                   ": no package source is configured (expected at least one `deb` line)"};
  }
  if (none_read) {
    return Failure{_config->FindDir("Dir::State::lists") +
                   ": holds the package lists of no configured source (has `apt update` run?)"};
  }
  return std::nullopt;
}

}  // namespace ght::apt_state
