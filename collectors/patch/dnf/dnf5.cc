#include "collectors/patch/dnf/dnf5.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <utility>

#include "collectors/patch/dnf/version.h"
#include "collectors/patch/members.h"

namespace ght::collectors::dnf {
namespace {

using nlohmann::json;
using patch::array_member;
using patch::boolean_member;
using patch::count_member;
using patch::expected;
using patch::name_member;
using patch::text_member;
using patch::time_member;

// The steps by their place; after them one for each repository.
enum Place : std::size_t {
  packages,
  package_count,
  repositories,
  upgrades,
  advisories,
  cves,
  fixed
};
constexpr std::size_t max_repositories = 100;
constexpr std::string_view successors_heading = "Obsoleting packages";

RunHelper rpm_query(const std::string& root, const char* format) {
  RunHelper step{.program = "rpm"};
  if (!root.empty()) step.arguments = {"--root", root};
  step.arguments.insert(step.arguments.end(),
                        {"-qa", "--nodigest", "--nosignature", "--qf", format});
  return step;
}

// The system's cache is named: the one of this user is empty, or a copy that looks new.
RunHelper dnf5(const std::string& root, const std::vector<std::string>& words) {
  RunHelper step{.program = "dnf5"};
  step.arguments = {"--quiet", "--cacheonly", "--setopt=cachedir=" + root + "/var/cache/libdnf5"};
  if (!root.empty()) step.arguments.push_back("--installroot=" + root);
  step.arguments.insert(step.arguments.end(), words.begin(), words.end());
  return step;
}

Result<json> array_of(const std::string& out) {
  json list = json::parse(out, nullptr, false);
  if (!list.is_array()) return Error{"", "expected a JSON array"};
  return list;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool names_package(const std::string& word) {
  const auto dot = word.rfind('.');
  return dot != std::string::npos && dot > 0 && dot + 1 < word.size();
}

std::string type_of(const std::string& said) {
  constexpr std::array<std::string_view, 4> known = {"security", "bugfix", "enhancement",
                                                     "newpackage"};
  return std::ranges::find(known, said) == known.end() ? "unknown" : said;
}

const std::string& out_of(const Evidence& evidence, std::size_t i) {
  return std::get<HelperResult>(evidence[i]).out;
}

Advisory with_cves(const Notice& notice,
                   const std::map<std::string, std::vector<std::string>>& cves) {
  Advisory advisory = notice.advisory;
  if (const auto found = cves.find(advisory.name); found != cves.end()) {
    advisory.cves = found->second;
  }
  return advisory;
}

// The lists belong together: an advisory for an update is about a package that is installed, so one
// that rpm does not name was cut off.
Result<void> check_installed(const std::vector<Row>& rows, const std::vector<Notice>& notices,
                             const Installed& installed) {
  for (const Notice& notice : notices) {
    const auto replaces = [&](const Row& row) { return row.candidate == notice.package; };
    if (!installed.contains(notice.package) && std::ranges::none_of(rows, replaces)) {
      return expected("rpm -qa", notice.package + ", for which there is an advisory");
    }
  }
  return {};
}

// What check-upgrade does not list although an advisory has a newer version is locked, excluded or
// kept back.
std::vector<Update> updates_of(const std::vector<Row>& rows, const std::vector<Notice>& notices,
                               const Installed& installed,
                               const std::map<std::string, std::vector<std::string>>& cves) {
  std::map<std::string, Update> updates;
  std::map<std::string, std::vector<std::string>> replaced_by;
  for (const Row& row : rows) {
    updates[row.installed].package = row.installed;
    replaced_by[row.candidate].push_back(row.installed);
  }
  for (const Notice& notice : notices) {
    const auto old = installed.find(notice.package);
    const bool behind = old != installed.end() && compare_evr(old->second, notice.evr) < 0;
    std::vector<std::string> names = replaced_by[notice.package];
    if (names.empty() && behind) names.push_back(notice.package);
    for (const std::string& name : names) {
      Update& update = updates[name];
      if (update.package.empty()) {
        update.package = name;
        update.withheld = true;
      }
      update.advisories.push_back(with_cves(notice, cves));
    }
  }
  std::vector<Update> list;
  for (auto& [name, update] : updates) list.push_back(std::move(update));
  return list;
}

}  // namespace

Plan dnf5_steps(const std::string& root, const Evidence& so_far) {
  Plan steps = {rpm_query(root, "%{NAME}-%|EPOCH?{%{EPOCH}}:{0}|:%{VERSION}-%{RELEASE}.%{ARCH}\\n"),
                rpm_query(root, "."), dnf5(root, {"repo", "info", "--json"})};
  if (so_far.size() < steps.size()) return steps;
  const auto* info = std::get_if<HelperResult>(&so_far[repositories]);
  if (info == nullptr || info->end != HelperEnd::exited || info->code != 0) return steps;
  const auto known = read_repositories(info->out);
  if (!known.ok()) return steps;
  steps.push_back(dnf5(root, {"check-upgrade"}));
  steps.push_back(dnf5(root, {"advisory", "list", "--updates", "--json"}));
  steps.push_back(dnf5(root, {"advisory", "list", "--updates", "--with-cve", "--json"}));
  for (const Repository& each : known.value()) {
    steps.push_back(
        dnf5(root, {"--repo=" + each.id, "advisory", "list", "--all", "--security", "--json"}));
  }
  return steps;
}

Result<Installed> read_installed(const std::string& out, const std::string& dots) {
  Installed installed;
  if (dots.size() != static_cast<std::size_t>(std::ranges::count(out, '\n'))) {
    return Error{"rpm -qa", "expected as many packages as were counted"};
  }
  if (!out.ends_with('\n')) return Error{"rpm -qa", "expected a whole last line"};
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    const auto nevra = read_nevra(line);
    if (!nevra) return Error{"rpm -qa", "expected name-version-release.architecture"};
    std::string& evr = installed[nevra->package];
    if (evr.empty() || compare_evr(evr, nevra->evr) < 0) evr = nevra->evr;
  }
  return installed;
}

Result<std::vector<Repository>> read_repositories(const std::string& out) {
  GHT_TRY(const json list, array_of(out));
  std::vector<Repository> repositories;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/" + std::to_string(i);
    GHT_TRY(const bool enabled, boolean_member(list[i], at, "is_enabled"));
    if (!enabled) continue;
    Repository repository;
    GHT_TRY(repository.id, name_member(list[i], at, "id"));
    GHT_TRY(const std::int64_t packages, count_member(list[i], at, "pkgs"));
    repository.read = packages > 0;
    // 0 stands for "never".
    GHT_TRY(repository.confirmed, time_member(list[i], at, "timestamp"));
    GHT_TRY(repository.published, time_member(list[i], at, "max_timestamp"));
    if (repository.confirmed == WallTime{}) repository.confirmed.reset();
    if (repository.published == WallTime{}) repository.published.reset();
    repositories.push_back(std::move(repository));
  }
  if (repositories.empty()) return Error{"", "expected an enabled repository"};
  if (repositories.size() > max_repositories) return Error{"", "expected fewer repositories"};
  return repositories;
}

