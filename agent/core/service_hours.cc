#include "agent/core/service_hours.h"

#include <algorithm>
#include <string>
#include <utility>

#include "agent/core/text.h"

namespace ght {
namespace {

using std::chrono::minutes;

constexpr std::size_t week_days = 7;
constexpr std::size_t daily = 7;  // after the days in day_words
constexpr std::size_t holiday = 8;
constexpr std::array<std::string_view, 9> day_words = {"mon", "tue", "wed",   "thu",    "fri",
                                                       "sat", "sun", "daily", "holiday"};

// What people write instead, in English and French, each with the word that is meant. A word of
// three letters or more that begins one of the first fourteen is taken for it.
struct Alias {
  std::string_view written;
  std::string_view meant;
};
constexpr std::size_t abbreviated = 14;
constexpr std::array<Alias, 28> aliases = {{
    {"monday", "mon"},
    {"tuesday", "tue"},
    {"wednesday", "wed"},
    {"thursday", "thu"},
    {"friday", "fri"},
    {"saturday", "sat"},
    {"sunday", "sun"},
    {"lundi", "mon"},
    {"mardi", "tue"},
    {"mercredi", "wed"},
    {"jeudi", "thu"},
    {"vendredi", "fri"},
    {"samedi", "sat"},
    {"dimanche", "sun"},
    {"daily", "daily"},
    {"everyday", "daily"},
    {"quotidien", "daily"},
    {"tlj", "daily"},
    {"holiday", "holiday"},
    {"holidays", "holiday"},
    {"ferie", "holiday"},
    {"feries", "holiday"},
    {"f\u00e9ri\u00e9", "holiday"},
    {"f\u00e9ri\u00e9s", "holiday"},
    {"weekday", "mon-fri"},
    {"weekdays", "mon-fri"},
    {"weekend", "sat-sun"},
    {"weekends", "sat-sun"},
}};
constexpr std::array<std::string_view, 5> closed_aliases = {"closed", "none", "ferm\u00e9", "ferme",
                                                            "ferm\u00e9e"};

constexpr std::string_view hours_example = "hours such as \"08:00-18:00\"";
constexpr std::string_view rule_example = "days and hours such as \"mon-fri 08:00-18:00\"";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

// Cleaned and shortened, but with its spaces: they may be what is wrong.
std::string quoted(std::string_view text) {
  constexpr std::size_t shown_bytes = 60;
  if (text.size() > shown_bytes) return "\"" + clean_text(text, shown_bytes) + "\"";
  std::string out = "\"";
  for (const std::string_view word : split(text, ' ')) {
    if (word.data() != text.data()) out += ' ';
    out += clean_text(word, shown_bytes);
  }
  return out + "\"";
}

Error mistake(std::string message) {
  return {.about = "", .message = std::move(message)};
}

Error expected(std::string_view what, std::string_view found, const std::string& hint = "") {
  return mistake("expected " + std::string(what) + ", found " + quoted(found) + hint);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int two_digits(std::string_view text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// "8:00", "08h30", "8h", "8", "0800" as what they probably mean, else "".
std::string time_hint(std::string_view text) {
  std::string digits;
  std::size_t before_mark = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if ((c == ':' || c == 'h' || c == 'H' || c == '.') && before_mark == 0) {
      before_mark = digits.size();
    } else {
      return "";
    }
  }
  if (before_mark == 0 && digits.size() <= 2) before_mark = digits.size();
  if (before_mark == digits.size() && before_mark > 0) digits += "00";
  if (digits.size() == 3 && before_mark == 1) digits.insert(0, "0");
  if (digits.size() != 4 || (before_mark != 0 && before_mark > 2)) return "";
  const std::string_view all(digits);
  if (two_digits(all) > 23 || two_digits(all.substr(2)) > 59) return "";
  return "; write \"" + digits.substr(0, 2) + ":" + digits.substr(2) + "\"";
}

Result<minutes> parse_time(std::string_view text) {
  const bool form = text.size() == 5 && is_digit(text[0]) && is_digit(text[1]) && text[2] == ':' &&
                    is_digit(text[3]) && is_digit(text[4]);
  if (!form) return expected("a time such as \"08:00\"", text, time_hint(text));
  const int hour = two_digits(text);
  const int minute = two_digits(text.substr(3));
  if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) {
    return expected("a time from \"00:00\" to \"24:00\"", text);
  }
  return minutes(hour * 60 + minute);
}

Result<HoursSpan> parse_span(std::string_view text) {
  constexpr minutes day(24 * 60);
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return expected(hours_example, text);
  GHT_TRY(const minutes from, parse_time(text.substr(0, dash)));
  GHT_TRY(minutes to, parse_time(text.substr(dash + 1)));
  if (from == day) {
    return mistake("expected hours that begin before \"24:00\", found " + quoted(text) +
                   "; the next day begins at \"00:00\"");
  }
  if (from == to) {
    return mistake("expected hours that end at another time than they begin, found " +
                   quoted(text) + "; the whole day is \"00:00-24:00\"");
  }
  if (to < from) to += day;
  return HoursSpan{.from = from, .to = to};
}

std::string_view meant_day(std::string_view word) {
  std::string plain = lower_case(word);
  if (plain.ends_with('.')) plain.pop_back();
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    const Alias& alias = aliases[i];
    if (plain == alias.written) return alias.meant;
    if (i >= abbreviated) continue;
    const bool plural = plain == std::string(alias.written) + "s";
    if (plural || (plain.size() >= 3 && alias.written.starts_with(plain))) return alias.meant;
  }
  return "";
}

// `; did you mean "mon-fri"?` for "lun-ven", else "".
std::string days_hint(std::string_view days) {
  const std::size_t dash = days.find('-');
  std::string meant(meant_day(days.substr(0, dash)));
  if (dash != days.npos) {
    const std::string_view last = meant_day(days.substr(dash + 1));
    meant = meant.empty() || last.empty() ? "" : meant + "-" + std::string(last);
  }
  return meant.empty() ? "" : "; did you mean \"" + meant + "\"?";
}

std::optional<std::size_t> day_index(std::string_view word) {
  const auto* found = std::ranges::find(day_words, word);
  if (found == day_words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - day_words.begin());
}

Error unknown_day(std::string_view word, std::string_view days) {
  return mistake("unknown day " + quoted(word) + (word == days ? "" : " in " + quoted(days)) +
                 "; expected mon, tue, wed, thu, fri, sat, sun, a range such as \"mon-fri\", "
                 "\"daily\" or \"holiday\"" +
                 days_hint(days));
}

// Indices into day_words: days of the week, or `holiday` alone.
Result<std::vector<std::size_t>> parse_days(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::string_view first_word = text.substr(0, dash);
  const auto first = day_index(first_word);
  if (!first) return unknown_day(first_word, text);
  if (dash == text.npos && first != daily) return std::vector{*first};
  std::size_t begin = 0;
  std::size_t count = week_days;
  if (dash != text.npos) {
    const std::string_view last_word = text.substr(dash + 1);
    const auto last = day_index(last_word);
    if (!last) return unknown_day(last_word, text);
    if (*first >= week_days || *last >= week_days) {
      return expected("a range of days of the week such as \"mon-fri\"", text);
    }
    if (*first == *last) {
      return expected("a range of two different days", text,
                      "; one day is " + quoted(first_word) + ", all are \"daily\"");
    }
    begin = *first;
    count = (*last + week_days - *first) % week_days + 1;
  }
  std::vector<std::size_t> days;
  for (std::size_t i = 0; i < count; ++i) days.push_back((begin + i) % week_days);
  return days;
}

// A rule that is not two words, or the wrong two.
Error not_a_rule(std::string_view rule, const std::vector<std::string_view>& words) {
  if (std::ranges::find(words, "") != words.end()) {
    return expected("one space between days and hours, and one after a comma", rule);
  }
  if (words.size() > 2) {
    const bool apart = std::ranges::find(words, "-") != words.end();
    return expected(rule_example, rule,
                    apart ? "; no spaces around \"-\"" : "; rules are separated by \", \"");
  }
  const std::string plain = lower_case(rule);
  if (plain == "24x7" || plain == "24/7" || plain == "7x24" || plain == "24h/24") {
    return expected("\"24x7\" alone, or days and hours", rule,
                    "; every day and hour in a rule is \"daily 00:00-24:00\"");
  }
  const std::string_view first_day = rule.substr(0, rule.find('-'));
  if (day_index(rule) || day_index(first_day) || !meant_day(first_day).empty()) {
    return mistake("expected " + std::string(hours_example) + " after " + quoted(rule));
  }
  return expected("\"24x7\", or " + std::string(rule_example), rule);
}

class HoursReader {
 public:
  Result<void> rule(std::string_view text);
  Result<WeeklyHours> finish(std::string_view whole) const;

