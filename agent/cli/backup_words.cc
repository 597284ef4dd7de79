#include "agent/cli/backup_words.h"

namespace ght::cli {
namespace {

constexpr const char* time_help = "RFC 3339, or the site's time: 2026-12-01T02:00";

void add_config_file(CLI::App& command, std::string& file) {
  command.add_option("--config.file", file, "Configuration file")->capture_default_str();
}

}  // namespace

void add_backup(CLI::App& app, BackupOptions& options, Action& action) {
  CLI::App* backup = app.add_subcommand("backup", "Tell the agent what a backup does");
  backup->require_subcommand(1);
  options.config_file = default_config_file;
  CLI::App* run = backup->add_subcommand(
      "run", "Run a backup command and report how it ended: ... --name dpi -- CMD ARGUMENTS");
  CLI::App* report = backup->add_subcommand("report", "Report a backup that something else made");
  for (CLI::App* command : {run, report}) {
    add_config_file(*command, options.config_file);
    command->add_option("--name", options.told.name, "The backup's name, as `backup` of its check")
        ->required()
        ->check(CLI::Validator(
            [](const std::string& name) {
              return std::string(name.empty() || name.size() > 80 ? "expected 1 to 80 bytes" : "");
            },
            ""));
  }
  run->add_option("command", options.command, "The command and its arguments, after --")
      ->required();
  run->callback([&options, &action] { action = [&options] { return backup_run(options); }; });
  report->add_option("--status", options.told.status, "started, success, partial or failed")
      ->required();
  report->add_option("--size", options.told.size, "Bytes, as restored")
      ->check(CLI::NonNegativeNumber);
  report->add_option("--detail", options.told.detail, "Why it is no success");
  report->add_option("--changed-files", options.told.changed_files,
                     "Part of the files that changed or are new, 0 to 1");
  report->add_option("--begun", options.told.begun, time_help);
  report->add_option("--duration", options.told.duration, "How long it took: 90m, 2h");
  report->callback([&options, &action] { action = [&options] { return backup_report(options); }; });
}

void add_restore_run(CLI::App& test, RestoreRunOptions& options, Action& action) {
  CLI::App* run = test.add_subcommand(
      "run",
      "Restore some files of a restic or borg check, compare and record them: 0 whole, 2 failed, 3 "
      "not tried to the end");
  options.config_file = default_config_file;
  add_config_file(*run, options.config_file);
  run->add_flag("--en", options.english, "English");
  run->add_option("--check", options.check, "The check whose newest copy is tried")->required();
  run->add_option("--backup", options.backup, "Which backup, when the check has several");
  run->add_option("--operator", options.operator_name, "Who restored")->required();
  run->add_option("--requester", options.requester, "Who asked for it; without it, the operator");
  run->add_option("--files", options.files, "How many files, drawn at random")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  run->add_option("--max-size", options.max_size,
                  "Largest file that may be drawn: 500KiB, 2GiB; without it, 64MiB")
      ->transform(CLI::AsSizeValue(false));
  run->add_option("--into", options.into,
                  "Folder for what is restored, and removed at once; without it, the state "
                  "directory");
  run->add_option("--timeout", options.timeout, "How long it may take: 90m, 2h")
      ->capture_default_str();
  run->callback([&options, &action] { action = [&options] { return restore_test_run(options); }; });
}

void add_restore_test(CLI::App& app, RestoreTestOptions& options, RestoreRunOptions& run,
                      Action& action) {
  CLI::App* test = app.add_subcommand("restore-test", "Try restores, record them, and list them");
  test->require_subcommand(1);
  options.config_file = default_config_file;
  add_restore_run(*test, run, action);
  CLI::App* record = test->add_subcommand("record", "Put a restore test into the ledger");
  CLI::App* list = test->add_subcommand("list", "What is recorded");
  for (CLI::App* command : {record, list}) {
    add_config_file(*command, options.config_file);
    command->add_flag("--en", options.english, "English");
  }
  record->add_option("--backup", options.backup, "The backup's name, as `backup` of its check")
      ->required();
  record->add_option("--result", options.result, "success or failure")->required();
  record->add_option("--operator", options.operator_name, "Who restored")->required();
  record->add_option("--requester", options.requester, "Who asked for it")->required();
  record->add_option("--files", options.files, "What was restored")->required();
  record->add_option("--backup-date", options.backup_date, time_help);
  record->add_option("--duration", options.duration, "How long it took: 90m, 2h");
  record->add_option("--at", options.at, std::string("When, now without it: ") + time_help);
  record->add_option("--remark", options.remark, "Anything else worth keeping");
  record->callback(
      [&options, &action] { action = [&options] { return restore_test_record(options); }; });
  list->add_flag("--json", options.json, "JSON");
  list->callback(
      [&options, &action] { action = [&options] { return restore_test_list(options); }; });
}

}  // namespace ght::cli
