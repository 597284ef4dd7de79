#include "agent/engine/engine.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "agent/io/clock.h"

namespace ght {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Wall against monotonic clock between two looks: more than this is a step or a suspension, less is
// slewing and scheduling.
constexpr Duration clock_tolerance = 2s;
constexpr Duration heartbeat_min = 1s;
constexpr Duration first_read_deadline = 2s;
constexpr Duration last_write_deadline = 5s;

}  // namespace

Engine::Engine(asio::any_io_executor executor, AgentFacts facts, Actors actors,
               io::LedgerWriter& writer, const io::Log& log, Config config)
    : executor_(executor),
      facts_(std::move(facts)),
      actors_(actors),
      writer_(writer),
      log_(log),
      schedule_(config.identity.host),
      ledger_(facts_.boot),
      timer_(executor) {
  actors_.records = this;
  clock_mono_ = io::mono_now();
  clock_wall_ = io::wall_now();
  apply(std::move(config));
}

void Engine::apply(Config config) {
  const MonoTime now = io::mono_now();
  const WallTime wall = io::wall_now();
  std::map<std::string, Entry, std::less<>> entries;
  std::vector<Schedule::Task> tasks;
  order_.clear();
  for (Check& check : config.checks) {
    Entry entry;
    if (auto old = entries_.find(check.name); old != entries_.end()) {
      entry = std::move(old->second);
      if (entry.check->fingerprint != check.fingerprint) {
        // What was seen was seen with other settings.
        entry.last.reset();
        ledger_.observe(check.name, Verdict::unknown, reasons::never_run, wall);
      }
    }
    order_.push_back(check.name);
    tasks.push_back({.name = check.name, .interval = check.interval});
    entry.check = std::make_shared<const Check>(std::move(check));
    const std::string name = entry.check->name;
    entries.insert_or_assign(name, std::move(entry));
  }
  entries_ = std::move(entries);
  config.checks.clear();  // they live in entries_
  config_ = std::move(config);
  schedule_.set_tasks(tasks, now);
  reload_ok_ = true;
  reload_error_.clear();
  reload_success_ = wall;
  if (accounting_) {
    ledger_.configure(policies(), wall);
    ledger_.configure_windows(config_.maintenance, wall);
  }
  next_heartbeat_ = std::min(next_heartbeat_, now + heartbeat_period());
  changed();
}

std::vector<Ledger::CheckPolicy> Engine::policies() const {
  std::vector<Ledger::CheckPolicy> policies;
  for (const auto& [name, entry] : entries_) {
    const Check& check = *entry.check;
    const auto stale_after = std::chrono::duration_cast<WallDuration>(check.stale_after);
    Terms terms;
    terms.title = check.title;
    terms.collector = check.collector->name;
    terms.activity = check.activity;
    terms.interval = check.interval;
    terms.stale_after = stale_after;
    terms.confirm_bad = check.confirm_bad;
    terms.sla = check.sla;
    terms.time_zone = config_.time_zone;
    terms.holidays = config_.holidays;
    policies.push_back({.name = name,
                        .policy = {.stale_after = stale_after, .confirm_bad = check.confirm_bad},
                        .terms = std::move(terms),
                        .on_this_host = check.on_this_host});
  }
  return policies;
}

// At most limits::heartbeat, every check interval if shorter.
Duration Engine::heartbeat_period() const {
  Duration period = limits::heartbeat;
  for (const auto& [name, entry] : entries_) period = std::min(period, entry.check->interval);
  return std::max(period, heartbeat_min);
}

asio::awaitable<bool> Engine::run() {
  ledger_busy_ = true;
  asio::co_spawn(executor_, load_ledger(), asio::detached);
  auto loading = ledger_answers(first_read_deadline);
  const bool loaded = co_await std::move(loading);
  if (!loaded) ledger_is(Error{config_.state_directory, "the disk does not answer"});
  ledger_.configure(policies(), io::wall_now());
  ledger_.configure_windows(config_.maintenance, io::wall_now());
  accounting_ = true;
  changed();
  if (ledger_open_ && !ledger_busy_) {
    ledger_busy_ = true;
    asio::co_spawn(executor_, read_past(), asio::detached);
  }
  next_heartbeat_ = io::mono_now() + heartbeat_period();
  while (!stopping_) {
    if (turn_told_) turn_told_();
    timer_.expires_at(next_wake(io::mono_now()));
    auto wait = timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(wait);
    if (stopping_) break;
    watch_clock();
    const MonoTime now = io::mono_now();
    start_due(now);
    heartbeat(now);
  }
  auto closing = last_words();
  co_return co_await std::move(closing);
}

// Everything known is written, unless the disk does not answer.
asio::awaitable<bool> Engine::last_words() {
  actors_.helpers->kill_all();
  auto earlier = ledger_answers(last_write_deadline);
  const bool free = co_await std::move(earlier);
  if (!free) co_return false;
  if (!ledger_.restored() || !ledger_open_) co_return true;
  ledger_busy_ = true;
  asio::co_spawn(executor_, write_batch(), asio::detached);
  auto last = ledger_answers(last_write_deadline);
  co_return co_await std::move(last);
}

