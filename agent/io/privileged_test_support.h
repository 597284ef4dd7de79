// A privileged service of one's own folder and user, and an agent's end that asks it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/io/clock.h"
#include "agent/io/control_address.h"
#include "agent/io/privileged_client.h"
#include "agent/io/privileged_server.h"
#include "tests/support/files.h"
#include "tests/support/poll.h"

namespace ght::io {

class PrivilegedTest : public testing::Test {
 protected:
  PrivilegedTest() : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto address = control_address(socket_path()).value();
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
              0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    options_.allow_list = folder_.file("allow.conf");
    options_.lock_directory = folder_.path().string();
    options_.users = {::geteuid()};
    options_.trust = {.owner = ::geteuid(), .from = folder_.path().string()};
    options_.log = [this](std::string_view line) {
      const std::lock_guard hold(lock_);
      log_ += std::string(line) + "\n";
    };
    accepting_ = std::thread([this] { accept_all(); });
  }

  ~PrivilegedTest() override {
    ::shutdown(listener_.get(), SHUT_RDWR);
    accepting_.join();
    for (std::thread& each : serving_) each.join();
  }

  std::string socket_path() const { return folder_.file("socket"); }
  std::string log() {
    const std::lock_guard hold(lock_);
    return log_;
  }

  void allow(const std::string& text) { folder_.write("allow.conf", text); }

  std::string script(const std::string& name, const std::string& text) {
    const std::string path = folder_.write(name, "#!/bin/sh\n" + text + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  HelperResult ask(RunHelper step, const std::string& check = "nuit",
                   Duration time = std::chrono::seconds(20)) {
    HelperResult result;
    boost::asio::io_context context;
    boost::asio::co_spawn(context,
                          run_privileged(context.get_executor(), socket_path(), std::move(step),
                                         check, mono_now() + time, std::chrono::seconds(5)),
                          [&](const std::exception_ptr& error, HelperResult told) {
                            EXPECT_FALSE(error);
                            result = std::move(told);
                          });
    context.run();
    return result;
  }

  Fd connect() const {
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(control_connect(fd.get(), control_address(socket_path()).value()), 0);
    return fd;
  }

  test::TempDir folder_;
  PrivilegedOptions options_;

 private:
  void accept_all() {
    for (int fd = 0; (fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      serving_.emplace_back([this, fd] { serve_privileged(Fd(fd), options_); });
    }
  }

  Fd listener_;
  std::mutex lock_;
  std::string log_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

}  // namespace ght::io
