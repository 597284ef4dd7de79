#include "agent/engine/control.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/exposition/render.h"

namespace ght {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string refusal(const std::string& why) {
  return dump({{"error", why}});
}

// Text for the record: as people wrote it, without control characters, bounded.
std::string words(const json& request, const char* key) {
  const auto found = request.find(key);
  if (found == request.end() || !found->is_string()) return {};
  return clean_text(found->get<std::string>(), limits::reason_value_bytes);
}

std::optional<WallTime> moment(const json& request, const char* key) {
  const auto found = request.find(key);
  if (found == request.end() || !found->is_number_integer()) return std::nullopt;
  return wall_from_unix_ms(found->get<std::int64_t>());
}

std::vector<std::string> list(const json& request, const char* key) {
  std::vector<std::string> texts;
  const auto found = request.find(key);
  if (found == request.end() || !found->is_array()) return texts;
  for (const json& each : *found) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

Result<MaintenancePlan> plan_of(const json& request, const Engine& engine) {
  MaintenancePlan plan;
  plan.scope.all = request.value("all", json(false)) == json(true);
  plan.scope.checks = list(request, "checks");
  for (const std::string& check : plan.scope.checks) {
    if (!engine.knows_check(check)) return Error{check, "there is no check of this name"};
  }
  for (const std::string& slug : list(request, "activities")) {
    const auto activity = activity_from_slug(slug);
    if (!activity) return Error{slug, "is none of the six activities"};
    plan.scope.activities.push_back(*activity);
  }
  if (!plan.scope.all && plan.scope.checks.empty() && plan.scope.activities.empty()) {
    return Error{"maintenance", "it covers nothing: give checks, activities or all"};
  }
  plan.from = moment(request, "from_ms");
  plan.to = moment(request, "to_ms");
  plan.reason = words(request, "reason");
  plan.author = words(request, "author");
  plan.approver = words(request, "approver");
  if (plan.reason.empty()) return Error{"maintenance", "it needs a reason"};
  if (plan.author.empty()) return Error{"maintenance", "it needs an author"};
  return plan;
}

Result<RestoreTest> test_of(const json& request) {
  const auto at = moment(request, "at_ms");
  const auto success = request.find("success");
  if (!at || success == request.end() || !success->is_boolean()) {
    return Error{"restore test", "expected at_ms and success"};
  }
  RestoreTest test{.at = *at, .success = success->get<bool>()};
  test.backup = words(request, "backup");
  test.backup_date = moment(request, "backup_date_ms");
  if (const auto duration = moment(request, "duration_ms")) {
    test.duration = duration->time_since_epoch();
  }
  test.operator_name = words(request, "operator");
  test.requester = words(request, "requester");
  test.files = words(request, "files");
  test.remark = words(request, "remark");
  for (const auto& [key, value] :
       {std::pair{"operator", &test.operator_name}, std::pair{"requester", &test.requester},
        std::pair{"files", &test.files}}) {
    if (value->empty()) return Error{"restore test", std::string("it needs its ") + key};
  }
  return test;
}

std::string said(const Result<Engine::Declared>& declared) {
  if (!declared.ok()) return refusal(declared.error().text());
  const MaintenanceWindow& window = declared.value().window;
  const auto to = window.effective_to();
  return dump({{"id", window.id},
               {"durable", declared.value().durable},
               {"retroactive", window.retroactive()},
               {"from_ms", to_unix_ms(*window.plan.from)},
               {"to_ms", to ? json(to_unix_ms(*to)) : json(nullptr)}});
}

}  // namespace

asio::awaitable<std::string> Control::answer(std::string line, io::ControlPeer peer) {
  const json request = json::parse(line, nullptr, false);
  if (!request.is_object()) co_return refusal("expected one JSON object");
  const std::string command = words(request, "command");
  log_.info(
      "control",
      {{"command", command}, {"uid", std::to_string(peer.uid)}, {"pid", std::to_string(peer.pid)}});
  if (command == "maintenance_start") {
    Result<MaintenancePlan> plan = plan_of(request, engine_);
    if (!plan.ok()) co_return refusal(plan.error().text());
    auto declaring = engine_.declare(std::move(plan).value());
    const auto declared = co_await std::move(declaring);
    co_return said(declared);
  }
  if (command == "maintenance_stop") {
    std::string by = words(request, "by");
    if (by.empty()) co_return refusal("who stops it has to be said");
    auto ending = engine_.end_window(words(request, "id"), std::move(by));
    const auto ended = co_await std::move(ending);
    co_return said(ended);
  }
  if (command == "restore_test") {
    Result<RestoreTest> test = test_of(request);
    if (!test.ok()) co_return refusal(test.error().text());
    auto recording = engine_.record(std::move(test).value());
    const Result<bool> recorded = co_await std::move(recording);
    if (!recorded.ok()) co_return refusal(recorded.error().text());
    co_return dump({{"durable", recorded.value()}});
  }
  if (command == "status") {
    // Line ends stand between the parts of the page only: in texts they are escaped.
    std::string page = render_status_json(engine_.view(ViewDetail::everything));
    std::ranges::replace(page, '\n', ' ');
    co_return page;
  }
  co_return refusal("unknown command \"" + command + "\"");
}

}  // namespace ght
