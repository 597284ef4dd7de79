#include "agent/config/read_maintenance.h"

#include <algorithm>
#include <set>

#include "agent/config/expectation.h"
#include "agent/config/read_check.h"
#include "agent/config/site_time.h"
#include "agent/config/weekly_time.h"

namespace ght::config {
namespace {

// A month, and the hour that summer time gives back in October.
constexpr std::chrono::hours longest = std::chrono::days(31) + std::chrono::hours(1);
constexpr std::chrono::minutes whole_week(std::chrono::days(7));

class MaintenanceReader {
 public:
  MaintenanceReader(const Node& node, const Settings& keys, const std::string& pointer,
                    const MaintenanceContext& context, Problems& problems)
      : node_(node), keys_(keys), pointer_(pointer), context_(context), problems_(problems) {
    const auto known = [&](const Node& child) {
      return std::ranges::find(context.fields, child.key, &Field::key) != context.fields.end();
    };
    keys_known_ = std::ranges::all_of(node.children, known);
  }

  MaintenancePlan read();

 private:
  void scope();
  void checks(const std::vector<std::string>& names);
  void activities(const std::vector<std::string>& slugs);
  void times();
  void recurring();
  std::optional<WallTime> moment(std::string_view key);

  bool given(std::string_view key) const { return node_.find(key) != nullptr; }
  std::string text(std::string_view key) const {
    const auto* found = keys_.find<std::string>(key);
    return found == nullptr ? "" : *found;
  }
  void error(std::string_view key, std::string message) {
    Spot spot = spot_of(node_, pointer_, key);
    problems_.error(spot.offset, std::move(spot.pointer), std::move(message));
  }
  // Not when there is an unknown key: it is probably the missing one.
  void missing(std::string message) {
    if (keys_known_) problems_.error(node_.offset, pointer_, std::move(message));
  }
  void error_at(std::string_view list, std::size_t i, std::string message) {
    const Node& element = node_.find(list)->children[i];
    problems_.error(element.offset, pointer_to(pointer_to(pointer_, list), i), std::move(message));
  }

  const Node& node_;
  const Settings& keys_;
  const std::string& pointer_;
  const MaintenanceContext& context_;
  Problems& problems_;
  bool keys_known_ = true;
  MaintenancePlan plan_;
};

void MaintenanceReader::checks(const std::vector<std::string>& names) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::find(context_.checks, names[i]) == context_.checks.end()) {
      error_at(
          "checks", i,
          "no check has the name " + quoted(names[i]) + did_you_mean(names[i], context_.checks));
    } else if (!seen.insert(names[i]).second) {
      error_at("checks", i, quoted(names[i]) + " is listed twice");
    }
  }
  plan_.scope.checks = names;
}

void MaintenanceReader::activities(const std::vector<std::string>& slugs) {
  std::array<std::string_view, all_activities.size()> known{};
  std::ranges::transform(all_activities, known.begin(), slug);
  for (std::size_t i = 0; i < slugs.size(); ++i) {
    const auto activity = activity_from_slug(slugs[i]);
    if (!activity) {
      error_at("activities", i,
               "expected one of " + quoted_list(known) + ", found " + quoted(slugs[i]) +
                   did_you_mean(slugs[i], known));
    } else if (std::ranges::find(plan_.scope.activities, *activity) !=
               plan_.scope.activities.end()) {
      error_at("activities", i, quoted(slugs[i]) + " is listed twice");
    } else {
      plan_.scope.activities.push_back(*activity);
    }
  }
}

void MaintenanceReader::scope() {
  const auto* all = keys_.find<bool>("all");
  plan_.scope.all = all != nullptr && *all;
  if (const auto* names = keys_.find<std::vector<std::string>>("checks")) checks(*names);
  if (const auto* slugs = keys_.find<std::vector<std::string>>("activities")) activities(*slugs);
  const bool named = given("checks") || given("activities");
  if (plan_.scope.all && named) {
    error("all",
          "\"all\" covers every check already; expected it alone, without \"checks\" and "
          "\"activities\"");
  }
  const bool all_wrong = given("all") && all == nullptr;
  if (plan_.scope.all || named || all_wrong) return;
  missing("covers no check; expected \"checks\", \"activities\" or \"all\": true");
}

std::optional<WallTime> MaintenanceReader::moment(std::string_view key) {
  const auto* written = keys_.find<std::string>(key);
  if (written == nullptr) return std::nullopt;
  const Result<std::optional<WallTime>> time = parse_site_time(*written, context_.zone);
  if (time.ok()) return time.value();
  error(key, time.error().message);
  return std::nullopt;
}

void MaintenanceReader::recurring() {
  plan_.recurring = text("recurring");
  if (plan_.recurring.empty()) return;
  Result<WeeklyHours> hours = parse_weekly_hours(plan_.recurring);
  if (!hours.ok()) {
    error("recurring", hours.error().message);
  } else if (weekly_time(hours.value()) >= whole_week) {
    error("recurring", "expected hours such as \"sun 02:00-04:00\", found " +
                           quoted(plan_.recurring) +
                           ": the whole week, which would leave nothing to account for");
  } else {
    plan_.hours = std::move(hours).value();
  }
}

void MaintenanceReader::times() {
  plan_.from = moment("from");
  plan_.to = moment("to");
  recurring();
  const bool once = !given("recurring");
  if (once && !given("from") && !given("to")) {
    missing("has no time; expected \"from\" and \"to\", or \"recurring\"");
  } else if (once && !(given("from") && given("to"))) {
    missing("missing key " + quoted(given("from") ? "to" : "from") +
            ": expected both \"from\" and \"to\", or \"recurring\"");
  }
  if (!plan_.from || !plan_.to) return;
  if (*plan_.from >= *plan_.to) {
    error("to", "expected an end after the begin " + quoted(text("from")) + ", found " +
                    quoted(text("to")));
  } else if (once && *plan_.to - *plan_.from > longest) {
    error("to", "expected an end at most 31 days after the begin " + quoted(text("from")) +
                    ", found " + quoted(text("to")));
  }
}

MaintenancePlan MaintenanceReader::read() {
  scope();
  times();
  plan_.reason = text("reason");
  plan_.author = text("author");
  plan_.approver = text("approver");
  return std::move(plan_);
}

}  // namespace

MaintenancePlan read_maintenance(const Node& node, const Settings& keys, const std::string& pointer,
                                 const MaintenanceContext& context, Problems& problems) {
  return MaintenanceReader(node, keys, pointer, context, problems).read();
}

}  // namespace ght::config
