#include "agent/ledger/vector_run_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "agent/core/text.h"
#include "agent/ledger/terms_json.h"

namespace ght::test {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

Verdict verdict(const std::string& text) {
  for (const Verdict one : {Verdict::good, Verdict::bad, Verdict::unknown}) {
    if (name(one) == text) return one;
  }
  ADD_FAILURE() << "no verdict: " << text;
  return Verdict::unknown;
}

WeeklyHours hours(const std::string& text) {
  Result<WeeklyHours> parsed = parse_weekly_hours(text);
  GHT_CHECK(parsed.ok());
  return std::move(parsed).value();
}

}  // namespace

WallTime vector_time(const json& text) {
  const auto time = parse_rfc3339(text.get<std::string>());
  EXPECT_TRUE(time) << text;
  return time.value_or(WallTime{});
}

VectorRun::VectorRun(const json& vector) : vector_(vector) {
  begin_ = vector_time(vector.at("timeline").at(0).at("at"));
  end_ = vector_time(vector.at("end"));
  policy_.name = vector_check;
  policy_.terms.title = "vector";
  policy_.terms.stale_after = 35s;
  if (vector.contains("check")) change_terms(vector.at("check"));
  change_terms(json::object());
}

void VectorRun::change_terms(const json& members) {
  Terms& terms = policy_.terms;
  for (const auto& [member, value] : members.items()) {
    if (member == "stale_after") {
      terms.stale_after = std::chrono::seconds(value.get<int>());
    } else if (member == "confirm_bad") {
      terms.confirm_bad = value.get<int>();
    } else if (member == "on_this_host") {
      policy_.on_this_host = value.get<bool>();
    } else if (member == "time_zone") {
      terms.time_zone = value.get<std::string>();
    } else if (member == "holidays") {
      const auto found = holidays_from_name(value.get<std::string>());
      EXPECT_TRUE(found) << value;
      terms.holidays = found.value_or(Holidays::none);
    } else if (member == "service_hours") {
      terms.sla.service_hours = value.get<std::string>();
      terms.sla.hours = hours(terms.sla.service_hours);
    } else if (member == "guaranteed") {
      terms.sla.guaranteed = value.get<double>();
    } else if (member == "max_outage") {
      terms.sla.max_outage = std::chrono::seconds(value.get<int>());
    } else {
      ADD_FAILURE() << "no member of check: " << member;
    }
  }
  policy_.policy.stale_after = std::chrono::duration_cast<WallDuration>(terms.stale_after);
  policy_.policy.confirm_bad = terms.confirm_bad;
}

// Series written out, everything in order of time; a step of the clock is a border.
std::vector<VectorRun::Event> VectorRun::expanded() const {
  std::vector<Event> events;
  std::size_t part = 0;
  const auto sort_part = [&] {
    std::sort(events.begin() + static_cast<std::ptrdiff_t>(part), events.end(),
              [](const Event& a, const Event& b) {
                return std::pair(a.at, a.order) < std::pair(b.at, b.order);
              });
    part = events.size();
  };
  for (const json& event : vector_.at("timeline")) {
    const WallTime at = vector_time(event.at("at"));
    events.push_back({.at = at, .json = &event, .order = events.size()});
    if (event.contains("every")) {
      const WallTime until = vector_time(event.at("until"));
      const std::chrono::seconds every(event.at("every").get<int>());
      for (WallTime next = at + every; next <= until; next += every) {
        events.push_back({.at = next, .json = &event, .order = events.size()});
      }
    }
    if (event.contains("clock_to")) sort_part();
  }
  sort_part();
  return events;
}

void VectorRun::run() {
  for (const Event& event : expanded()) play(event);
  GHT_CHECK(ledger_);
  heartbeat(end_);
}

void VectorRun::play(const Event& event) {
  const json& what = *event.json;
  if (what.contains("start")) {
    start(what, event.at);
    return;
  }
  GHT_CHECK(ledger_);
  ledger_->advance(event.at);
  if (what.contains("observe")) {
    const Verdict seen = verdict(what.at("observe").get<std::string>());
    ledger_->observe(vector_check, seen, "seen_" + std::string(name(seen)), event.at);
  } else if (what.contains("maintenance")) {
    declare(what.at("maintenance"), event.at);
  } else if (what.contains("maintenance_end")) {
    end_window(what.at("maintenance_end").get<std::string>(), event.at);
  } else if (what.contains("terms")) {
    change_terms(what.at("terms"));
    ledger_->configure({policy_}, event.at);
  } else if (what.contains("suspended")) {
    step(event.at, event.at + std::chrono::seconds(what.at("suspended").get<int>()));
    return;
  } else if (what.contains("clock_to")) {
    step(event.at, vector_time(what.at("clock_to")));
    return;
  }
  heartbeat(event.at);
  if (what.contains("kill") || what.contains("stop")) ledger_.reset();
}

void VectorRun::start(const json& event, WallTime at) {
  BootInfo boot{.id = event.at("boot").get<std::string>(), .at = {}};
  if (event.contains("booted")) boot.at = vector_time(event.at("booted"));
  ledger_.emplace(std::move(boot));
  EXPECT_TRUE(ledger_->restore(disk_.stored).empty());
  ledger_->configure({policy_}, at);
  heartbeat(at);
}

void VectorRun::declare(const json& window, WallTime at) {
  MaintenancePlan plan;
  plan.scope.checks = {vector_check};
  plan.from = vector_time(window.at("from"));
  if (window.contains("to")) plan.to = vector_time(window.at("to"));
  if (window.contains("recurring")) {
    plan.recurring = window.at("recurring").get<std::string>();
    plan.hours = hours(plan.recurring);
  }
  plan.reason = "vector";
  plan.author = "vector";
  const auto declared = ledger_->declare(std::move(plan), false, at);
  ASSERT_TRUE(declared.ok()) << declared.error().text();
  ids_[window.at("id").get<std::string>()] = declared.value().id;
}

void VectorRun::end_window(const std::string& id, WallTime at) {
  const auto known = ids_.find(id);
  GHT_CHECK(known != ids_.end());
  const bool lasts = std::ranges::any_of(
      ledger_->windows(at), [&](const MaintenanceWindow& one) { return one.id == known->second; });
  EXPECT_EQ(ledger_->end_window(known->second, "vector", at).ok(), lasts);
}

void VectorRun::step(WallTime at, WallTime to) {
  heartbeat(at);
  ledger_->clock_stepped(at, to - at, to);
  heartbeat(to);
}

// Everything is written, and no counter ever decreases.
void VectorRun::heartbeat(WallTime at) {
  write(*ledger_, disk_, at);
  for (const std::string& name : ledger_->wants_past()) {
    EXPECT_TRUE(ledger_->take_past(name, disk_.past(name, ledger_->past_from(at))));
  }
  const auto counters = ledger_->durable(vector_check);
  GHT_CHECK(counters);
  for (const State state : all_states) {
    EXPECT_GE((*counters)[state].count(), counters_[state].count()) << name(state);
  }
  counters_ = *counters;
}

std::vector<MaintenanceWindow> VectorRun::windows() const {
  std::vector<MaintenanceWindow> found;
  for (const Record& record : disk_.stored.declared) {
    if (record.kind == RecordKind::maintenance) {
      auto window = window_from_json(record.body);
      GHT_CHECK(window.ok());
      found.push_back(std::move(window).value());
      found.back().id = record.subject;
    } else {
      std::ranges::find(found, record.subject, &MaintenanceWindow::id)->ended_at =
          record.segment.from;
    }
  }
  return found;
}

}  // namespace ght::test
