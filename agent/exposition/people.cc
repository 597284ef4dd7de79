#include "agent/exposition/people.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace ght {
namespace {

using namespace std::chrono_literals;

struct Unit {
  std::int64_t milliseconds;
  std::string_view fr;
  std::string_view en;
};
constexpr std::array<Unit, 4> units = {
    {{86'400'000, "j", "d"}, {3'600'000, "h", "h"}, {60'000, "min", "min"}, {1000, "s", "s"}}};
constexpr std::int64_t hours_up_to_ms = 48 * 3'600'000LL;

// A number stays on the line of its unit.
void append(std::string& out, std::int64_t count, std::string_view unit, Language language) {
  out += std::to_string(count);
  out += language == Language::fr ? "\u202F" : "\u00A0";
  out += unit;
}

std::string_view name(const Unit& unit, Language language) {
  return language == Language::fr ? unit.fr : unit.en;
}

// tenths of a unit: 15 -> "1,5", 20 -> "2"
void append_tenths(std::string& out, std::int64_t tenths, std::string_view unit,
                   Language language) {
  if (tenths % 10 == 0) {
    append(out, tenths / 10, unit, language);
    return;
  }
  out += std::to_string(tenths / 10);
  out += language == Language::fr ? ',' : '.';
  append(out, tenths % 10, unit, language);
}

// At least ten seconds, or a whole number of seconds.
void append_seconds(std::string& out, std::int64_t ms, Language language) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    const Unit& unit = units[i];
    if (ms < unit.milliseconds && i + 1 < units.size()) continue;
    if (i == 0 && ms < hours_up_to_ms) continue;
    append(out, ms / unit.milliseconds, name(unit, language), language);
    if (i + 1 == units.size()) return;
    const std::int64_t rest = ms % unit.milliseconds / units[i + 1].milliseconds;
    if (rest == 0) return;
    out += ' ';
    append(out, rest, name(units[i + 1], language), language);
    return;
  }
}

const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;  // configuration refuses such a name; a zone may vanish with a tzdata update
  }
}

std::string say_offset(std::chrono::seconds offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  const auto size = minutes < 0 ? -minutes : minutes;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "UTC%c%02d:%02d", minutes < 0 ? '-' : '+',
                static_cast<int>(size / 60), static_cast<int>(size % 60));
  return buffer.data();
}

// The four digits of a year are all that the two forms have room for; the margin is for the zone.
bool showable(WallTime time) {
  const auto day = std::chrono::hours(24);
  return time >= std::chrono::sys_days(std::chrono::year(1) / 1 / 1) + day &&
         time < std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - day;
}

std::string say(WallTime time, Language language, const std::string& time_zone, bool seconds) {
  if (!showable(time)) return std::string(text(Text::date_out_of_range, language));
  const date::time_zone* zone = find_zone(time_zone);
  const std::chrono::seconds offset = zone == nullptr ? 0s : zone->get_info(time).offset;
  const auto local = std::chrono::floor<std::chrono::seconds>(time) + offset;
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss clock(local - midnight);
  const int y = static_cast<int>(day.year());
  const auto m = static_cast<unsigned>(day.month());
  const auto d = static_cast<unsigned>(day.day());
  std::array<char, 64> buffer{};
  if (language == Language::fr) {
    std::snprintf(buffer.data(), buffer.size(), "%02u/%02u/%04d", d, m, y);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", y, m, d);
  }
  std::string out = buffer.data();
  std::snprintf(buffer.data(), buffer.size(), " %02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()));
  out += buffer.data();
  if (seconds) {
    std::snprintf(buffer.data(), buffer.size(), ":%02d", static_cast<int>(clock.seconds().count()));
    out += buffer.data();
  }
  if (zone == nullptr) return out + " UTC";
  const date::local_seconds wall(local.time_since_epoch());
  if (zone->get_info(wall).result == date::local_info::ambiguous) {
    out += " (" + say_offset(offset) + ")";
  }
  return out;
}

std::chrono::year_month_day local_day(WallTime time, const std::string& time_zone) {
  const date::time_zone* zone = find_zone(time_zone);
  const std::chrono::seconds offset = zone == nullptr ? 0s : zone->get_info(time).offset;
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time + offset));
}

}  // namespace

