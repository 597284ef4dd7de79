#include "collectors/backup/judge.h"

#include <algorithm>
#include <cmath>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/recollection.h"

namespace ght::collectors::backup {
namespace {

// A drift that is worth a word even when no threshold is set.
constexpr double size_hint = 0.5;
constexpr double duration_hint = 2;
constexpr double changed_hint = 0.5;

using Found = std::optional<Judgement>;

Found bad(Reason reason) {
  return Judgement{.verdict = Verdict::bad, .reason = std::move(reason), .samples = {}};
}

Found unknown(Reason reason) {
  return Judgement{.verdict = Verdict::unknown, .reason = std::move(reason), .samples = {}};
}

bool in_future(WallTime moment, WallTime now) {
  return moment - now > std::chrono::duration_cast<WallDuration>(clock_tolerance);
}

// One item while it is judged: the same things are needed by every rule.
struct Case {
  const Item& item;
  const Reading& reading;
  const Terms& terms;
  const Told& told;
  const std::vector<Copy>& history;
  WallTime now;

  Duration rpo() const {
    for (const Place& place : terms.copies) {
      const bool here = place.repository.empty() || place.repository == item.name.repository;
      if (place.rpo && here) return *place.rpo;
    }
    return terms.rpo;
  }
  Found unless_gap(Reason reason) const {
    if (reading.gap.empty()) return bad(std::move(reason));
    return unknown({.code = "backup_partly_read",
                    .value = clean_text(reading.gap, limits::reason_value_bytes)});
  }
};

// When a run that did not succeed still spoils what began before: until its end, where it said one.
struct Spoilt {
  WallTime begun{};
  WallTime until{};
  BackupRun::End end{};
  std::string detail;
};

// The newest run that ended, and was no success. A run of the future is not believed: its success
// would hide every failure until then.
std::optional<Spoilt> newest_failure(const Reading& reading, const BackupRecords& records,
                                     WallTime now) {
  std::optional<Spoilt> newest;
  bool succeeded = false;
  const auto look = [&](const Spoilt& run) {
    if (in_future(run.begun, now) || (newest && run.begun < newest->begun)) return;
    newest = run;
    succeeded = run.end == BackupRun::End::success;
  };
  for (const BackupRun& run : records.runs) {
    if (run.end == BackupRun::End::running) continue;
    look({.begun = run.begun,
          .until = run.ended.value_or(run.begun),
          .end = run.end,
          .detail = run.detail});
  }
  if (reading.last_run) {
    const Run& run = *reading.last_run;
    look({.begun = run.begun, .until = run.begun, .end = run.end, .detail = run.detail});
  }
  return succeeded ? std::nullopt : newest;
}

std::optional<Spoilt> failure_since(const Case& c) {
  const auto failure = newest_failure(c.reading, c.told.records, c.now);
  if (!failure) return std::nullopt;
  if (c.reading.newest && failure->until < c.reading.newest->begun) return std::nullopt;
  return failure;
}

Found failed_since(const Case& c) {
  const auto failure = failure_since(c);
  if (!failure) return std::nullopt;
  std::string_view code = "backup_failed";
  if (failure->end == BackupRun::End::partial) code = "backup_partial";
  if (failure->end == BackupRun::End::lost) code = "backup_lost";
  Reason reason{.code = code, .expected = failure->begun};
  if (!failure->detail.empty()) {
    reason.value = clean_text(failure->detail, limits::reason_value_bytes);
  }
  return bad(std::move(reason));
}

Found not_fresh(const Case& c) {
  if (!c.reading.newest) return c.unless_gap({.code = "backup_never"});
  const WallTime begun = c.reading.newest->begun;
  if (in_future(begun, c.now)) return bad({.code = "backup_in_future", .value = begun});
  const Duration age = age_of(begun, c.now);
  if (age <= c.rpo()) return std::nullopt;
  return c.unless_gap({.code = "backup_too_old", .value = age, .expected = c.rpo()});
}

std::optional<WallTime> running_since(const Case& c) {
  if (c.reading.running_since) return c.reading.running_since;
  const auto& runs = c.told.records.runs;
  if (runs.empty() || runs.back().end != BackupRun::End::running) return std::nullopt;
  return runs.back().begun;
}

Found runs_too_long(const Case& c) {
  const auto since = running_since(c);
  if (!since || !c.terms.max_duration) return std::nullopt;
  const Duration age = age_of(*since, c.now);
  if (age <= *c.terms.max_duration) return std::nullopt;
  return bad({.code = "backup_runs_too_long", .value = age, .expected = *c.terms.max_duration});
}

Found too_small(const Case& c) {
  if (!c.terms.min_size) return std::nullopt;
  const auto size = c.reading.newest->size;
  if (!size) return unknown({.code = "backup_not_measured", .value = "min_size"});
  if (*size >= *c.terms.min_size) return std::nullopt;
  return bad(
      {.code = "backup_too_small", .value = Bytes{*size}, .expected = Bytes{*c.terms.min_size}});
}

std::optional<double> changed_files(const Case& c) {
  const Copy& copy = *c.reading.newest;
  if (copy.changed_files) return copy.changed_files;
  // The run that made this copy may have told it.
  for (const BackupRun& run : c.told.records.runs) {
    if (run.changed_files && run.begun <= copy.begun && run.ended && copy.begun <= *run.ended) {
      return run.changed_files;
    }
  }
  return std::nullopt;
}

// The three drifts. `judged`: only those with a threshold, which are bad; otherwise only hints, and
// those are good.
Found drift(const Case& c, bool judged) {
  const Copy& copy = *c.reading.newest;
  const auto worth = [&](double change, const std::optional<double>& threshold, double hint) {
    return judged ? threshold && change > *threshold : !threshold && change > hint;
  };
  const auto say = [&](Reason reason) {
    return Judgement{.verdict = judged ? Verdict::bad : Verdict::good,
                     .reason = std::move(reason),
                     .samples = {}};
  };
  const auto changed = changed_files(c);
  if (changed && worth(*changed, c.terms.max_changed_files, changed_hint)) {
    return say({.code = "backup_mass_change",
                .value = static_cast<std::int64_t>(std::floor(*changed * 100))});
  }
  const auto usual_size = median_size(c.history, copy.begun);
  if (usual_size && *usual_size > 0 && copy.size) {
    const double change = std::abs(static_cast<double>(*copy.size) - *usual_size) / *usual_size;
    if (worth(change, c.terms.max_size_change, size_hint)) {
      return say({.code = "backup_size_drift",
                  .value = Bytes{*copy.size},
                  .expected = Bytes{static_cast<std::uint64_t>(*usual_size)}});
    }
  }
  const auto usual = median_duration(c.history, copy.begun);
  if (usual && *usual > Duration::zero() && copy.duration) {
    const double change = std::abs(to_seconds(*copy.duration - *usual)) / to_seconds(*usual);
    if (worth(change, c.terms.max_duration_change, duration_hint)) {
      return say({.code = "backup_duration_drift", .value = *copy.duration, .expected = *usual});
    }
  }
  return std::nullopt;
}

Found not_measured(const Case& c) {
  const Copy& copy = *c.reading.newest;
  std::string_view threshold;
  if (c.terms.max_size_change && !copy.size) threshold = "max_size_change";
  if (c.terms.max_duration_change && !copy.duration) threshold = "max_duration_change";
  if (c.terms.max_changed_files && !changed_files(c)) threshold = "max_changed_files";
  if (threshold.empty()) return std::nullopt;
  return unknown({.code = "backup_not_measured", .value = std::string(threshold)});
}

Found records_unread(const Case& c) {
  if (c.told.failure.empty()) return std::nullopt;
  return unknown({.code = "backup_records_unread",
                  .value = clean_text(c.told.failure, limits::reason_value_bytes)});
}

Found restore_not_proven(const Case& c) {
  // One that failed is evidence whatever was asked for: this copy could not be brought back.
  const BackupRecords& records = c.told.records;
  if (records.last_test && !records.last_test->success &&
      (!records.last_success || records.last_test->at >= records.last_success->at)) {
    return bad({.code = "restore_test_failed", .value = records.last_test->at});
  }
  if (!c.terms.restore_test_max_age) return std::nullopt;
  const Duration max_age = *c.terms.restore_test_max_age;
  if (!c.told.tests_failure.empty()) {
    return unknown({.code = "backup_records_unread",
                    .value = clean_text(c.told.tests_failure, limits::reason_value_bytes)});
  }
  if (!records.last_success) return bad({.code = "restore_test_never", .expected = max_age});
  const WallTime at = records.last_success->at;
  if (in_future(at, c.now)) return bad({.code = "restore_test_in_future", .value = at});
  const Duration age = age_of(at, c.now);
  if (age <= max_age) return std::nullopt;
  return bad({.code = "restore_test_too_old", .value = age, .expected = max_age});
}

Judgement verdict_of(const Case& c) {
  // Bad first: nothing that is not known can make it good again.
  if (auto found = failed_since(c)) return *found;
  const Found stale = not_fresh(c);
  if (stale && stale->verdict == Verdict::bad) return *stale;
  if (auto found = runs_too_long(c)) return *found;
  if (stale) return *stale;
  Found unmeasured = too_small(c);
  if (unmeasured && unmeasured->verdict == Verdict::bad) return *unmeasured;
  if (auto found = drift(c, true)) return *found;
  if (c.reading.newest_unproven) return *unknown(*c.reading.newest_unproven);
  if (auto found = records_unread(c)) return *found;
  if (auto found = restore_not_proven(c)) return *found;
  if (unmeasured) return *unmeasured;
  if (auto found = not_measured(c)) return *found;
  if (auto found = drift(c, false)) return *found;
  return {.verdict = Verdict::good,
          .reason = {.code = "backup_fresh",
                     .value = age_of(c.reading.newest->begun, c.now),
                     .expected = c.rpo()},
          .samples = {}};
}

class Samples {
 public:
  explicit Samples(const Name& name) : name_(name) {}
  void add(const Family& family, double value) {
    add({.family = &family, .label_values = {name_.backup, name_.repository}, .value = value});
  }
  void add_copy(const Place& place, bool proven) {
    add({.family = &family::copies,
         .label_values = {name_.backup, name_.repository, place.location, place.medium,
                          place.immutable ? "true" : "false"},
         .value = proven ? 1.0 : 0.0});
  }
  std::vector<Sample> take() { return std::move(all_); }

