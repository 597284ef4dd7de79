#include "agent/exposition/series.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace ght {
namespace {

constexpr std::array<std::string_view, 1> phase = {"phase"};
constexpr Family plain_gauge = {.name = "ght_gauge", .help = "A gauge."};
constexpr Family by_phase = {.name = "ght_phase_seconds", .help = "By phase.", .labels = phase};
constexpr Family counter = {
    .name = "ght_things_total", .help = "A counter.", .type = MetricType::counter};
constexpr std::span<const std::string_view> none;

// "name{values} value" of every series, in the order written.
std::vector<std::string> written(SeriesSet& set) {
  set.sort();
  std::vector<std::string> lines;
  set.for_each([&](prometheus::MetricFamily&& family) {
    for (const auto& metric : family.metric) {
      std::string line = family.name;
      for (const auto& label : metric.label) line += " " + label.name + "=" + label.value;
      const bool is_counter = family.type == prometheus::MetricType::Counter;
      line += " " + std::to_string(
                        static_cast<int>(is_counter ? metric.counter.value : metric.gauge.value));
      lines.push_back(line);
    }
  });
  return lines;
}

void add(SeriesSet& set, const Family& family, std::string_view label, double value) {
  const std::array labels = {label};
  set.add(family, labels, value);
}

using Lines = std::vector<std::string>;

TEST(SeriesSet, WritesFamiliesAndSeriesInOneOrder) {
  SeriesSet set;
  add(set, by_phase, "tls", 1);
  set.add(plain_gauge, none, 2);
  add(set, by_phase, "connect", 3);
  EXPECT_EQ(written(set), (Lines{"ght_gauge 2", "ght_phase_seconds phase=connect 3",
                                 "ght_phase_seconds phase=tls 1"}));
  EXPECT_EQ(set.rejected(), 0U);
}

TEST(SeriesSet, PutsCheckAndActivityFirst) {
  SeriesSet set;
  Check check;
  check.name = "dpi";
  check.activity = Activity::backup;
  const std::array tls = {std::string_view("tls")};
  set.add(check, by_phase, tls, 1);
  EXPECT_EQ(written(set), Lines{"ght_phase_seconds check=dpi activity=backup phase=tls 1"});
}

TEST(SeriesSet, RefusesFamiliesThatBreakTheFormat) {
  constexpr std::array<std::string_view, 1> no_name = {""};
  constexpr std::array<std::string_view, 1> dashed = {"a-b"};
  constexpr std::array<std::string_view, 1> internal = {"__name__"};
  constexpr std::array<std::string_view, 1> ours = {"check"};
  constexpr std::array<std::string_view, 1> targets = {"job"};
  constexpr std::array<std::string_view, 2> twice = {"a", "a"};
  const Family wrong[] = {
      {.name = "", .help = "h"},
      {.name = "9ght", .help = "h"},
      {.name = "ght-dash", .help = "h"},
      {.name = "ght_évident", .help = "h"},
      {.name = "ght_x{a=\"b\"} 1\nght_forged", .help = "h"},
      {.name = "ght:rule", .help = "h"},
      {.name = "ght_total", .help = "a gauge called total"},
      {.name = "_total", .help = "h", .type = MetricType::counter},
      {.name = "ght_things", .help = "a counter without _total", .type = MetricType::counter},
      {.name = "ght_things_count", .help = "h"},
      {.name = "ght_things_created", .help = "h"},
      {.name = "ght_help", .help = "not UTF-8: \xFF"},
      {.name = "ght_label", .help = "h", .labels = no_name},
      {.name = "ght_label", .help = "h", .labels = dashed},
      {.name = "ght_label", .help = "h", .labels = internal},
      {.name = "ght_label", .help = "h", .labels = ours},
      {.name = "ght_label", .help = "h", .labels = targets},
      {.name = "ght_label", .help = "h", .labels = twice},
  };
  SeriesSet set;
  std::size_t expected = 0;
  for (const Family& family : wrong) {
    const std::vector<std::string_view> labels(family.labels.size(), "v");
    set.add(family, labels, 1);
    EXPECT_EQ(set.rejected(), ++expected) << family.name;
  }
  EXPECT_EQ(written(set), Lines{});
}

TEST(SeriesSet, RefusesSamplesThatBreakTheFormat) {
  SeriesSet set;
  const std::array two = {std::string_view("a"), std::string_view("b")};
  set.add(by_phase, none, 1);
  set.add(by_phase, two, 1);
  add(set, by_phase, "\xFF", 1);
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    set.add(plain_gauge, none, value);
  }
  set.add(counter, none, -1);
  EXPECT_EQ(set.rejected(), 7U);
  EXPECT_EQ(written(set), Lines{});
}

TEST(SeriesSet, RefusesASecondFamilyOfTheSameName) {
  SeriesSet set;
  set.add(plain_gauge, none, 1);
  const Family same_words = {.name = "ght_gauge", .help = "A gauge."};
  const Family other_help = {.name = "ght_gauge", .help = "Another gauge."};
  set.add(same_words, none, 1);
  EXPECT_EQ(set.rejected(), 0U);
  set.add(other_help, none, 1);
  EXPECT_EQ(set.rejected(), 1U);
  const Check check;
  set.add(check, plain_gauge, none, 1);  // with labels here, without there
  EXPECT_EQ(set.rejected(), 2U);
  EXPECT_EQ(written(set), Lines{"ght_gauge 1"});
}

TEST(SeriesSet, RefusesAFamilyThatOpenMetricsWouldTakeForAnother) {
  SeriesSet set;
  const Family clash = {.name = "ght_things", .help = "A gauge named like the counter."};
  set.add(counter, none, 5);
  set.add(clash, none, 1);
  EXPECT_EQ(set.rejected(), 1U);
  EXPECT_EQ(written(set), Lines{"ght_things_total 5"});
}

TEST(SeriesSet, KeepsOneOfEqualsAndNoneOfThoseThatContradict) {
  SeriesSet set;
  add(set, by_phase, "connect", 3);
  add(set, by_phase, "connect", 3);
  add(set, by_phase, "tls", 1);
  add(set, by_phase, "transfer", 1);
  add(set, by_phase, "tls", 2);
  add(set, by_phase, "tls", 1);
  EXPECT_EQ(written(set),
            (Lines{"ght_phase_seconds phase=connect 3", "ght_phase_seconds phase=transfer 1"}));
  EXPECT_EQ(set.rejected(), 4U);
}

TEST(SeriesSet, KeepsTextsThatAreMadeOnTheWay) {
  SeriesSet set;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 100; ++i) kept.push_back(set.keep(std::to_string(i)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(kept[static_cast<std::size_t>(i)], std::to_string(i));
}

}  // namespace
}  // namespace ght
