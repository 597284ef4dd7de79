// What one tool of the dnf family knows of the packages of a system, whatever its version printed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/observation.h"
#include "agent/core/time.h"
#include "collectors/patch/contract.h"

namespace ght::collectors::dnf {

struct Advisory {
  std::string name;
  std::string type;      // "security", "bugfix", "enhancement", "newpackage"; "unknown" otherwise
  std::string severity;  // as its publisher wrote it; may be empty
  std::vector<std::string> cves;
};

struct Update {
  std::string package;  // "openssl-libs.x86_64"
  bool withheld = false;
  std::vector<Advisory> advisories;  // whose fix the candidate brings
};

struct Repository {
  std::string id;
  bool read = false;        // its lists are there and whole
  bool advisories = false;  // it publishes them for its packages
  std::optional<WallTime> confirmed;
  std::optional<WallTime> published;
};

struct State {
  std::string damage;  // of the rpm database, in rpm's words; then nothing else is known
  bool running = false;
  std::vector<std::string> doubled;  // packages installed in two versions
  std::size_t problems = 0;          // that keep dnf from upgrading anything
  std::vector<Update> updates;
  std::vector<Repository> repositories;
};

// The verdict of patch::judge(), and before and after it:
//   bad       when the rpm database is damaged;
//   unknown   instead of good when a package is installed twice and no transaction is running, when
//             a repository without advisories is not in `accepted`, or when an advisory does not
//             say what it is. Counts are absent then.
Observation judge(const State& state, const std::vector<std::string>& accepted,
                  const patch::Rules& rules, const Memory& before, WallTime now);

namespace reasons {

inline constexpr std::string_view database_damaged = "dnf_rpm_database_damaged";
inline constexpr std::string_view transaction_interrupted = "dnf_transaction_interrupted";
inline constexpr std::string_view without_advisories = "dnf_repository_without_advisories";
inline constexpr std::string_view type_unknown = "dnf_advisory_type_unknown";

inline constexpr std::array<ReasonText, 4> texts = {{
    {database_damaged, "base de paquets rpm endommagée : {value}",
     "the rpm package database is damaged: {value}"},
    {transaction_interrupted,
     "paquets installés en deux versions, transaction interrompue : {value}",
     "packages installed in two versions, interrupted transaction: {value}"},
    {without_advisories,
     "dépôt sans avis de sécurité, nature de ses mises à jour inconnue : {value}",
     "repository without advisories, the nature of its updates is not known: {value}"},
    {type_unknown, "avis qui ne dit pas s'il corrige une faille : {value}",
     "advisory that does not say whether it fixes a vulnerability: {value}"},
}};

}  // namespace reasons

}  // namespace ght::collectors::dnf
