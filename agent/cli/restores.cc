// restore-test record, list: what was restored, by whom, and whether it was whole.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/restore_record.h"
#include "agent/config/site_time.h"
#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/io/clock.h"
#include "agent/io/ledger_file.h"
#include "agent/io/sqlite_storage.h"
#include "agent/ledger/restore_tests.h"

namespace ght::cli {
namespace {

using nlohmann::json;

const char* say(const RestoreTestOptions& options, const char* french, const char* english) {
  return options.english ? english : french;
}

void complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
}

Result<WallTime> moment(const char* option, const std::string& text, const Config& config) {
  GHT_TRY(const std::optional<WallTime> time, config::parse_site_time(text, config.time_zone));
  if (!time) return Error{option, "needs a time zone"};
  return *time;
}

Result<json> request_of(const RestoreTestOptions& options, const Config& config) {
  if (options.result != "success" && options.result != "failure") {
    return Error{"--result", "expected success or failure"};
  }
  WallTime at = io::wall_now();
  if (!options.at.empty()) {
    GHT_TRY(at, moment("--at", options.at, config));
  }
  json request = {{"command", "restore_test"},
                  {"backup", options.backup},
                  {"at_ms", to_unix_ms(at)},
                  {"success", options.result == "success"},
                  {"operator", options.operator_name},
                  {"requester", options.requester},
                  {"files", options.files},
                  {"remark", options.remark}};
  if (!options.backup_date.empty()) {
    GHT_TRY(const WallTime date, moment("--backup-date", options.backup_date, config));
    request["backup_date_ms"] = to_unix_ms(date);
  }
  if (!options.duration.empty()) {
    const auto duration = parse_duration(options.duration);
    if (!duration || *duration < Duration::zero()) {
      return Error{"--duration", "expected a duration such as 90m or 2h"};
    }
    request["duration_ms"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
  }
  return request;
}

int record(const RestoreTestOptions& options, const Config& config) {
  const Result<json> request = request_of(options, config);
  if (!request.ok()) {
    complain(request.error());
    return exit_usage;
  }
  return send_restore_test(request.value(), config.control_socket, options.english) ? 0 : 1;
}

json as_json(const RestoreTest& test) {
  json object = json::parse(to_json(test));
  object["at"] = format_rfc3339(test.at);
  return object;
}

int list(const RestoreTestOptions& options, const Config& config) {
  auto file = io::LedgerFile::open(io::ledger_path(config.state_directory));
  const Result<StoredLedger> stored = file.ok() ? file.value().state() : file.error();
  if (!stored.ok()) {
    complain(stored.error());
    return 1;
  }
  std::vector<Error> problems;
  std::vector<RestoreTest> tests = restore_tests_of(stored.value().declared, problems);
  for (const Error& problem : problems) complain(problem);
  std::ranges::sort(tests, {}, &RestoreTest::at);
  if (options.json) {
    json all = json::array();
    for (const RestoreTest& test : tests) all.push_back(as_json(test));
    std::printf("%s\n", all.dump(2, ' ', false, json::error_handler_t::replace).c_str());
    return problems.empty() ? 0 : 1;
  }
  const Language language = options.english ? Language::en : Language::fr;
  if (tests.empty()) {
    std::puts(say(options, "Aucun test de restauration enregistré.", "No restore test recorded."));
  }
  for (const RestoreTest& test : tests) {
    const auto date = [&](WallTime time) { return say_date(time, language, config.time_zone); };
    std::printf(
        "%s  %s  %s\n", date(test.at).c_str(),
        test.success ? say(options, "RÉUSSI", "SUCCESS") : say(options, "ÉCHEC ", "FAILURE"),
        test.backup.c_str());
    std::printf(say(options, "    opérateur : %s ; demandeur : %s\n    fichiers : %s\n",
                    "    operator: %s; requester: %s\n    files: %s\n"),
                test.operator_name.c_str(), test.requester.c_str(), test.files.c_str());
    if (test.backup_date) {
      std::printf(say(options, "    copie du %s\n", "    copy of %s\n"),
                  date(*test.backup_date).c_str());
    }
    if (test.duration) {
      std::printf(say(options, "    durée : %s\n", "    duration: %s\n"),
                  say_duration(*test.duration, language).c_str());
    }
    if (!test.remark.empty()) std::printf("    %s\n", test.remark.c_str());
  }
  return problems.empty() ? 0 : 1;
}

int with_config(const RestoreTestOptions& options,
                int (*action)(const RestoreTestOptions&, const Config&)) {
  ConfigOutcome outcome = load_config(options.config_file);
  const auto* config = std::get_if<Config>(&outcome.config);
  if (config != nullptr) return action(options, *config);
  print_problems(outcome);
  return 1;
}

}  // namespace

int restore_test_record(const RestoreTestOptions& options) {
  return with_config(options, record);
}

int restore_test_list(const RestoreTestOptions& options) {
  return with_config(options, list);
}

}  // namespace ght::cli