Result<std::vector<Row>> read_upgrades(const std::string& out) {
  std::vector<Row> rows;
  if (!out.empty() && !out.ends_with("\n\n")) {
    return Error{"check-upgrade", "expected an empty line at the end"};
  }
  bool successors = false;
  std::string successor;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    const auto words = words_of(line);
    if (words.empty()) continue;
    if (line == successors_heading) {
      successors = true;
      continue;
    }
    // The repository of an installed package may be unknown.
    const bool replaced = line.starts_with(' ') && successors && !successor.empty();
    if (!names_package(words[0]) || words.size() > 3 || words.size() < (replaced ? 2U : 3U)) {
      return Error{"check-upgrade", "expected a package, its version and its repository"};
    }
    if (replaced) {
      rows.push_back({.installed = words[0], .candidate = successor});
    } else if (successors) {
      successor = words[0];
    } else {
      rows.push_back({.installed = words[0], .candidate = words[0]});
    }
  }
  return rows;
}

Result<std::vector<Notice>> read_notices(const std::string& out) {
  GHT_TRY(const json list, array_of(out));
  std::vector<Notice> notices;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/" + std::to_string(i);
    Notice notice;
    GHT_TRY(notice.advisory.name, name_member(list[i], at, "name"));
    GHT_TRY(const std::string type, text_member(list[i], at, "type"));
    notice.advisory.type = type_of(type);
    GHT_TRY(notice.advisory.severity, text_member(list[i], at, "severity"));
    GHT_TRY(const std::string text, text_member(list[i], at, "nevra"));
    const auto nevra = read_nevra(text);
    if (!nevra) return expected(at + "/nevra", "name-version-release.architecture");
    notice.package = nevra->package;
    notice.evr = nevra->evr;
    notices.push_back(std::move(notice));
  }
  return notices;
}