 private:
  Result<void> closed(std::string_view rule, const std::vector<std::size_t>& days);
  void add(std::size_t day, HoursSpan span);

  WeeklyHours hours_;
};

Result<void> HoursReader::closed(std::string_view rule, const std::vector<std::size_t>& days) {
  if (days.front() != holiday) {
    return expected("\"closed\" only after \"holiday\"", rule, "; a day without a rule is closed");
  }
  if (hours_.holiday && !hours_.holiday->empty()) {
    return mistake(quoted(rule) + " contradicts the hours of \"holiday\" before it");
  }
  hours_.holiday.emplace();
  return {};
}

void HoursReader::add(std::size_t day, HoursSpan span) {
  if (day != holiday) {
    hours_.days[day].push_back(span);
    return;
  }
  if (!hours_.holiday) hours_.holiday.emplace();
  hours_.holiday->push_back(span);
}

Result<void> HoursReader::rule(std::string_view text) {
  const std::vector<std::string_view> words = split(text, ' ');
  if (words.size() != 2 || words[0].empty() || words[1].empty()) return not_a_rule(text, words);
  GHT_TRY(const std::vector<std::size_t> days, parse_days(words[0]));
  if (words[1] == "closed") return closed(text, days);
  if (std::ranges::find(closed_aliases, lower_case(words[1])) != closed_aliases.end()) {
    return expected(hours_example, words[1], "; did you mean \"closed\"?");
  }
  if (days.front() == holiday && hours_.holiday && hours_.holiday->empty()) {
    return mistake(quoted(text) + " contradicts \"holiday closed\" before it");
  }
  for (const std::string_view part : split(words[1], '+')) {
    if (part.empty()) {
      return mistake("expected " + std::string(hours_example) + " on both sides of \"+\", found " +
                     quoted(words[1]));
    }
    GHT_TRY(const HoursSpan span, parse_span(part));
    for (const std::size_t day : days) add(day, span);
  }
  return {};
}

Result<WeeklyHours> HoursReader::finish(std::string_view whole) const {
  const bool any = std::ranges::any_of(hours_.days, [](const auto& day) { return !day.empty(); });
  if (any || (hours_.holiday && !hours_.holiday->empty())) return hours_;
  return expected("hours on at least one day", whole);
}

}  // namespace

Result<WeeklyHours> parse_weekly_hours(std::string_view text) {
  if (text == "24x7") return WeeklyHours{.always = true, .days = {}, .holiday = {}};
  if (text.empty()) {
    return mistake("expected \"24x7\", or " + std::string(rule_example) + ", found an empty text");
  }
  HoursReader reader;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view rule = rest.substr(0, comma);
    if (comma != rest.npos && (rule.empty() || rule == " ")) {
      return mistake("expected " + std::string(rule_example) + " before each comma, found " +
                     quoted(text));
    }
    if (comma == rest.npos) {
      GHT_TRY_VOID(reader.rule(rule));
      break;
    }
    const std::string_view after = rest.substr(comma + 1);
    if (after.empty() || after == " ") {
      return mistake("expected " + std::string(rule_example) + " after the last comma, found " +
                     quoted(text));
    }
    if (after.front() != ' ') {
      return mistake("expected a space after the comma in " + quoted(rest));
    }
    GHT_TRY_VOID(reader.rule(rule));
    rest = after.substr(1);
  }
  return reader.finish(text);
}

}  // namespace ght
