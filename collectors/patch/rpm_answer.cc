#include "collectors/patch/rpm_answer.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "collectors/patch/members.h"

namespace ght::collectors::rpm {
namespace {

using nlohmann::json;
using patch::array_member;
using patch::boolean_member;
using patch::count_member;
using patch::expected;
using patch::name_member;
using patch::names_member;
using patch::text_member;
using patch::time_member;

constexpr std::int64_t answer_format = 1;

Result<Advisory> read_advisory(const json& object, const std::string& at) {
  Advisory advisory;
  GHT_TRY(advisory.name, name_member(object, at, "name"));
  GHT_TRY(advisory.type, name_member(object, at, "type"));
  GHT_TRY(advisory.severity, text_member(object, at, "severity"));
  GHT_TRY(advisory.cves, names_member(object, at, "cves"));
  return advisory;
}

Result<Update> read_update(const json& object, const std::string& at) {
  Update update;
  GHT_TRY(const std::string package, name_member(object, at, "package"));
  GHT_TRY(const std::string architecture, name_member(object, at, "architecture"));
  update.package = package + "." + architecture;
  GHT_TRY(update.withheld, boolean_member(object, at, "withheld"));
  GHT_TRY(const json list, array_member(object, at, "advisories"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    GHT_TRY(Advisory advisory, read_advisory(list[i], at + "/advisories/" + std::to_string(i)));
    update.advisories.push_back(std::move(advisory));
  }
  return update;
}

Result<Repository> read_repository(const json& object, const std::string& at) {
  Repository repository;
  GHT_TRY(repository.id, name_member(object, at, "id"));
  GHT_TRY(repository.read, boolean_member(object, at, "read"));
  GHT_TRY(repository.advisories, boolean_member(object, at, "advisories"));
  GHT_TRY(repository.confirmed, time_member(object, at, "confirmed"));
  GHT_TRY(repository.published, time_member(object, at, "published"));
  return repository;
}

Result<State> read_whole(const json& answer) {
  State state;
  GHT_TRY(const std::int64_t installed, count_member(answer, "", "installed"));
  if (installed == 0) return expected("/installed", "at least one installed package");
  GHT_TRY(state.running, boolean_member(answer, "", "running"));
  GHT_TRY(state.doubled, names_member(answer, "", "doubled"));
  GHT_TRY(const std::int64_t problems, count_member(answer, "", "problems"));
  state.problems = static_cast<std::size_t>(problems);
  GHT_TRY(const json updates, array_member(answer, "", "updates"));
  for (std::size_t i = 0; i < updates.size(); ++i) {
    GHT_TRY(Update update, read_update(updates[i], "/updates/" + std::to_string(i)));
    state.updates.push_back(std::move(update));
  }
  GHT_TRY(const json sources, array_member(answer, "", "sources"));
  if (sources.empty()) return expected("/sources", "at least one repository");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    GHT_TRY(Repository repository, read_repository(sources[i], "/sources/" + std::to_string(i)));
    state.repositories.push_back(std::move(repository));
  }
  return state;
}

}  // namespace

Result<State> read_answer(const std::string& out) {
  const json answer = json::parse(out, nullptr, false);
  if (answer.is_discarded()) return Error{"", "not a JSON document"};
  GHT_TRY(const std::int64_t format, count_member(answer, "", "format"));
  if (format != answer_format) return expected("/format", std::to_string(answer_format));
  GHT_TRY(const std::string database, text_member(answer, "", "rpm_database"));
  if (database == "whole") return read_whole(answer);
  if (database != "damaged") return expected("/rpm_database", "\"whole\" or \"damaged\"");
  State state;
  GHT_TRY(state.damage, name_member(answer, "", "damage"));
  return state;
}

}  // namespace ght::collectors::rpm
