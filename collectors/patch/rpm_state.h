// What a tool of the rpm family (dnf, zypper) knows of the packages of a system, whatever it
// printed.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/observation.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "agent/core/time.h"
#include "collectors/patch/contract.h"
#include "collectors/patch/exploited.h"

namespace ght::collectors::rpm {

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
  // Packages installed in two versions; absent when nobody looked.
  std::optional<std::vector<std::string>> doubled = {};
  std::size_t problems = 0;  // that keep the tool from upgrading anything
  std::vector<Update> updates;
  std::vector<Repository> repositories;
};

// What the operator says of repositories and of exploited vulnerabilities.
struct Terms {
  std::vector<std::string> accepted = {};  // repositories without advisories, as patterns
  // Absent when the check names no catalogue; an Error when it could not be read.
  std::optional<Result<patch::ExploitedCatalogue>> catalogue = {};
};

// The verdict of patch::judge(). Its doubt: a repository without advisories that is not accepted,
// or an advisory that does not say what it is.
Observation judge(const State& state, const Terms& terms, const patch::Rules& rules,
                  const Memory& before, WallTime now);

namespace reasons {

inline constexpr std::string_view interrupted = "rpm_transaction_interrupted";
inline constexpr std::string_view without_advisories = "rpm_repository_without_advisories";
inline constexpr std::string_view type_unknown = "rpm_advisory_type_unknown";

inline constexpr auto texts = std::to_array<ReasonText>({
    {interrupted, "transaction interrompue, paquets installés en deux versions : {value}",
     "a transaction was interrupted, packages installed in two versions: {value}"},
    {without_advisories,
     "dépôt sans avis de sécurité, nature de ses mises à jour inconnue : {value}",
     "repository without advisories, the nature of its updates is not known: {value}"},
    {type_unknown, "avis qui ne dit pas s'il corrige une faille : {value}",
     "advisory that does not say whether it fixes a vulnerability: {value}"},
});

}  // namespace reasons

}  // namespace ght::collectors::rpm
