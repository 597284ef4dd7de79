// A runner on its own loop, for tests with real processes.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/io/clock.h"
#include "agent/io/process.h"
#include "tests/support/files.h"
#include "tests/support/poll.h"

namespace ght::io {

class ProcessTest : public testing::Test {
 protected:
  using Done = std::function<void(const HelperResult&)>;

  void TearDown() override {
    runner_.reset();
    io_.poll();
    EXPECT_TRUE(no_children()) << "a process was left behind, alive or as a zombie";
  }

  // Options are those of the first call.
  HelperRunner& runner() {
    if (!runner_) runner_.emplace(io_.get_executor(), options_);
    return *runner_;
  }

  static RunHelper shell(const std::string& text) {
    return {.program = "/bin/sh", .arguments = {"-c", text}};
  }

  // An executable in the test's folder; returns the folder.
  std::string script(const std::string& name, const std::string& text,
                     const std::string& head = "#!/bin/sh") {
    const std::string path = folder_.write(name, head + "\n" + text + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return folder_.path().string();
  }

  void begin(RunHelper step, const std::string& owner, Duration time, Done done) {
    ++running_;
    boost::asio::co_spawn(
        io_, runner().run(std::move(step), owner, mono_now() + time),
        [this, done](const std::exception_ptr& error, const HelperResult& result) {
          EXPECT_FALSE(error) << "run() threw";
          --running_;
          done(result);
        });
  }

  HelperResult run(RunHelper step, Duration time = std::chrono::seconds(60),
                   const std::string& owner = "check") {
    std::optional<HelperResult> got;
    begin(std::move(step), owner, time, [&](const HelperResult& result) { got = result; });
    work_until([&] { return got.has_value(); });
    return got.value_or(HelperResult{});
  }

  template <class Condition>
  void work_until(Condition condition) {
    EXPECT_TRUE(test::eventually([&] {
      io_.restart();
      io_.poll();
      return condition();
    }));
  }

  static std::set<std::string> descriptors() {
    std::set<std::string> open;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;  // the one that reads the directory
      const auto target = std::filesystem::read_symlink(entry.path(), gone);
      if (!gone && !target.string().ends_with("/fd")) open.insert(entry.path().filename());
    }
    return open;
  }

  static bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

  // False also for a zombie that its new parent has not reaped yet.
  static bool alive(pid_t pid) {
    std::error_code none;
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    if (!std::filesystem::exists(path, none)) return false;
    std::ifstream file(path);
    std::string stat;
    std::getline(file, stat);
    const std::size_t name_end = stat.rfind(')');
    return name_end != std::string::npos && stat.substr(name_end + 2, 1) != "Z" &&
           stat.substr(name_end + 2, 1) != "X";
  }

  // The numbers that a script wrote into a file of the folder.
  std::vector<pid_t> pids(const std::string& name) const {
    std::ifstream file(folder_.file(name));
    std::vector<pid_t> list;
    for (pid_t pid = 0; file >> pid;) list.push_back(pid);
    return list;
  }

  static bool all_dead(const std::vector<pid_t>& list) {
    for (const pid_t pid : list) {
      if (alive(pid)) return false;
    }
    return true;
  }

  test::TempDir folder_;
  HelperOptions options_;
  boost::asio::io_context io_{1};
  std::optional<HelperRunner> runner_;
  int running_ = 0;
};

}  // namespace ght::io
