#include "agent/io/local_server_test.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cstring>

#include "agent/io/clock.h"

namespace ght::io::test {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

template <class Stream>
std::string read_header(Stream& stream) {
  std::string text;
  error_code gone;
  asio::read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n", gone);
  return text;
}

bool readable(int fd, std::chrono::milliseconds wait) {
  pollfd poll_for{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&poll_for, 1, static_cast<int>(wait.count())) == 1;
}

}  // namespace

LocalServer::LocalServer(std::function<void(Tcp::socket&)> serve, const char* address)
    : address_(address),
      acceptor_(context_, Tcp::endpoint(asio::ip::make_address(address), 0)),
      port_(acceptor_.local_endpoint().port()) {
  thread_ = std::thread([this, serve = std::move(serve)] {
    while (!stop_) {
      if (!readable(acceptor_.native_handle(), std::chrono::milliseconds(20))) continue;
      Tcp::socket socket(context_);
      error_code failed;
      acceptor_.accept(socket, failed);
      if (failed) continue;
      ++connections_;
      serve(socket);
    }
  });
}

LocalServer::~LocalServer() {
  stop_ = true;
  thread_.join();
}

std::string LocalServer::url(const std::string& path) const {
  const bool v6 = address_.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + address_ + "]" : address_) + ":" + std::to_string(port_) + path;
}

std::string read_request(Tcp::socket& socket) {
  return read_header(socket);
}

std::string read_request(ServerTlsStream& stream) {
  return read_header(stream);
}

bool send_text(Tcp::socket& socket, const std::string& text) {
  error_code gone;
  asio::write(socket, asio::buffer(text), gone);
  return !gone;
}

std::function<void(Tcp::socket&)> answering(std::string text) {
  return [text = std::move(text)](Tcp::socket& socket) {
    read_request(socket);
    send_text(socket, text);
  };
}

void wait_for_close(Tcp::socket& socket) {
  std::array<char, 4096> ignored{};
  error_code gone;
  while (!gone) socket.read_some(asio::buffer(ignored), gone);
}

std::function<void(Tcp::socket&)> serving_tls(
    const Certificate& certificate, std::function<void(ServerTlsStream&)> serve,
    const std::function<void(asio::ssl::context&)>& configure, const std::string& chain) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  const std::string whole = certificate.pem + chain;
  context->use_certificate_chain(asio::buffer(whole));
  context->use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
  if (configure) configure(*context);
  return [context, serve = std::move(serve)](Tcp::socket& socket) {
    ServerTlsStream stream(socket, *context);
    error_code refused;
    stream.handshake(asio::ssl::stream_base::server, refused);
    if (!refused) serve(stream);
  };
}

std::function<void(ServerTlsStream&)> answering_tls(std::string text) {
  return [text = std::move(text)](ServerTlsStream& stream) {
    read_request(stream);
    error_code gone;
    asio::write(stream, asio::buffer(text), gone);
    stream.shutdown(gone);
  };
}

LocalDns::LocalDns(std::map<std::string, DnsEntry> names, const char* address, std::uint16_t port)
    : names_(std::move(names)),
      socket_(context_, Udp::endpoint(asio::ip::make_address(address), port)),
      port_(socket_.local_endpoint().port()),
      thread_([this] { serve(); }) {}

LocalDns::~LocalDns() {
  stop_ = true;
  thread_.join();
}

namespace {

void append16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}

void append_record(std::string& out, unsigned type, const std::string& data) {
  append16(out, 0xC00C);  // the name of the question
  append16(out, type);
  append16(out, 1);  // IN
  append16(out, 0);  // time to live, 60 s
  append16(out, 60);
  append16(out, static_cast<unsigned>(data.size()));
  out += data;
}

constexpr unsigned type_a = 1, type_aaaa = 28;

std::string dns_answer(const std::string& question, std::size_t question_end, unsigned type,
                       const DnsEntry& entry) {
  std::string records;
  unsigned count = 0;
  const auto& addresses = type == type_a ? entry.v4 : entry.v6;
  if (type == type_a || type == type_aaaa) {
    for (const std::string& text : addresses) {
      const auto address = asio::ip::make_address(text);
      std::string data;
      if (address.is_v4()) {
        for (unsigned char byte : address.to_v4().to_bytes()) data += static_cast<char>(byte);
      } else {
        for (unsigned char byte : address.to_v6().to_bytes()) data += static_cast<char>(byte);
      }
      append_record(records, type, data);
      ++count;
    }
  }
  std::string out = question.substr(0, 2);
  append16(out, 0x8180U | static_cast<unsigned>(entry.rcode));
  append16(out, 1);
  append16(out, count);
  append16(out, 0);
  append16(out, 0);
  return out + question.substr(12, question_end - 12) + records;
}

}  // namespace

