// maintenance start, stop, list: declarations to the running agent, and what the ledger holds.
#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/config/site_time.h"
#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/io/clock.h"
#include "agent/io/control_client.h"
#include "agent/io/ledger_file.h"
#include "agent/ledger/terms_json.h"

namespace ght::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr Duration answer_timeout = 15s;

void complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
}

const char* say(const MaintenanceOptions& options, const char* french, const char* english) {
  return options.english ? english : french;
}

std::string date(const MaintenanceOptions& options, const Config& config, WallTime time) {
  return say_date(time, options.english ? Language::en : Language::fr, config.time_zone);
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Exit code and answer of the agent; a refusal was printed.
struct Answer {
  int code = 1;
  json object;
};

Answer ask(const Config& config, const json& request) {
  const Result<std::string> line =
      io::control_request(config.control_socket, dump(request), answer_timeout);
  if (!line.ok()) {
    complain(line.error());
    return {};
  }
  json object = json::parse(line.value(), nullptr, false);
  if (!object.is_object()) {
    complain({config.control_socket, "the agent's answer is not understood"});
    return {};
  }
  if (const auto error = object.find("error"); error != object.end()) {
    std::fprintf(stderr, "%s\n", error->is_string() ? error->get<std::string>().c_str() : "?");
    return {};
  }
  return {.code = 0, .object = std::move(object)};
}

std::optional<WallTime> moment(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return wall_from_unix_ms(found->get<std::int64_t>());
}

bool flag(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// Nobody may believe in a window that a power cut would take back.
void warn_if_not_durable(const MaintenanceOptions& options, const json& answer) {
  if (flag(answer, "durable")) return;
  std::fputs(say(options,
                 "ATTENTION : pas encore écrit sur le disque. Un arrêt de l'agent le perdrait ; "
                 "vérifiez le registre (ght_ledger_healthy), puis « maintenance list ».\n",
                 "WARNING: not on the disk yet. A stop of the agent would lose it; look after the "
                 "ledger (ght_ledger_healthy), then at \"maintenance list\".\n"),
             stderr);
}

Result<WallTime> site_time(const std::string& text, const Config& config) {
  GHT_TRY(const std::optional<WallTime> time, config::parse_site_time(text, config.time_zone));
  if (!time) return Error{text, "needs a time zone"};
  return *time;
}

Result<json> start_request(const MaintenanceOptions& options, const Config& config) {
  json request = {{"command", "maintenance_start"}, {"all", options.all},
                  {"checks", options.checks},       {"activities", options.activities},
                  {"reason", options.reason},       {"author", options.author},
                  {"approver", options.approver}};
  WallTime from = io::wall_now();
  if (!options.from.empty()) {
    GHT_TRY(from, site_time(options.from, config));
    request["from_ms"] = to_unix_ms(from);
  }
  if (!options.until.empty()) {
    GHT_TRY(const WallTime until, site_time(options.until, config));
    request["to_ms"] = to_unix_ms(until);
    return request;
  }
  const auto length = parse_duration(options.length);
  if (!length || *length <= Duration::zero()) {
    return Error{options.length, "expected a duration such as 90m or 2h"};
  }
  request["to_ms"] = to_unix_ms(from + std::chrono::duration_cast<WallDuration>(*length));
  return request;
}

// Windows of the file by the order of their declaration.
Result<std::vector<MaintenanceWindow>> read_windows(const std::string& path) {
  GHT_TRY(io::LedgerFile file, io::LedgerFile::open(path));
  GHT_TRY(const StoredLedger stored, file.state());
  std::vector<MaintenanceWindow> windows;
  for (const Record& record : stored.declared) {
    if (record.kind == RecordKind::restore_test) continue;
    const auto found = std::ranges::find(windows, record.subject, &MaintenanceWindow::id);
    if (record.kind == RecordKind::maintenance_end) {
      if (found == windows.end()) continue;  // its declaration is older than the retention
      const json body = json::parse(record.body, nullptr, false);
      found->ended_at = record.segment.from;
      if (body.is_object() && body.contains("by") && body["by"].is_string()) {
        found->ended_by = body["by"].get<std::string>();
      }
      continue;
    }
    Result<MaintenanceWindow> window = window_from_json(record.body);
    if (!window.ok()) return Error{path, "window " + record.subject + ": " + window.error().text()};
    if (found == windows.end()) {
      windows.push_back(std::move(window).value());
    } else {
      *found = std::move(window).value();  // said again after a pruning or a damage
    }
  }
  return windows;
}

bool over(const MaintenanceWindow& window, WallTime now) {
  const auto to = window.effective_to();
  return to && *to <= now;
}

std::string scope_words(const MaintenanceOptions& options, const MaintenanceScope& scope) {
  if (scope.all) return say(options, "tous les contrôles", "all checks");
  std::string words;
  const auto add = [&words](std::string_view word) {
    if (!words.empty()) words += ", ";
    words += word;
  };
  for (const std::string& check : scope.checks) add(check);
  for (const Activity activity : scope.activities) add(slug(activity));
  return words;
}

void print_window(const MaintenanceOptions& options, const Config& config,
                  const MaintenanceWindow& window, WallTime now) {
  const MaintenancePlan& plan = window.plan;
  const auto to = window.effective_to();
  std::string when = date(options, config, *plan.from) + " - ";
  when += to ? date(options, config, *to) : say(options, "sans fin", "no end");
  if (!plan.recurring.empty()) when = plan.recurring + " (" + when + ")";
  std::string marks = window.retroactive() ? say(options, "rétroactive", "retroactive")
                                           : say(options, "planifiée", "planned");
  if (window.ended_at) {
    marks += say(options, ", arrêtée le ", ", stopped ") + date(options, config, *window.ended_at);
    if (!window.ended_by.empty()) {
      marks += std::string(say(options, " par ", " by ")) + window.ended_by;
    }
  }
  if (plan.recurring.empty() && !over(window, now) && window.effective_from() <= now) {
    marks += say(options, ", en cours", ", under way");
  }
  std::printf("%s  %s  %s\n    %s — %s%s%s (%s)\n", window.id.c_str(), when.c_str(),
              scope_words(options, plan.scope).c_str(), plan.reason.c_str(), plan.author.c_str(),
              plan.approver.empty() ? "" : say(options, ", accord de ", ", approved by "),
              plan.approver.c_str(), marks.c_str());
}

json window_json(const MaintenanceWindow& window, WallTime now) {
  json object = json::parse(to_json(window), nullptr, false);
  const auto ended = window.ended_at;
  object["ended_ms"] = ended ? json(to_unix_ms(*ended)) : json(nullptr);
  object["ended_by"] = window.ended_by;
  object["retroactive"] = window.retroactive();
  object["over"] = over(window, now);
  return object;
}

// The configuration, or nullptr after its problems were printed.
const Config* config_of(const ConfigOutcome& outcome) {
  const Config* config = outcome.get();
  if (config == nullptr) print_problems(outcome);
  return config;
}

}  // namespace

int maintenance_start(const MaintenanceOptions& options) {
  const ConfigOutcome outcome = load_config(options.config_file);
  const Config* config = config_of(outcome);
  if (config == nullptr) return 1;
  const Result<json> request = start_request(options, *config);
  if (!request.ok()) {
    complain(request.error());
    return exit_usage;
  }
  const Answer answer = ask(*config, request.value());
  if (answer.code != 0) return answer.code;
  const auto to = moment(answer.object, "to_ms");
  std::printf(say(options, "maintenance %s jusqu'au %s\n", "maintenance %s until %s\n"),
              answer.object.value("id", json("?")).get<std::string>().c_str(),
              to ? date(options, *config, *to).c_str() : "?");
  if (flag(answer.object, "retroactive")) {
    std::fputs(say(options,
                   "rétroactive : le temps déjà compté reste compté ; le rapport dit ce qu'elle "
                   "aurait retiré\n",
                   "retroactive: time that was accounted stays accounted; the report says what it "
                   "would have taken out\n"),
               stdout);
  }
  warn_if_not_durable(options, answer.object);
  return 0;
}

int maintenance_stop(const MaintenanceOptions& options) {
  const ConfigOutcome outcome = load_config(options.config_file);
  const Config* config = config_of(outcome);
  if (config == nullptr) return 1;
  const Answer answer =
      ask(*config, {{"command", "maintenance_stop"}, {"id", options.id}, {"by", options.author}});
  if (answer.code != 0) return answer.code;
  const auto to = moment(answer.object, "to_ms");
  std::printf(say(options, "maintenance %s arrêtée le %s\n", "maintenance %s stopped %s\n"),
              options.id.c_str(), to ? date(options, *config, *to).c_str() : "?");
  warn_if_not_durable(options, answer.object);
  return 0;
}

int maintenance_list(const MaintenanceOptions& options) {
  const ConfigOutcome outcome = load_config(options.config_file);
  const Config* config = config_of(outcome);
  if (config == nullptr) return 1;
  Result<std::vector<MaintenanceWindow>> windows =
      read_windows(io::ledger_path(config->state_directory));
  if (!windows.ok()) {
    complain(windows.error());
    return 1;
  }
  const WallTime now = io::wall_now();
  if (!options.past) {
    std::erase_if(windows.value(), [now](const auto& window) { return over(window, now); });
  }
  json list = json::array();
  for (const MaintenanceWindow& window : windows.value()) {
    if (options.json) {
      list.push_back(window_json(window, now));
    } else {
      print_window(options, *config, window, now);
    }
  }
  if (options.json) {
    std::printf("%s\n", dump(list).c_str());
  } else if (windows.value().empty()) {
    std::fputs(say(options, "aucune fenêtre de maintenance\n", "no maintenance window\n"), stdout);
  }
  return 0;
}

}  // namespace ght::cli
