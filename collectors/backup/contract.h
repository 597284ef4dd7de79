// The contract of every backup collector: what it says (families.h), its settings (terms.h), and
// the rule from what a tool knows to a verdict. A tool's collector reads its tool; the judgement is
// made here.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/observation.h"
#include "agent/core/plan.h"
#include "collectors/backup/families.h"
#include "collectors/backup/terms.h"

namespace ght::collectors::backup {

// A clock may be ahead by this much before a copy's date is not believed.
inline constexpr Duration clock_tolerance = std::chrono::minutes(5);

// The two labels: out of settings, so they stay the same from run to run.
struct Name {
  std::string backup;
  std::string repository;
};

// A copy that its tool holds to be complete.
struct Copy {
  WallTime begun{};  // changes after this moment are not in it
  std::optional<Duration> duration = {};
  std::optional<std::uint64_t> size = {};    // bytes, as restored
  std::optional<double> changed_files = {};  // part of the files new or changed, 0 to 1
};

// How the newest run ended, where a tool remembers that apart from its copies.
struct Run {
  WallTime begun{};
  BackupRun::End end = BackupRun::End::success;
  std::string detail = {};  // why it is no success
};

// A catalogue that was read. `newest` absent: it holds no copy that matches. `gap`: what could not
// be read of it; empty when it was read to the end.
struct Reading {
  std::optional<Copy> newest = {};
  // Why `newest`, although listed, could not be read as far as the tool can: unknown, unless bad.
  std::optional<Reason> newest_unproven = {};
  std::optional<Run> last_run = {};
  std::optional<WallTime> running_since = {};
  std::string gap = {};
};

// One backup in one repository: a check may look at several (hosts in a restic repository, the
// repositories of pgBackRest, the jobs of Veeam). `state`: what was read, or why nothing could be.
struct Item {
  Name name;
  std::variant<Reading, Reason> state;
};

// The first round of every backup collector: `steps`, and the look at what was told to the agent
// about these backups.
Plan first_round(std::vector<std::string> backups, Plan steps);
// Evidence without the look that first_round added: the results of the collector's own steps.
std::span<const StepResult> own_evidence(const Evidence& evidence);

// Why a tool's helper failed, in the tool's own words; nullopt when those say nothing.
using WhyFailed = std::optional<Reason> (*)(const HelperResult&);

// The answer of the helper at `at` of own_evidence(), which ended well and may be read; or the
// reason why there is none. `command` is what it is called in that reason.
std::variant<const HelperResult*, Reason> helper_answer(std::span<const StepResult> own,
                                                        std::size_t at, const std::string& command,
                                                        WhyFailed why);

// `what` was printed by a helper that ended well, and is not understood.
Reason not_understood(std::string_view what);

// How long ago; never negative, and at most 200 years, whatever a broken clock claims.
Duration age_of(WallTime moment, WallTime now);

// The collector's own part of the memory; null when there is none.
nlohmann::json own_memory(const Memory& before);

// The verdict over all items; the worst counts, and `reason` names its item when there are several.
//
// bad      a run failed, was partial or got lost since the newest complete copy (by the tool or by
//          what was reported); no copy; the newest older than the RPO, smaller than min_size or
//          dated over clock_tolerance in the future; a run longer than max_duration; a drift beyond
//          what is set; restore_test_max_age without such a test
// unknown  the item could not be read; a gap where a younger copy may be; the size not known where
//          one is wanted; the reported runs not readable. Bad when nothing could be learnt for
//          longer than unknown_is_bad_after.
// good     a complete copy younger than the RPO is proven, and none of these
//
// `own` is put into the memory; null keeps what was there.
Observation conclude(const Settings& settings, const Evidence& evidence,
                     const std::vector<Item>& items, const nlohmann::json& own,
                     const Memory& before, WallTime now);

// conclude() for a run that learnt nothing about any item, for one reason.
Observation nothing_read(const Settings& settings, const Evidence& evidence,
                         const std::vector<Name>& names, const Reason& reason, const Memory& before,
                         WallTime now);

}  // namespace ght::collectors::backup
