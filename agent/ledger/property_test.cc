// What holds for any timeline: random ones, against a naive model that goes second by second.
#include <gtest/gtest.h>

#include <numeric>
#include <optional>
#include <random>

#include "agent/core/text.h"
#include "agent/ledger/ledger_test_support.h"
#include "agent/ledger/naive_account_test.h"

namespace ght::test {
namespace {

using namespace std::chrono_literals;

constexpr int timelines = 500;
constexpr int length = 3 * 3600;
constexpr int split_length = 3600;
constexpr int last_minutes = 90 * 60;
// 90 minutes before a month ends, so that intervals are cut there.
const WallTime zero = *parse_rfc3339("2026-10-31T22:30:00Z");

WallTime at(int second) {
  return zero + std::chrono::seconds(second);
}

std::array<int, 5> in_seconds(const StateTimes& times) {
  std::array<int, 5> all{};
  for (const State state : all_states) {
    EXPECT_EQ(times[state] % 1s, 0ms) << "everything happens at whole seconds";
    all[static_cast<std::size_t>(state)] = static_cast<int>(times[state] / 1s);
  }
  return all;
}

Verdict verdict_of(char letter) {
  return letter == 'g' ? Verdict::good : letter == 'b' ? Verdict::bad : Verdict::unknown;
}

char letter(State state) {
  return "gbumo"[static_cast<std::size_t>(state)];
}

char letter(Verdict verdict) {
  return "gbu"[static_cast<std::size_t>(verdict)];
}

// One random timeline, played to the ledger and to the model at once.
class Both {
 public:
  explicit Both(unsigned seed) : random_(seed), model_(random_policy()) { start(false); }

  void play() {
    while (now_ < length) {
      pass(1 + below(below(8) == 0 ? 400 : 40));
      switch (below(24)) {
        case 0:
          restart();
          break;
        case 1:
          suspend();
          break;
        case 2:
          declare();
          break;
        case 3:
          end_window();
          break;
        case 4:
        case 5:
          fail();
          break;
        case 6:
        case 7:
        case 8:
          heartbeat();
          break;
        default:
          observe();
          break;
      }
      if (testing::Test::HasFailure()) return;
    }
    heartbeat();
    expect_records();
    expect_page();
  }

 private:
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  NaiveAccount::Policy random_policy() {
    NaiveAccount::Policy policy;
    policy.stale_after = 20 + below(100);
    policy.confirm_bad = 1 + below(3);
    policy.first_second_of_day = 22 * 3600 + 30 * 60;
    if (below(2) == 0) {
      policy.open_from = below(60) * 60;
      policy.open_to = 86400 - (1 + below(60)) * 60;
    }
    check_.name = "c";
    Terms& terms = check_.terms;
    terms.time_zone = "UTC";
    terms.holidays = Holidays::none;
    terms.stale_after = std::chrono::seconds(policy.stale_after);
    terms.confirm_bad = policy.confirm_bad;
    if (policy.open_from != 0 || policy.open_to != 86400) {
      const std::vector<HoursSpan> span = {{.from = std::chrono::minutes(policy.open_from / 60),
                                            .to = std::chrono::minutes(policy.open_to / 60)}};
      terms.sla.hours.always = false;
      terms.sla.hours.days.fill(span);
      const auto clock = [](int seconds) {
        const std::string text = std::to_string(10000 + seconds / 3600 * 100 + seconds / 60 % 60);
        return text.substr(1, 2) + ":" + text.substr(3, 2);
      };
      terms.sla.service_hours = "daily " + clock(policy.open_from) + "-" + clock(policy.open_to);
    }
    check_.on_this_host = below(2) == 0;
    check_.policy.stale_after = std::chrono::seconds(policy.stale_after);
    check_.policy.confirm_bad = policy.confirm_bad;
    return policy;
  }

  void pass(int seconds) {
    now_ += seconds;
    model_.pass(now_);
  }

  void start(bool rebooted, int booted = 0) {
    boot_ += rebooted ? 1 : 0;
    ledger_.emplace(BootInfo{.id = std::to_string(boot_), .at = at(booted)});
    EXPECT_TRUE(ledger_->restore(disk_.stored).empty());
    ledger_->configure({check_}, at(now_));
    read_past();
    expect_counters();
  }

