#include "agent/cli/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "agent/cli/backup_words.h"
#include "agent/cli/commands.h"
#include "agent/cli/version.h"

namespace ght::cli {
namespace {

void add_config_file(CLI::App& app, std::string& file) {
  app.add_option("--config.file", file, "Configuration file")->capture_default_str();
}

void add_run(CLI::App& app, RunOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand("run", "Run the agent in the foreground");
  options.config_file = default_config_file;
  add_config_file(*command, options.config_file);
  command->add_option("--web.listen-address", options.listen,
                      "Address to listen on, instead of web.listen (repeatable)");
  const std::map<std::string, io::LogLevel> levels = {{"debug", io::LogLevel::debug},
                                                      {"info", io::LogLevel::info},
                                                      {"warn", io::LogLevel::warn},
                                                      {"error", io::LogLevel::error}};
  command->add_option("--log.level", options.log_level, "debug, info, warn or error")
      ->transform(CLI::CheckedTransformer(levels));
  const std::map<std::string, io::LogFormat> formats = {{"logfmt", io::LogFormat::logfmt},
                                                        {"json", io::LogFormat::json}};
  command->add_option("--log.format", options.log_format, "logfmt or json")
      ->transform(CLI::CheckedTransformer(formats));
  command->callback([&options, &action] { action = [&options] { return run(options); }; });
}

void add_config(CLI::App& app, std::string& file, Action& action) {
  CLI::App* config = app.add_subcommand("config", "Work on the configuration");
  config->require_subcommand(1);
  file = default_config_file;
  CLI::App* check = config->add_subcommand("check", "Check the configuration: 0 valid, 1 not");
  add_config_file(*check, file);
  check->callback([&file, &action] { action = [&file] { return config_check(file); }; });
  CLI::App* checks = config->add_subcommand("checks", "Print the names of the checks, one a line");
  add_config_file(*checks, file);
  checks->callback([&file, &action] { action = [&file] { return config_checks(file); }; });
  CLI::App* schema = config->add_subcommand("schema", "Print the JSON schema of the configuration");
  schema->callback([&action] { action = [] { return config_schema(); }; });
}

void add_collect(CLI::App& app, CollectOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand(
      "collect", "Run one check once: 0 good, 2 bad, 3 unknown (as Nagios plugins)");
  options.config_file = default_config_file;
  add_config_file(*command, options.config_file);
  command->add_option("name", options.name, "A check of the configuration, or a collector")
      ->required();
  command->add_option("--set", options.settings,
                      "key=value: a setting of the collector (repeatable)");
  command->add_flag("--en", options.english, "English");
  command->callback([&options, &action] { action = [&options] { return collect(options); }; });
}

void add_status(CLI::App& app, StatusOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand(
      "status",
      "Show the running agent's checks: 0 all good, 2 something bad, 3 something unknown");
  options.config_file = default_config_file;
  add_config_file(*command, options.config_file);
  command->add_option("--web.address", options.address,
                      "Address of the agent, instead of the configuration's first web.listen");
  command->add_flag("--en", options.english, "English");
  command->add_flag("--json", options.json, "Print /api/v1/status as it is");
  command->callback([&options, &action] { action = [&options] { return status(options); }; });
}

void add_report(CLI::App& app, ReportOptions& options, Action& action) {
  CLI::App* command = app.add_subcommand(
      "report", "Print the report of a month: availability, outages, maintenance, with proof");
  options.config_file = default_config_file;
  add_config_file(*command, options.config_file);
  command->add_option("--month", options.month, "YYYY-MM; the last whole month when not given");
  command->add_option("--format", options.format, "html, json or csv")
      ->check(CLI::IsMember({"html", "json", "csv"}))
      ->capture_default_str();
  command->add_flag("--en", options.english, "English");
  command->callback([&options, &action] { action = [&options] { return report(options); }; });
}

void add_ledger(CLI::App& app, LedgerOptions& options, Action& action) {
  CLI::App* ledger = app.add_subcommand("ledger", "Verify or export the record");
  ledger->require_subcommand(1);
  options.config_file = default_config_file;
  CLI::App* verify = ledger->add_subcommand(
      "verify", "Check numbering, hashes, head and sums of the whole chain: 0 whole, 1 not");
  CLI::App* exported =
      ledger->add_subcommand("export", "Print every record as one JSON object a line");
  for (CLI::App* command : {verify, exported}) {
    add_config_file(*command, options.config_file);
    command->add_option("--file", options.file,
                        "The ledger's file, instead of the configuration's");
  }
  verify->add_option("--witness", options.witness,
                     "RECORDS:HEX: a head seen earlier, its first 12 digits or more");
  verify->add_flag("--en", options.english, "English");
  verify->callback([&options, &action] { action = [&options] { return ledger_verify(options); }; });
  exported->callback(
      [&options, &action] { action = [&options] { return ledger_export(options); }; });
}

void add_maintenance_start(CLI::App& start, MaintenanceOptions& options, Action& action) {
  CLI::Option* all = start.add_flag("--all", options.all, "All checks");
  start.add_option("--check", options.checks, "A check (repeatable)")->excludes(all);
  start.add_option("--activity", options.activities, "An activity's slug (repeatable)")
      ->excludes(all);
  CLI::Option* length = start.add_option("--for", options.length, "How long: 90m, 2h");
  start.add_option("--until", options.until, "RFC 3339, or the site's time: 2026-12-01T22:00")
      ->excludes(length);
  start.add_option("--from", options.from, "When it begins, as --until; now without it");
  start.add_option("--reason", options.reason, "Why, for the report")->required();
  start.add_option("--author", options.author, "Who declares it")->required();
  start.add_option("--approver", options.approver, "Who agreed");
  start.callback([&options, &action] {
    if (!options.all && options.checks.empty() && options.activities.empty()) {
      throw CLI::RequiredError("--check, --activity or --all");
    }
    if (options.length.empty() && options.until.empty()) {
      throw CLI::RequiredError("--for or --until");
    }
    action = [&options] { return maintenance_start(options); };
  });
}

void add_maintenance(CLI::App& app, MaintenanceOptions& options, Action& action) {
  CLI::App* maintenance = app.add_subcommand("maintenance", "Declare, stop and list maintenance");
  maintenance->require_subcommand(1);
  options.config_file = default_config_file;
  CLI::App* start = maintenance->add_subcommand("start", "Declare a window to the running agent");
  CLI::App* stop = maintenance->add_subcommand("stop", "End a window now");
  CLI::App* list = maintenance->add_subcommand("list", "Windows that hold now or later");
  for (CLI::App* command : {start, stop, list}) {
    add_config_file(*command, options.config_file);
    command->add_flag("--en", options.english, "English");
  }
  add_maintenance_start(*start, options, action);
  stop->add_option("id", options.id, "As start and list say it")->required();
  stop->add_option("--author", options.author, "Who ends it")->required();
  stop->callback(
      [&options, &action] { action = [&options] { return maintenance_stop(options); }; });
  list->add_flag("--past", options.past, "Those that are over too");
  list->add_flag("--json", options.json, "JSON");
  list->callback(
      [&options, &action] { action = [&options] { return maintenance_list(options); }; });
}

void add_collectors(CLI::App& app, std::string& name, Action& action) {
  CLI::App* command =
      app.add_subcommand("collectors", "List what is built in, or one collector with its settings");
  command->add_option("name", name, "A collector");
  command->callback([&name, &action] { action = [&name] { return collectors(name); }; });
}

void add_runbook(CLI::App& app, RunbookOptions& options, Action& action) {
  CLI::App* command =
      app.add_subcommand("runbook", "Print what to do about an alert, or list the alerts");
  command->add_option("name", options.name, "An alert, such as GhtCheckBad");
  command->add_flag("--en", options.english, "English");
  command->callback([&options, &action] { action = [&options] { return runbook(options); }; });
}

// What the command line may set; actions refer to it.
struct Options {
  RunOptions run;
  std::string config_file;
  CollectOptions collect;
  StatusOptions status;
  ReportOptions report;
  RunbookOptions runbook;
  LedgerOptions ledger;
  MaintenanceOptions maintenance;
  BackupOptions backup;
  RestoreTestOptions restore_test;
  RestoreRunOptions restore_run;
  std::string collector;
};

// The parser ends here: `run` lasts for months, and has no use for its options and their help.
Action parse(int argc, char** argv, Options& options) {
  CLI::App app("Availability, backup and patch evidence for the six HDS activities.", "ght-agent");
  app.set_version_flag("--version", "ght-agent " + std::string(version()) + " (revision " +
                                        std::string(revision()) + ")");
  app.require_subcommand(1);
  Action action;
  add_run(app, options.run, action);
  add_config(app, options.config_file, action);
  add_collect(app, options.collect, action);
  add_status(app, options.status, action);
  add_report(app, options.report, action);
  add_runbook(app, options.runbook, action);
  add_ledger(app, options.ledger, action);
  add_maintenance(app, options.maintenance, action);
  add_backup(app, options.backup, action);
  add_restore_test(app, options.restore_test, options.restore_run, action);
  add_collectors(app, options.collector, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    app.exit(error);  // prints help or version to stdout, a mistake to stderr
    return [asked] { return asked ? 0 : exit_usage; };
  }
  return action;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const Action action = parse(argc, argv, options);
  return action();
}

}  // namespace ght::cli
