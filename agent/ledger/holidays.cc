// Public holidays of France, art. L3133-1 of the code du travail, and of the regions that have
// more.
#include <algorithm>
#include <array>

#include "agent/ledger/calendar.h"

namespace ght {
namespace {

using std::chrono::days;
using std::chrono::month_day;
using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr std::array<month_day, 8> fixed = {{
    std::chrono::January / 1,
    std::chrono::May / 1,
    std::chrono::May / 8,
    std::chrono::July / 14,
    std::chrono::August / 15,
    std::chrono::November / 1,
    std::chrono::November / 11,
    std::chrono::December / 25,
}};

// The anonymous Gregorian computus (Meeus, Jones, Butcher), names as published.
sys_days easter_sunday(std::chrono::year year) {
  const int y = static_cast<int>(year);
  const int a = y % 19;
  const int b = y / 100;
  const int c = y % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int march = h + l - 7 * m + 22;  // 32 is 1 April
  return sys_days(year / std::chrono::March / 1) + days(march - 1);
}

// What the region has beside the holidays of all. L3134-13 gives Good Friday to the towns with a
// Protestant church only; we take it for the whole of Alsace-Moselle.
bool is_regional(month_day day, days after_easter, Holidays holidays) {
  switch (holidays) {
    case Holidays::none:
    case Holidays::fr:
      return false;
    case Holidays::fr_alsace_moselle:
      return after_easter == days(-2) || day == std::chrono::December / 26;
    case Holidays::fr_guadeloupe:
      return day == std::chrono::May / 27;
    case Holidays::fr_martinique:
      return day == std::chrono::May / 22;
    case Holidays::fr_guyane:
      return day == std::chrono::June / 10;
    case Holidays::fr_reunion:
      return day == std::chrono::December / 20;
    case Holidays::fr_mayotte:
      return day == std::chrono::April / 27;
  }
  return false;
}

}  // namespace

bool is_public_holiday(std::chrono::year_month_day day, Holidays holidays) {
  if (holidays == Holidays::none || !day.ok()) return false;
  const month_day in_year = day.month() / day.day();
  if (std::ranges::find(fixed, in_year) != fixed.end()) return true;
  const days after_easter = sys_days(day) - easter_sunday(day.year());
  // Easter Monday, Ascension, Whit Monday
  if (after_easter == days(1) || after_easter == days(39) || after_easter == days(50)) return true;
  return is_regional(in_year, after_easter, holidays);
}

}  // namespace ght
