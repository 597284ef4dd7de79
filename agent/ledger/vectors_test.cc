// Every test vector through the real ledger: what it keeps on its disk, what its pages show.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "agent/core/report.h"
#include "agent/ledger/outages.h"
#include "agent/ledger/terms_json.h"
#include "agent/ledger/vector_run_test.h"
#include "tests/support/files.h"

namespace ght::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

double seconds(WallDuration duration) {
  return static_cast<double>(duration.count()) / 1000;
}

json seconds(const StateTimes& times) {
  json all;
  for (const State state : all_states) all[std::string(name(state))] = seconds(times[state]);
  return all;
}

json outage_list(const std::vector<Outage>& outages, const TimeRange& month) {
  json list = json::array();
  for (const Outage& outage : outages) {
    if (outage.from >= month.to || outage.to <= month.from) continue;
    list.push_back({{"from", to_unix_ms(outage.from)},
                    {"to", to_unix_ms(outage.to)},
                    {"bad", seconds(outage.bad)},
                    {"unknown", seconds(outage.unknown)},
                    {"open", outage.open}});
  }
  return list;
}

// Members that both have, or that are expected and missing.
void compare(const json& expected, const json& got, const std::string& where) {
  if (expected.is_object() && got.is_object()) {
    for (const auto& [member, value] : expected.items()) {
      ASSERT_TRUE(got.contains(member)) << where << '.' << member << ": nothing to compare with";
      compare(value, got.at(member), where + "." + member);
    }
    return;
  }
  if (expected.is_array() && got.is_array() && expected.size() == got.size()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      compare(expected[i], got[i], where + "[" + std::to_string(i) + "]");
    }
    return;
  }
  const bool moment = where.ends_with(".from") || where.ends_with(".to");
  const json wanted = moment ? json(to_unix_ms(vector_time(expected))) : expected;
  const bool same = wanted.is_number() && got.is_number()
                        ? std::abs(wanted.get<double>() - got.get<double>()) <= 1e-9
                        : wanted == got;
  EXPECT_TRUE(same) << where << ": expected " << wanted << ", got " << got;
}

// The month as README.md has it, from nothing but what is on the disk.
class MonthOnDisk {
 public:
  MonthOnDisk(const VectorRun& run, const TimeRange& month)
      : windows_(run.windows()),
        table_(vector_check, run.terms(), WallTime::min()),
        month_(month),
        end_(run.end()) {
    for (const ChainedRecord& one : run.disk().records) {
      if (one.record.kind != RecordKind::definition) continue;
      const Result<Terms> terms = terms_from_json(one.record.body);
      GHT_CHECK(terms.ok());
      table_.change(terms.value(), one.record.segment.from);
    }
    std::vector<Segment> known = run.disk().intervals(vector_check);
    if (auto open = run.disk().open(vector_check)) known.push_back(*open);
    WallTime until = run.begin();
    for (const Segment& segment : paint(std::move(known))) {
      unaccounted(until, segment.from);
      add(segment);
      until = segment.to;
    }
    unaccounted(until, end_);
    if (end_ < month_.to) part(table_.terms()).to_come = table_.to_come(end_, windows_);
  }

  json figures() const {
    Tally tally;
    std::optional<WallDuration> allowed;
    std::vector<LevelVerdict> verdicts;
    for (const Part& part : parts_) {
      for (const State state : all_states) tally.times[state] += part.tally.times[state];
      tally.good_in_maintenance += part.tally.good_in_maintenance;
      const auto level = part.terms.sla.guaranteed;
      const auto verdict =
          level ? judge(*level, part.tally.times, part.to_come) : std::optional<LevelVerdict>();
      if (!verdict) continue;
      verdicts.push_back(*verdict);
      allowed = allowed.value_or(WallDuration(0)) +
                budget(*level, committed(part.tally.times) + part.to_come);
    }
    json all = {{"seconds", seconds(tally.times)},
                {"lower", nullptr},
                {"upper", nullptr},
                {"coverage", nullptr},
                {"budget", nullptr},
                {"verdict", nullptr},
                {"gross_lower", nullptr}};
    if (const auto figures = ght::figures(tally.times)) {
      all["lower"] = figures->lower;
      all["upper"] = figures->upper;
      all["coverage"] = figures->coverage;
    }
    if (const auto gross = gross_figures(tally)) all["gross_lower"] = gross->lower;
    if (allowed) all["budget"] = seconds(*allowed);
    if (!verdicts.empty()) all["verdict"] = name(overall(verdicts));
    return all;
  }

  std::vector<Outage> outages() const {
    std::vector<Outage> touching = outages_.outages();
    std::erase_if(touching, [&](const Outage& outage) {
      return outage.from >= month_.to || outage.to <= month_.from;
    });
    return touching;
  }

 private:
  struct Part {
    Terms terms;
    Tally tally;
    WallDuration to_come{};
  };

  static LevelVerdict overall(const std::vector<LevelVerdict>& verdicts) {
    const auto is = [](LevelVerdict wanted) {
      return [wanted](LevelVerdict one) { return one == wanted; };
    };
    if (std::ranges::any_of(verdicts, is(LevelVerdict::breached))) return LevelVerdict::breached;
    return std::ranges::all_of(verdicts, is(LevelVerdict::met)) ? LevelVerdict::met
                                                                : LevelVerdict::undetermined;
  }

  Part& part(const Terms& terms) {
    if (parts_.empty() || parts_.back().terms != terms) {
      parts_.push_back({.terms = terms, .tally = {}, .to_come = {}});
    }
    return parts_.back();
  }

