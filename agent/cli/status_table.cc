#include "agent/cli/status_table.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "agent/core/text.h"
#include "agent/exposition/people.h"

namespace ght::cli {
namespace {

using Json = nlohmann::json;

struct Row {
  State state = State::unknown;
  std::array<std::string, 6> cells;  // state, check, activity, since, last run, reason
};

// Attention first.
int rank(State state) {
  switch (state) {
    case State::bad:
      return 0;
    case State::unknown:
      return 1;
    case State::maintenance:
      return 2;
    case State::out_of_hours:
      return 3;
    case State::good:
      return 4;
  }
  return 1;
}

std::string_view colour_of(State state) {
  switch (state) {
    case State::good:
      return "\x1B[32m";
    case State::bad:
      return "\x1B[1;31m";
    case State::unknown:
      return "\x1B[33m";
    default:
      return "\x1B[36m";
  }
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

// At most `wanted` columns, ending in "…" when cut.
std::string fit(const std::string& text, std::size_t wanted) {
  if (columns(text) <= wanted) return text;
  std::string cut;
  std::size_t used = 0;
  for (const char c : text) {
    if (!continues(c) && ++used >= wanted) break;
    cut += c;
  }
  return cut + "…";
}

std::string ago(const Json& object, const char* key, WallTime now, Language language) {
  const auto found = object.find(key);
  if (found == object.end()) return "-";
  const auto time = parse_rfc3339(found->get<std::string>());
  return time ? say_elapsed(now - *time, language) : "?";
}

Row row_of(const Json& check, const Json& activities, WallTime now, Language language) {
  const char* tongue = language == Language::fr ? "fr" : "en";
  Row row;
  const auto state = state_from_name(check.at("state").get<std::string>());
  row.state = state.value_or(State::unknown);
  std::string activity = check.at("activity").get<std::string>();
  for (const Json& each : activities) {
    if (each.at("activity") == activity) {
      activity = std::to_string(each.at("number").get<int>()) + " " +
                 each.at("label").at(tongue).get<std::string>();
      break;
    }
  }
  row.cells = {std::string(label(row.state, language)),
               check.at("name").get<std::string>(),
               activity,
               ago(check, "state_since", now, language),
               ago(check, "last_run", now, language),
               check.contains("reason") ? check.at("reason").at(tongue).get<std::string>() : "-"};
  return row;
}

std::array<std::string, 6> titles(Language language) {
  if (language == Language::fr) {
    return {"ÉTAT", "CONTRÔLE", "ACTIVITÉ HDS", "DEPUIS", "VU IL Y A", "CONSTAT"};
  }
  return {"STATE", "CHECK", "HDS ACTIVITY", "FOR", "SEEN AGO", "FINDING"};
}

std::string draw(const std::vector<Row>& rows, Language language, const Terminal& terminal) {
  const std::array<std::string, 6> head = titles(language);
  std::array<std::size_t, 6> widths{};
  for (std::size_t i = 0; i < head.size(); ++i) {
    widths[i] = columns(head[i]);
    for (const Row& row : rows) widths[i] = std::max(widths[i], columns(row.cells[i]));
  }
  if (terminal.width > 0) {
    std::size_t before = 0;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) before += widths[i] + 2;
    // The finding takes what is left, but is never cut to nothing.
    widths.back() =
        std::max<std::size_t>(terminal.width > before ? terminal.width - before : 0, 24);
  }
  const auto line = [&](const std::array<std::string, 6>& cells, std::string_view colour) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = fit(cells[i], widths[i]);
      if (i == 0 && !colour.empty()) text += colour;
      text += cell;
      if (i == 0 && !colour.empty()) text += "\x1B[0m";
      if (i + 1 < cells.size()) text += std::string(widths[i] - columns(cell) + 2, ' ');
    }
    return text + "\n";
  };
  std::string text = line(head, "");
  for (const Row& row : rows) {
    text += line(row.cells, terminal.colour ? colour_of(row.state) : std::string_view());
  }
  return text;
}

std::string warnings(const Json& status, Language language) {
  std::string text;
  const Json& configuration = status.at("configuration");
  if (!configuration.at("ok").get<bool>()) {
    text += language == Language::fr ? "! configuration refusée : " : "! configuration refused: ";
    text += configuration.value("error", "") + "\n";
  }
  const Json& ledger = status.at("ledger");
  if (!ledger.at("healthy").get<bool>()) {
    text += language == Language::fr ? "! registre inutilisable : " : "! ledger not usable: ";
    text += ledger.value("error", "") + "\n";
  }
  return text;
}

StatusTable table_of(const Json& status, Language language, const Terminal& terminal) {
  const Json& agent = status.at("agent");
  const auto now = parse_rfc3339(agent.at("now").get<std::string>()).value();
  std::vector<Row> rows;
  for (const Json& check : status.at("checks")) {
    rows.push_back(row_of(check, status.at("activities"), now, language));
  }
  // Stable without the temporary buffer of std::stable_sort, which clang's libstdc++ deprecates.
  std::vector<Row> sorted;
  for (int wanted = 0; wanted <= rank(State::good); ++wanted) {
    for (Row& row : rows) {
      if (rank(row.state) == wanted) sorted.push_back(std::move(row));
    }
  }
  rows = std::move(sorted);
  StatusTable table;
  const Json& identity = agent.at("identity");
  table.text = identity.at("host").get<std::string>() + " · " +
               identity.at("site").get<std::string>() + " · " +
               identity.at("establishment").get<std::string>() + " · " +
               identity.at("ght").get<std::string>() + "\n" + warnings(status, language);
  if (rows.empty()) {
    table.text += language == Language::fr ? "aucun contrôle configuré\n" : "no check configured\n";
    return table;
  }
  table.text += draw(rows, language, terminal);
  const State worst = rows.front().state;
  table.exit_code = worst == State::bad ? 2 : worst == State::unknown ? 3 : 0;
  return table;
}

}  // namespace

Result<StatusTable> status_table(std::string_view json, Language language,
                                 const Terminal& terminal) {
  try {
    return table_of(Json::parse(json), language, terminal);
  } catch (const std::exception&) {  // not JSON, a member missing or of another type, no date
    return Error{"/api/v1/status", "the answer is not that of a ght-agent of this version"};
  }
}

}  // namespace ght::cli
