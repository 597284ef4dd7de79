// The daemon's heart: ties schedule, flights, ledger and view together on one thread.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/core/failure.h"
#include "agent/core/limits.h"
#include "agent/engine/flight.h"
#include "agent/exposition/summary.h"
#include "agent/exposition/view.h"
#include "agent/io/ledger_writer.h"
#include "agent/io/log.h"
#include "agent/ledger/ledger.h"
#include "agent/schedule/schedule.h"

namespace ght {

struct AgentFacts {
  std::string version;
  std::string revision;
  std::string os;
  std::string kernel;
  BootInfo boot;
  WallTime started{};
};

class Engine : public ViewSource, public RecordSource {
 public:
  // Everything given must outlive the engine.
  Engine(boost::asio::any_io_executor executor, AgentFacts facts, Actors actors,
         io::LedgerWriter& writer, const io::Log& log, Config config);

  // Loads the ledger, then schedules and accounts until stop(). Returns when the last batch is
  // written (true), or when the disk does not answer (false: a thread may hang in it). Run once.
  boost::asio::awaitable<bool> run();
  void stop();

  // A new configuration, already accepted: unchanged checks keep their schedule and state.
  void reload(Config config);
  // The file was read again and refused: everything goes on as it was, and the pages say so.
  void reload_refused(const std::string& first_problem);

  void set_listening() { listening_ = true; }
  void set_web_tls(std::optional<WebTlsView> view) {
    web_tls_ = std::move(view);
    changed();
  }

  // `told` is called once accounting has begun and then at every turn of run()'s loop, at least
  // every `within`: proof that checks are started and time is accounted, and of nothing less.
  void tell_turns(std::function<void()> told, Duration within);

  // The counts alone: cheaper than a view.
  Summary summary() const;

  // Maintenance, for the control socket. The answer comes once the declaration is on the disk, or
  // when the disk does not take it (`durable` false): it holds all the same.
  struct Declared {
    MaintenanceWindow window;
    bool durable = false;
  };
  boost::asio::awaitable<Result<Declared>> declare(MaintenancePlan plan);
  boost::asio::awaitable<Result<Declared>> end_window(std::string id, std::string by);
  // A restore test for the record; true once it is on the disk.
  boost::asio::awaitable<Result<bool>> record(RestoreTest test);
  const Config& config() const { return config_; }
  // Whether a check reads what is reported of a backup of this name.
  bool asks_for_backup(std::string_view name) const;
  bool knows_check(std::string_view name) const { return entries_.contains(name); }

  std::uint64_t generation() const override { return generation_; }
  View view(ViewDetail detail) const override;
  bool ready() const override;
  RecordsResult read(const ReadRecords& step) const override;

 private:
  struct Entry {
    std::shared_ptr<const Check> check;
    std::shared_ptr<const Observation> last;  // of the newest run with this configuration
    std::array<std::uint64_t, run_end_names.size()> runs{};
    std::optional<WallTime> last_run;
    std::optional<Duration> last_duration;
    Failures failures;
  };

  void apply(Config config);
  std::vector<Ledger::CheckPolicy> policies() const;
  Duration heartbeat_period() const;
  MonoTime next_wake(MonoTime now) const;
  void watch_clock();
  void start_due(MonoTime now);
  void heartbeat(MonoTime now);
  boost::asio::awaitable<void> fly_and_land(std::shared_ptr<const Check> check);
  void land(const std::shared_ptr<const Check>& check, Landing landing);
  boost::asio::awaitable<bool> last_words();
  boost::asio::awaitable<bool> ledger_answers(Duration within);
  // All want ledger_busy_ set by their caller before they are spawned, and clear it.
  boost::asio::awaitable<void> load_ledger();
  boost::asio::awaitable<void> write_batch();
  boost::asio::awaitable<void> reopen_ledger();
  boost::asio::awaitable<void> read_past();
  boost::asio::awaitable<void> prune();
  boost::asio::awaitable<bool> write_now();
  boost::asio::awaitable<Result<Declared>> settle_windows(MaintenanceWindow window,
                                                          std::string what);
  void opened(const StoredLedger& stored);
  std::string ledger_complaint() const;
  void ledger_is(Result<void> outcome);
  CheckView view_of(const Entry& entry, ViewDetail detail) const;
  void changed() { ++generation_; }

  boost::asio::any_io_executor executor_;
  AgentFacts facts_;
  Actors actors_;
  io::LedgerWriter& writer_;
  const io::Log& log_;
  Config config_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string> order_;  // names as the configuration lists them
  Schedule schedule_;
  Ledger ledger_;
  boost::asio::steady_timer timer_;
  std::function<void()> turn_told_;
  Duration turn_within_ = limits::heartbeat;

  std::uint64_t generation_ = 1;
  bool listening_ = false;
  bool stopping_ = false;
  bool accounting_ = false;   // the ledger knows the checks
  bool ledger_busy_ = false;  // a load or a commit is under way
  bool ledger_open_ = false;  // what is on the disk is what was committed last
  bool ledger_healthy_ = false;
  std::vector<std::string> damaged_files_;  // kept aside beside the ledger
  std::string past_error_;                  // why histories cannot be read
  MonoTime next_past_{};
  std::string prune_error_;  // why old records cannot be deleted
  MonoTime next_prune_{};
  std::string ledger_error_;
  std::optional<WallTime> ledger_last_write_;
  bool reload_ok_ = true;
  std::string reload_error_;
  WallTime reload_success_{};
  std::optional<WebTlsView> web_tls_;
  MonoTime next_heartbeat_{};
  MonoTime clock_mono_{};  // both clocks at the last look
  WallTime clock_wall_{};
};

}  // namespace ght
