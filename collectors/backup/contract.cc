#include "collectors/backup/contract.h"

#include <algorithm>
#include <iterator>

#include "collectors/backup/judge.h"
#include "collectors/backup/recollection.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors::backup {
namespace {

Told told_about(const std::string& backup, const Evidence& evidence) {
  const auto* records = evidence.empty() ? nullptr : std::get_if<RecordsResult>(&evidence.front());
  if (records == nullptr) return {.records = {}, .failure = "not looked at", .tests_failure = {}};
  Told told{.records = {}, .failure = records->failure, .tests_failure = records->tests_failure};
  const auto found = records->backups.find(backup);
  if (found != records->backups.end()) told.records = found->second;
  return told;
}

int badness(Verdict verdict) {
  return verdict == Verdict::bad ? 2 : verdict == Verdict::unknown ? 1 : 0;
}

// "dpi" where backups differ, "repo2" where repositories do, "dpi, repo2" where both do.
std::string subject_of(const Name& name, const std::vector<Item>& items) {
  if (items.size() < 2) return {};
  const auto differs = [&](std::string Name::* part) {
    return std::ranges::any_of(
        items, [&](const Item& each) { return each.name.*part != items.front().name.*part; });
  };
  if (!differs(&Name::repository)) return name.backup;
  return differs(&Name::backup) ? name.backup + ", " + name.repository : name.repository;
}

// A declared place that is none of the check's repositories.
const Place* missing_place(const Terms& terms, const std::vector<Item>& items) {
  const auto missing = std::ranges::find_if(terms.copies, [&](const Place& place) {
    return !place.repository.empty() && std::ranges::none_of(items, [&](const Item& each) {
      return each.name.repository == place.repository;
    });
  });
  return missing == terms.copies.end() ? nullptr : &*missing;
}

// Unknown for longer than allowed becomes bad; what could not be learnt stays the reason.
void count_unknown(Observation& observation, const Terms& terms, Recollection& recollection,
                   WallTime now) {
  if (observation.verdict != Verdict::unknown) {
    recollection.unknown_since.reset();
    return;
  }
  // A clock that was set back makes the beginning unbelievable.
  if (!recollection.unknown_since || *recollection.unknown_since > now) {
    recollection.unknown_since = now;
  }
  if (now - *recollection.unknown_since <=
      std::chrono::duration_cast<WallDuration>(terms.unknown_is_bad_after)) {
    return;
  }
  observation.verdict = Verdict::bad;
  observation.reason.unproven_since = recollection.unknown_since;
}

}  // namespace

Plan first_round(std::vector<std::string> backups, Plan steps) {
  Plan plan = {ReadRecords{std::move(backups)}};
  std::ranges::move(steps, std::back_inserter(plan));
  return plan;
}

std::span<const StepResult> own_evidence(const Evidence& evidence) {
  const std::span<const StepResult> all = evidence;
  return all.empty() ? all : all.subspan(1);
}

std::variant<const HelperResult*, Reason> helper_answer(std::span<const StepResult> own,
                                                        std::size_t at, const std::string& command,
                                                        WhyFailed why) {
  const auto* result = at < own.size() ? std::get_if<HelperResult>(&own[at]) : nullptr;
  if (result == nullptr) return not_understood(command + " was not run");
  if (auto reason = why(*result)) return *std::move(reason);
  if (auto failed = helper_failure(*result, {})) return failed->reason;
  return result;
}

Reason not_understood(std::string_view what) {
  return helper_unreadable(what, {}).reason;
}

nlohmann::json own_memory(const Memory& before) {
  return recall(before).own;
}

Observation conclude(const Settings& settings, const Evidence& evidence,
                     const std::vector<Item>& items, const nlohmann::json& own,
                     const Memory& before, WallTime now) {
  const Terms terms = terms_of(settings);
  Recollection recollection = recall(before);
  Observation observation{
      .verdict = Verdict::unknown, .reason = {.code = "backup_never"}, .samples = {}, .memory = {}};
  bool first = true;
  for (const Item& item : items) {
    Judgement judgement = judge(item, terms, told_about(item.name.backup, evidence),
                                recollection.history[key(item.name)], now);
    std::ranges::move(judgement.samples, std::back_inserter(observation.samples));
    if (first || badness(judgement.verdict) > badness(observation.verdict)) {
      observation.verdict = judgement.verdict;
      observation.reason = std::move(judgement.reason);
      observation.reason.subject = subject_of(item.name, items);
    }
    first = false;
  }
  std::erase_if(recollection.history, [&](const auto& entry) {
    return std::ranges::none_of(items,
                                [&](const Item& item) { return key(item.name) == entry.first; });
  });
  const Place* missing = missing_place(terms, items);
  if (missing != nullptr && observation.verdict == Verdict::good) {
    observation.verdict = Verdict::bad;
    observation.reason = {.code = "backup_copy_missing", .value = missing->repository};
  }
  count_unknown(observation, terms, recollection, now);
  if (!own.is_null()) recollection.own = own;
  observation.memory = remember(recollection);
  return observation;
}

Observation nothing_read(const Settings& settings, const Evidence& evidence,
                         const std::vector<Name>& names, const Reason& reason, const Memory& before,
                         WallTime now) {
  std::vector<Item> items;
  for (const Name& name : names) items.push_back({.name = name, .state = reason});
  return conclude(settings, evidence, items, nullptr, before, now);
}

}  // namespace ght::collectors::backup