  void unaccounted(WallTime from, WallTime to) {
    if (from >= to) return;
    Timetable newest(vector_check, table_.terms(), WallTime::min());
    const Segment unknown{.from = from, .to = to, .reason = {}};
    for (const Timetable::Piece& piece : newest.cut(unknown, windows_)) add(piece.segment);
  }

  void add(const Segment& segment) {
    outages_.add(segment);
    const WallTime from = std::max(segment.from, month_.from);
    const WallTime to = std::min(segment.to, month_.to);
    if (from >= to) return;
    Tally& tally = part(table_.terms_at(segment.from)).tally;
    tally.times[segment.state] += to - from;
    if (segment.state == State::maintenance && segment.observed == Verdict::good) {
      tally.good_in_maintenance += to - from;
    }
  }

  std::vector<MaintenanceWindow> windows_;
  Timetable table_;
  TimeRange month_;
  WallTime end_;
  std::vector<Part> parts_;
  OutageTracker outages_{1000};
};

json restore_seconds(const std::vector<Outage>& outages, const Terms& terms) {
  const RestoreFigures figures = restore_figures(outages, terms.sla.max_outage);
  return {{"longest", seconds(figures.longest)},
          {"over_limit", figures.over_limit},
          {"recurrences", figures.recurrences},
          {"longest_with_recurrence", seconds(figures.longest_with_recurrence)},
          {"over_limit_with_recurrence", figures.over_limit_with_recurrence}};
}

json page_figures(const MonthFigures& month) {
  json all = {{"seconds", seconds(month.times)},
              {"lower", nullptr},
              {"upper", nullptr},
              {"coverage", nullptr},
              {"budget", nullptr},
              {"verdict", nullptr}};
  if (month.figures) {
    all["lower"] = month.figures->lower;
    all["upper"] = month.figures->upper;
    all["coverage"] = month.figures->coverage;
  }
  if (month.budget) all["budget"] = seconds(*month.budget);
  if (month.verdict) all["verdict"] = name(*month.verdict);
  return all;
}

// What pages show of the month: the current one, the one before, or nothing.
void compare_page(VectorRun& run, const TimeRange& month, json expected) {
  const auto history = run.ledger().history(vector_check, run.end(), true);
  ASSERT_TRUE(history);
  const auto is_month = [&](const std::optional<MonthFigures>& one) {
    return one && one->from == month.from && one->to == month.to;
  };
  const auto* found = is_month(history->current)    ? &history->current
                      : is_month(history->previous) ? &history->previous
                                                    : nullptr;
  if (expected.contains("month") && found != nullptr) {
    expected["month"].erase("gross_lower");  // reports only
    compare(expected["month"], page_figures(**found), "page.month");
  }
  if (expected.contains("outages")) {
    std::vector<Outage> outages = history->outages;
    std::ranges::reverse(outages);
    compare(expected["outages"], outage_list(outages, month), "page.outages");
  }
}

TimeRange month_of(const json& vector, const Terms& terms) {
  const std::string text = vector.at("month").get<std::string>();
  const std::chrono::year_month month =
      std::chrono::year(std::stoi(text.substr(0, 4))) /
      std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5))));
  return Calendar(terms.time_zone, terms.holidays).month(month);
}

void verify_chain(const VectorRun& run) {
  ChainVerifier verifier{std::nullopt};
  for (const ChainedRecord& record : run.disk().records) {
    const Result<void> link = verifier.next(record);
    ASSERT_TRUE(link.ok()) << link.error().text();
  }
  EXPECT_EQ(verifier.head(), run.disk().stored.chain);
  const auto sums = verifier.sums().find(vector_check);
  const StateTimes intervals = sums == verifier.sums().end() ? StateTimes{} : sums->second;
  ASSERT_EQ(run.disk().stored.checks.size(), 1U);
  EXPECT_EQ(intervals, run.disk().stored.checks[0].closed) << "counters are the sums of intervals";
}

class Vectors : public testing::TestWithParam<std::string> {};

TEST_P(Vectors, ComeOut) {
  const json vector = json::parse(read_file(source(GetParam())));
  SCOPED_TRACE(vector.at("name").get<std::string>());
  const json& expected = vector.at("expect");
  VectorRun run(vector);
  run.run();
  verify_chain(run);
  const auto counters = run.ledger().durable(vector_check);
  ASSERT_TRUE(counters);
  if (expected.contains("seconds")) {
    compare(expected["seconds"], seconds(*counters), "seconds");
  }
  if (!vector.contains("month")) return;
  const TimeRange month = month_of(vector, run.terms());
  const MonthOnDisk on_disk(run, month);
  if (expected.contains("month")) compare(expected["month"], on_disk.figures(), "month");
  const std::vector<Outage> outages = on_disk.outages();
  if (expected.contains("outages")) {
    compare(expected["outages"], outage_list(outages, month), "outages");
  }
  if (expected.contains("restore")) {
    compare(expected["restore"], restore_seconds(outages, run.terms()), "restore");
  }
  compare_page(run, month, expected);
}

std::vector<std::string> files() {
  std::vector<std::string> found;
  const std::string folder = "agent/ledger/testdata/vectors";
  for (const auto& entry : std::filesystem::directory_iterator(source(folder))) {
    if (entry.path().extension() != ".json") continue;
    found.push_back(folder + "/" + entry.path().filename().string());
  }
  std::ranges::sort(found);
  return found;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string stem = std::filesystem::path(info.param).stem().string();
  std::ranges::replace_if(
      stem, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return stem;
}

INSTANTIATE_TEST_SUITE_P(All, Vectors, testing::ValuesIn(files()), test_name);

TEST(VectorFiles, AreThere) {
  EXPECT_GE(files().size(), 159U);
}

}  // namespace
}  // namespace ght::test
