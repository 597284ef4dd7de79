#include "collectors/patch/contract.h"

#include <algorithm>
#include <cstdint>

#include "collectors/patch/families.h"
#include "collectors/patch/names.h"
#include "collectors/patch/pending.h"
#include "collectors/patch/recollection.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;

// The clock of a server that signs, and small steps of ours, may differ by this much.
// In milliseconds: nanoseconds do not reach the years that a broken clock can claim.
constexpr WallDuration clock_tolerance = 5min;
constexpr WallDuration longest_age = std::chrono::hours(24) * 365 * 200;
// A large upgrade of a slow server takes minutes; then somebody is asked a question, or it hangs.
constexpr Duration longest_installation = 1h;

// The latest date of the state that lies after now; the other sources' signed dates are left out,
// for a vendor's wrong clock says nothing about this machine's.
std::optional<WallTime> future_date(const PatchState& state, WallTime now) {
  std::optional<WallTime> latest;
  const auto look_at = [&](const std::optional<WallTime>& date) {
    if (date && *date - now > clock_tolerance && (!latest || *date > *latest)) latest = date;
  };
  for (const Source& source : state.sources) {
    look_at(source.confirmed);
    if (source.security) look_at(source.published);
  }
  if (state.automatic) look_at(state.automatic->last_success);
  return latest;
}

Duration between(WallTime earlier, WallTime later) {
  return std::clamp(later - earlier, -longest_age, longest_age);
}

// Carries the first-seen dates on. An update that is gone is forgotten only when every source could
// be read and it is known which updates are about security: otherwise it may only be out of sight,
// and its age must not start again.
FirstSeen carry_on(const PatchState& state, const FirstSeen& known, WallTime now) {
  const bool all_seen = !state.doubt && std::ranges::all_of(state.sources, &Source::read) &&
                        std::ranges::any_of(state.sources, &Source::security);
  FirstSeen next = all_seen ? FirstSeen{} : known;
  for (const Update& update : state.updates) {
    if (!update.security) continue;
    const auto found = known.find(update.id);
    next[update.id] = found == known.end() ? now : std::min(found->second, now);
  }
  return next;
}

// Since when what `holds` now has been seen to.
std::optional<WallTime> carry_on(bool holds, std::optional<WallTime> since, WallTime now) {
  if (!holds) return std::nullopt;
  return since ? std::min(*since, now) : now;
}

bool is_unfinished(const PatchState& state) {
  return state.unfinished && !state.unfinished->packages.empty();
}

Recollection carry_on(const PatchState& state, const Recollection& known, WallTime now) {
  const bool idle = state.automatic && state.automatic->enabled && !state.automatic->last_success;
  return {.first_seen = carry_on(state, known.first_seen, now),
          .unfinished_since = carry_on(is_unfinished(state), known.unfinished_since, now),
          .idle_since = carry_on(idle, known.idle_since, now)};
}

// Why this source does not tell the present state; nullopt when it does.
std::optional<Reason> doubt_about(const Source& source, const Rules& rules, WallTime now) {
  if (!source.confirmed) {
    return Reason{.code = reasons::metadata_age_unknown, .value = source.name};
  }
  if (const Duration age = between(*source.confirmed, now); age > rules.max_metadata_age) {
    return Reason{.code = reasons::metadata_old, .value = age, .expected = rules.max_metadata_age};
  }
  if (source.valid_until && *source.valid_until < now) {
    return Reason{
        .code = reasons::metadata_expired, .value = source.name, .expected = *source.valid_until};
  }
  return std::nullopt;
}

// Why the state as a whole cannot be called known; nullopt when it can.
std::optional<Reason> doubt_about(const PatchState& state, const Rules& rules, WallTime now) {
  for (const Source& source : state.sources) {
    if (!source.read) return Reason{.code = reasons::source_not_read, .value = source.name};
  }
  if (std::ranges::none_of(state.sources, &Source::security)) {
    return Reason{.code = reasons::no_security_source};
  }
  for (const Source& source : state.sources) {
    if (!source.security) continue;
    if (auto doubt = doubt_about(source, rules, now)) return doubt;
  }
  if (state.broken > 0) {
    return Reason{.code = reasons::dependencies_broken,
                  .value = static_cast<std::int64_t>(state.broken)};
  }
  return state.doubt;
}

// Why it is not known which updates fix an exploited vulnerability; nullopt when it is, or when
// nobody asked.
std::optional<Reason> doubt_about(const std::optional<Catalogue>& catalogue, const Rules& rules,
                                  WallTime now) {
  if (!catalogue) return std::nullopt;
  if (!catalogue->fault.empty() || !catalogue->published) {
    return Reason{.code = reasons::catalogue_unreadable, .value = catalogue->fault};
  }
  const Duration age = between(*catalogue->published, now);
  if (age < -clock_tolerance) {
    return Reason{.code = reasons::clock_wrong, .value = *catalogue->published};
  }
  if (age <= rules.max_catalogue_age) return std::nullopt;
  return Reason{.code = reasons::catalogue_old, .value = age, .expected = rules.max_catalogue_age};
}

