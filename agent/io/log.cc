#include "agent/io/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>

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
      out += fmt::format("\\u{:04x}", byte);
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
    line = fmt::format("time={} level={} msg={}", stamp, level_name, logfmt_value(message));
    for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, logfmt_value(value));
    return line;
  }
  line = fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"msg\":{}", stamp, level_name,
                     quoted(message));
  for (const auto& [key, value] : fields) line += fmt::format(",{}:{}", quoted(key), quoted(value));
  return line + "}";
}

Log::Log(LogLevel level, LogFormat format)
    : level_(level),
      format_(format),
      logger_(std::make_shared<spdlog::logger>("agent",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  logger_->set_pattern("%v");
  logger_->set_level(spdlog::level::trace);  // filtered here, before a line is formatted
}

Log::~Log() = default;

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
  const std::string line = format_log_line(format_, wall_now(), level, message, fields);
  logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace ght::io
