#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <locale>
#include <string>

#include "agent/exposition/openmetrics.h"
#include "agent/exposition/render.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

constexpr std::array both = {MetricsFormat::text_0_0_4, MetricsFormat::openmetrics_1_0_0};

std::string text(const View& view) {
  return render_metrics(view, MetricsFormat::text_0_0_4);
}

std::size_t count(const std::string& page, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = page.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

// One check of the rich view alone.
struct OneCheck : test::RichView {
  explicit OneCheck(std::string_view name) {
    std::erase_if(view.checks, [&](const CheckView& item) { return item.check->name != name; });
  }
  CheckView& item() { return view.checks.at(0); }
};

TEST(Metrics, AllFiveStatesStandForEveryCheck) {
  const test::RichView rich;
  const std::string page = text(rich.view);
  for (const State state : all_states) {
    const std::string label = ",state=\"" + std::string(name(state)) + "\"";
    const std::size_t months =
        count(page, "\"current\"" + label) + count(page, "\"previous\"" + label);
    EXPECT_GT(months, 0U);
    EXPECT_EQ(count(page, label), 2 * rich.view.checks.size() + months) << label;
  }
  EXPECT_EQ(count(page, "ght_check_state{"), 5 * rich.view.checks.size());
  EXPECT_TRUE(has_line(page,
                       "ght_check_state{check=\"correctifs\",activity=\"administration\","
                       "state=\"unknown\"} 1"));
  EXPECT_TRUE(has_line(page,
                       "ght_sla_seconds_total{check=\"dpi-portail\",activity="
                       "\"application_platform\",state=\"good\"} 509000.5"));
}

TEST(Metrics, WhatIsNotKnownIsAbsentNotZero) {
  OneCheck never("pacs-archive");
  never.view.ledger_last_write.reset();
  never.item().accounted.reset();
  const std::string page = text(never.view);
  for (const char* family :
       {"ght_check_last_run_timestamp_seconds", "ght_check_run_duration_seconds",
        "ght_sla_guaranteed_ratio", "ght_sla_announced_ratio", "ght_sla_seconds_total",
        "ght_ledger_last_write_timestamp_seconds", "ght_probe_success"}) {
    EXPECT_EQ(count(page, family), 0U) << family;
  }
  EXPECT_EQ(count(page, "ght_check_runs_total{"), 4U);
}

TEST(Metrics, AStaleCheckShowsNoOldSamples) {
  OneCheck check("dpi-portail");
  EXPECT_EQ(count(text(check.view), "\nght_probe_success{"), 1U);
  check.item().last = nullptr;
  EXPECT_EQ(count(text(check.view), "ght_probe_success"), 0U);
}

TEST(Metrics, TheAgentsOwnFamiliesStandWithoutAnyCheck) {
  const std::string page = text(test::empty_view());
  for (const char* family :
       {"ght_build_info", "ght_host_info", "ght_agent_start_timestamp_seconds",
        "ght_agent_config_last_reload_successful",
        "ght_agent_config_last_reload_success_timestamp_seconds", "ght_ledger_healthy",
        "ght_ledger_last_write_timestamp_seconds", "ght_exposition_rejected_samples"}) {
    EXPECT_EQ(count(page, std::string("# TYPE ") + family + " gauge\n"), 1U) << family;
  }
  EXPECT_TRUE(has_line(page, "ght_ledger_healthy 1"));
  EXPECT_TRUE(has_line(page, "ght_exposition_rejected_samples 0"));
}

TEST(Metrics, RejectedSamplesAreCountedAndTheRestStays) {
  OneCheck check("dpi-portail");
  Observation seen = *check.item().last;
  const Family forged = {.name = "ght_x 1\nght_forged", .help = "h"};
  const Family impostor = {.name = "ght_check_state", .help = "Mine."};
  seen.samples.push_back({&test::rich_probe_success, {"too", "many"}, 1});
  seen.samples.push_back({&test::rich_backup_size, {"a\xFF", "b"}, 1});
  seen.samples.push_back(
      {&test::rich_backup_size, {"a", "b"}, std::numeric_limits<double>::quiet_NaN()});
  seen.samples.push_back({&forged, {}, 1});
  seen.samples.push_back({&impostor, {}, 1});
  seen.samples.push_back({nullptr, {}, 1});
  seen.samples.push_back({&test::rich_probe_success, {}, 1});  // contradicts the first: 2 leave
  check.item().last = &seen;
  for (const MetricsFormat format : both) {
    const std::string page = render_metrics(check.view, format);
    EXPECT_TRUE(has_line(page, "ght_exposition_rejected_samples 8"));
    EXPECT_EQ(count(page, "ght_forged"), 0U);
    EXPECT_EQ(count(page, "ght_backup_last_size_bytes"), 0U);
    EXPECT_EQ(count(page, "\nght_check_state{"), 5U);
    EXPECT_EQ(count(page, "\nght_probe_duration_seconds{"), 2U);
  }
}

TEST(Metrics, AHelpTextCannotForgeALine) {
  prometheus::MetricFamily family;
  family.name = "ght_x";
  family.help = "one\nght_forged 1 \\ \"q\"";
  family.type = prometheus::MetricType::Gauge;
  family.metric.resize(1);
  std::string old_format;
  append_text(old_format, family);
  EXPECT_EQ(old_format,
            "# HELP ght_x one\\nght_forged 1 \\\\ \"q\"\n# TYPE ght_x gauge\nght_x 0\n");
  std::string new_format;
  append_openmetrics(new_format, family);
  EXPECT_EQ(new_format,
            "# TYPE ght_x gauge\n# HELP ght_x one\\nght_forged 1 \\\\ \\\"q\\\"\nght_x 0\n");
}

TEST(Metrics, AnOpenMetricsCounterIsNamedWithoutTotalAndUnitsAreDeclared) {
  const test::RichView rich;
  const std::string page = render_metrics(rich.view, MetricsFormat::openmetrics_1_0_0);
  EXPECT_TRUE(has_line(page, "# TYPE ght_sla_seconds counter"));
  EXPECT_TRUE(has_line(page, "# UNIT ght_sla_seconds seconds"));
  EXPECT_TRUE(has_line(page, "# UNIT ght_sla_guaranteed_ratio ratio"));
  EXPECT_TRUE(has_line(page, "# TYPE ght_check_runs counter"));
  EXPECT_EQ(count(page, "# UNIT ght_check_runs"), 0U);
  EXPECT_TRUE(page.ends_with("\n# EOF\n"));
  EXPECT_EQ(count(page, "# EOF"), 1U);
}

TEST(Metrics, MonthsAndBudgetsOfACheck) {
  OneCheck check("dpi-portail");
  const std::string labels = "{check=\"dpi-portail\",activity=\"application_platform\"";
  std::string page = text(check.view);
  EXPECT_TRUE(has_line(
      page, "ght_sla_month_seconds" + labels + ",month=\"current\",state=\"maintenance\"} 7200"));
  EXPECT_TRUE(
      has_line(page, "ght_sla_month_seconds" + labels + ",month=\"previous\",state=\"bad\"} 2400"));
  EXPECT_TRUE(has_line(page, "ght_sla_month_budget_seconds" + labels + "} 2584.8"));
  EXPECT_TRUE(has_line(page, "ght_sla_month_budget_remaining_seconds" + labels + "} -3517.2"));
  EXPECT_TRUE(has_line(page, "ght_maintenance_active" + labels + "} 0"));
  check.item().maintenance_active = true;
  check.item().history->previous.reset();
  check.item().history->current->budget.reset();
  check.item().history->current->budget_remaining.reset();
  page = text(check.view);
  EXPECT_TRUE(has_line(page, "ght_maintenance_active" + labels + "} 1"));
  EXPECT_EQ(count(page, "month=\"previous\""), 0U);
  EXPECT_EQ(count(page, "ght_sla_month_budget"), 0U);
  check.item().history.reset();
  EXPECT_EQ(count(text(check.view), "ght_sla_month"), 0U);
}

TEST(Metrics, TheAgentsOwnCertificate) {
  View view = test::empty_view();
  EXPECT_EQ(count(text(view), "ght_web_tls"), 0U) << "plain HTTP";
  view.web_tls = {.not_after = wall_from_unix_ms(1'800'000'000'000), .reload_error = ""};
  EXPECT_TRUE(has_line(text(view), "ght_web_tls_not_after_timestamp_seconds 1800000000"));
  EXPECT_TRUE(has_line(text(view), "ght_web_tls_last_reload_successful 1"));
  view.web_tls->reload_error = "key.pem: is not the key";
  EXPECT_TRUE(has_line(text(view), "ght_web_tls_last_reload_successful 0"));
  EXPECT_TRUE(has_line(text(view), "ght_web_tls_not_after_timestamp_seconds 1800000000"));
}

TEST(Metrics, TheVerdictOfAMonthFromWorstToBest) {
  OneCheck check("dpi-portail");
  const auto line = [](const char* month, const char* value) {
    return std::string("ght_sla_month_verdict{check=\"dpi-portail\",activity=") +
           "\"application_platform\",month=\"" + month + "\"} " + value;
  };
  CheckHistory& history = *check.item().history;
  const std::pair<LevelVerdict, const char*> all[] = {
      {LevelVerdict::breached, "0"}, {LevelVerdict::undetermined, "1"}, {LevelVerdict::met, "2"}};
  for (const auto& [verdict, number] : all) {
    history.current->verdict = verdict;
    history.previous->verdict = LevelVerdict::breached;
    EXPECT_TRUE(has_line(text(check.view), line("current", number)));
    history.current->verdict = LevelVerdict::breached;
    history.previous->verdict = verdict;
    EXPECT_TRUE(has_line(text(check.view), line("previous", number)));
  }
  // Without a guaranteed level there is nothing to judge: absent, not "met".
  history.current->verdict.reset();
  EXPECT_EQ(count(text(check.view), "ght_sla_month_verdict{"), 1U);
  history.previous.reset();
  EXPECT_EQ(count(text(check.view), "ght_sla_month_verdict"), 0U);
}

TEST(Metrics, TheHeadOfTheChainIsExactOrAbsent) {
  View view = test::empty_view();
  EXPECT_EQ(count(text(view), "ght_ledger_chain"), 0U);
  view.chain_records = 48'213;
  view.chain_head = std::string(13, 'f') + std::string(51, '0');
  for (const MetricsFormat format : both) {
    const std::string page = render_metrics(view, format);
    EXPECT_TRUE(has_line(page, "ght_ledger_chain_records 48213"));
    const std::size_t at = page.find("\nght_ledger_chain_head ");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(std::stod(page.substr(at + 23)), 4'503'599'627'370'495.0);
  }
  for (const char* damaged : {"", "abc", "zz9f0c3be1d27", "-94f0c3be1d27"}) {
    view.chain_head = damaged;
    EXPECT_EQ(count(text(view), "ght_ledger_chain_head"), 0U) << damaged;
  }
}

// Thousands separators and a decimal comma, as de_DE has them, without needing it installed.
class GermanNumbers : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Metrics, DoNotDependOnTheLocale) {
  const test::RichView rich;
  std::array<std::string, both.size()> before;
  for (std::size_t i = 0; i < both.size(); ++i) before[i] = render_metrics(rich.view, both[i]);
  const std::string json = render_status_json(rich.view);
  const std::locale old =
      std::locale::global(std::locale(std::locale::classic(), new GermanNumbers));
  std::array<std::string, both.size()> after;
  for (std::size_t i = 0; i < both.size(); ++i) after[i] = render_metrics(rich.view, both[i]);
  const std::string json_after = render_status_json(rich.view);
  std::locale::global(old);
  EXPECT_EQ(after, before);
  EXPECT_EQ(json_after, json);
}

}  // namespace
}  // namespace ght