// Waits for the load or commit under way. The pause is short: a local disk answers in milliseconds.
asio::awaitable<bool> Engine::ledger_answers(Duration within) {
  const MonoTime deadline = io::mono_now() + within;
  asio::steady_timer pause(executor_);
  do {
    pause.expires_after(1ms);
    auto wait = pause.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(wait);
  } while (ledger_busy_ && io::mono_now() < deadline);
  co_return !ledger_busy_;
}

void Engine::tell_turns(std::function<void()> told, Duration within) {
  turn_told_ = std::move(told);
  turn_within_ = std::min(turn_within_, within);
}

void Engine::stop() {
  stopping_ = true;
  timer_.cancel();
}

void Engine::reload(Config config) {
  apply(std::move(config));
  timer_.cancel();  // something may be due earlier
}

void Engine::reload_refused(const std::string& first_problem) {
  reload_ok_ = false;
  reload_error_ = first_problem;
  changed();
}

MonoTime Engine::next_wake(MonoTime now) const {
  MonoTime wake = std::min(next_heartbeat_, now + turn_within_);
  if (const auto due = schedule_.next_due()) wake = std::min(wake, *due);
  if (const auto change = ledger_.next_change()) {
    wake = std::min(wake, now + std::max<Duration>(*change - io::wall_now(), 0ms));
  }
  return wake;
}

void Engine::watch_clock() {
  const MonoTime mono = io::mono_now();
  const WallTime wall = io::wall_now();
  const WallTime last = clock_wall_;
  const Duration drift = (wall - last) - (mono - clock_mono_);
  clock_mono_ = mono;
  clock_wall_ = wall;
  if (std::chrono::abs(drift) <= clock_tolerance) return;
  log_.warn("the clock jumped, or the machine was suspended; no service is counted for this time",
            {{"seconds",
              std::to_string(std::chrono::duration_cast<std::chrono::seconds>(drift).count())}});
  ledger_.clock_stepped(last, std::chrono::duration_cast<WallDuration>(drift), wall);
  schedule_.hurry(mono);  // what was held is not known any more: look again soon
  changed();
}

void Engine::start_due(MonoTime now) {
  std::vector<std::string> skipped;
  for (const std::string& name : schedule_.take_due(now, skipped)) {
    asio::co_spawn(executor_, fly_and_land(entries_.find(name)->second.check), asio::detached);
  }
  for (const std::string& name : skipped) {
    const auto found = entries_.find(name);
    ++found->second.runs[static_cast<std::size_t>(RunEnd::skipped)];
    log_.debug("skipped: the run before is still under way", {{"check", name}});
    changed();
  }
}

asio::awaitable<void> Engine::fly_and_land(std::shared_ptr<const Check> check) {
  Memory before{.json = ledger_.memory(check->name)};
  auto operation = fly(actors_, check, std::move(before));
  Landing landing = co_await std::move(operation);
  land(check, std::move(landing));
}

namespace {

// The same trouble as in the run before counts on; anything else begins anew.
void note_failure(Failures& failures, bool same_as_before, const Landing& landing, WallTime now) {
  const Observation& seen = landing.observation;
  if (same_as_before && !failures.empty()) {
    Failure& newest = failures.front();
    newest.last = now;
    ++newest.runs;
    newest.reason = seen.reason;
    newest.transcript = landing.transcript;
    return;
  }
  failures.insert(failures.begin(), {.first = now,
                                     .last = now,
                                     .verdict = seen.verdict,
                                     .reason = seen.reason,
                                     .transcript = landing.transcript});
  if (failures.size() > limits::failures_kept) failures.pop_back();
}

}  // namespace

void Engine::land(const std::shared_ptr<const Check>& check, Landing landing) {
  schedule_.landed(check->name);
  const auto found = entries_.find(check->name);
  // Removed or changed by a reload meanwhile, or killed by the stop itself: not evidence.
  if (stopping_ || found == entries_.end() ||
      found->second.check->fingerprint != check->fingerprint) {
    return;
  }
  // Before the verdict is booked: what was held must not cover a time in which nobody watched.
  watch_clock();
  Entry& entry = found->second;
  const WallTime now = io::wall_now();
  ++entry.runs[static_cast<std::size_t>(landing.end)];
  entry.last_run = now;
  entry.last_duration = landing.elapsed;
  ledger_.observe(check->name, landing.observation.verdict, landing.observation.reason.code, now);
  if (!landing.observation.memory.json.empty()) {
    ledger_.remember(check->name, landing.observation.memory.json);
  }
  if (!entry.last || entry.last->verdict != landing.observation.verdict) {
    log_.info("verdict", {{"check", check->name},
                          {"verdict", std::string(name(landing.observation.verdict))},
                          {"reason", std::string(landing.observation.reason.code)}});
  }
  if (landing.observation.verdict != Verdict::good) {
    const bool same = entry.last && entry.last->verdict == landing.observation.verdict &&
                      entry.last->reason.code == landing.observation.reason.code;
    note_failure(entry.failures, same, landing, now);
  }
  entry.last = std::make_shared<const Observation>(std::move(landing.observation));
  changed();
}

}  // namespace ght
