// What is known about each configured package source.
#pragma once

#include <apt-pkg/cachefile.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

// Which archives carry security updates: those with Debian's label "Debian-Security", those whose
// suite or codename ends in "-security" (Debian, Debian LTS, Ubuntu and Ubuntu ESM), and those
// whose label, suite or codename matches one of the patterns (fnmatch(3)) that derivatives need.
class SecurityArchives {
 public:
  explicit SecurityArchives(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  // Null pointers are "not given".
  bool contains(const char* label, const char* suite, const char* codename) const;

 private:
  std::vector<std::string> patterns_;
};

// One JSON object per source of binary packages (cdroms, which never change, are left out):
//   {"name","security","read","confirmed","published","valid_until"}
// `read`: all indexes that the source offers are there, at least one for each configured component.
// `confirmed`: Unix time at which apt last verified the Release file with the server, unchanged or
// new (null: not known). `published` and `valid_until`: the Release file's own signed dates (null:
// not given). Fails when no source is configured, none of them was ever read, or an index that is
// there cannot be read.
Outcome read_sources(pkgCacheFile& cache, const SecurityArchives& archives,
                     nlohmann::json& sources);

}  // namespace ght::apt_state
