#include "agent/io/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "agent/core/text.h"
#include "agent/io/clock.h"

namespace ght::io {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warn", "error"};

// JSON string escapes; they are also what logfmt readers expect inside quotes.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      constexpr std::string_view digits = "0123456789abcdef";
      out.append("\\u00") += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

// logfmt needs quotes only around what could be misread.
std::string logfmt_value(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c < 0x7F;
  });
  return plain ? std::string(text) : quoted(text);
}

}  // namespace

std::string format_log_line(LogFormat format, WallTime time, LogLevel level,
                            std::string_view message, std::initializer_list<LogField> fields) {
  const std::string stamp = format_rfc3339(time);
  const std::string_view level_name = level_names[static_cast<std::size_t>(level)];
  std::string line;
  if (format == LogFormat::logfmt) {
    line.append("time=").append(stamp).append(" level=").append(level_name);
    line.append(" msg=").append(logfmt_value(message));
    for (const auto& [key, value] : fields) {
      line.append(" ").append(key).append("=").append(logfmt_value(value));
    }
    return line;
  }
  line.append(R"({"time":")").append(stamp).append(R"(","level":")").append(level_name);
  line.append(R"(","msg":)").append(quoted(message));
  for (const auto& [key, value] : fields) {
    line.append(",").append(quoted(key)).append(":").append(quoted(value));
  }
  return line + "}";
}

Log::Log(LogLevel level, LogFormat format) : level_(level), format_(format) {}

void Log::debug(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::debug, message, fields);
}
void Log::info(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::info, message, fields);
}
void Log::warn(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::warn, message, fields);
}
void Log::error(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::error, message, fields);
}

void Log::write(LogLevel level, std::string_view message,
                std::initializer_list<LogField> fields) const {
  if (level < level_) return;
  const std::string line = format_log_line(format_, wall_now(), level, message, fields) + '\n';
  // One call for the whole line, so that lines of helpers that write beside it do not cut it in
  // two.
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t done = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (done < 0 && errno != EINTR) return;
    if (done > 0) rest.remove_prefix(static_cast<std::size_t>(done));
  }
}

}  // namespace ght::io
