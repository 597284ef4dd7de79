#include "agent/exposition/rich_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::test {
namespace {

using namespace std::chrono_literals;

WallTime at(const char* rfc3339) {
  return parse_rfc3339(rfc3339).value();
}

constexpr std::array<std::string_view, 1> phase_label = {"phase"};
constexpr std::array<std::string_view, 2> backup_labels = {"backup", "repository"};
constexpr Family probe_duration = {.name = "ght_probe_duration_seconds",
                                   .help = "How long each phase of the last probe took.",
                                   .labels = phase_label};
constexpr Family backup_rpo = {.name = "ght_backup_rpo_seconds",
                               .help = "The longest accepted age of the newest backup.",
                               .labels = backup_labels};

constexpr std::array<ReasonText, 2> probe_reasons = {{
    {"rich_answers", "répond en {value}", "answers in {value}"},
    {"rich_status", "statut HTTP {value} (attendu : {expected})",
     "HTTP status {value} (expected: {expected})"},
}};
constexpr std::array<ReasonText, 2> backup_reasons = {{
    {"rich_fresh", "dernière sauvegarde il y a {value} (PDMA : {expected})",
     "last backup {value} ago (RPO: {expected})"},
    {"rich_old", "dernière sauvegarde il y a {value}, la PDMA est de {expected}",
     "last backup {value} ago, the RPO is {expected}"},
}};

Result<Plan> no_plan(const Settings&, const Evidence&, const Memory&) {
  return Plan{};
}
Observation no_observation(const Settings&, const Evidence&, const Memory&, WallTime) {
  return {};
}

}  // namespace

constexpr Family rich_probe_success = {.name = "ght_probe_success",
                                       .help = "Whether the last probe met what was expected."};
constexpr Family rich_backup_size = {.name = "ght_backup_last_size_bytes",
                                     .help = "Size of the newest backup.",
                                     .labels = backup_labels};

namespace {
constexpr std::array<const Family*, 2> probe_families = {&rich_probe_success, &probe_duration};
constexpr std::array<const Family*, 2> backup_families = {&rich_backup_size, &backup_rpo};
}  // namespace

constexpr Collector rich_probe = {.name = "http",
                                  .summary = "A probe",
                                  .families = probe_families,
                                  .settings = {},
                                  .reasons = probe_reasons,
                                  .plan = no_plan,
                                  .interpret = no_observation};
constexpr Collector rich_backup = {.name = "restic",
                                   .summary = "A backup",
                                   .families = backup_families,
                                   .settings = {},
                                   .reasons = backup_reasons,
                                   .plan = no_plan,
                                   .interpret = no_observation};

View empty_view() {
  View view;
  view.version = "0.1.0";
  view.revision = "abc1234";
  view.identity = {"GHT Exemple", "CH Exemple", "nord", "srv-dpi-01"};
  view.os = "Debian GNU/Linux 12 (bookworm)";
  view.kernel = "6.1.0-28-amd64";
  view.time_zone = "Europe/Paris";
  view.now = at("2026-11-23T03:05:12Z");
  view.started = at("2026-11-20T06:00:00Z");
  view.reload_success = at("2026-11-20T06:00:00.250Z");
  view.ledger_healthy = true;
  view.ledger_last_write = at("2026-11-23T03:05:08Z");
  return view;
}

CheckView& RichView::add(std::string name, std::string title, Activity activity,
                         const Collector& collector, State state, Reason reason) {
  Check& check = checks.emplace_back();
  check.name = std::move(name);
  check.title = std::move(title);
  check.collector = &collector;
  check.activity = activity;
  check.interval = 15s;
  check.timeout = 5s;
  check.stale_after = 35s;
  CheckView& item = view.checks.emplace_back();
  item.check = &check;
  item.state = state;
  item.state_since = at("2026-11-21T10:00:00Z");
  item.reason = std::move(reason);
  item.runs = {1200, 0, 0, 0};
  item.last_run = at("2026-11-23T03:05:03Z");
  item.last_duration = 34ms;
  item.accounted.emplace()[state] = 3'600'250ms;
  return item;
}

