#include "agent/config/site_time.h"

#include <date/tz.h>

#include <stdexcept>

#include "agent/config/expectation.h"
#include "agent/core/text.h"

namespace ght::config {
namespace {

constexpr std::size_t to_minutes = std::string_view("2026-12-01T22:00").size();
constexpr std::size_t to_whole_seconds = std::string_view("2026-12-01T22:00:00").size();

// "2026-12-01T22:00" and "2026-12-01T22:00:00" with the seconds, anything else as "".
std::string with_seconds(std::string_view text) {
  if (text.size() == to_minutes) return std::string(text) + ":00";
  return text.size() == to_whole_seconds ? std::string(text) : "";
}

// Local time, of no zone yet.
std::optional<date::local_time<std::chrono::milliseconds>> parse_local(std::string_view text) {
  const std::string whole = with_seconds(text);
  if (whole.empty()) return std::nullopt;
  const auto as_if_utc = parse_rfc3339(whole + "Z");
  if (!as_if_utc) return std::nullopt;
  return date::local_time<std::chrono::milliseconds>(as_if_utc->time_since_epoch());
}

std::string offset_text(std::chrono::seconds offset) {
  return date::format(offset < std::chrono::seconds(0) ? "-%H:%M" : "+%H:%M", date::abs(offset));
}

// `"2026-10-25T02:30:00+02:00"`: the local time with the offset before or after the change.
std::string written_with(std::string_view text, const date::sys_info& info) {
  return quoted(with_seconds(text) + offset_text(info.offset));
}

// The same moment with the hour or the seconds that it lacks.
std::string hint(std::string_view text) {
  std::string other = std::string(text) + "T00:00";
  if (parse_local(other)) return "; write " + quoted(other);
  if (text.size() <= to_minutes) return "";
  other = std::string(text).insert(to_minutes, ":00");
  return parse_rfc3339(other) ? "; write " + quoted(other) : "";
}

}  // namespace

Result<std::optional<WallTime>> parse_site_time(std::string_view text, const std::string& zone) {
  if (const auto moment = parse_rfc3339(text)) return std::optional(*moment);
  const auto local = parse_local(text);
  if (!local)
    return Error{.about = "",
                 .message =
                     "expected a time such as \"2026-12-01T22:00\" in the site's time "
                     "zone, or \"2026-12-01T22:00:00+01:00\", found " +
                     quoted(text) + hint(text)};
  if (zone.empty()) return std::optional<WallTime>();
  try {
    const date::local_info info = date::locate_zone(zone)->get_info(*local);
    if (info.result == date::local_info::unique) {
      return std::optional<WallTime>(local->time_since_epoch() - info.first.offset);
    }
    const bool twice = info.result == date::local_info::ambiguous;
    return Error{.about = "",
                 .message = "the local time " + quoted(text) +
                            (twice ? " comes twice in " : " does not exist in ") + zone +
                            ", where the clocks are changed; write it with its offset: " +
                            written_with(text, info.first) + " or " +
                            written_with(text, info.second)};
  } catch (const std::runtime_error& error) {
    return Error{.about = "",
                 .message = "the time zone " + quoted(zone) +
                            " cannot be read: " + std::string(error.what())};
  }
}

}  // namespace ght::config