  void read_past() {
    for (const std::string& name : ledger_->wants_past()) {
      EXPECT_TRUE(ledger_->take_past(name, disk_.past(name, ledger_->past_from(at(now_)))));
    }
  }

  void observe() {
    const char seen = "gggbbu"[below(6)];
    model_.observe(seen);
    ledger_->observe("c", verdict_of(seen), "seen", at(now_));
  }

  // Killed some time after a heartbeat; what came after that is lost.
  void restart() {
    heartbeat();
    const int lost = below(3) == 0 ? below(200) : 0;
    if (lost > 0) {
      ledger_->observe("c", verdict_of("gbu"[below(3)]), "lost", at(now_ + lost / 2));
      ledger_->advance(at(now_ + lost));
    }
    const int gap = lost + below(600);
    const bool rebooted = below(2) == 0;
    const int booted = now_ + below(gap + 1);
    if (rebooted && check_.on_this_host) {
      model_.unwatched(booted, 'b');
    }
    now_ += gap;
    model_.unwatched(now_);
    start(rebooted, booted);
  }

  void suspend() {
    const int slept = 1 + below(600);
    const int before = now_;
    now_ += slept;
    model_.unwatched(now_);
    ledger_->clock_stepped(at(before), std::chrono::seconds(slept), at(now_));
  }

  void declare() {
    MaintenancePlan plan;
    plan.scope.all = true;
    plan.reason = "r";
    plan.author = "a";
    const int from = now_ - 300 + below(900);
    const int to = std::max(now_, from) + 1 + below(900);
    plan.from = at(from);
    plan.to = at(to);
    const auto declared = ledger_->declare(std::move(plan), false, at(now_));
    ASSERT_TRUE(declared.ok()) << declared.error().text();
    ids_.push_back(declared.value().id);
    model_.windows.push_back({.from = std::max(now_, from), .to = to});
  }

  void end_window() {
    if (ids_.empty()) return;
    const auto which = static_cast<std::size_t>(below(static_cast<int>(ids_.size())));
    NaiveAccount::Window& window = model_.windows[which];
    ASSERT_EQ(ledger_->end_window(ids_[which], "a", at(now_)).ok(), window.to > now_);
    window.to = std::min(window.to, now_);
  }

  void fail() {
    EXPECT_EQ(ledger_->take_batch(at(now_)).heartbeat, at(now_));
    ledger_->failed();
    EXPECT_EQ(ledger_->durable("c"), durable_);
  }

  void heartbeat() {
    write(*ledger_, disk_, at(now_));
    read_past();
    const StateTimes after = *ledger_->durable("c");
    for (const State state : all_states) {
      ASSERT_GE(after[state].count(), durable_[state].count()) << name(state) << " decreased";
    }
    durable_ = after;
    ASSERT_EQ(in_seconds(after), model_.count()) << "at second " << now_;
    expect_counters();
  }

  // Wall time, but for what is withheld; after a restart the disk says the same.
  void expect_counters() {
    ASSERT_EQ(ledger_->durable("c"), durable_);
    const auto settled = std::accumulate(durable_.each.begin(), durable_.each.end(), 0ms);
    ASSERT_LE(settled, at(now_) - zero);
    if (disk_.stored.heartbeat == at(now_) && !model_.withholds()) {
      ASSERT_EQ(settled, at(now_) - zero);
    }
  }

  void expect_records() {
    std::vector<Segment> known = disk_.intervals("c");
    if (const auto open = disk_.open("c")) known.push_back(*open);
    WallTime end = zero;
    for (const Segment& segment : known) {
      ASSERT_EQ(segment.from, end) << "neither gaps nor overlaps";
      ASSERT_FALSE(segment.from < at(last_minutes) && segment.to > at(last_minutes)) << "month";
      end = segment.to;
      for (WallTime time = segment.from; time < segment.to; time += 1s) {
        const auto second = static_cast<int>((time - zero) / 1s);
        ASSERT_EQ(letter(segment.state), model_.at(second)) << "second " << second;
        ASSERT_EQ(letter(segment.observed), model_.seen(second)) << "second " << second;
      }
    }
    ChainVerifier verifier{std::nullopt};
    for (const ChainedRecord& record : disk_.records) {
      const Result<void> link = verifier.next(record);
      ASSERT_TRUE(link.ok()) << link.error().text();
    }
    ASSERT_EQ(verifier.head(), disk_.stored.chain);
    ASSERT_EQ(verifier.sums().find("c")->second, disk_.stored.checks.at(0).closed);
  }

