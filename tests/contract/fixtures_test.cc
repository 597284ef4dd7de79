// What a collector makes of evidence: every recorded case, then the same case spoilt in every way
// that a real host spoils it. The rule behind all of it: no `good` without the whole evidence.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "tests/contract/cases.h"
#include "tests/contract/fixture.h"
#include "tests/contract/replay.h"
#include "tests/contract/spoil.h"
#include "tests/support/files.h"

namespace ght::contract {
namespace {

class Recorded : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    Result<Fixture> loaded = load_fixture(collector(), GetParam().folder);
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    run_ = inputs_of(loaded.value());
    const Result<Observation> full = replay_strictly(collector(), run_);
    ASSERT_TRUE(full.ok()) << GetParam().folder / "case.json" << ": " << full.error().text()
                           << "\nevidence must hold one element per step, in the plan's order";
    full_ = full.value();
  }

  const Collector& collector() const { return *GetParam().collector; }

  // Any run, spoilt or not: what came out keeps to the declarations.
  void expect_declared(const Observation& observation, const Memory& before) const {
    for (const std::string& fault : faults(collector(), observation, before)) {
      ADD_FAILURE() << fault;
    }
  }
  void expect_declared(const Observation& observation) const {
    expect_declared(observation, run_.memory);
  }

  Inputs run_;
  Observation full_;
};

