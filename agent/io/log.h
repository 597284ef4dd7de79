// The agent's log: one line per event on standard error, logfmt or JSON, as Prometheus programs
// write.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/time.h"

namespace ght::io {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

using LogField = std::pair<std::string_view, std::string>;

// The line without a final newline; control characters and quotes are escaped, so that no foreign
// text can forge a line. Pure.
std::string format_log_line(LogFormat format, WallTime time, LogLevel level,
                            std::string_view message, std::initializer_list<LogField> fields);

// One thread. Never throws; a line that cannot be written is lost.
class Log {
 public:
  Log(LogLevel level, LogFormat format);

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warn(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) const;

  LogLevel level_;
  LogFormat format_;
};

}  // namespace ght::io