// A source of other updates that does not tell the present state; nullptr when all do.
const Source* stale_other(const PatchState& state, const Rules& rules, WallTime now) {
  for (const Source& source : state.sources) {
    if (!source.security && doubt_about(source, rules, now)) return &source;
  }
  return nullptr;
}

// When all security sources were verified last: the oldest of them. Unknown when one is.
std::optional<WallTime> metadata_time(const PatchState& state) {
  std::optional<WallTime> oldest;
  for (const Source& source : state.sources) {
    if (!source.security) continue;
    if (!source.read || !source.confirmed) return std::nullopt;
    if (!oldest || *source.confirmed < *oldest) oldest = source.confirmed;
  }
  return oldest;
}

std::int64_t count(const PatchState& state, bool security, bool withheld) {
  return std::ranges::count_if(state.updates, [&](const Update& update) {
    return update.security == security && update.withheld == withheld;
  });
}

void add_counts(const PatchState& state, bool security, std::vector<Sample>& samples) {
  const std::string name = security ? "security" : "other";
  samples.push_back({.family = &pending_family,
                     .label_values = {name},
                     .value = static_cast<double>(count(state, security, false))});
  samples.push_back({.family = &withheld_family,
                     .label_values = {name},
                     .value = static_cast<double>(count(state, security, true))});
}

void add(const Family& family, double value, std::vector<Sample>& samples) {
  samples.push_back({.family = &family, .label_values = {}, .value = value});
}

void add_time(const Family& family, std::optional<WallTime> time, std::vector<Sample>& samples) {
  if (time) add(family, to_seconds(*time), samples);
}

// A date that is known, and beside it the limit that it is held against.
void add_date(const Family& family, std::optional<WallTime> date, const Family& limit_family,
              Duration limit, std::vector<Sample>& samples) {
  if (!date) return;
  add_time(family, date, samples);
  add(limit_family, to_seconds(limit), samples);
}

void add_severities(const std::vector<Pending>& all, std::vector<Sample>& samples) {
  for (std::size_t i = 0; i < severities.size(); ++i) {
    const auto same = [&](const Pending& each) {
      return each.update->severity == static_cast<Severity>(i);
    };
    samples.push_back({.family = &severity_family,
                       .label_values = {std::string(severities[i])},
                       .value = static_cast<double>(std::ranges::count_if(all, same))});
  }
}

// What is counted only when the state is whole.
void add_whole(const PatchState& state, const std::vector<Pending>& all, bool exploited_known,
               std::vector<Sample>& samples) {
  add_counts(state, true, samples);
  if (state.tells_severity) add_severities(all, samples);
  std::size_t waived = 0;
  std::size_t exploited = 0;
  std::optional<WallTime> first_end;
  for (const Pending& each : all) {
    if (!each.update->exploited.empty()) ++exploited;
    if (each.waiver == nullptr) continue;
    ++waived;
    if (!first_end || each.waiver->end < *first_end) first_end = each.waiver->end;
  }
  add(waived_family, static_cast<double>(waived), samples);
  add_time(waiver_end_family, first_end, samples);
  if (state.catalogue && exploited_known) {
    add(exploited_family, static_cast<double>(exploited), samples);
  }
}

// What is known whatever the metadata.
void add_known(const PatchState& state, const Rules& rules, const std::vector<Pending>& all,
               bool exploited_known, std::vector<Sample>& samples) {
  std::optional<WallTime> oldest;
  std::optional<WallTime> due;
  for (const Pending& each : all) {
    if (each.waiver != nullptr) continue;
    if (!oldest || each.seen < *oldest) oldest = each.seen;
    if (!due || each.due < *due) due = each.due;
  }
  add_date(oldest_family, oldest, security_limit_family, rules.max_security_age, samples);
  // Without the catalogue that shortens the time the first to be due may be another one.
  if (exploited_known || !rules.max_exploited_age) add_time(due_family, due, samples);
  add_date(metadata_family, metadata_time(state), metadata_limit_family, rules.max_metadata_age,
           samples);
  if (state.unfinished) {
    add(interrupted_family, static_cast<double>(state.unfinished->packages.size()), samples);
  }
  if (state.catalogue) add_time(catalogue_family, state.catalogue->published, samples);
  if (!state.automatic) return;
  add(automatic_family, state.automatic->enabled ? 1 : 0, samples);
  add_time(automatic_run_family, state.automatic->last_success, samples);
}

