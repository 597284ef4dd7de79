// Patch state of a Debian or Ubuntu system, as ght-apt-state reads it through libapt-pkg.
#include <array>
#include <string>
#include <vector>

#include "agent/core/collector.h"
#include "collectors/helper_outcome.h"
#include "collectors/patch/apt/apt_read.h"
#include "collectors/patch/contract.h"
#include "collectors/patch/families.h"

namespace ght::collectors {
namespace {

constexpr auto own_settings = std::to_array<Field>({
    {.key = "automatic",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Whether the check is bad when unattended-upgrades is not set up to run by itself."},
    {.key = "max_automatic_age",
     .kind = FieldKind::duration,
     .min = 3600,
     .max = patch::field::year,
     .help = "With `automatic`: how long ago unattended-upgrades may have ended well last."},
    {.key = "security_archives",
     .kind = FieldKind::text_list,
     .max = 16,
     .help = "Patterns of labels, suites or codenames of further archives of security updates, for "
             "derivatives; Debian's, Debian LTS' and Ubuntu's are known."},
    {.key = "tracker",
     .kind = FieldKind::path,
     .help = "Debian's security tracker as a JSON file, with `exploited_catalogue`: it says which "
             "version fixes what."},
});
constexpr auto apt_settings = patch::with_common(own_settings);
constexpr auto apt_families = patch::joined(
    patch::common_families,
    std::to_array<const Family*>({&patch::obsolete_family, &patch::interrupted_family,
                                  &patch::automatic_family, &patch::automatic_run_family}));
constexpr auto apt_reasons = patch::joined(
    patch::reasons::common_texts, patch::reasons::installation_texts,
    patch::reasons::dependency_texts, patch::reasons::automatic_texts, apt::reasons::texts);

Result<void> check(const Settings& settings) {
  GHT_TRY_VOID(patch::check(settings));
  const bool catalogue = settings.find<std::string>("exploited_catalogue") != nullptr;
  const bool tracker = settings.find<std::string>("tracker") != nullptr;
  if (catalogue != tracker) {
    return Error{"tracker",
                 "expected together with exploited_catalogue: neither says without the "
                 "other what an update fixes"};
  }
  if (settings.find<Duration>("max_automatic_age") != nullptr && !settings.get<bool>("automatic")) {
    return Error{"max_automatic_age", "says nothing without automatic"};
  }
  return {};
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  GHT_TRY_VOID(check(settings));
  if (!so_far.empty()) return Plan{};
  RunHelper helper;
  helper.program = "ght-apt-state";
  const auto pass = [&](const char* option, const char* key) {
    if (const auto* value = settings.find<std::string>(key)) {
      helper.arguments.insert(helper.arguments.end(), {option, *value});
    }
  };
  pass("--root", "root");
  pass("--exploited", "exploited_catalogue");
  pass("--tracker", "tracker");
  if (const auto* patterns = settings.find<std::vector<std::string>>("security_archives")) {
    for (const std::string& each : *patterns) {
      helper.arguments.insert(helper.arguments.end(), {"--security-archive", each});
    }
  }
  return Plan{std::move(helper)};
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const HelperResult* result =
      evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
  if (result == nullptr) return helper_unreadable("no answer of ght-apt-state", before);
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  const Result<patch::PatchState> state = apt::read_answer(result->out);
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
    .families = apt_families,
    .settings = apt_settings,
    .reasons = apt_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
