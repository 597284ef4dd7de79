// What Barman says when it fails: in its JSON answer under "_EXCEPTION" and "_ERROR", on stderr
// before its configuration is read.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/barman/barman_read.h"

namespace ght::collectors::barman {
namespace {

struct Words {
  std::string_view words;
  std::string_view code;
};

// In this order: a lock that may not be opened is named by its path alone.
constexpr auto words = std::to_array<Words>({
    {"please run barman as", "barman_wrong_user"},
    {"the configured user", "barman_wrong_user"},
    {"Configuration file", "barman_configuration"},
    {"No section", "barman_configuration"},
    {"contains no section headers", "barman_configuration"},
    {"contains parsing errors", "barman_configuration"},
    {"Missing or invalid", "barman_configuration"},
    {"Missing required", "barman_configuration"},
    {"Unknown server", "barman_no_server"},
    {"Skipping inactive server", "barman_inactive"},
    {"Inactive server", "barman_inactive"},
    {"Unknown backup", "barman_backup_gone"},
    {".lock", "barman_lock"},
    {"Permission denied", "barman_permission"},
    {"codec can't decode", "barman_damaged"},
    {"cannot parse line", "barman_damaged"},
    {"Unknown string format", "barman_damaged"},
    {"unsupported operand", "barman_damaged"},
    {"invalid WAL segment name", "barman_damaged"},
});

Reason reason_of(std::string_view said) {
  const std::string_view line = said.substr(0, said.find('\n'));
  Reason reason{.code = "barman_failed", .value = clean_text(line, limits::reason_value_bytes)};
  const auto found =
      std::ranges::find_if(words, [&](const Words& each) { return line.contains(each.words); });
  if (found != words.end()) reason.code = found->code;
  return reason;
}

// The first message of this kind in the answer; "" when there is none.
std::string message(const nlohmann::json& answer, const char* kind) {
  const auto list = answer.find(kind);
  if (list == answer.end() || !list->is_array() || list->empty()) return {};
  return list->front().is_string() ? list->front().get<std::string>() : "?";
}

}  // namespace

std::optional<Reason> failure_reason(const HelperResult& result) {
  if (result.end != HelperEnd::exited) return std::nullopt;
  const auto answer = nlohmann::json::parse(result.out, nullptr, false);
  if (answer.is_object()) {
    for (const char* kind : {"_EXCEPTION", "_ERROR"}) {
      const std::string said = message(answer, kind);
      if (!said.empty()) return reason_of(said);
    }
    // It skips a server that is not active, and ends well.
    const std::string said = message(answer, "_INFO");
    if (said.contains("inactive")) return reason_of(said);
  }
  if (result.code == 0 || result.err.empty()) return std::nullopt;
  return reason_of(result.err);
}

}  // namespace ght::collectors::barman