INSTANTIATE_TEST_SUITE_P(Cases, Recorded, testing::ValuesIn(every_case()),
                         [](const auto& each) { return case_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Recorded);

TEST_P(Recorded, GivesTheExpectedObservation) {
  expect_declared(full_);
  const std::filesystem::path path = GetParam().folder / "expected.txt";
  if (updating_golden()) std::ofstream(path, std::ios::binary) << render(full_);
  ASSERT_TRUE(std::filesystem::exists(path))
      << "no expected.txt yet: run ght_contract_test --update-golden, then read the file and ask "
      << "whether it is true";
  EXPECT_EQ(test::read_file(path), render(full_))
      << path << " differs. If the change is meant: ght_contract_test --update-golden";
  const Result<Observation> again = replay_strictly(collector(), run_);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(render(again.value()), render(full_)) << "the same evidence gave something else";
}

// A cut answer gives the same observation (what was cut did not matter), says unknown, or says bad
// for the very reason of the whole answer, which stood before the cut. It shows only series that
// the whole answer shows too.
void expect_same_or_unknown(const Observation& cut, const Observation& full,
                            const std::string& what) {
  if (render(cut) == render(full)) return;
  const bool still_bad =
      cut.verdict == Verdict::bad && full.verdict == Verdict::bad && cut.reason == full.reason;
  EXPECT_TRUE(still_bad || cut.verdict == Verdict::unknown)
      << what << " gave " << name(cut.verdict) << " (" << cut.reason.code
      << "). An answer that ends early must be recognised as such: look for its end, then read it";
  const std::vector<std::string> shown = series(full);
  for (const std::string& line : series(cut)) {
    if (line.starts_with("ght_probe_")) continue;
    EXPECT_NE(std::find(shown.begin(), shown.end(), line), shown.end())
        << what << " shows a value that the whole answer does not: " << line;
  }
}

void expect_memory_kept(const Observation& spoilt, const Memory& before, const std::string& what) {
  if (before.json.empty() || spoilt.verdict != Verdict::unknown) return;
  EXPECT_FALSE(spoilt.memory.json.empty())
      << what << " made the collector forget; an unknown hands the memory before it back";
}

TEST_P(Recorded, EveryPrefixOfAHelpersOutputIsTheWholeOrUnknown) {
  for (std::size_t i = 0; i < run_.evidence.size(); ++i) {
    const auto* helper = std::get_if<HelperResult>(&run_.evidence[i]);
    if (helper == nullptr) continue;
    for (std::size_t length : cuts(helper->out.size())) {
      Inputs run = run_;
      std::get<HelperResult>(run.evidence[i]).out.resize(length);
      const Observation cut = replay_freely(collector(), run);
      const std::string what = "element " + std::to_string(i) + " of evidence, out cut after " +
                               std::to_string(length) + " bytes,";
      expect_declared(cut);
      expect_same_or_unknown(cut, full_, what);
      expect_memory_kept(cut, run_.memory, what);
      if (HasFailure()) return;
    }
  }
}

// Nothing for a helper, whose answers are cut above.
ProbeResult* probe_of(StepResult& result) {
  if (auto* http = std::get_if<HttpResult>(&result)) return http;
  return std::get_if<DialogResult>(&result);
}

TEST_P(Recorded, AnAnswerThatEndsEarlyIsNeverGood) {
  for (std::size_t i = 0; i < run_.evidence.size(); ++i) {
    ProbeResult* const whole = probe_of(run_.evidence[i]);
    const std::string* const answer = answer_of(run_.evidence[i]);
    if (whole == nullptr || answer == nullptr || !whole->failure.empty()) continue;
    for (std::size_t length : cuts(answer->size())) {
      Inputs run = run_;
      answer_of(run.evidence[i])->resize(length);
      probe_of(run.evidence[i])->failure = failure("connection_closed");
      const Observation observation = replay_freely(collector(), run);
      expect_declared(observation);
      EXPECT_NE(observation.verdict, Verdict::good)
          << "the connection closed after " << length << " bytes of it (element " << i << ")";
      if (HasFailure()) return;
    }
  }
}

TEST_P(Recorded, AFailedStepIsNeverGood) {
  for (std::size_t i = 0; i < run_.evidence.size(); ++i) {
    for (const Failed& failed : failures(run_.evidence[i])) {
      Inputs run = run_;
      run.evidence[i] = failed.result;
      const Observation observation = replay_freely(collector(), run);
      SCOPED_TRACE("element " + std::to_string(i) + " of evidence replaced by: " + failed.what);
      expect_declared(observation);
      EXPECT_NE(observation.verdict, Verdict::good)
          << "look at how the step ended before looking at what it brought";
      const bool only_helper = run_.evidence.size() == 1 && failed.measured_nothing;
      if (only_helper) {
        EXPECT_EQ(observation.verdict, Verdict::unknown) << "nothing was measured";
      }
      expect_memory_kept(observation, run_.memory, failed.what);
    }
  }
}

TEST_P(Recorded, MissingEvidenceIsNeverGood) {
  for (std::size_t count = 0; count < run_.evidence.size(); ++count) {
    const Evidence head(run_.evidence.begin(),
                        run_.evidence.begin() + static_cast<std::ptrdiff_t>(count));
    const Observation observation =
        collector().interpret(run_.settings, head, run_.memory, run_.now);
    SCOPED_TRACE("only the first " + std::to_string(count) + " elements of evidence");
    expect_declared(observation);
    EXPECT_NE(observation.verdict, Verdict::good);
    if (count == 0) {
      EXPECT_EQ(observation.verdict, Verdict::unknown);
    }
  }
}

TEST_P(Recorded, EvidenceOfTheWrongKindIsUnknown) {
  if (run_.evidence.empty()) return;
  Evidence swapped;
  for (const StepResult& result : run_.evidence) swapped.push_back(of_other_kind(result));
  const Observation observation =
      collector().interpret(run_.settings, swapped, run_.memory, run_.now);
  expect_declared(observation);
  EXPECT_EQ(observation.verdict, Verdict::unknown)
      << "use std::get_if: a result of another kind than the step's is a bug, never a verdict";
}

TEST_P(Recorded, SurplusEvidenceDoesNotDisturb) {
  Evidence more = run_.evidence;
  more.emplace_back(HelperResult{});
  more.emplace_back(HttpResult{});
  expect_declared(collector().interpret(run_.settings, more, run_.memory, run_.now));
}

TEST_P(Recorded, AnswersOfAnotherShapeAreSurvived) {
  for (std::size_t i = 0; i < run_.evidence.size(); ++i) {
    const std::string* const usual = answer_of(run_.evidence[i]);
    if (usual == nullptr) continue;
    for (const std::string& answer : other_shapes(*usual)) {
      Inputs run = run_;
      *answer_of(run.evidence[i]) = answer;
      SCOPED_TRACE("element " + std::to_string(i) + " of evidence answers: " + answer);
      expect_declared(replay_freely(collector(), run));
      if (HasFailure()) return;
    }
  }
}

TEST_P(Recorded, GarbageInMemoryIsSurvived) {
  for (const std::string& garbage : garbage_memories(full_.memory)) {
    Inputs run = run_;
    run.memory.json = garbage;
    SCOPED_TRACE("memory: " + garbage.substr(0, 200));
    expect_declared(replay_freely(collector(), run), run.memory);
    expect_declared(collector().interpret(run.settings, run.evidence, run.memory, run.now),
                    run.memory);
    if (HasFailure()) return;
  }
}

class Coverage : public testing::TestWithParam<const Collector*> {
 protected:
  void SetUp() override {
    for (const auto& folder : fixture_folders(*GetParam())) {
      const Result<Fixture> fixture = load_fixture(*GetParam(), folder);
      if (!fixture.ok()) continue;  // its own test says so
      const Inputs run = inputs_of(fixture.value());
      Observation observation = replay_freely(*GetParam(), run);
      ++verdicts_[observation.verdict];
      codes_.insert(observation.reason.code);
      for (const Sample& sample : observation.samples) families_.insert(sample.family);
    }
  }

  std::map<Verdict, int> verdicts_;
  std::set<std::string_view> codes_;
  std::set<const Family*> families_;
};

INSTANTIATE_TEST_SUITE_P(Collectors, Coverage, testing::ValuesIn(every_collector()),
                         [](const auto& each) { return collector_name(*each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Coverage);

TEST_P(Coverage, HasACaseOfEveryVerdict) {
  const std::string folder = (collector_folder(*GetParam()) / "testdata").string();
  for (Verdict verdict : {Verdict::good, Verdict::bad, Verdict::unknown}) {
    EXPECT_GE(verdicts_[verdict], 1)
        << "add a case with verdict " << name(verdict) << " below " << folder;
  }
  EXPECT_GE(verdicts_[Verdict::good] + verdicts_[Verdict::bad] + verdicts_[Verdict::unknown], 5)
      << "record at least five cases below " << folder << ": good, bad, every kind of unknown";
}

// What several collectors declare comes from their group's contract: a case of one of them is
// enough.
bool is_shared(const Collector& own, const Family* family) {
  return std::ranges::any_of(every_collector(), [&](const Collector* each) {
    return each != &own && std::ranges::find(each->families, family) != each->families.end();
  });
}

bool is_shared(const Collector& own, std::string_view code) {
  return std::ranges::any_of(every_collector(), [&](const Collector* each) {
    return each != &own &&
           std::ranges::find(each->reasons, code, &ReasonText::code) != each->reasons.end();
  });
}

TEST_P(Coverage, EveryDeclaredFamilyAndReasonComesUpInACase) {
  for (const Family* family : GetParam()->families) {
    if (is_shared(*GetParam(), family)) continue;
    EXPECT_TRUE(families_.contains(family))
        << family->name << " is declared, but no case emits it: add a case or drop the family";
  }
  for (const ReasonText& text : GetParam()->reasons) {
    if (is_shared(*GetParam(), text.code)) continue;
    EXPECT_TRUE(codes_.contains(text.code))
        << text.code << " is declared, but no case gives it: add a case or drop the reason";
  }
}

}  // namespace
}  // namespace ght::contract
