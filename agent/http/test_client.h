// For the tests of this folder: a server on its own thread, and a client that sends exactly the
// bytes it is told to and waits with a deadline.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "agent/http/address.h"
#include "agent/http/server.h"

namespace ght::http::test {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

struct Answer {
  unsigned status = 0;  // 0: no whole header came
  std::map<std::string, std::string> fields;
  std::string body;
  bool whole = false;  // as many bytes of body as Content-Length says
};

class Client {
 public:
  explicit Client(const std::string& address) {
    boost::system::error_code error;
    socket_.open(tcp::v4(), error);
    EXPECT_FALSE(error) << error.message();
    target_ = parse_listen_address(address).value();
  }
  Client& connect() {
    boost::system::error_code error;
    socket_.connect(target_, error);
    EXPECT_FALSE(error) << error.message();
    return *this;
  }
  // False when the peer no longer takes it.
  bool send(std::string_view bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), error);
    return !error;
  }
  bool ask(const std::string& target, const std::string& more = "") {
    return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
  }
  void finish_sending() {
    boost::system::error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    EXPECT_FALSE(error) << error.message();
  }

  // Reads once; false at the end of the stream, after an error and when nothing comes in time.
  bool read_some(std::chrono::milliseconds patience = 10s) {
    bool done = false;
    boost::system::error_code result;
    std::size_t count = 0;
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [&](boost::system::error_code error, std::size_t bytes) {
                              done = true;
                              result = error;
                              count = bytes;
                            });
    io_.restart();
    io_.run_for(patience);
    if (!done) {
      boost::system::error_code ignored;
      socket_.cancel(ignored);
      io_.restart();
      io_.run();
      return false;
    }
    received_.append(chunk_.data(), count);
    if (result) closed_ = true;
    return !result;
  }
  // True when the server ends the connection in time; what comes before is kept.
  bool closed(std::chrono::milliseconds patience = 10s) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!closed_ && std::chrono::steady_clock::now() < end) read_some(patience);
    return closed_;
  }
  // The next answer on this connection. `head`: it has no body.
  Answer answer(bool head = false) {
    Answer answer;
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_some()) return answer;
    }
    std::string header = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    answer.status = static_cast<unsigned>(std::atoi(header.c_str() + 9));
    for (std::size_t at = header.find("\r\n") + 2; at < header.size();) {
      const std::size_t line_end = header.find("\r\n", at);
      const std::size_t colon = header.find(": ", at);
      answer.fields[header.substr(at, colon - at)] = header.substr(colon + 2, line_end - colon - 2);
      at = line_end + 2;
    }
    const std::size_t length =
        head ? 0 : static_cast<std::size_t>(std::atoll(answer.fields["Content-Length"].c_str()));
    while (received_.size() < length && read_some()) {
    }
    answer.body = received_.substr(0, length);
    answer.whole = answer.body.size() == length;
    received_.erase(0, answer.body.size());
    return answer;
  }
  const std::string& received() const { return received_; }
  tcp::socket& socket() { return socket_; }

 private:
  boost::asio::io_context io_;
  tcp::socket socket_{io_};
  tcp::endpoint target_;
  std::string chunk_ = std::string(64 << 10, '\0');
  std::string received_;
  bool closed_ = false;
};

class RunningServer {
 public:
  // For a handler that needs the server's loop.
  using MakeHandler = std::function<Handler(const boost::asio::any_io_executor&)>;
  explicit RunningServer(const MakeHandler& make, ServerLimits limits = {})
      : server_(io_.get_executor(), make(io_.get_executor()), limits) {
    address = server_.listen("127.0.0.1:0").value();
    thread_ = std::thread([this] { io_.run(); });
  }
  explicit RunningServer(Handler handler, ServerLimits limits = {})
      : server_(io_.get_executor(), std::move(handler), limits) {
    address = server_.listen("127.0.0.1:0").value();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~RunningServer() { stop(); }

  // Returns when the server's loop has nothing more to do.
  void stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(io_, [this] { server_.stop(); });
    thread_.join();
  }
  Answer get(const std::string& target, const std::string& more = "") {
    Client client(address);
    client.connect().ask(target, more);
    return client.answer();
  }
  // Does it on the server's thread, and waits for that.
  void on_loop(const std::function<void(Server&)>& work) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      work(server_);
      done.set_value();
    });
    done.get_future().wait();
  }
  // Processor time of the server's thread until now.
  std::chrono::nanoseconds cpu() {
    clockid_t clock{};
    timespec time{};
    EXPECT_EQ(pthread_getcpuclockid(thread_.native_handle(), &clock), 0);
    EXPECT_EQ(clock_gettime(clock, &time), 0);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  std::string address;

 private:
  boost::asio::io_context io_{1};
  Server server_;
  std::thread thread_;
};

}  // namespace ght::http::test
