// The engine's dealings with the ledger's disk, and the view made of both.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "agent/core/reasons.h"
#include "agent/engine/engine.h"
#include "agent/io/clock.h"
#include "agent/io/resident.h"
#include "agent/ledger/chain.h"

namespace ght {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr Duration write_now_deadline = 3s;
constexpr Duration past_retry = 5min;
constexpr Duration prune_every = 24h;

}  // namespace

// Called at every wake-up; works at the heartbeat. A disk that cannot be read is tried again, one
// that cannot be written gets everything at the next chance; neither stops anything.
void Engine::heartbeat(MonoTime now) {
  const WallTime wall = io::wall_now();
  if (const auto change = ledger_.next_change(); change && *change <= wall) {
    ledger_.advance(wall);
    changed();
  }
  if (now < next_heartbeat_) return;
  next_heartbeat_ = now + heartbeat_period();
  if (ledger_busy_) return;  // a slow disk: the next heartbeat carries more
  ledger_busy_ = true;
  if (!ledger_.restored()) {
    asio::co_spawn(executor_, load_ledger(), asio::detached);
  } else if (!ledger_open_) {
    asio::co_spawn(executor_, reopen_ledger(), asio::detached);
  } else if (now >= next_past_ && !ledger_.wants_past().empty()) {
    asio::co_spawn(executor_, read_past(), asio::detached);
  } else if (now >= next_prune_) {
    asio::co_spawn(executor_, prune(), asio::detached);
  } else {
    asio::co_spawn(executor_, write_batch(), asio::detached);
  }
}

asio::awaitable<void> Engine::load_ledger() {
  auto operation = writer_.load();
  const Result<StoredLedger> stored = co_await std::move(operation);
  ledger_busy_ = false;
  if (!stored.ok()) {
    ledger_is(stored.error());
    co_return;
  }
  for (const Error& problem : ledger_.restore(stored.value())) {
    log_.error("a declaration in the ledger cannot be read", {{"error", problem.text()}});
  }
  // Read late: what the configuration declared once and has no more ends now.
  if (accounting_) ledger_.configure_windows(config_.maintenance, io::wall_now());
  opened(stored.value());
  ledger_is({});
}

asio::awaitable<void> Engine::reopen_ledger() {
  auto operation = writer_.load();
  const Result<StoredLedger> stored = co_await std::move(operation);
  ledger_busy_ = false;
  Result<void> outcome = stored.ok() ? ledger_.reopened(stored.value()) : stored.error();
  if (outcome.ok()) {
    opened(stored.value());
    next_heartbeat_ = io::mono_now();  // what has waited is written at once
    timer_.cancel();
  } else {
    ledger_is(std::move(outcome));  // sound it is only once it was written
  }
}

void Engine::opened(const StoredLedger& stored) {
  ledger_open_ = true;
  damaged_files_ = stored.damaged_files;
}

// Between a read of the past and its end nothing is written: a record is in the one or comes with
// the other.
asio::awaitable<void> Engine::read_past() {
  past_error_.clear();
  // One check at a time: a year of two hundred would be in memory at once.
  for (const std::string& name : ledger_.wants_past()) {
    const std::vector<std::string> one(1, name);
    auto operation = writer_.past(one, ledger_.past_from(io::wall_now()));
    const auto pasts = co_await std::move(operation);
    if (!pasts.ok()) {
      past_error_ = pasts.error().text();
      next_past_ = io::mono_now() + past_retry;
      break;
    }
    ledger_.take_past(name, pasts.value().front());
  }
  io::release_tables();  // the start is over, and what it alone needed
  ledger_busy_ = false;
  ledger_is({});
}

// After a failure the file is opened again, as after a failed commit, and goes on too long for a
// day: nothing else depends on it.
asio::awaitable<void> Engine::prune() {
  next_prune_ = io::mono_now() + prune_every;
  auto operation = writer_.prune(io::wall_now());
  const Result<ChainHead> head = co_await std::move(operation);
  ledger_busy_ = false;
  next_heartbeat_ = io::mono_now();  // it took the turn of a batch
  timer_.cancel();
  if (head.ok()) {
    prune_error_.clear();
    ledger_.pruned(head.value());
    io::release_tables();
    ledger_is({});
    co_return;
  }
  prune_error_ = "records older than the retention cannot be deleted: " + head.error().text();
  ledger_open_ = false;
  ledger_is(head.error());
}

asio::awaitable<void> Engine::write_batch() {
  Batch batch = ledger_.take_batch(io::wall_now());
  const WallTime heartbeat = batch.heartbeat;
  auto operation = writer_.commit(std::move(batch));
  const Result<ChainHead> written = co_await std::move(operation);
  ledger_busy_ = false;
  if (written.ok()) {
    ledger_.committed(written.value());
    ledger_last_write_ = heartbeat;
    ledger_is({});
  } else {
    ledger_.failed();
    ledger_open_ = false;
    ledger_is(written.error());
  }
}

// Writes what there is, now: for somebody who waits for it. False when the disk does not take it.
asio::awaitable<bool> Engine::write_now() {
  auto earlier = ledger_answers(write_now_deadline);
  const bool free = co_await std::move(earlier);
  if (!free || stopping_ || !ledger_.restored() || !ledger_open_) co_return false;
  ledger_busy_ = true;
  asio::co_spawn(executor_, write_batch(), asio::detached);
  auto last = ledger_answers(write_now_deadline);
  const bool answered = co_await std::move(last);
  co_return answered&& ledger_open_;
}