  void expect_page() {
    const auto history = ledger_->history("c", at(now_), true);
    ASSERT_TRUE(history && history->current && history->previous);
    StateTimes both;
    for (const State state : all_states) {
      both[state] = history->current->times[state] + history->previous->times[state];
    }
    ASSERT_EQ(both, durable_);
    StateTimes cells;
    for (const HistoryCell& cell : history->hours) {
      for (const State state : all_states) cells[state] += cell.times[state];
    }
    ASSERT_EQ(cells, durable_);
  }

  std::mt19937 random_;
  Ledger::CheckPolicy check_;
  NaiveAccount model_;
  Disk disk_;
  std::optional<Ledger> ledger_;
  std::vector<std::string> ids_;
  StateTimes durable_;
  int now_ = 0;
  int boot_ = 0;
};

TEST(LedgerProperty, AnyTimelineComesToWhatANaiveModelSays) {
  for (unsigned seed = 0; seed < timelines; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Both both(seed);
    both.play();
    ASSERT_FALSE(HasFailure());
  }
}

struct Seen {
  int second = 0;
  char verdict = 'g';
};

// The observations, and at `split` what is held then once more: after a restart of `gap` seconds,
// by which everything later is late, or at once in the same run.
StateTimes total(const Ledger::CheckPolicy& check, const std::vector<Seen>& timeline, int split,
                 char held, std::optional<int> gap) {
  Disk disk;
  std::optional<Ledger> ledger;
  const auto start = [&](int second) {
    ledger.emplace(BootInfo{.id = "a", .at = zero});
    EXPECT_TRUE(ledger->restore(disk.stored).empty());
    ledger->configure({check}, at(second));
  };
  start(0);
  int late = 0;
  bool whole = true;
  const auto divide = [&] {
    write(*ledger, disk, at(split));
    late = gap.value_or(0);
    if (gap) start(split + late);
    for (int i = 0; i < check.policy.confirm_bad; ++i) {
      ledger->observe(check.name, verdict_of(held), "seen", at(split + late));
    }
    whole = false;
  };
  for (const Seen& seen : timeline) {
    if (whole && seen.second > split) divide();
    ledger->observe(check.name, verdict_of(seen.verdict), "seen", at(seen.second + late));
  }
  write(*ledger, disk, at(split_length + late));
  return *ledger->durable(check.name);
}

TEST(LedgerProperty, ARestartAtAnyInstantAddsNothingButItsGap) {
  std::mt19937 random(1);
  const auto below = [&](int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
  };
  int compared = 0;
  for (int round = 0; round < timelines; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const NaiveAccount::Policy rules{.stale_after = 20 + below(60), .confirm_bad = 1 + below(3)};
    Ledger::CheckPolicy check{.name = "c", .policy = {}, .terms = {}};
    check.policy = {.stale_after = std::chrono::seconds(rules.stale_after),
                    .confirm_bad = rules.confirm_bad};
    std::vector<Seen> timeline;
    for (int second = below(60); second < split_length; second += 1 + below(60)) {
      timeline.push_back({.second = second, .verdict = "gggbbu"[below(6)]});
    }
    const int split = 1 + below(timeline.back().second - 1);
    NaiveAccount model(rules);
    for (const Seen& seen : timeline) {
      if (seen.second > split) break;
      model.pass(seen.second);
      model.observe(seen.verdict);
    }
    model.pass(split);
    if (model.withholds()) continue;  // a restart decides what it was: the test above has it
    ++compared;
    const int gap = below(4) == 0 ? 0 : below(3600);
    StateTimes expected = total(check, timeline, split, model.held(), std::nullopt);
    expected[State::unknown] += std::chrono::seconds(gap);
    ASSERT_EQ(in_seconds(total(check, timeline, split, model.held(), gap)), in_seconds(expected));
  }
  EXPECT_GE(compared, timelines / 2);
}

}  // namespace
}  // namespace ght::test