std::optional<Reason> installation_fault(const PatchState& state, const Recollection& memory,
                                         WallTime now) {
  if (!is_unfinished(state)) return std::nullopt;
  if (!state.busy) {
    return Reason{.code = state.unfinished->reason, .value = counted(state.unfinished->packages)};
  }
  if (between(memory.unfinished_since.value_or(now), now) <= longest_installation) {
    return std::nullopt;
  }
  return Reason{.code = reasons::stuck,
                .value = counted(state.unfinished->packages),
                .expected = longest_installation};
}

std::optional<Reason> overdue(const std::vector<Pending>& all, WallTime now) {
  std::vector<Pending> late;
  for (const Pending& each : all) {
    if (each.waiver == nullptr && each.due < now) late.push_back(each);
  }
  if (late.empty()) return std::nullopt;
  return Reason{
      .code = reasons::overdue, .value = list_of(late), .expected = between(late.front().due, now)};
}

std::optional<Reason> automatic_fault(const PatchState& state, const Rules& rules,
                                      const Recollection& memory, WallTime now) {
  if (!rules.automatic || !state.automatic) return std::nullopt;
  const Automatic& automatic = *state.automatic;
  if (!automatic.enabled) {
    return Reason{.code = reasons::automatic_off, .value = automatic.why_not};
  }
  if (!rules.max_automatic_age) return std::nullopt;
  if (!automatic.last_success) {
    const Duration idle = between(memory.idle_since.value_or(now), now);
    if (idle <= *rules.max_automatic_age) return std::nullopt;
    return Reason{.code = reasons::automatic_never};
  }
  const Duration age = between(*automatic.last_success, now);
  if (age <= *rules.max_automatic_age) return std::nullopt;
  return Reason{.code = reasons::automatic_old, .value = age, .expected = *rules.max_automatic_age};
}

Reason good_reason(const PatchState& state, const std::vector<Pending>& all, const Source* stale) {
  std::vector<Pending> withheld;
  std::vector<Pending> open;
  std::vector<Pending> waived;
  for (const Pending& each : all) {
    if (each.waiver != nullptr) {
      waived.push_back(each);
    } else if (each.update->withheld) {
      withheld.push_back(each);
    } else {
      open.push_back(each);
    }
  }
  if (!withheld.empty()) return {.code = reasons::withheld, .value = list_of(withheld)};
  if (!open.empty()) return {.code = reasons::pending, .value = list_of(open)};
  if (!waived.empty()) {
    const auto first =
        std::ranges::min_element(waived, {}, [](const Pending& each) { return each.waiver->end; });
    return {.code = reasons::waived, .value = list_of(waived), .expected = first->waiver->end};
  }
  if (stale != nullptr) return {.code = reasons::up_to_date_in_part, .value = stale->name};
  return {.code = reasons::up_to_date, .value = count(state, false, false)};
}

}  // namespace

Observation judge(const PatchState& state, const Rules& rules, const Memory& before, WallTime now) {
  if (!state.database_fault.empty()) {
    return {.verdict = Verdict::bad,
            .reason = {.code = reasons::database_broken, .value = state.database_fault},
            .samples = {},
            .memory = before};
  }
  if (const auto future = future_date(state, now)) {
    return {.verdict = Verdict::unknown,
            .reason = {.code = reasons::clock_wrong, .value = *future},
            .samples = {},
            .memory = before};
  }
  now = std::chrono::floor<std::chrono::seconds>(now);
  const Recollection memory = carry_on(state, recall(before), now);
  const std::vector<Pending> all = pending(state, rules, memory.first_seen, now);
  const std::optional<Reason> doubt = doubt_about(state, rules, now);
  const std::optional<Reason> catalogue_doubt = doubt_about(state.catalogue, rules, now);
  const Source* stale = stale_other(state, rules, now);
  Observation observation;
  observation.memory = remember(memory);
  if (!doubt) add_whole(state, all, !catalogue_doubt, observation.samples);
  if (!doubt && stale == nullptr) {
    add_counts(state, false, observation.samples);
    // Old lists do not say what the archives carry now.
    if (state.obsolete) {
      add(obsolete_family, static_cast<double>(*state.obsolete), observation.samples);
    }
  }
  add_known(state, rules, all, !catalogue_doubt, observation.samples);
  std::optional<Reason> bad = installation_fault(state, memory, now);
  if (!bad) bad = overdue(all, now);
  if (!bad) bad = automatic_fault(state, rules, memory, now);
  if (bad) {
    observation.verdict = Verdict::bad;
    observation.reason = *bad;
  } else if (doubt) {
    observation.verdict = Verdict::unknown;
    observation.reason = *doubt;
  } else if (catalogue_doubt) {
    observation.verdict = Verdict::unknown;
    observation.reason = *catalogue_doubt;
  } else {
    observation.verdict = Verdict::good;
    observation.reason = good_reason(state, all, stale);
  }
  return observation;
}

}  // namespace ght::collectors::patch
