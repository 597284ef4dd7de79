// One function per subcommand; each returns the process's exit code. Results go to standard output,
// problems to standard error.
#pragma once

#include <string>
#include <vector>

#include "agent/io/log.h"

namespace ght::cli {

inline constexpr const char* default_config_file = "/etc/ght-agent/agent.json";

// Nagios codes, as `collect` promises them.
inline constexpr int exit_good = 0;
inline constexpr int exit_bad = 2;
inline constexpr int exit_unknown = 3;

struct RunOptions {
  std::string config_file;
  std::vector<std::string> listen;  // overrides web.listen when not empty
  io::LogLevel log_level = io::LogLevel::info;
  io::LogFormat log_format = io::LogFormat::logfmt;
};
int run(const RunOptions& options);  // 0 after SIGTERM or SIGINT, 1 when it cannot start

int config_check(const std::string& config_file);  // 0 valid (warnings allowed), 1 not
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

int collectors(const std::string& name);  // empty: the list; else one with its settings

}  // namespace ght::cli
