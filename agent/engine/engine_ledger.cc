// The engine's dealings with the ledger's disk, and the view made of both.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "agent/core/reasons.h"
#include "agent/engine/engine.h"
#include "agent/io/clock.h"

namespace ght {

namespace asio = boost::asio;

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
  if (ledger_.restored()) {
    asio::co_spawn(executor_, write_batch(), asio::detached);
  } else {
    asio::co_spawn(executor_, load_ledger(), asio::detached);
  }
}

asio::awaitable<void> Engine::load_ledger() {
  auto operation = writer_.load();
  Result<StoredLedger> stored = co_await std::move(operation);
  ledger_busy_ = false;
  if (stored.ok()) {
    ledger_.restore(stored.value());
    ledger_is({});
  } else {
    ledger_is(stored.error());
  }
}

asio::awaitable<void> Engine::write_batch() {
  Batch batch = ledger_.take_batch(io::wall_now());
  const WallTime heartbeat = batch.heartbeat;
  auto operation = writer_.commit(std::move(batch));
  Result<void> written = co_await std::move(operation);
  ledger_busy_ = false;
  if (written.ok()) {
    ledger_.committed();
    ledger_last_write_ = heartbeat;
  } else {
    ledger_.failed();
  }
  ledger_is(std::move(written));
}

void Engine::ledger_is(Result<void> outcome) {
  changed();
  if (outcome.ok()) {
    if (!ledger_healthy_) log_.info("the ledger is healthy");
    ledger_healthy_ = true;
    ledger_error_.clear();
    return;
  }
  const std::string error = outcome.error().text();
  if (ledger_healthy_ || ledger_error_ != error) {
    log_.error("the ledger cannot be used; collection and pages go on, nothing is lost in memory",
               {{"error", error}});
  }
  ledger_healthy_ = false;
  ledger_error_ = error;
}

bool Engine::ready() const {
  return listening_ && accounting_;
}

View Engine::view() const {
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
  view.ledger_healthy = ledger_healthy_;
  view.ledger_error = ledger_error_;
  view.ledger_last_write = ledger_last_write_;
  if (accounting_) {
    for (const std::string& name : order_)
      view.checks.push_back(view_of(entries_.find(name)->second));
  }
  return view;
}

CheckView Engine::view_of(const Entry& entry) const {
  const Ledger::Standing standing = ledger_.standing(entry.check->name);
  CheckView view;
  view.check = entry.check.get();
  view.state = standing.state;
  view.state_since = standing.since;
  view.runs = entry.runs;
  view.last_run = entry.last_run;
  view.last_duration = entry.last_duration;
  view.accounted = ledger_.durable(entry.check->name);
  if (standing.reason == reasons::stale) {
    view.reason.code = reasons::stale;
    view.reason.expected = entry.check->interval;
    if (entry.last_run) view.reason.value = Duration(io::wall_now() - *entry.last_run);
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
