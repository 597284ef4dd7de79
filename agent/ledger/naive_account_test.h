// The account of one check in the most obvious way: one letter for every second. For the property
// test; README.md beside this file has the rules.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ght::test {

// Seconds are numbered from the begin of the check's life. g b u: the verdict held; ?: withheld.
class NaiveAccount {
 public:
  struct Policy {
    int stale_after = 35;
    int confirm_bad = 1;
    int open_from = 0;  // service hours of each day, in seconds since its midnight
    int open_to = 86400;
    int first_second_of_day = 0;  // of second 0
  };
  struct Window {
    int from = 0;  // the declaration or later
    int to = 0;
  };

  explicit NaiveAccount(Policy policy) : policy_(policy) {}

  int now() const { return static_cast<int>(verdicts_.size()); }
  bool withholds() const { return row_ > 0; }
  char held() const { return held_; }

  void pass(int to) {
    while (now() < to) {
      lose_when_stale();
      verdicts_ += row_ > 0 ? '?' : held_;
    }
    lose_when_stale();
  }

  void observe(char verdict) {
    last_ = now();
    fresh_ = true;
    if (verdict == 'b' && held_ != 'b') {
      if (++row_ < policy_.confirm_bad) return;
      end_row('b');
    }
    end_row(verdict == 'g' ? held_ : 'u');
    held_ = verdict;
  }

  // Nobody watches until `to`, or something is known of it.
  void unwatched(int to, char verdict = 'u') {
    end_row('u');
    held_ = 'u';
    fresh_ = false;
    verdicts_.append(static_cast<std::size_t>(std::max(0, to - now())), verdict);
  }

  std::vector<Window> windows;

  // g b u, m: maintenance, o: out of hours, ?: withheld.
  char at(int second) const {
    const char verdict = verdicts_[static_cast<std::size_t>(second)];
    if (verdict == '?') return verdict;
    const int time_of_day = (policy_.first_second_of_day + second) % 86400;
    if (time_of_day < policy_.open_from || time_of_day >= policy_.open_to) return 'o';
    for (const Window& window : windows) {
      if (window.from <= second && second < window.to) return 'm';
    }
    return verdict;
  }
  char seen(int second) const { return verdicts_[static_cast<std::size_t>(second)]; }

  // In the order of State. Seconds that were counted do not change: windows begin now or later.
  const std::array<int, 5>& count() {
    constexpr std::string_view letters = "gbumo";
    for (; counted_to_ < now() && seen(counted_to_) != '?'; ++counted_to_) {
      ++counted_[letters.find(at(counted_to_))];
    }
    return counted_;
  }

 private:
  void lose_when_stale() {
    if (!fresh_ || now() < last_ + policy_.stale_after) return;
    end_row('u');
    held_ = 'u';
    fresh_ = false;
  }
  void end_row(char verdict) {
    if (std::exchange(row_, 0) > 0) std::ranges::replace(verdicts_, '?', verdict);
  }

  Policy policy_;
  std::string verdicts_;
  char held_ = 'u';
  int last_ = 0;
  bool fresh_ = false;
  int row_ = 0;
  int counted_to_ = 0;
  std::array<int, 5> counted_{};
};

}  // namespace ght::test
