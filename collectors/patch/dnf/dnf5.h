// dnf5 has no Python of its own on every system: its command line is asked, and rpm.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/result.h"
#include "collectors/patch/rpm_state.h"

namespace ght::collectors::dnf {

using rpm::Advisory;
using rpm::Repository;
using rpm::State;
using rpm::Update;

// The commands, in order. What comes after the first three depends on the repositories that the
// third names, so it is empty as long as those are not known.
Plan dnf5_steps(const std::string& root, const Evidence& so_far);

// The newest installed version of each package, from `rpm -qa`; `dots` has one for each line: a
// list that ends early looks like any other.
using Installed = std::map<std::string, std::string, std::less<>>;
Result<Installed> read_installed(const std::string& out, const std::string& dots);

// `dnf5 repo info --json`; its `advisories` is not known from this.
Result<std::vector<Repository>> read_repositories(const std::string& out);

// One package that `dnf5 check-upgrade` lists. `installed` differs from `candidate` when a package
// of another name replaces it.
struct Row {
  std::string installed;
  std::string candidate;
};
Result<std::vector<Row>> read_upgrades(const std::string& out);

// One line of `dnf5 advisory list --json`.
struct Notice {
  Advisory advisory;
  std::string package;
  std::string evr;
};
Result<std::vector<Notice>> read_notices(const std::string& out);

// Advisory to its CVE, from `dnf5 advisory list --with-cve --json`. What that form calls the
// severity is the type (dnf5 up to 5.4.4 at least), so it is not read.
Result<std::map<std::string, std::vector<std::string>>> read_cves(const std::string& out);

// What of a step that failed says that the rpm database is damaged; empty when nothing does.
std::string damage_in(const std::string& rpm_errors);

// Whether this step ended as it should, whatever it printed.
bool dnf5_succeeded(std::size_t step, const HelperResult& result);
bool dnf5_asks_rpm(std::size_t step);

// All of dnf5_steps(), each of which succeeded.
Result<State> read_dnf5(const Evidence& evidence);

}  // namespace ght::collectors::dnf
