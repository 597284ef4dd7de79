// End of support of the running operating system and of the platform software that is installed,
// as ght-support-state reads them and the table of support ends knows them.
#include <array>
#include <string>

#include "agent/core/collector.h"
#include "collectors/helper_outcome.h"
#include "collectors/patch/support/answer.h"
#include "collectors/patch/support/judge.h"

namespace ght::collectors {
namespace {

constexpr double years_20 = 20 * 366 * 86400.0;

constexpr std::array<std::string_view, 3> phase_choices = {"standard", "lts", "extended"};
constexpr std::array<std::string_view, 2> software_choices = {"report", "bad"};

constexpr Field phase_field = {
    .key = "phase",
    .kind = FieldKind::choice,
    .need = Need::optional,
    .fallback = "\"lts\"",
    .help =
        "The last phase of support that counts; \"extended\" for a system under such a contract.",
    .choices = phase_choices,
    .inner = {}};
constexpr Field warn_field = {
    .key = "warn_before",
    .kind = FieldKind::duration,
    .need = Need::optional,
    .fallback = "\"180d\"",
    .min = 0,
    .max = years_20,
    .help = "How long before an end of support the check says that it ends soon.",
    .choices = {},
    .inner = {}};
constexpr Field table_age_field = {
    .key = "max_table_age",
    .kind = FieldKind::duration,
    .need = Need::optional,
    .fallback = "\"400d\"",
    .min = 86400,
    .max = years_20,
    .help = "How old the table of support ends may be before the check is unknown.",
    .choices = {},
    .inner = {}};
constexpr Field software_field = {
    .key = "software",
    .kind = FieldKind::choice,
    .need = Need::optional,
    .fallback = "\"report\"",
    .help = "Whether installed software past its end is only reported or makes the check bad.",
    .choices = software_choices,
    .inner = {}};
constexpr Field table_field = {
    .key = "table",
    .kind = FieldKind::path,
    .need = Need::optional,
    .fallback = {},
    .help = "File of the site whose rows replace or join those of the shipped table.",
    .choices = {},
    .inner = {}};
constexpr Field release_field = {
    .key = "release",
    .kind = FieldKind::text,
    .need = Need::optional,
    .fallback = {},
    .min = 3,
    .max = 80,
    .help = "The release that standard_end and lts_end are about, such as \"debian 11\".",
    .choices = {},
    .inner = {}};
constexpr Field standard_end_field = {
    .key = "standard_end",
    .kind = FieldKind::text,
    .need = Need::optional,
    .fallback = {},
    .min = 10,
    .max = 10,
    .help = "Last day of standard support of that release, in place of the table's.",
    .choices = {},
    .inner = {}};
constexpr Field lts_end_field = {
    .key = "lts_end",
    .kind = FieldKind::text,
    .need = Need::optional,
    .fallback = {},
    .min = 10,
    .max = 10,
    .help = "Last day of long-term support of that release, in place of the table's.",
    .choices = {},
    .inner = {}};
constexpr Field root_field = {.key = "root",
                              .kind = FieldKind::path,
                              .need = Need::optional,
                              .fallback = {},
                              .help = "Root of the system to look at, when it is not this one.",
                              .choices = {},
                              .inner = {}};
constexpr std::array<Field, 9> support_settings = {
    phase_field,   warn_field,         table_age_field, software_field, table_field,
    release_field, standard_end_field, lts_end_field,   root_field};

Result<std::optional<WallTime>> day_setting(const Settings& settings, const Field& field) {
  const auto* text = settings.find<std::string>(field.key);
  if (text == nullptr) return std::optional<WallTime>();
  const auto day = support::parse_day(*text);
  if (!day) return Error{std::string(field.key), "expected a day such as \"2028-06-30\""};
  return day;
}

Result<support::Rules> rules_of(const Settings& settings) {
  support::Rules rules;
  const auto& phase = settings.get<std::string>(phase_field.key);
  if (phase == "standard") rules.counted = support::Phase::standard;
  if (phase == "extended") rules.counted = support::Phase::extended;
  rules.warn_before = settings.get<Duration>(warn_field.key);
  rules.max_table_age = settings.get<Duration>(table_age_field.key);
  rules.software_counts = settings.get<std::string>(software_field.key) == "bad";
  GHT_TRY(rules.contract_standard, day_setting(settings, standard_end_field));
  GHT_TRY(rules.contract_lts, day_setting(settings, lts_end_field));
  if (const auto* release = settings.find<std::string>(release_field.key)) {
    rules.contract_release = *release;
  }
  const bool ends = rules.contract_standard || rules.contract_lts;
  if (ends != !rules.contract_release.empty()) {
    return Error{std::string(release_field.key),
                 "expected together with standard_end or lts_end: dates outlive the release that "
                 "they are about"};
  }
  if (rules.contract_standard && rules.contract_lts &&
      *rules.contract_lts < *rules.contract_standard) {
    return Error{std::string(lts_end_field.key), "expected a day after standard_end"};
  }
  return rules;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  if (!so_far.empty()) return Plan{};
  if (const auto rules = rules_of(settings); !rules.ok()) return rules.error();
  RunHelper helper;
  helper.program = "ght-support-state";
  if (const auto* root = settings.find<std::string>(root_field.key)) {
    helper.arguments = {"--root", *root};
  }
  if (const auto* table = settings.find<std::string>(table_field.key)) {
    helper.arguments.insert(helper.arguments.end(), {"--table", *table});
  }
  return Plan{std::move(helper)};
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const HelperResult* result =
      evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
  if (result == nullptr) return helper_unreadable("no answer of ght-support-state", before);
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  const Result<support::Rules> rules = rules_of(settings);
  if (!rules.ok()) return helper_unreadable(rules.error().text(), before);
  const Result<support::Findings> findings = support::read_answer(result->out);
  if (!findings.ok()) {
    return helper_unreadable("ght-support-state: " + findings.error().text(), before);
  }
  return support::judge(findings.value(), rules.value(), now);
}

}  // namespace

extern const Collector support_collector;
constexpr Collector support_collector = {
    .name = "support",
    .summary =
        "End of support of the operating system and of installed platform software, from a table "
        "that is shipped and can be overridden.",
    .families = support::families,
    .settings = support_settings,
    .reasons = support::reasons::texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
