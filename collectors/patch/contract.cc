#include "collectors/patch/contract.h"

#include <algorithm>
#include <cstdint>

#include "collectors/patch/first_seen.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""min;

// The clock of a server that signs, and small steps of ours, may differ by this much.
// In milliseconds: nanoseconds do not reach the years that a broken clock can claim.
constexpr WallDuration clock_tolerance = 5min;
constexpr WallDuration longest_age = std::chrono::hours(24) * 365 * 200;
constexpr std::size_t names_shown = 3;

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
  return latest;
}

// Carries the first-seen dates on. An update that is gone is forgotten only when every source could
// be read: otherwise it may only be out of sight, and its age must not start again.
FirstSeen carry_on(const PatchState& state, const Memory& before, WallTime now) {
  const FirstSeen known = read_first_seen(before);
  const bool all_read = std::ranges::all_of(state.sources, &Source::read);
  FirstSeen next = all_read ? FirstSeen{} : known;
  for (const Update& update : state.updates) {
    if (!update.security) continue;
    const auto found = known.find(update.id);
    next[update.id] = found == known.end() ? now : std::min(found->second, now);
  }
  return next;
}

std::string list_of(const std::vector<std::string>& ids) {
  std::string text = std::to_string(ids.size()) + " (";
  for (std::size_t i = 0; i < std::min(ids.size(), names_shown); ++i) {
    text += (i == 0 ? "" : ", ") + ids[i];
  }
  return text + (ids.size() > names_shown ? ", …)" : ")");
}

// Why this source does not tell the present state; nullopt when it does.
std::optional<Reason> doubt_about(const Source& source, const Rules& rules, WallTime now) {
  if (!source.confirmed) {
    return Reason{.code = reasons::metadata_age_unknown, .value = source.name};
  }
  if (const Duration age = std::clamp(now - *source.confirmed, -longest_age, longest_age);
      age > rules.max_metadata_age) {
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
  return std::nullopt;
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

Reason good_reason(const PatchState& state, const Rules& rules, const Source* stale) {
  std::vector<std::string> withheld;
  for (const Update& update : state.updates) {
    if (update.security && update.withheld) withheld.push_back(update.id);
  }
  if (!withheld.empty()) {
    return {
        .code = reasons::withheld, .value = list_of(withheld), .expected = rules.max_security_age};
  }
  if (const std::int64_t pending = count(state, true, false); pending > 0) {
    return {.code = reasons::pending, .value = pending, .expected = rules.max_security_age};
  }
  if (stale != nullptr) return {.code = reasons::up_to_date_in_part, .value = stale->name};
  return {.code = reasons::up_to_date, .value = count(state, false, false)};
}

// A date that is known, and beside it the limit that it is held against.
void add_date(const Family& family, std::optional<WallTime> date, const Family& limit_family,
              Duration limit, std::vector<Sample>& samples) {
  if (!date) return;
  samples.push_back({.family = &family, .label_values = {}, .value = to_seconds(*date)});
  samples.push_back({.family = &limit_family, .label_values = {}, .value = to_seconds(limit)});
}

}  // namespace

Rules rules_of(const Settings& settings) {
  return {.max_security_age = settings.get<Duration>(max_security_age_field.key),
          .max_metadata_age = settings.get<Duration>(max_metadata_age_field.key)};
}

Observation judge(const PatchState& state, const Rules& rules, const Memory& before, WallTime now) {
  if (const auto future = future_date(state, now)) {
    return {.verdict = Verdict::unknown,
            .reason = {.code = reasons::clock_wrong, .value = *future},
            .samples = {},
            .memory = before};
  }
  now = std::chrono::floor<std::chrono::seconds>(now);
  const FirstSeen first_seen = carry_on(state, before, now);
  std::optional<WallTime> oldest;
  std::vector<std::string> overdue;
  for (const Update& update : state.updates) {
    if (!update.security) continue;
    const WallTime seen = first_seen.at(update.id);
    if (!oldest || seen < *oldest) oldest = seen;
    if (std::clamp(now - seen, -longest_age, longest_age) > rules.max_security_age)
      overdue.push_back(update.id);
  }
  const std::optional<Reason> doubt = doubt_about(state, rules, now);
  const Source* stale = stale_other(state, rules, now);
  Observation observation;
  observation.memory = write_first_seen(first_seen);
  if (!doubt) add_counts(state, true, observation.samples);
  if (!doubt && stale == nullptr) add_counts(state, false, observation.samples);
  add_date(oldest_family, oldest, security_limit_family, rules.max_security_age,
           observation.samples);
  add_date(metadata_family, metadata_time(state), metadata_limit_family, rules.max_metadata_age,
           observation.samples);
  if (!overdue.empty()) {
    observation.verdict = Verdict::bad;
    observation.reason = {
        .code = reasons::overdue, .value = list_of(overdue), .expected = rules.max_security_age};
  } else if (doubt) {
    observation.verdict = Verdict::unknown;
    observation.reason = *doubt;
  } else {
    observation.verdict = Verdict::good;
    observation.reason = good_reason(state, rules, stale);
  }
  return observation;
}

}  // namespace ght::collectors::patch