void LocalDns::serve() {
  constexpr std::size_t header_bytes = 12;
  std::array<char, 1500> buffer{};
  while (!stop_) {
    if (!readable(socket_.native_handle(), std::chrono::milliseconds(20))) continue;
    Udp::endpoint from;
    error_code failed;
    const std::size_t size = socket_.receive_from(asio::buffer(buffer), from, 0, failed);
    if (failed || size < header_bytes) continue;
    const std::string question(buffer.data(), size);
    std::string name;
    std::size_t at = header_bytes;
    while (at < size && question[at] != 0) {
      const auto length = static_cast<std::size_t>(question[at]);
      name += (name.empty() ? "" : ".") + question.substr(at + 1, length);
      at += length + 1;
    }
    const unsigned type = static_cast<unsigned char>(question[at + 2]);
    ++questions_;
    const auto found = names_.find(name);
    DnsEntry absent;
    absent.rcode = 3;
    const DnsEntry entry = found == names_.end() ? absent : found->second;
    if (entry.silent || (entry.silent_v6 && type == type_aaaa)) continue;
    socket_.send_to(asio::buffer(dns_answer(question, at + 5, type, entry)), from, 0, failed);
  }
}

Blackhole::Blackhole(const char* address) : acceptor_(context_, Tcp::v4()) {
  acceptor_.bind(Tcp::endpoint(asio::ip::make_address(address), 0));
  acceptor_.listen(0);
  // Fill the queue until a connection stays under way.
  constexpr int enough = 64;
  for (int i = 0; i < enough; ++i) {
    Tcp::socket filler(context_, Tcp::v4());
    filler.non_blocking(true);
    const auto to = endpoint();
    const int made =
        ::connect(filler.native_handle(), to.data(), static_cast<socklen_t>(to.size()));
    pollfd poll_for{.fd = filler.native_handle(), .events = POLLOUT, .revents = 0};
    const bool hangs = made != 0 && ::poll(&poll_for, 1, 50) == 0;
    fillers_.push_back(std::move(filler));
    if (hangs) return;
  }
  ADD_FAILURE() << "the queue of a listening socket cannot be filled";
}

std::uint16_t closed_port() {
  asio::io_context context;
  const Tcp::acceptor acceptor(context, Tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  return acceptor.local_endpoint().port();
}

namespace {

// One probe on a loop of its own, which ends when nothing of the probe is left.
template <class Outcome, class StepType>
Outcome run(asio::awaitable<Outcome> (Prober::*ask)(StepType, MonoTime), const StepType& step,
            Duration timeout, ProberOptions options) {
  asio::io_context context(1);
  Prober prober(context.get_executor(), std::move(options));
  Outcome result;
  bool ended = false;
  asio::co_spawn(context, (prober.*ask)(step, mono_now() + timeout),
                 [&](const std::exception_ptr& thrown, Outcome got) {
                   EXPECT_EQ(thrown, nullptr);
                   result = std::move(got);
                   ended = true;
                 });
  context.run();
  EXPECT_TRUE(ended);
  return result;
}

}  // namespace

HttpResult probe(const HttpExchange& step, Duration timeout, ProberOptions options) {
  return run(&Prober::exchange, step, timeout, std::move(options));
}

HttpResult probe(const std::string& url, Duration timeout) {
  HttpExchange step;
  step.url = url;
  return probe(step, timeout);
}

DialogResult probe(const Dialog& step, Duration timeout) {
  return run(&Prober::converse, step, timeout, {});
}

IcmpResult probe(const IcmpEcho& step, Duration timeout, ProberOptions options) {
  return run(&Prober::echo, step, timeout, std::move(options));
}

DnsResult probe(const DnsLookup& step, Duration timeout, ProberOptions options) {
  return run(&Prober::look_up, step, timeout, std::move(options));
}

}  // namespace ght::io::test