Result<std::map<std::string, std::vector<std::string>>> read_cves(const std::string& out) {
  GHT_TRY(const json list, array_of(out));
  std::map<std::string, std::vector<std::string>> cves;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/" + std::to_string(i);
    GHT_TRY(const std::string name, name_member(list[i], at, "advisory_name"));
    GHT_TRY(const json references, array_member(list[i], at, "references"));
    std::vector<std::string>& ids = cves[name];
    ids.clear();
    for (std::size_t k = 0; k < references.size(); ++k) {
      const std::string where = at + "/references/" + std::to_string(k);
      GHT_TRY(const std::string type, text_member(references[k], where, "reference_type"));
      GHT_TRY(const std::string id, name_member(references[k], where, "reference_id"));
      if (type == "cve") ids.push_back(id);
    }
  }
  return cves;
}

std::string damage_in(const std::string& rpm_errors) {
  constexpr std::array damaged = {
      "malformed",      "not a database", "DB_RUNRECOVERY", "DB_VERIFY_BAD", "Unexpected file type",
      "checksum error", "hdrblob",        "bad header",     "blob size",     "corrupt"};
  constexpr std::array unreadable = {"ermission", "not permitted", "readonly", "unable to open",
                                     "I/O",       "emory",         "locked",   "oo many open"};
  const auto said = [&](const char* word) { return rpm_errors.find(word) != std::string::npos; };
  if (std::ranges::any_of(unreadable, said) || std::ranges::none_of(damaged, said)) return {};
  const std::string line = rpm_errors.substr(0, rpm_errors.find('\n'));
  constexpr std::string_view prefix = "error: ";
  return line.starts_with(prefix) ? line.substr(prefix.size()) : line;
}

bool dnf5_succeeded(std::size_t step, const HelperResult& result) {
  // Exit status 100 says that there are some.
  return result.end == HelperEnd::exited &&
         (result.code == 0 || (step == upgrades && result.code == 100));
}

bool dnf5_asks_rpm(std::size_t step) {
  return step == packages || step == package_count;
}

Result<State> read_dnf5(const Evidence& evidence) {
  State state;
  if (evidence.size() < fixed) return Error{"", "expected more answers"};
  GHT_TRY(const Installed installed,
          read_installed(out_of(evidence, packages), out_of(evidence, package_count)));
  GHT_TRY(state.repositories, read_repositories(out_of(evidence, repositories)));
  if (evidence.size() != fixed + state.repositories.size()) {
    return Error{"", "expected one answer of each repository"};
  }
  GHT_TRY(const auto rows, read_upgrades(out_of(evidence, upgrades)));
  const bool some = std::get<HelperResult>(evidence[upgrades]).code != 0;
  if (some == rows.empty()) return Error{"check-upgrade", "expected packages with status 100 only"};
  GHT_TRY(const auto notices, read_notices(out_of(evidence, advisories)));
  GHT_TRY(const auto cve_of, read_cves(out_of(evidence, cves)));
  GHT_TRY_VOID(check_installed(rows, notices, installed));
  state.updates = updates_of(rows, notices, installed, cve_of);
  for (std::size_t i = 0; i < state.repositories.size(); ++i) {
    GHT_TRY(const auto published, read_notices(out_of(evidence, fixed + i)));
    state.repositories[i].advisories = !published.empty();
  }
  return state;
}

}  // namespace ght::collectors::dnf