 private:
  // A place may be declared twice; a series is said once.
  void add(Sample sample) {
    const bool said = std::ranges::any_of(all_, [&](const Sample& each) {
      return each.family == sample.family && each.label_values == sample.label_values;
    });
    if (!said) all_.push_back(std::move(sample));
  }

  const Name& name_;
  std::vector<Sample> all_;
};

// The newest copy that no failed run spoils: the one that is there, or one that is remembered. One
// that was not read through proves no freshness; that it is too old is certain all the same.
std::optional<Copy> newest_complete(const Case& c) {
  if (!c.reading.newest) return std::nullopt;
  const bool believed =
      !c.reading.newest_unproven || age_of(c.reading.newest->begun, c.now) > c.rpo();
  const auto failure = failure_since(c);
  const auto spoilt = [&](const Copy& copy) {
    return failure && failure->begun <= copy.begun && copy.begun <= failure->until;
  };
  if (believed && !spoilt(*c.reading.newest)) return c.reading.newest;
  for (auto copy = c.history.rbegin(); copy != c.history.rend(); ++copy) {
    if (copy->begun < c.reading.newest->begun && !spoilt(*copy)) return *copy;
  }
  return std::nullopt;
}

void say_copy(const Case& c, const std::optional<Copy>& complete, Samples& samples) {
  if (complete) {
    samples.add(family::last_success, to_seconds(complete->begun));
    if (complete->duration) samples.add(family::last_duration, to_seconds(*complete->duration));
    if (complete->size) samples.add(family::last_size, static_cast<double>(*complete->size));
    if (const auto size = median_size(c.history, complete->begun)) {
      samples.add(family::median_size, *size);
    }
    if (const auto usual = median_duration(c.history, complete->begun)) {
      samples.add(family::median_duration, to_seconds(*usual));
    }
  } else if (!c.reading.newest && c.reading.gap.empty()) {
    samples.add(family::last_success, 0);
  }
  if (c.reading.newest) {
    if (const auto changed = changed_files(c)) samples.add(family::changed_files, *changed);
  }
  for (const Place& place : c.terms.copies) {
    if (!place.repository.empty() && place.repository != c.item.name.repository) continue;
    const bool fresh =
        complete && !in_future(complete->begun, c.now) && age_of(complete->begun, c.now) <= c.rpo();
    // A newest copy that could not be read through is no proof, and no proof of the contrary.
    const bool known = (complete || c.reading.gap.empty()) && !c.reading.newest_unproven;
    if (known) samples.add_copy(place, fresh);
    if (place.immutable && complete) {
      samples.add(family::immutable_until,
                  to_seconds(complete->begun) + to_seconds(*place.immutable));
    }
  }
}

void say_runs(const Case& c, Samples& samples) {
  if (const auto since = running_since(c)) samples.add(family::running_since, to_seconds(*since));
  std::optional<WallTime> begun;
  bool success = false;
  const auto look = [&](WallTime at, BackupRun::End end) {
    if (end == BackupRun::End::running || (begun && at < *begun)) return;
    begun = at;
    success = end == BackupRun::End::success;
  };
  for (const BackupRun& run : c.told.records.runs) look(run.begun, run.end);
  if (c.reading.last_run) look(c.reading.last_run->begun, c.reading.last_run->end);
  if (!begun) return;
  samples.add(family::last_run, to_seconds(*begun));
  samples.add(family::last_run_success, success ? 1 : 0);
}

void say_terms(const Terms& terms, Duration item_rpo, const Told& told, Samples& samples) {
  samples.add(family::rpo, to_seconds(item_rpo));
  if (!told.failure.empty() || !told.tests_failure.empty()) return;
  if (terms.restore_test_max_age) {
    samples.add(family::restore_test_interval, to_seconds(*terms.restore_test_max_age));
  }
  if (const auto& test = told.records.last_test) {
    samples.add(family::restore_test_success, test->success ? 1 : 0);
  }
  const auto& success = told.records.last_success;
  if (success) {
    samples.add(family::restore_test, to_seconds(success->at));
  } else if (terms.restore_test_max_age) {
    samples.add(family::restore_test, 0);
  }
}

}  // namespace

// Milliseconds first: nanoseconds do not reach the years that a broken clock can claim.
Duration age_of(WallTime moment, WallTime now) {
  constexpr WallDuration longest = std::chrono::hours(24) * 365 * 200;
  return std::clamp(now - moment, WallDuration::zero(), longest);
}

Judgement judge(const Item& item, const Terms& terms, const Told& told, std::vector<Copy>& history,
                WallTime now) {
  const Reading nothing;
  const auto* reading = std::get_if<Reading>(&item.state);
  Samples samples(item.name);
  Case c{.item = item,
         .reading = reading == nullptr ? nothing : *reading,
         .terms = terms,
         .told = told,
         .history = history,
         .now = now};
  say_terms(terms, c.rpo(), told, samples);
  say_runs(c, samples);
  Judgement judgement;
  if (reading == nullptr) {
    judgement.reason = std::get<Reason>(item.state);
  } else {
    const auto complete = newest_complete(c);
    if (complete && complete->begun == reading->newest->begun && !reading->newest_unproven &&
        !in_future(complete->begun, now)) {
      add_copy(history, *complete);
    }
    say_copy(c, complete, samples);
    judgement = verdict_of(c);
  }
  judgement.samples = samples.take();
  return judgement;
}

}  // namespace ght::collectors::backup
