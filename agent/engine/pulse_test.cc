#include "agent/engine/pulse.h"

#include <gtest/gtest.h>

#include "agent/engine/engine_test_support.h"
#include "agent/io/notify_test_support.h"
#include "tests/support/files.h"

namespace ght::test {
namespace {

using namespace std::chrono_literals;

// An engine, its pulse, and all that the manager has heard.
class Listener {
 public:
  Listener(Bench& bench, Duration watchdog)
      : notifier_(directory_.file("notify"), watchdog), pulse_(notifier_, bench.engine()) {}

  Pulse& pulse() { return pulse_; }
  bool hears(const std::string& words) {
    listen();
    return heard_.find(words) != std::string::npos;
  }
  int fed() {
    listen();
    int times = 0;
    for (std::size_t at = 0; (at = heard_.find("WATCHDOG=1", at)) != std::string::npos; ++at) {
      ++times;
    }
    return times;
  }

 private:
  void listen() {
    for (std::string message; !(message = manager_.take()).empty();) heard_ += message + "\n";
  }

  TempDir directory_;
  Manager manager_{directory_.file("notify")};
  io::Notifier notifier_;
  Pulse pulse_;
  std::string heard_;
};

TEST(Pulse, SaysReadyAndThenWhatTheChecksAre) {
  Bench bench({scripted("a", "good"), scripted("b", "bad"), scripted("c", "good")});
  Listener listener(bench, 1s);
  EXPECT_FALSE(listener.hears("READY"));
  ASSERT_TRUE(bench.until([&] { return listener.hears("READY=1"); }));
  EXPECT_TRUE(
      bench.until([&] { return listener.hears("STATUS=3 contrôles\u202F: 1 en défaut, 2 bons"); }));
}

TEST(Pulse, EveryTurnOfTheEngineFeedsTheWatchdogInTime) {
  // Nothing else to do: the engine itself would wake every ten seconds.
  Bench bench({scripted("a", "good", 1h)});
  Listener listener(bench, 300ms);
  EXPECT_TRUE(bench.until([&] { return listener.fed() >= 5; }, 5s));
}

TEST(Pulse, AnEngineThatHasStoppedFeedsNothingThoughTheLoopGoesOn) {
  Bench bench({scripted("a", "good", 1h)});
  Listener listener(bench, 300ms);
  ASSERT_TRUE(bench.until([&] { return listener.fed() >= 2; }));
  bench.stop();
  const int before = listener.fed();
  EXPECT_FALSE(bench.until([&] { return listener.fed() > before; }, 1s));
}

TEST(Pulse, AHungLedgerStopsNoTurn) {
  auto disk = std::make_shared<MemoryStorage::Disk>();
  disk->hangs = true;
  Bench bench({scripted("a", "good")}, disk);
  Listener listener(bench, 300ms);
  ASSERT_TRUE(bench.until([&] { return listener.hears("READY=1"); }));
  EXPECT_TRUE(bench.until([&] { return listener.fed() >= 5; }, 5s));
  EXPECT_TRUE(listener.hears("l'agent signale un problème"));
}

TEST(Pulse, FramesAReloadAndAnnouncesTheEnd) {
  Bench bench({scripted("a", "good")});
  Listener listener(bench, 30s);
  ASSERT_TRUE(bench.until([&] { return listener.hears("READY=1"); }));
  listener.pulse().reloading();
  EXPECT_TRUE(listener.hears("RELOADING=1\nMONOTONIC_USEC="));
  bench.engine().reload(Bench::config({scripted("b", "good"), scripted("c", "good")}));
  listener.pulse().reloaded();
  EXPECT_TRUE(listener.hears("READY=1\nSTATUS=2 contrôles\u202F: 2 inconnus"));
  listener.pulse().stopping();
  EXPECT_TRUE(listener.hears("STOPPING=1"));
}

}  // namespace
}  // namespace ght::test
