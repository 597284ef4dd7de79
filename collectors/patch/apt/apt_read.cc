#include "collectors/patch/apt/apt_read.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "collectors/patch/members.h"

namespace ght::collectors::apt {
namespace {

using nlohmann::json;
using patch::array_member;
using patch::boolean_member;
using patch::count_member;
using patch::expected;
using patch::member;
using patch::names_member;
using patch::text_member;
using patch::time_member;

constexpr std::int64_t answer_format = 2;

Result<void> read_updates(const json& answer, const char* key, patch::PatchState& state) {
  GHT_TRY(const json list, array_member(answer, "", key));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/" + std::string(key) + "/" + std::to_string(i);
    patch::Update update;
    GHT_TRY(update.package, text_member(list[i], at, "package"));
    GHT_TRY(const std::string architecture, text_member(list[i], at, "architecture"));
    update.id = update.package + ":" + architecture;
    GHT_TRY(update.security, boolean_member(list[i], at, "security"));
    GHT_TRY(update.exploited, names_member(list[i], at, "exploited"));
    update.withheld = std::string_view(key) == "withheld";
    state.updates.push_back(std::move(update));
  }
  return {};
}

Result<void> read_sources(const json& answer, patch::PatchState& state) {
  GHT_TRY(const json list, array_member(answer, "", "sources"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/sources/" + std::to_string(i);
    patch::Source source;
    GHT_TRY(source.name, text_member(list[i], at, "name"));
    GHT_TRY(source.security, boolean_member(list[i], at, "security"));
    GHT_TRY(source.read, boolean_member(list[i], at, "read"));
    GHT_TRY(source.confirmed, time_member(list[i], at, "confirmed"));
    GHT_TRY(source.published, time_member(list[i], at, "published"));
    GHT_TRY(source.valid_until, time_member(list[i], at, "valid_until"));
    state.sources.push_back(std::move(source));
  }
  return {};
}

Result<void> read_automatic(const json& answer, patch::PatchState& state) {
  GHT_TRY(const json object, member(answer, "", "automatic"));
  patch::Automatic automatic;
  GHT_TRY(automatic.enabled, boolean_member(object, "/automatic", "enabled"));
  GHT_TRY(automatic.why_not, text_member(object, "/automatic", "why_not"));
  GHT_TRY(automatic.last_success, time_member(object, "/automatic", "last_success"));
  state.automatic = std::move(automatic);
  return {};
}

Result<void> read_exploited(const json& answer, patch::PatchState& state) {
  GHT_TRY(const json object, member(answer, "", "exploited"));
  if (object.is_null()) return {};
  patch::Catalogue catalogue;
  GHT_TRY(catalogue.published, time_member(object, "/exploited", "published"));
  GHT_TRY(catalogue.fault, text_member(object, "/exploited", "fault"));
  if (catalogue.fault.empty() && !catalogue.published) {
    return expected("/exploited/published", "a date");
  }
  state.catalogue = std::move(catalogue);
  return {};
}

Result<void> read_whole(const json& answer, patch::PatchState& state) {
  GHT_TRY(const std::int64_t installed, count_member(answer, "", "installed"));
  if (installed == 0) return expected("/installed", "at least one installed package");
  GHT_TRY(const std::int64_t broken, count_member(answer, "", "broken"));
  state.broken = static_cast<std::size_t>(broken);
  GHT_TRY(const std::int64_t obsolete, count_member(answer, "", "obsolete"));
  state.obsolete = static_cast<std::size_t>(obsolete);
  patch::Unfinished& unfinished = state.unfinished.emplace(reasons::interrupted);
  GHT_TRY(unfinished.packages, names_member(answer, "", "unfinished"));
  GHT_TRY(state.busy, boolean_member(answer, "", "busy"));
  GHT_TRY_VOID(read_automatic(answer, state));
  GHT_TRY_VOID(read_exploited(answer, state));
  GHT_TRY_VOID(read_updates(answer, "upgrades", state));
  GHT_TRY_VOID(read_updates(answer, "withheld", state));
  return read_sources(answer, state);
}

}  // namespace

Result<patch::PatchState> read_answer(std::string_view out) {
  const json answer = json::parse(out, nullptr, false);
  if (answer.is_discarded()) return Error{"", "not a JSON document"};
  GHT_TRY(const std::int64_t format, count_member(answer, "", "format"));
  if (format != answer_format) return expected("/format", std::to_string(answer_format));
  patch::PatchState state;
  GHT_TRY(const json fault, member(answer, "", "database_fault"));
  if (fault.is_null()) {
    GHT_TRY_VOID(read_whole(answer, state));
  } else {
    GHT_TRY(state.database_fault, text_member(answer, "", "database_fault"));
    if (state.database_fault.empty()) return expected("/database_fault", "null or a text");
  }
  return state;
}

}  // namespace ght::collectors::apt
