// One function per subcommand; each returns the process's exit code. Results go to standard output,
// problems to standard error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/io/log.h"
#include "agent/io/told_run.h"

namespace ght::cli {

inline constexpr const char* default_config_file = "/etc/ght-agent/agent.json";

// Nagios codes, as `collect` promises them.
inline constexpr int exit_good = 0;
inline constexpr int exit_bad = 2;
inline constexpr int exit_unknown = 3;
inline constexpr int exit_usage = 64;  // EX_USAGE: words that are not understood

struct RunOptions {
  std::string config_file;
  std::vector<std::string> listen;  // overrides web.listen when not empty
  io::LogLevel log_level = io::LogLevel::info;
  io::LogFormat log_format = io::LogFormat::logfmt;
};
int run(const RunOptions& options);  // 0 after SIGTERM or SIGINT, 1 when it cannot start

int config_check(const std::string& config_file);   // 0 valid (warnings allowed), 1 not
int config_checks(const std::string& config_file);  // their names, to standard output: 0, or 1
int config_schema();

struct CollectOptions {
  std::string config_file;
  std::string name;                   // a check of the configuration, or a collector
  std::vector<std::string> settings;  // "key=value" for a collector; value is JSON or plain text
  bool english = false;
};
int collect(const CollectOptions& options);

struct StatusOptions {
  std::string config_file;
  std::string address;  // "host:port"; empty: the first web.listen of the configuration
  bool english = false;
  bool json = false;
};
int status(const StatusOptions& options);  // 0 all good, 2 something bad, 3 something unknown

struct ReportOptions {
  std::string config_file;
  std::string month;  // "2026-11"; empty: the last whole month
  std::string format = "html";
  bool english = false;
};
int report(const ReportOptions& options);  // to standard output: 0, or 1 when there is none

struct RunbookOptions {
  std::string name;  // empty: list them
  bool english = false;
};
int runbook(const RunbookOptions& options);  // 0, or 1 when there is none of that name

struct LedgerOptions {
  std::string config_file;
  std::string file;     // instead of the configuration's
  std::string witness;  // "RECORDS:HEX"; empty: none
  bool english = false;
};
int ledger_verify(const LedgerOptions& options);  // 0 whole, 1 not or unreadable
int ledger_export(const LedgerOptions& options);  // 0, or 1 when it cannot be read or printed

struct MaintenanceOptions {
  std::string config_file;
  std::vector<std::string> checks;
  std::vector<std::string> activities;
  bool all = false;
  std::string length;  // this or `until`
  std::string until;
  std::string from;
  std::string reason;
  std::string author;
  std::string approver;
  std::string id;  // of the window to stop
  bool past = false;
  bool json = false;
  bool english = false;
};
int maintenance_start(const MaintenanceOptions& options);  // 0 declared, 1 not
int maintenance_stop(const MaintenanceOptions& options);
int maintenance_list(const MaintenanceOptions& options);

struct BackupOptions {
  std::string config_file;
  std::vector<std::string> command;  // of run
  io::ToldRun told;                  // of run: the name alone
};
// Runs the command and ends as it ended, whatever becomes of the report; 127 when it cannot start.
int backup_run(const BackupOptions& options);
int backup_report(const BackupOptions& options);  // 0 reported, 1 not

struct RestoreTestOptions {
  std::string config_file;
  std::string backup;
  std::string result;  // success or failure
  std::string operator_name;
  std::string requester;
  std::string files;
  std::string backup_date;
  std::string duration;
  std::string at;
  std::string remark;
  bool json = false;
  bool english = false;
};
int restore_test_record(const RestoreTestOptions& options);  // 0 recorded, 1 not
int restore_test_list(const RestoreTestOptions& options);    // 0, or 1 when it cannot be read

struct RestoreRunOptions {
  std::string config_file;
  std::string check;
  std::string backup;  // which of the check's; empty: it has one
  std::string operator_name;
  std::string requester;  // empty: the operator
  int files = 10;
  std::uint64_t max_size = 64 << 20;  // bytes of a file
  std::string into;                   // empty: the state directory
  std::string timeout = "1h";
  bool english = false;
};
// 0 restored and equal, and recorded; 2 failed, and recorded; 3 not tried to its end, so that
// nothing is known and nothing recorded; 1 not recorded although it ended, restored data could not
// be removed, or the configuration cannot be used; 128 and more: interrupted by that signal.
int restore_test_run(const RestoreRunOptions& options);

int collectors(const std::string& name);  // empty: the list; else one with its settings

}  // namespace ght::cli
