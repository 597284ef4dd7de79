// Whether this machine runs what is installed on it: the kernel, and the code of its processes, as
// ght-reboot-state reads them.
#include <array>
#include <string>

#include "agent/core/collector.h"
#include "collectors/helper_outcome.h"
#include "collectors/patch/reboot/judge.h"

namespace ght::collectors {
namespace {

constexpr std::array<Field, 4> reboot_settings = {{
    {.key = "max_reboot_age",
     .kind = FieldKind::duration,
     .need = Need::optional,
     .fallback = "\"14d\"",
     .min = 0,
     .max = 366 * 86400.0,
     .help = "How long a reboot may be required before the check is bad.",
     .choices = {},
     .inner = {}},
    {.key = "max_service_age",
     .kind = FieldKind::duration,
     .need = Need::optional,
     .fallback = {},
     .min = 0,
     .max = 366 * 86400.0,
     .help = "How long something may run replaced libraries before the check is bad; without it "
             "that is only reported.",
     .choices = {},
     .inner = {}},
    {.key = "ignore",
     .kind = FieldKind::text_list,
     .need = Need::optional,
     .fallback = {},
     .min = 1,
     .max = 64,
     .help =
         "Units, containers or sessions whose replaced libraries do not count; a name that ends "
         "in * stands for all that begin so.",
     .choices = {},
     .inner = {}},
    {.key = "root",
     .kind = FieldKind::path,
     .need = Need::optional,
     .fallback = {},
     .help = "Where this machine's root is seen when the agent runs in a container, /proc, /run "
             "and /sys included.",
     .choices = {},
     .inner = {}},
}};

// Those of rpm systems that take effect with a reboot only (Red Hat's article 27943), but for the
// kernel, whose name says it. A name of another distribution is told as not installed.
// The last is one that has no second architecture: an answer without its end is seen.
constexpr std::array<std::string_view, 9> core_packages = {
    "glibc",        "systemd", "dbus",           "dbus-broker",  "dbus-daemon",
    "openssl-libs", "dbus-1",  "linux-firmware", "microcode_ctl"};

const HelperResult* helper_result(const Evidence& evidence, std::size_t at) {
  return at < evidence.size() ? std::get_if<HelperResult>(&evidence[at]) : nullptr;
}

bool succeeded(const HelperResult& result) {
  return result.end == HelperEnd::exited && result.code == 0;
}

Step ask_rpm(const Settings& settings, const std::string& database) {
  RunHelper rpm;
  rpm.program = "rpm";
  rpm.arguments = {"-q", "--queryformat", "%{NAME} %{INSTALLTIME}\\n"};
  if (settings.find<std::string>("root") != nullptr) {
    rpm.arguments.insert(rpm.arguments.end(), {"--dbpath", database});
  }
  rpm.arguments.insert(rpm.arguments.end(), core_packages.begin(), core_packages.end());
  return rpm;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  if (so_far.empty()) {
    RunHelper helper;
    helper.program = "ght-reboot-state";
    if (const auto* root = settings.find<std::string>("root")) helper.arguments = {"--root", *root};
    return Plan{std::move(helper)};
  }
  const HelperResult* result = helper_result(so_far, 0);
  if (so_far.size() > 1 || result == nullptr || !succeeded(*result)) return Plan{};
  const auto answer = reboot::read_answer(result->out);
  if (!answer.ok() || !answer.value().rpm_database) return Plan{};
  return Plan{ask_rpm(settings, *answer.value().rpm_database)};
}

// rpm's answer; its exit status is the number of packages that are not installed.
reboot::CorePackages read_rpm(const HelperResult* result, const Memory& before) {
  reboot::CorePackages core;
  if (result == nullptr) {
    core.doubt = helper_unreadable("no answer of rpm", before).reason;
  } else if (result->end != HelperEnd::exited) {
    core.doubt = helper_failure(*result, before)->reason;
  } else {
    auto packages = reboot::read_core_packages(result->out, result->code, core_packages);
    if (packages.ok()) {
      core.packages = std::move(packages).value();
    } else if (result->code != 0 && !result->err.empty()) {
      core.doubt = helper_failure(*result, before)->reason;
    } else {
      core.doubt = helper_unreadable(packages.error().text(), before).reason;
    }
  }
  return core;
}

reboot::Rules rules_of(const Settings& settings) {
  reboot::Rules rules = {.max_reboot_age = settings.get<Duration>("max_reboot_age"),
                         .max_service_age = {},
                         .ignored_units = {}};
  if (const auto* age = settings.find<Duration>("max_service_age")) rules.max_service_age = *age;
  if (const auto* names = settings.find<std::vector<std::string>>("ignore")) {
    rules.ignored_units = *names;
  }
  return rules;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const HelperResult* result = helper_result(evidence, 0);
  if (result == nullptr || evidence.size() > 2) {
    return helper_unreadable("no answer of ght-reboot-state", before);
  }
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  const auto answer = reboot::read_answer(result->out);
  if (!answer.ok()) return helper_unreadable("ght-reboot-state: " + answer.error().text(), before);
  reboot::CorePackages core;
  if (answer.value().rpm_database) core = read_rpm(helper_result(evidence, 1), before);
  return reboot::judge(answer.value(), core, rules_of(settings), before, now);
}

}  // namespace

extern const Collector reboot_collector;
constexpr Collector reboot_collector = {
    .name = "reboot",
    .summary =
        "Whether a reboot is required and since when, and what still runs replaced libraries.",
    .families = reboot::families,
    .settings = reboot_settings,
    .reasons = reboot::reasons::texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
