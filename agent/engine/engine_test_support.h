// A collector whose behaviour is a setting, and an engine on a disk in memory.
#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/engine/engine.h"
#include "agent/io/clock.h"
#include "agent/ledger/chain.h"

namespace ght::test {

// Settings: `mode` = good, bad, two_rounds, endless, plan_error, throws, hang, remember.
extern const Collector scripted_collector;

inline Check scripted(const std::string& name, const std::string& mode,
                      Duration interval = std::chrono::milliseconds(50)) {
  Check check;
  check.name = name;
  check.title = name;
  check.collector = &scripted_collector;
  check.interval = interval;
  check.timeout = std::chrono::seconds(2);
  check.stale_after = std::chrono::seconds(30);
  check.settings.set("mode", mode);
  check.fingerprint = name + mode;
  return check;
}

// A disk that can be told to fail or to hang.
class MemoryStorage : public Storage {
 public:
  struct Disk {
    StoredLedger stored;
    std::vector<Record> records;
    std::atomic<bool> broken = false;
    std::atomic<bool> hangs = false;
    std::atomic<bool> keeps_old = false;  // pruning fails, nothing else
    std::atomic<int> commits = 0;
    std::atomic<int> prunes = 0;
  };
  explicit MemoryStorage(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}

  Result<StoredLedger> load() override {
    wait();
    if (disk_->broken) return Error{"disk", "broken"};
    return disk_->stored;
  }
  Result<ChainHead> commit(const Batch& batch) override {
    wait();
    if (disk_->broken) return Error{"disk", "broken"};
    StoredLedger& stored = disk_->stored;
    stored.heartbeat = batch.heartbeat;
    stored.boot_id = batch.boot_id;
    stored.accounted_until = batch.accounted_until;
    for (const StoredCheck& row : batch.checks) {
      std::erase_if(stored.checks, [&](const auto& old) { return old.name == row.name; });
      stored.checks.push_back(row);
    }
    for (const Record& record : batch.records) {
      stored.chain = chain_append(stored.chain, record);
      const bool window =
          record.kind == RecordKind::maintenance || record.kind == RecordKind::maintenance_end;
      if (window) stored.declared.push_back(record);
      disk_->records.push_back(record);
    }
    ++disk_->commits;
    return stored.chain;
  }
  Result<ChainHead> prune(WallTime) override {
    wait();
    ++disk_->prunes;
    if (disk_->broken || disk_->keeps_old) return Error{"disk", "keeps what is old"};
    return disk_->stored.chain;
  }
  Result<std::vector<Record>> past(const std::string& check, WallTime from) override {
    wait();
    if (disk_->broken) return Error{"disk", "broken"};
    std::vector<Record> records;
    for (const Record& record : disk_->records) {
      if (record.subject == check && record.segment.from >= from) records.push_back(record);
    }
    return records;
  }

 private:
  void wait() const {
    while (disk_->hangs) std::this_thread::yield();
  }
  std::shared_ptr<Disk> disk_;
};

// An engine with everything it needs, driven until a condition holds.
class Bench {
 public:
  explicit Bench(std::vector<Check> checks, std::shared_ptr<MemoryStorage::Disk> disk = {})
      : disk_(disk ? std::move(disk) : std::make_shared<MemoryStorage::Disk>()),
        writer_(std::make_unique<MemoryStorage>(disk_)),
        engine_(context_.get_executor(), facts(), {.helpers = &helpers_, .probes = &probe_},
                writer_, log_, config(std::move(checks))) {
    engine_.set_listening();
    boost::asio::co_spawn(context_, run(), boost::asio::detached);
  }
  ~Bench() {
    disk_->hangs = false;
    stop();
  }

  static AgentFacts facts() {
    AgentFacts facts;
    facts.version = "test";
    facts.started = io::wall_now();
    return facts;
  }

  static Config config(std::vector<Check> checks) {
    Config config;
    config.identity.host = "test";
    config.time_zone = "Europe/Paris";
    config.state_directory = "/nowhere";
    config.checks = std::move(checks);
    return config;
  }

  // Runs the loop until the condition holds; false after the deadline.
  bool until(const std::function<bool()>& condition,
             std::chrono::milliseconds deadline = std::chrono::seconds(20)) {
    const MonoTime end = io::mono_now() + deadline;
    while (!condition()) {
      if (io::mono_now() > end) return false;
      context_.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  void stop() {
    if (ended_) return;
    engine_.stop();
    until([this] { return ended_; });
  }

  CheckView check(const std::string& name) const {
    for (const CheckView& view : engine_.view(ViewDetail::everything).checks) {
      if (view.check->name == name) return view;
    }
    return {};
  }

  Engine& engine() { return engine_; }
  MemoryStorage::Disk& disk() { return *disk_; }
  bool disk_answered() const { return disk_answered_; }

 private:
  boost::asio::awaitable<void> run() {
    auto running = engine_.run();
    disk_answered_ = co_await std::move(running);
    ended_ = true;
  }

  boost::asio::io_context context_{1};
  io::HelperRunner helpers_{context_.get_executor(), io::HelperOptions{}};
  io::Prober probe_{context_.get_executor()};
  io::Log log_{io::LogLevel::error, io::LogFormat::logfmt};
  std::shared_ptr<MemoryStorage::Disk> disk_;
  io::LedgerWriter writer_;
  Engine engine_;
  bool ended_ = false;
  bool disk_answered_ = false;
};

}  // namespace ght::test
