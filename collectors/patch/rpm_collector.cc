#include "collectors/patch/rpm_collector.h"

#include <optional>
#include <utility>
#include <vector>

#include "collectors/helper_outcome.h"
#include "collectors/patch/rpm_answer.h"

namespace ght::collectors::rpm {
namespace {

Result<patch::ExploitedCatalogue> read_catalogue(const StepResult& step) {
  const auto* result = std::get_if<HelperResult>(&step);
  if (result == nullptr || result->end != HelperEnd::exited) {
    return Error{"ght-exploited", result == nullptr || result->detail.empty()
                                      ? "did not end by itself"
                                      : result->detail};
  }
  if (result->code != 0) {
    return Error{"", result->err.empty() ? "ght-exploited failed" : result->err};
  }
  return patch::read_exploited(result->out);
}

}  // namespace

Plan catalogue_steps(const Settings& settings) {
  const auto* catalogue = settings.find<std::string>("exploited_catalogue");
  if (catalogue == nullptr) return {};
  return {RunHelper{.program = "ght-exploited", .arguments = {*catalogue}}};
}

std::string root_of(const Settings& settings) {
  const auto* given = settings.find<std::string>("root");
  return given == nullptr || *given == "/" ? "" : *given;
}

RunHelper state_step(const Settings& settings, std::string program) {
  RunHelper helper{.program = std::move(program)};
  const std::string root = root_of(settings);
  if (!root.empty()) helper.arguments = {"--root", root};
  return helper;
}

Said said_by(std::string_view program, const Evidence& evidence, const Memory& before) {
  const auto* result = evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
  if (result == nullptr) return helper_unreadable("no answer of " + std::string(program), before);
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  Result<State> state = read_answer(result->out);
  if (state.ok()) return std::move(state).value();
  return helper_unreadable(std::string(program) + ": " + state.error().text(), before);
}

Observation interpret(Reader read, const Settings& settings, const Evidence& evidence,
                      const Memory& before, WallTime now) {
  Terms terms{.accepted = settings.get<std::vector<std::string>>(without_advisories_field.key)};
  auto rest = evidence.begin();
  if (settings.find<std::string>("exploited_catalogue") != nullptr) {
    if (evidence.empty()) return helper_unreadable("no answer of ght-exploited", before);
    terms.catalogue = read_catalogue(*rest++);
  }
  Said said = read(settings, Evidence(rest, evidence.end()), before);
  if (auto* failure = std::get_if<Observation>(&said)) return std::move(*failure);
  return judge(std::get<State>(said), terms, patch::rules_of(settings), before, now);
}

}  // namespace ght::collectors::rpm
