// What is known about each configured package source.
#pragma once

#include <apt-pkg/cachefile.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

// True for an archive of security updates: Debian's label "Debian-Security", or an archive or
// codename ending in "-security" (Debian, Ubuntu and Ubuntu ESM). Null pointers are "not given".
bool is_security_archive(const char* label, const char* archive, const char* codename);

// One JSON object per source of binary packages (cdroms, which never change, are left out):
//   {"name","security","read","confirmed","published","valid_until"}
// `read`: all indexes that the source offers are there, at least one for each configured component.
// `confirmed`: Unix time at which apt last verified the Release file with the server, unchanged or
// new (null: not known). `published` and `valid_until`: the Release file's own signed dates (null:
// not given). Fails when no source is configured, none of them was ever read, or an index that is
// there cannot be read.
Outcome read_sources(pkgCacheFile& cache, nlohmann::json& sources);

}  // namespace ght::apt_state
