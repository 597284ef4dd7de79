#include "agent/io/notify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "agent/io/notify_test_support.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;

class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
};

TEST(Notifier, ReachesASocketWithAPath) {
  const test::TempDir directory;
  test::Manager manager(directory.file("notify"));
  ASSERT_TRUE(manager.bound());
  const Notifier notifier(directory.file("notify"), {});
  EXPECT_TRUE(notifier.send("READY=1\nSTATUS=12 contrôles"));
  EXPECT_EQ(manager.take(), "READY=1\nSTATUS=12 contrôles");
}

TEST(Notifier, ReachesAnAbstractSocket) {
  const std::string name = "@ght-notify-test-" + std::to_string(::getpid());
  test::Manager manager(name);
  ASSERT_TRUE(manager.bound());
  EXPECT_TRUE(Notifier(name, {}).send("WATCHDOG=1"));
  EXPECT_EQ(manager.take(), "WATCHDOG=1");
}

TEST(Notifier, SaysNothingWhereNobodyListens) {
  EXPECT_FALSE(Notifier("", {}).heard());
  EXPECT_FALSE(Notifier("", {}).send("READY=1"));
  EXPECT_FALSE(Notifier("/nowhere/notify", {}).send("READY=1"));
  EXPECT_FALSE(Notifier(std::string(200, 'x'), {}).send("READY=1"));
}

TEST(Notifier, NeverWaitsForAManagerThatDoesNotRead) {
  const test::TempDir directory;
  const test::Manager manager(directory.file("notify"));
  ASSERT_TRUE(manager.bound());
  const Notifier notifier(directory.file("notify"), {});
  bool all = true;
  for (int i = 0; i < 5000 && all; ++i) all = notifier.send("WATCHDOG=1");
  EXPECT_FALSE(all) << "the queue has an end, and this test with it";
}

TEST(Notifier, TakesTheWatchdogOfItsOwnProcessOnly) {
  const Environment socket("NOTIFY_SOCKET", "/run/notify");
  const Environment period("WATCHDOG_USEC", "30000000");
  EXPECT_TRUE(Notifier::from_environment().heard());
  EXPECT_EQ(Notifier::from_environment().watchdog(), 30s);
  {
    const Environment pid("WATCHDOG_PID", std::to_string(::getpid()));
    EXPECT_EQ(Notifier::from_environment().watchdog(), 30s);
  }
  {
    const Environment pid("WATCHDOG_PID", "1");
    EXPECT_EQ(Notifier::from_environment().watchdog(), 0s);
  }
  for (const char* broken : {"", "-5", "30s", "99999999999999999999"}) {
    const Environment wrong("WATCHDOG_USEC", broken);
    EXPECT_EQ(Notifier::from_environment().watchdog(), 0s) << broken;
  }
}

}  // namespace
}  // namespace ght::io