asio::awaitable<Result<Engine::Declared>> Engine::declare(MaintenancePlan plan) {
  if (!accounting_) co_return Error{"agent", "is still starting"};
  Result<MaintenanceWindow> window = ledger_.declare(std::move(plan), false, io::wall_now());
  if (!window.ok()) co_return window.error();
  auto writing = settle_windows(std::move(window).value(), "maintenance declared");
  co_return co_await std::move(writing);
}

asio::awaitable<Result<Engine::Declared>> Engine::end_window(std::string id, std::string by) {
  if (!accounting_) co_return Error{"agent", "is still starting"};
  Result<MaintenanceWindow> window = ledger_.end_window(id, by, io::wall_now());
  if (!window.ok()) co_return window.error();
  auto writing = settle_windows(std::move(window).value(), "maintenance ended");
  co_return co_await std::move(writing);
}

asio::awaitable<Result<Engine::Declared>> Engine::settle_windows(MaintenanceWindow window,
                                                                 std::string what) {
  log_.info(what, {{"window", window.id},
                   {"author", window.plan.author},
                   {"ended_by", window.ended_by},
                   {"reason", window.plan.reason}});
  changed();
  timer_.cancel();  // a state changes earlier than was thought
  auto writing = write_now();
  const bool durable = co_await std::move(writing);
  co_return Declared{.window = std::move(window), .durable = durable};
}

// A file that was kept aside keeps the ledger unhealthy until somebody has looked at it.
std::string Engine::ledger_complaint() const {
  if (!damaged_files_.empty()) {
    return damaged_files_.front() +
           ": a damaged ledger was kept aside and a new one begun; copy it to a safe place, remove "
           "it there and restart the agent";
  }
  return past_error_.empty() ? prune_error_ : past_error_;
}

void Engine::ledger_is(Result<void> outcome) {
  changed();
  const std::string error = outcome.ok() ? ledger_complaint() : outcome.error().text();
  if (error.empty()) {
    if (!ledger_healthy_) log_.info("the ledger is healthy");
    ledger_healthy_ = true;
    ledger_error_.clear();
    return;
  }
  if (ledger_healthy_ || ledger_error_ != error) {
    log_.error("the ledger is not sound; collection and pages go on, nothing is lost in memory",
               {{"error", error}});
  }
  ledger_healthy_ = false;
  ledger_error_ = error;
}

bool Engine::ready() const {
  return listening_ && accounting_;
}

Summary Engine::summary() const {
  Summary summary;
  summary.agent_sound = reload_ok_ && ledger_healthy_;
  if (!accounting_) return summary;
  summary.total = order_.size();
  for (const std::string& name : order_) {
    ++summary.counts[static_cast<std::size_t>(ledger_.standing(name).state)];
  }
  return summary;
}

View Engine::view(ViewDetail detail) const {
  View view;
  view.version = facts_.version;
  view.revision = facts_.revision;
  view.identity = config_.identity;
  view.os = facts_.os;
  view.kernel = facts_.kernel;
  view.numbering = config_.numbering;
  view.time_zone = config_.time_zone;
  view.now = io::wall_now();
  view.started = facts_.started;
  view.reload_ok = reload_ok_;
  view.reload_error = reload_error_;
  view.reload_success = reload_success_;
  view.web_tls = web_tls_;
  view.ledger_healthy = ledger_healthy_;
  view.ledger_error = ledger_error_;
  view.ledger_last_write = ledger_last_write_;
  if (accounting_) {
    for (const std::string& name : order_)
      view.checks.push_back(view_of(entries_.find(name)->second, detail));
    view.maintenance = ledger_.windows(view.now);
  }
  if (ledger_.restored()) {
    view.chain_records = ledger_.chain().records;
    view.chain_head = to_hex(ledger_.chain().hash);
  }
  return view;
}

CheckView Engine::view_of(const Entry& entry, ViewDetail detail) const {
  const Ledger::Standing standing = ledger_.standing(entry.check->name);
  CheckView view;
  view.check = entry.check.get();
  view.state = standing.state;
  view.state_since = standing.since;
  view.runs = entry.runs;
  view.last_run = entry.last_run;
  view.last_duration = entry.last_duration;
  view.failures = &entry.failures;
  view.accounted = ledger_.durable(entry.check->name);
  const WallTime now = io::wall_now();
  view.history = ledger_.history(entry.check->name, now, detail == ViewDetail::everything);
  view.maintenance_active = ledger_.maintenance_active(entry.check->name, now);
  if (standing.reason == reasons::stale) {
    view.reason.code = reasons::stale;
    view.reason.expected = entry.check->interval;
    if (entry.last_run) view.reason.value = Duration(now - *entry.last_run);
  } else if (standing.reason == reasons::clock_step) {
    view.reason.code = reasons::clock_step;
  } else if (entry.last) {
    view.last = entry.last.get();
    view.reason = entry.last->reason;
  } else {
    view.reason.code = reasons::never_run;
  }
  return view;
}

}  // namespace ght