std::string say_duration(Duration duration, Language language) {
  std::string out = duration < 0ns ? "-" : "";
  // The most negative count has no positive twin.
  const std::int64_t ns = duration == Duration::min() ? Duration::max().count()
                          : duration < 0ns            ? -duration.count()
                                                      : duration.count();
  const std::int64_t ms = ns / 1'000'000;
  if (ns == 0 || ms >= 10'000 || (ms >= 1000 && ms % 1000 == 0)) {
    append_seconds(out, ms, language);
  } else if (ms >= 1000) {
    append_tenths(out, ms / 100, "s", language);
  } else if (ms >= 10) {
    append(out, ms, "ms", language);
  } else if (ns >= 100'000) {
    append_tenths(out, ns / 100'000, "ms", language);
  } else {
    append(out, ns / 1000, "µs", language);
  }
  return out;
}

std::string say_elapsed(WallDuration duration, Language language) {
  std::string out;
  append_seconds(out, duration.count(), language);
  return out;
}

std::string say_exact(WallDuration duration, Language language) {
  std::string out = duration < WallDuration(0) ? "-" : "";
  // As unsigned: the most negative count has no positive twin.
  const auto count = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t size = duration < WallDuration(0) ? 0 - count : count;
  const auto hours = static_cast<std::int64_t>(size / 3'600'000);
  const auto minutes = static_cast<std::int64_t>(size / 60'000 % 60);
  const auto seconds = static_cast<std::int64_t>(size / 1000 % 60);
  const auto rest = static_cast<unsigned>(size % 1000);
  if (hours > 0) append(out, hours, "h", language);
  if (minutes > 0) {
    if (hours > 0) out += ' ';
    append(out, minutes, "min", language);
  }
  const bool larger = hours > 0 || minutes > 0;
  if (larger && seconds == 0 && rest == 0) return out;
  if (larger) out += ' ';
  if (rest == 0) {
    append(out, seconds, "s", language);
    return out;
  }
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), "%c%03u", language == Language::fr ? ',' : '.',
                rest);
  out += std::to_string(seconds) + fraction.data();
  out += language == Language::fr ? "\u202Fs" : "\u00A0s";
  return out;
}

std::string say_ratio(double ratio, Language language, std::size_t decimals) {
  if (!(ratio >= 0 && ratio <= 1)) return std::string(text(Text::value_missing, language));
  // The shortest decimals that mean this double: 0.999 is "0.999", although the double lies below.
  std::array<char, 400> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), ratio, std::chars_format::fixed);
  if (error != std::errc()) return std::string(text(Text::value_missing, language));
  std::string digits(buffer.data(), end);
  if (digits.find('.') == std::string::npos) digits += '.';
  digits.append(2, '0');
  // The point goes two places to the right.
  std::string whole = digits.substr(0, 1) + digits.substr(2, 2);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  std::string fraction = digits.substr(4, decimals);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) whole += (language == Language::fr ? ',' : '.') + fraction;
  return whole + (language == Language::fr ? "\u202F%" : "%");
}

std::string say_month(WallTime time, Language language, const std::string& time_zone) {
  if (!showable(time)) return std::string(text(Text::date_out_of_range, language));
  constexpr std::array months = {Text::month_1, Text::month_2,  Text::month_3,  Text::month_4,
                                 Text::month_5, Text::month_6,  Text::month_7,  Text::month_8,
                                 Text::month_9, Text::month_10, Text::month_11, Text::month_12};
  const std::chrono::year_month_day day = local_day(time, time_zone);
  return std::string(text(months[static_cast<unsigned>(day.month()) - 1], language)) + ' ' +
         std::to_string(static_cast<int>(day.year()));
}

std::string month_key(WallTime time, const std::string& time_zone) {
  if (!showable(time)) return "";
  const std::chrono::year_month_day day = local_day(time, time_zone);
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()));
  return buffer.data();
}

std::string say_date(WallTime time, Language language, const std::string& time_zone) {
  return say(time, language, time_zone, false);
}

std::string say_date_seconds(WallTime time, Language language, const std::string& time_zone) {
  return say(time, language, time_zone, true);
}

std::string say_zone(WallTime now, const std::string& time_zone) {
  const date::time_zone* zone = find_zone(time_zone);
  if (zone == nullptr || !showable(now)) return "UTC";
  return time_zone + ", " + say_offset(zone->get_info(now).offset);
}

std::string say_bytes(std::uint64_t bytes, Language language) {
  constexpr std::array<std::string_view, 7> fr = {"o", "Kio", "Mio", "Gio", "Tio", "Pio", "Eio"};
  constexpr std::array<std::string_view, 7> en = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t power = 0;
  while (power + 1 < fr.size() && (bytes >> (10 * (power + 1))) > 0) ++power;
  const std::uint64_t whole = bytes >> (10 * power);
  const std::uint64_t rest = bytes - (whole << (10 * power));
  const auto tenths = static_cast<std::int64_t>(whole * 10 + ((rest * 10) >> (10 * power)));
  std::string out;
  append_tenths(out, tenths, (language == Language::fr ? fr : en)[power], language);
  return out;
}

}  // namespace ght
