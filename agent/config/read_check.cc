#include "agent/config/read_check.h"

#include <algorithm>
#include <cmath>

#include "agent/config/expectation.h"
#include "agent/config/validate.h"
#include "agent/config/weekly_time.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght::config {
namespace {

bool good_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return plain(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

// Reads one check. What is wrong with a key's own value has been told already: such keys are absent
// here, and nothing more is said about them.
class CheckReader {
 public:
  CheckReader(const Node& node, const Settings& keys, const std::string& pointer,
              Problems& problems)
      : node_(node), keys_(keys), pointer_(pointer), problems_(problems) {}

  Check read(const Tables& tables, SeenNames& seen);

 private:
  void name(SeenNames& seen);
  void times();
  void service_level();
  bool service_hours(const Settings& sla, const Node& node);
  void in_order(const Spot& guaranteed);
  void provable(const Spot& guaranteed);
  void settings();
  void runs_programs(const Plan& plan);
  void first_plan(const Node& given, const std::string& pointer);

  template <class T>
  const T* find(std::string_view key) const {
    return keys_.find<T>(key);
  }
  void error(std::string_view key, std::string message) {
    Spot spot = spot_of(node_, pointer_, key);
    problems_.error(spot.offset, std::move(spot.pointer), std::move(message));
  }

  const Node& node_;
  const Settings& keys_;
  const std::string& pointer_;
  Problems& problems_;
  Check check_;
};

void CheckReader::name(SeenNames& seen) {
  const auto* name = find<std::string>("name");
  if (name == nullptr) return;
  check_.name = *name;
  check_.title = *name;
  if (!good_name(*name)) {
    error("name",
          "expected a name of a-z, 0-9, \"_\" and \"-\" that begins with a letter or "
          "digit, found " +
              quoted(*name));
    return;
  }
  const std::size_t offset = spot_of(node_, pointer_, "name").offset;
  const auto [first, added] = seen.emplace(*name, offset);
  if (added) return;
  error("name", "the name " + quoted(*name) + " is taken by the check in line " +
                    std::to_string(problems_.line(first->second)));
}

void CheckReader::times() {
  const auto* interval = find<Duration>("interval");
  const auto* timeout = find<Duration>("timeout");
  const auto* stale_after = find<Duration>("stale_after");
  if (interval == nullptr) return;
  check_.interval = *interval;
  check_.timeout = timeout != nullptr ? *timeout : default_timeout(*interval);
  check_.stale_after =
      stale_after != nullptr ? *stale_after : default_stale_after(*interval, check_.timeout);
  const std::string text = format_duration(*interval);
  if (check_.timeout > *interval) {
    error("timeout", "the timeout " + format_duration(check_.timeout) +
                         " is longer than the interval " + text);
  }
  if (check_.stale_after < *interval) {
    error("stale_after", "a result is stale after " + format_duration(check_.stale_after) +
                             ", before the next one comes: the interval is " + text);
  }
}

void CheckReader::service_level() {
  const auto* sla = find<Settings>("sla");
  const Node* node = node_.find("sla");
  if (sla == nullptr) return;
  if (const auto* guaranteed = sla->find<double>("guaranteed")) check_.sla.guaranteed = *guaranteed;
  if (const auto* announced = sla->find<double>("announced")) check_.sla.announced = *announced;
  if (const auto* text = sla->find<std::string>("penalties")) check_.sla.penalties = *text;
  if (const auto* outage = sla->find<Duration>("max_outage")) check_.sla.max_outage = *outage;
  if (node == nullptr) return;
  const bool known_hours = service_hours(*sla, *node);
  if (!check_.sla.guaranteed) return;
  const Spot spot = spot_of(*node, pointer_to(pointer_, "sla"), "guaranteed");
  in_order(spot);
  if (known_hours) provable(spot);
}

// False when it is not known what they are.
bool CheckReader::service_hours(const Settings& sla, const Node& node) {
  const auto* text = sla.find<std::string>("service_hours");
  if (text == nullptr) return false;
  Result<WeeklyHours> hours = parse_weekly_hours(*text);
  if (!hours.ok()) {
    Spot spot = spot_of(node, pointer_to(pointer_, "sla"), "service_hours");
    problems_.error(spot.offset, std::move(spot.pointer), hours.error().message);
    return false;
  }
  check_.sla.service_hours = *text;
  check_.sla.hours = std::move(hours).value();
  return true;
}

void CheckReader::in_order(const Spot& guaranteed) {
  if (!check_.sla.announced || *check_.sla.guaranteed <= *check_.sla.announced) return;
  problems_.warning(guaranteed.offset, guaranteed.pointer,
                    "the guaranteed level " + number_text(*check_.sla.guaranteed) +
                        " is above the announced level " + number_text(*check_.sla.announced));
}

void CheckReader::provable(const Spot& guaranteed) {
  constexpr double intervals_needed = 3;
  const ServiceMonth month = service_month(check_.sla.hours);
  constexpr double rounding = 1e-6;  // 1 - 0.999 is not exact
  const double allowance = (1 - *check_.sla.guaranteed) * to_seconds(month.time) + rounding;
  const double interval = to_seconds(check_.interval);
  // Hours on holidays only have no average month.
  if (check_.interval == Duration() || month.time == Duration()) return;
  if (allowance >= intervals_needed * interval) return;
  const double enough = std::floor(allowance / intervals_needed);
  problems_.warning(guaranteed.offset, guaranteed.pointer,
                    "an interval of " + format_duration(check_.interval) +
                        " cannot prove the level " + number_text(*check_.sla.guaranteed) + ": " +
                        month.name + " allows " + number_text(std::round(allowance)) +
                        " s, under three intervals" +
                        (enough >= 1 ? "; an interval of " + number_text(enough) + "s can" : ""));
}

void CheckReader::settings() {
  if (check_.collector == nullptr) return;
  const Node* given = node_.find("settings");
  Node none = object_node();
  none.offset = node_.offset;
  const std::string pointer = pointer_to(pointer_, "settings");
  const std::size_t errors_before = problems_.errors();
  check_.settings =
      validate(given == nullptr ? none : *given, check_.collector->settings, pointer, problems_);
  if (problems_.errors() == errors_before) first_plan(given == nullptr ? none : *given, pointer);
}

// What only the collector can judge, a URL say. Its error may be about "url" or "settings.url".
void CheckReader::first_plan(const Node& given, const std::string& pointer) {
  const Result<Plan> plan = check_.collector->plan(check_.settings, {}, {});
  if (plan.ok()) return runs_programs(plan.value());
  const Error& wrong = plan.error();
  std::string_view about = wrong.about;
  if (constexpr std::string_view prefix = "settings."; about.starts_with(prefix)) {
    about.remove_prefix(prefix.size());
  }
  if (const Node* named = given.find(about)) {
    problems_.error(named->offset, pointer_to(pointer, about), wrong.message);
  } else {
    problems_.error(given.offset, pointer, wrong.text());
  }
}

// A key that would do nothing is a misunderstanding.
void CheckReader::runs_programs(const Plan& plan) {
  const auto is_program = [](const Step& step) { return std::holds_alternative<RunHelper>(step); };
  if (!check_.privileged || std::ranges::any_of(plan, is_program)) return;
  error("privileged", "the collector " + std::string(check_.collector->name) +
                          " runs no program: there is nothing to run as root");
}

Check CheckReader::read(const Tables& tables, SeenNames& seen) {
  name(seen);
  if (const auto* title = find<std::string>("title")) check_.title = *title;
  if (const auto* name = find<std::string>("collector")) check_.collector = tables.collector(*name);
  if (const auto* slug = find<std::string>("activity")) {
    check_.activity = activity_from_slug(*slug).value_or(check_.activity);
  }
  if (const auto* confirm = find<std::int64_t>("confirm_bad")) {
    check_.confirm_bad = static_cast<int>(*confirm);
  }
  if (const auto* here = find<bool>("on_this_host")) check_.on_this_host = *here;
  if (const auto* privileged = find<bool>("privileged")) check_.privileged = *privileged;
  times();
  service_level();
  settings();
  check_.fingerprint = to_json(node_, JsonStyle::canonical);
  return std::move(check_);
}

}  // namespace

Spot spot_of(const Node& parent, const std::string& pointer, std::string_view key) {
  const Node* given = parent.find(key);
  return {given == nullptr ? parent.offset : given->offset, pointer_to(pointer, key)};
}

Check read_check(const Node& node, const Settings& keys, const std::string& pointer,
                 const Tables& tables, SeenNames& seen, Problems& problems) {
  return CheckReader(node, keys, pointer, problems).read(tables, seen);
}

}  // namespace ght::config
