// Real servers on the loopback for the probe's tests: TCP, TLS, DNS, and an address that swallows
// connections. Each runs in its own thread with blocking sockets, on a port chosen by the system.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/io/prober.h"
#include "tests/support/certificate.h"

namespace ght::io::test {

using Tcp = boost::asio::ip::tcp;
using Udp = boost::asio::ip::udp;
using ServerTlsStream = boost::asio::ssl::stream<Tcp::socket&>;

// Serves its connections one after the other; the connection is closed when `serve` returns.
class LocalServer {
 public:
  explicit LocalServer(std::function<void(Tcp::socket&)> serve, const char* address = "127.0.0.1");
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  std::uint16_t port() const { return port_; }
  // "http://127.0.0.1:port" + path
  std::string url(const std::string& path = "/") const;
  int connections() const { return connections_; }

 private:
  std::string address_;
  boost::asio::io_context context_;
  Tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// The request up to the end of its header (and what came with it); empty when the peer is gone.
std::string read_request(Tcp::socket& socket);
std::string read_request(ServerTlsStream& stream);

// False once the peer is gone.
bool send_text(Tcp::socket& socket, const std::string& text);

// Reads the request, sends the text, closes.
std::function<void(Tcp::socket&)> answering(std::string text);

// Waits for the peer to close.
void wait_for_close(Tcp::socket& socket);

using ght::test::Certificate;
using ght::test::CertificateSpec;
using ght::test::encrypted_key;
using ght::test::make_certificate;

// For LocalServer: handshake as `certificate` (with `chain` sent after it), then `serve`.
std::function<void(Tcp::socket&)> serving_tls(
    const Certificate& certificate, std::function<void(ServerTlsStream&)> serve,
    const std::function<void(boost::asio::ssl::context&)>& configure = {},
    const std::string& chain = "");
std::function<void(ServerTlsStream&)> answering_tls(std::string text);

// What a name server says of one name.
struct DnsEntry {
  std::vector<std::string> v4 = {}, v6 = {};
  int rcode = 0;           // 2: SERVFAIL, 3: NXDOMAIN
  bool silent = false;     // no answer at all
  bool silent_v6 = false;  // no answer for AAAA only
};

class LocalDns {
 public:
  // `names` in lower case, without final dot; every other name does not exist. A port of 0 is
  // chosen by the system.
  explicit LocalDns(std::map<std::string, DnsEntry> names, const char* address = "127.0.0.1",
                    std::uint16_t port = 0);
  ~LocalDns();
  LocalDns(const LocalDns&) = delete;
  LocalDns& operator=(const LocalDns&) = delete;

  std::uint16_t port() const { return port_; }
  int questions() const { return questions_; }

 private:
  void serve();

  std::map<std::string, DnsEntry> names_;
  boost::asio::io_context context_;
  Udp::socket socket_;
  std::uint16_t port_;
  std::atomic<int> questions_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// A listening port whose queue is full: connections to it are neither accepted nor refused.
class Blackhole {
 public:
  explicit Blackhole(const char* address = "127.0.0.1");
  Tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  boost::asio::io_context context_;
  Tcp::acceptor acceptor_;
  std::vector<Tcp::socket> fillers_;
};

// A port on which nothing listens.
std::uint16_t closed_port();

// One probe on a loop of its own.
HttpResult probe(const HttpExchange& step, Duration timeout = std::chrono::seconds(10),
                 ProberOptions options = {});
HttpResult probe(const std::string& url, Duration timeout = std::chrono::seconds(10));
DialogResult probe(const Dialog& step, Duration timeout = std::chrono::seconds(10));
IcmpResult probe(const IcmpEcho& step, Duration timeout = std::chrono::seconds(10),
                 ProberOptions options = {});
DnsResult probe(const DnsLookup& step, Duration timeout = std::chrono::seconds(10),
                ProberOptions options = {});

}  // namespace ght::io::test
