#include "collectors/patch/support/ends.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace ght::collectors::support {
namespace {

constexpr int first_year = 1990;
constexpr int last_year = 2999;

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const bool only_digits = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || digits.size() > 4 || !only_digits) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::optional<WallTime> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day || *year < first_year || *year > last_year) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return WallTime(std::chrono::sys_days(date));
}

std::string format_day(WallTime day) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(day)};
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

Deadline deadline_of(const Ends& ends, Phase counted) {
  Deadline deadline;
  const auto take = [&deadline](const End& end) {
    if (end.kind == End::Kind::day && (!deadline.at || end.day > *deadline.at)) {
      deadline.at = end.day;
    }
    if (end.kind != End::Kind::none) deadline.last = end.kind == End::Kind::day;
  };
  take(ends.standard);
  if (counted != Phase::standard) take(ends.lts);
  if (counted == Phase::extended) take(ends.extended);
  return deadline;
}

}  // namespace ght::collectors::support