void RichView::add_bad() {
  CheckView& portal = add("dpi-portail", "DPI : portail", Activity::application_platform,
                          rich_probe, State::bad, {"rich_status", std::int64_t{503}, "200"});
  portal.state_since = at("2026-11-23T02:11:00Z");
  portal.runs = {34'000, 12, 3, 1};
  (*portal.accounted)[State::good] = 509'000'500ms;
  (*portal.accounted)[State::unknown] = 45s;
  checks.back().confirm_bad = 2;
  checks.back().sla.guaranteed = 0.999;
  checks.back().sla.announced = 0.9995;
  checks.back().sla.penalties = "5 % de la redevance du mois";
  Observation& seen = observations.emplace_back();
  seen.verdict = Verdict::bad;
  seen.reason = portal.reason;
  seen.samples = {{&rich_probe_success, {}, 0},
                  {&probe_duration, {"tls"}, 0.0102},
                  {&probe_duration, {"connect"}, 0.002}};
  portal.last = &seen;
  portal.failures = &failures.emplace_back(
      Failures{{.first = view.now - 30min,
                .last = view.now - 12s,
                .runs = 118,
                .verdict = Verdict::bad,
                .reason = {"rich_status", std::int64_t{503}, "200"},
                .transcript = "dialog 192.0.2.10:104 connect=2ms processing=8ms heard=0+206+12B "
                              "-> connection_closed after 15ms"},
               {.first = view.now - 31min,
                .last = view.now - 31min,
                .verdict = Verdict::unknown,
                .reason = {"rich_status", std::int64_t{0}, "200"},
                .transcript = ""}});

  CheckView& night =
      add("dpi-nuit", "Sauvegarde \"nuit\" <script>alert('x')</script>\nligne 2", Activity::backup,
          rich_backup, State::bad, {"rich_old", Duration(52h + 12min), Duration(26h)});
  night.state_since = at("2026-10-25T01:30:00Z");  // 02:30, the second time, in Europe/Paris
  checks.back().interval = 10min;
  Observation& backup = observations.emplace_back();
  backup.verdict = Verdict::bad;
  backup.reason = night.reason;
  backup.samples = {{&rich_backup_size, {"dpi\"\\\n<b>", "/srv/restic/dpi"}, 1'503'238'553},
                    {&backup_rpo, {"dpi\"\\\n<b>", "/srv/restic/dpi"}, 93'600}};
  night.last = &backup;
}

void RichView::add_unknown() {
  CheckView& never = add("pacs-archive", "PACS : archive", Activity::application_platform,
                         rich_probe, State::unknown, {reasons::never_run, {}, {}});
  never.state_since = at("2026-11-23T03:05:00Z");
  never.runs = {};
  never.last_run.reset();
  never.last_duration.reset();

  CheckView& stale =
      add("correctifs", "Correctifs de sécurité", Activity::administration, rich_backup,
          State::unknown, {reasons::stale, Duration(3h + 12min), Duration(30min)});
  stale.state_since = at("2026-11-22T23:53:00Z");
  stale.last_run = at("2026-11-22T23:53:00Z");
  checks.back().interval = 30min;
  checks.back().sla.guaranteed = 0.999;

  add("annuaire", "Annuaire\xFF \xE2\x80\xAE et un titre très long " + std::string(90, 'w'),
      Activity::application_platform, rich_probe, State::unknown,
      {reasons::helper_failed, "\x1B[31m<img src=x onerror=alert(1)> & \"cité\"\r\n\xC3(", {}});
}

void RichView::add_good() {
  CheckView& room = add("salle-onduleur", "Salle serveurs : onduleur", Activity::physical_sites,
                        rich_probe, State::good, {"rich_answers", Duration(34ms), {}});
  room.state_since = at("2026-11-20T06:00:15Z");
  Observation& seen = observations.emplace_back();
  seen.verdict = Verdict::good;
  seen.reason = room.reason;
  seen.samples = {{&rich_probe_success, {}, 1}, {&probe_duration, {"connect"}, 1.0 / 3.0}};
  room.last = &seen;

  add("ris-nuit", "Sauvegarde du RIS", Activity::backup, rich_backup, State::good,
      {"rich_fresh", Duration(3h + 5min), Duration(26h)});
  checks.back().sla.guaranteed = 1;
}

void RichView::add_excluded() {
  CheckView& disks = add("disques", "Baie de stockage", Activity::hardware, rich_probe,
                         State::maintenance, {"rich_answers", Duration(1500ms), {}});
  disks.state_since = at("2026-11-23T03:00:00Z");
  checks.back().sla.guaranteed = 0.995;
  add("hyperviseur", "Hyperviseur de test", Activity::virtual_infrastructure, rich_probe,
      State::out_of_hours, {"rich_answers", Duration(400us), {}});
}

RichView::RichView() : view(empty_view()) {
  view.reload_ok = false;
  view.reload_error = "agent.json:12: /checks/0/intervall: unknown key; did you mean \"interval\"?";
  view.web_tls = {.not_after = at("2027-02-01T11:00:00Z"), .reload_error = ""};
  view.ledger_healthy = false;
  view.ledger_error = "/var/lib/ght-agent/ledger.db: database or disk is full";
  add_good();
  add_bad();
  add_unknown();
  add_excluded();
  add_history(view);
}

TEST(RichView, ShowsEveryStateAndEveryActivity) {
  const RichView rich;
  for (const State state : all_states) {
    EXPECT_TRUE(std::ranges::any_of(rich.view.checks, [&](const CheckView& c) {
      return c.state == state;
    })) << name(state);
  }
  for (const Activity activity : all_activities) {
    EXPECT_TRUE(std::ranges::any_of(rich.checks, [&](const Check& check) {
      return check.activity == activity;
    })) << slug(activity);
  }
}

}  // namespace ght::test
