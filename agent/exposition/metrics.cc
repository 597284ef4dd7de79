#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/exposition/families.h"
#include "agent/exposition/openmetrics.h"
#include "agent/exposition/render.h"
#include "agent/exposition/series.h"

namespace ght {
namespace {

constexpr std::span<const std::string_view> no_labels;

// Rough size of a check on the page, so that it is written without growing in steps.
constexpr std::size_t bytes_per_check = 4200;
constexpr std::size_t bytes_of_agent = 4000;

double seconds(WallDuration time) {
  return std::chrono::duration<double>(time).count();
}

// 52 bits are exact in a double. Absent when the head is not at least that many digits.
std::optional<double> head_number(std::string_view head) {
  constexpr std::size_t digits = 13;
  constexpr int base = 16;
  if (head.size() < digits) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = head.data() + digits;
  const auto [last, error] = std::from_chars(head.data(), end, number, base);
  if (error != std::errc() || last != end) return std::nullopt;
  return static_cast<double>(number);
}

void add_chain(SeriesSet& set, const View& view) {
  if (view.chain_records == 0 && view.chain_head.empty()) return;  // never read
  set.add(families::chain_records, no_labels, static_cast<double>(view.chain_records));
  if (const std::optional<double> head = head_number(view.chain_head)) {
    set.add(families::chain_head, no_labels, *head);
  }
}

void add_agent(SeriesSet& set, const View& view) {
  // Foreign text is made showable here, so that these series are never among the rejected.
  const auto keep = [&](const std::string& text) {
    return set.keep(clean_text(text, limits::reason_value_bytes));
  };
  const std::array build = {keep(view.version), keep(view.revision)};
  set.add(families::build_info, build, 1);
  const Identity& id = view.identity;
  const std::array host = {keep(id.ght),  keep(id.establishment), keep(id.site),
                           keep(id.host), keep(view.os),          keep(view.kernel)};
  set.add(families::host_info, host, 1);
  set.add(families::start_timestamp, no_labels, to_seconds(view.started));
  set.add(families::reload_successful, no_labels, view.reload_ok ? 1 : 0);
  set.add(families::reload_timestamp, no_labels, to_seconds(view.reload_success));
  if (view.web_tls) {
    set.add(families::web_tls_not_after, no_labels, to_seconds(view.web_tls->not_after));
    set.add(families::web_tls_reload, no_labels, view.web_tls->reload_error.empty() ? 1 : 0);
  }
  set.add(families::ledger_healthy, no_labels, view.ledger_healthy ? 1 : 0);
  if (view.ledger_last_write) {
    set.add(families::ledger_write, no_labels, to_seconds(*view.ledger_last_write));
  }
  add_chain(set, view);
}

void add_states(SeriesSet& set, const CheckView& item) {
  for (const State state : all_states) {
    const std::array label = {name(state)};
    set.add(*item.check, families::check_state, label, item.state == state ? 1 : 0);
    // An unreadable ledger has no counters to show: 0 would be a reset to whoever scrapes.
    if (item.accounted) {
      set.add(*item.check, families::sla_seconds, label, seconds((*item.accounted)[state]));
    }
  }
}

// From the worst to the best, so that min() over checks is the worst of them.
double verdict_number(LevelVerdict verdict) {
  switch (verdict) {
    case LevelVerdict::breached:
      return 0;
    case LevelVerdict::undetermined:
      return 1;
    case LevelVerdict::met:
      return 2;
  }
  return 1;  // not reached; and not decided would be the truth
}

void add_month(SeriesSet& set, const Check& check, std::string_view which,
               const std::optional<MonthFigures>& month) {
  if (!month) return;
  for (const State state : all_states) {
    const std::array labels = {which, name(state)};
    set.add(check, families::sla_month_seconds, labels, seconds(month->times[state]));
  }
  if (month->verdict) {
    const std::array label = {which};
    set.add(check, families::sla_month_verdict, label, verdict_number(*month->verdict));
  }
}

void add_history(SeriesSet& set, const Check& check, const CheckHistory& history) {
  add_month(set, check, "current", history.current);
  add_month(set, check, "previous", history.previous);
  if (!history.current) return;
  if (const auto& budget = history.current->budget) {
    set.add(check, families::sla_month_budget, no_labels, seconds(*budget));
  }
  if (const auto& left = history.current->budget_remaining) {
    set.add(check, families::sla_month_budget_remaining, no_labels, seconds(*left));
  }
}

void add_check(SeriesSet& set, const CheckView& item) {
  const Check& check = *item.check;
  const std::array info = {check.collector == nullptr ? std::string_view() : check.collector->name,
                           set.keep(clean_text(check.title, limits::reason_value_bytes))};
  set.add(check, families::check_info, info, 1);
  set.add(check, families::check_interval, no_labels, to_seconds(check.interval));
  add_states(set, item);
  for (std::size_t i = 0; i < run_end_names.size(); ++i) {
    const std::array label = {run_end_names[i]};
    set.add(check, families::check_runs, label, static_cast<double>(item.runs[i]));
  }
  if (item.last_duration) {
    set.add(check, families::check_duration, no_labels, to_seconds(*item.last_duration));
  }
  if (item.last_run)
    set.add(check, families::check_last_run, no_labels, to_seconds(*item.last_run));
  if (check.sla.guaranteed) {
    set.add(check, families::sla_guaranteed, no_labels, *check.sla.guaranteed);
  }
  if (check.sla.announced) {
    set.add(check, families::sla_announced, no_labels, *check.sla.announced);
  }
  set.add(check, families::maintenance_active, no_labels, item.maintenance_active ? 1 : 0);
  if (item.history) add_history(set, check, *item.history);
}

// Returns how many samples came without a family: nothing could even be named.
std::size_t add_observed(SeriesSet& set, const CheckView& item) {
  if (item.last == nullptr) return 0;
  std::size_t nameless = 0;
  for (const Sample& sample : item.last->samples) {
    if (sample.family == nullptr) {
      ++nameless;
      continue;
    }
    const std::vector<std::string_view> labels(sample.label_values.begin(),
                                               sample.label_values.end());
    set.add(*item.check, *sample.family, labels, sample.value);
  }
  return nameless;
}

}  // namespace

std::string render_metrics(const View& view, MetricsFormat format) {
  SeriesSet set;
  // The agent's own families come first: whoever else claims such a name is the one refused.
  add_agent(set, view);
  for (const CheckView& item : view.checks) add_check(set, item);
  std::size_t rejected = 0;
  for (const CheckView& item : view.checks) rejected += add_observed(set, item);
  set.sort();
  rejected += set.rejected();
  set.add(families::rejected_samples, no_labels, static_cast<double>(rejected));

  std::string out;
  out.reserve(bytes_of_agent + bytes_per_check * view.checks.size());
  const bool openmetrics = format == MetricsFormat::openmetrics_1_0_0;
  set.for_each([&](prometheus::MetricFamily&& family) {
    openmetrics ? append_openmetrics(out, family) : append_text(out, std::move(family));
  });
  if (openmetrics) append_openmetrics_end(out);
  return out;
}

}  // namespace ght
