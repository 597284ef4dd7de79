#include "agent/exposition/texts.h"

#include <array>
#include <optional>

namespace ght {
namespace {

struct Pair {
  std::string_view fr;
  std::string_view en;
};

constexpr auto catalogue = std::to_array<Pair>({
#define TEXT(key, fr, en) {fr, en},
#include "agent/exposition/texts.def"
#undef TEXT
});

consteval bool complete() {
  for (const Pair& pair : catalogue) {
    if (pair.fr.empty() || pair.en.empty()) return false;
  }
  return true;
}
static_assert(complete(), "texts.def: every text needs both languages");

constexpr std::string_view narrow_space = "\u202F";

// True when the space at `at` is one that French typography makes narrow and unbreakable.
bool is_french_space(std::string_view form, std::size_t at) {
  const std::string_view after = form.substr(at + 1);
  if (after.starts_with("»")) return true;
  if (at >= 2 && form.substr(at - 2, 2) == "«") return true;
  return !after.empty() && std::string_view(":;?!%").find(after.front()) != std::string_view::npos;
}

std::optional<std::string_view> find(Replacements values, std::string_view name) {
  for (const auto& [key, value] : values) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view text(Text key, Language language) {
  const Pair& pair = catalogue[static_cast<std::size_t>(key)];
  return language == Language::fr ? pair.fr : pair.en;
}

std::string_view label(State state, Language language) {
  constexpr std::array keys = {Text::state_good, Text::state_bad, Text::state_unknown,
                               Text::state_maintenance, Text::state_out_of_hours};
  static_assert(keys.size() == all_states.size());
  return text(keys[static_cast<std::size_t>(state)], language);
}

std::string_view label(Activity activity, Language language) {
  constexpr std::array keys = {
      Text::activity_physical_sites,         Text::activity_hardware,
      Text::activity_virtual_infrastructure, Text::activity_application_platform,
      Text::activity_administration,         Text::activity_backup};
  static_assert(keys.size() == all_activities.size());
  return text(keys[static_cast<std::size_t>(activity)], language);
}

std::string plural(Text one, Text many, std::size_t n, Language language) {
  return fill(text(n == 1 ? one : many, language), {{"n", std::to_string(n)}}, language);
}

std::string fill(std::string_view form, Replacements values, Language language) {
  std::string out;
  out.reserve(form.size() + 32);
  for (std::size_t at = 0; at < form.size(); ++at) {
    if (form[at] == ' ' && language == Language::fr && is_french_space(form, at)) {
      out += narrow_space;
      continue;
    }
    if (form[at] == '{') {
      const std::size_t end = form.find('}', at);
      const auto value = end == std::string_view::npos
                             ? std::nullopt
                             : find(values, form.substr(at + 1, end - at - 1));
      if (value) {
        out += *value;
        at = end;
        continue;
      }
    }
    out += form[at];
  }
  return out;
}

}  // namespace ght
