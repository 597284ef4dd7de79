// Patch state of a Debian or Ubuntu system, as ght-apt-state reads it through libapt-pkg.
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/core/collector.h"
#include "collectors/helper_outcome.h"
#include "collectors/patch/contract.h"

namespace ght::collectors {
namespace {

using nlohmann::json;

constexpr std::int64_t answer_format = 1;
constexpr std::int64_t year_3000 = 32503680000;

constexpr Field root_field = {.key = "root",
                              .kind = FieldKind::path,
                              .need = Need::optional,
                              .fallback = {},
                              .help = "Root of the system to look at, when it is not this one.",
                              .choices = {},
                              .inner = {}};
constexpr std::array<Field, 3> apt_settings = {patch::max_security_age_field,
                                               patch::max_metadata_age_field, root_field};

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  if (!so_far.empty()) return Plan{};
  RunHelper helper;
  helper.program = "ght-apt-state";
  if (const auto* root = settings.find<std::string>(root_field.key)) {
    helper.arguments = {"--root", *root};
  }
  return Plan{std::move(helper)};
}

Error expected(const std::string& where, const std::string& what) {
  return {.about = where, .message = "expected " + what};
}

Result<json> member(const json& object, const std::string& at, const char* key) {
  if (!object.is_object()) return expected(at, "an object");
  const auto found = object.find(key);
  if (found == object.end()) return expected(at + "/" + key, "a member of that name");
  return json(*found);
}

Result<std::string> text_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_string()) return expected(at + "/" + key, "a text");
  return value.get<std::string>();
}

Result<bool> boolean_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_boolean()) return expected(at + "/" + key, "true or false");
  return value.get<bool>();
}

Result<std::int64_t> count_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > year_3000) {
    return expected(at + "/" + key, "a whole number");
  }
  return value.get<std::int64_t>();
}

Result<std::optional<WallTime>> time_member(const json& object, const std::string& at,
                                            const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (value.is_null()) return std::optional<WallTime>();
  GHT_TRY(const std::int64_t seconds, count_member(object, at, key));
  return std::optional(WallTime(std::chrono::seconds(seconds)));
}

Result<json> array_member(const json& object, const char* key) {
  GHT_TRY(json value, member(object, "", key));
  if (!value.is_array()) return expected(std::string("/") + key, "an array");
  return value;
}

Result<void> read_updates(const json& answer, const char* key, patch::PatchState& state) {
  GHT_TRY(const json list, array_member(answer, key));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/" + std::string(key) + "/" + std::to_string(i);
    GHT_TRY(const std::string package, text_member(list[i], at, "package"));
    GHT_TRY(const std::string architecture, text_member(list[i], at, "architecture"));
    GHT_TRY(const bool security, boolean_member(list[i], at, "security"));
    state.updates.push_back({.id = package + ":" + architecture,
                             .security = security,
                             .withheld = std::string_view(key) == "withheld"});
  }
  return {};
}

Result<void> read_sources(const json& answer, patch::PatchState& state) {
  GHT_TRY(const json list, array_member(answer, "sources"));
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

Result<patch::PatchState> read_answer(const std::string& out) {
  const json answer = json::parse(out, nullptr, false);
  if (answer.is_discarded()) return Error{"", "not a JSON document"};
  GHT_TRY(const std::int64_t format, count_member(answer, "", "format"));
  if (format != answer_format) return expected("/format", std::to_string(answer_format));
  GHT_TRY(const std::int64_t installed, count_member(answer, "", "installed"));
  if (installed == 0) return expected("/installed", "at least one installed package");
  patch::PatchState state;
  GHT_TRY(const std::int64_t broken, count_member(answer, "", "broken"));
  state.broken = static_cast<std::size_t>(broken);
  GHT_TRY_VOID(read_updates(answer, "upgrades", state));
  GHT_TRY_VOID(read_updates(answer, "withheld", state));
  GHT_TRY_VOID(read_sources(answer, state));
  return state;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const HelperResult* result =
      evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
  if (result == nullptr) return helper_unreadable("no answer of ght-apt-state", before);
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  const Result<patch::PatchState> state = read_answer(result->out);
  if (!state.ok()) return helper_unreadable("ght-apt-state: " + state.error().text(), before);
  return patch::judge(state.value(), patch::rules_of(settings), before, now);
}

}  // namespace

extern const Collector apt_collector;
constexpr Collector apt_collector = {
    .name = "apt",
    .summary =
        "Pending security and other updates of a Debian or Ubuntu system, read through "
        "libapt-pkg without running apt update.",
    .families = patch::families,
    .settings = apt_settings,
    .reasons = patch::reasons::texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
