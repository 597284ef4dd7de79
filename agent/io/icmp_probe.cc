#include "agent/io/icmp_probe.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <openssl/rand.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/icmp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/icmp_message.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Address = asio::ip::address;

void fail(IcmpResult& result, std::string_view code, std::string detail) {
  result.failure = code;
  result.failure_detail = std::move(detail);
}

// One run: its socket, what is under way, what came back.
struct Run {
  explicit Run(const asio::any_io_executor& executor) : descriptor(executor), bell(executor) {}

  asio::posix::stream_descriptor descriptor;
  asio::steady_timer bell;  // cancelled when something came
  EchoSocket socket;
  EchoToken token{};
  std::map<std::uint16_t, MonoTime> sent;  // and not answered
  int unreachable = 0;                     // errno of an ICMP error, of this host's own network too
};

bool open_socket(Run& run, const Address& address, IcmpResult& result) {
  run.socket.v6 = address.is_v6();
  const int family = run.socket.v6 ? AF_INET6 : AF_INET;
  const int protocol = run.socket.v6 ? static_cast<int>(IPPROTO_ICMPV6) : IPPROTO_ICMP;
  constexpr int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  int fd = ::socket(family, SOCK_DGRAM | flags, protocol);
  if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EPROTONOSUPPORT)) {
    run.socket.raw = true;
    fd = ::socket(family, SOCK_RAW | flags, protocol);
    if (fd < 0 && (errno == EACCES || errno == EPERM)) {
      fail(result, reasons::probe_not_made,
           "no right to send ICMP: net.ipv4.ping_group_range does not name the agent's group");
      return false;
    }
  }
  if (fd < 0) {
    fail(result, reasons::probe_not_made,
         std::string("no socket for ICMP: ") + std::strerror(errno));
    return false;
  }
  run.descriptor.assign(fd);
  // Without it only a part of what routers say of a way or a host that is down is told (icmp(7)).
  const int on = 1;
  ::setsockopt(fd, run.socket.v6 ? static_cast<int>(IPPROTO_IPV6) : IPPROTO_IP,
               run.socket.v6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof(on));
  const asio::ip::icmp::endpoint peer(address, 0);
  // Connected: only what comes from there is read, and the network's "unreachable" becomes an
  // error.
  if (::connect(fd, peer.data(), static_cast<socklen_t>(peer.size())) != 0) {
    const int error = errno;
    fail(result, reasons::probe_not_made, address.to_string() + ": " + std::strerror(error));
    return false;
  }
  return true;
}

// Errors that say that the way or the host is down; all else is this host's trouble.
bool says_unreachable(int error) {
  return error == EHOSTUNREACH || error == ENETUNREACH || error == ECONNREFUSED ||
         error == EHOSTDOWN || error == EPROTO;
}

// The packets that caused errors wait in a queue of their own, which would fill up.
void drop_details(Run& run) {
  msghdr message{};
  while (::recvmsg(run.descriptor.native_handle(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) {
  }
}

// Everything that waits on the socket.
void read_all(Run& run, IcmpResult& result) {
  std::array<unsigned char, 2048> packet{};
  for (;;) {
    const ssize_t size = ::recv(run.descriptor.native_handle(), packet.data(), packet.size(), 0);
    const MonoTime now = mono_now();
    if (size < 0 && says_unreachable(errno)) {
      run.unreachable = errno;
      drop_details(run);
      continue;
    }
    if (size < 0) return;
    const auto sequence =
        echo_reply(run.socket, run.token, std::span(packet.data(), static_cast<std::size_t>(size)));
    const auto asked = sequence ? run.sent.find(*sequence) : run.sent.end();
    if (asked == run.sent.end()) continue;
    result.round_trips.push_back(now - asked->second);
    run.sent.erase(asked);
  }
}

void watch(const std::shared_ptr<Run>& run, IcmpResult& result) {
  run->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                             [weak = std::weak_ptr(run), &result](const error_code& error) {
                               const auto alive = weak.lock();
                               if (error || alive == nullptr) return;
                               read_all(*alive, result);
                               alive->bell.cancel();
                               watch(alive, result);
                             });
}

// False: nothing leaves this host; `result` says why.
bool send_one(Run& run, const IcmpEcho& step, IcmpResult& result) {
  const auto sequence = static_cast<std::uint16_t>(result.sent + 1);
  const std::string bytes = echo_request(run.socket, sequence, run.token, step.payload_bytes);
  run.sent[sequence] = mono_now();
  const int fd = run.descriptor.native_handle();
  ssize_t size = ::send(fd, bytes.data(), bytes.size(), 0);
  // An error of an earlier request is told by the next call, once.
  for (int again = 0; size < 0 && says_unreachable(errno) && again < 3; ++again) {
    run.unreachable = errno;
    size = ::send(fd, bytes.data(), bytes.size(), 0);
  }
  if (size < 0) {
    const int error = errno;
    run.sent.erase(sequence);
    fail(result, says_unreachable(error) ? reasons::icmp_unreachable : reasons::probe_not_made,
         says_unreachable(error) ? result.address : result.address + ": " + std::strerror(error));
    return false;
  }
  ++result.sent;
  return true;
}

asio::awaitable<void> wait(Run& run, MonoTime until) {
  run.bell.expires_at(until);
  error_code cancelled;
  auto token = asio::redirect_error(asio::use_awaitable, cancelled);
  co_await run.bell.async_wait(token);
}

const Address* choose(const std::vector<Address>& addresses, IpFamily family) {
  const auto fits = [&](const Address& address) {
    return family == IpFamily::any || address.is_v6() == (family == IpFamily::v6);
  };
  const auto found = std::ranges::find_if(addresses, fits);
  return found == addresses.end() ? nullptr : &*found;
}

}  // namespace

asio::awaitable<void> run_icmp(Network& network, IcmpEcho step, MonoTime deadline,
                               IcmpResult& result) {
  const MonoTime begin = mono_now();
  auto resolving = network.resolver.resolve(step.host, deadline);
  const Resolved resolved = co_await std::move(resolving);
  if (!resolved.failure.empty()) {
    fail(result, resolved.failure, resolved.detail);
    co_return;
  }
  const Address* const address = choose(resolved.addresses, step.family);
  if (address == nullptr) {
    fail(result, reasons::dns_no_address, step.host);
    co_return;
  }
  result.address = address->to_string();
  if (result.address != step.host) result.phases.resolve = mono_now() - begin;
  const auto run = std::make_shared<Run>(network.executor);
  if (RAND_bytes(run->token.data(), static_cast<int>(run->token.size())) != 1) {
    fail(result, reasons::probe_not_made, "no random numbers");
    co_return;
  }
  run->socket.identifier = static_cast<std::uint16_t>(run->token[0] << 8U | run->token[1]);
  if (!open_socket(*run, *address, result)) co_return;
  watch(run, result);
  MonoTime next = mono_now();
  while (result.sent < step.count && mono_now() < deadline) {
    if (mono_now() < next) {
      auto waiting = wait(*run, std::min(next, deadline));
      co_await std::move(waiting);
      continue;
    }
    if (!send_one(*run, step, result)) break;
    next += step.spacing;
  }
  const MonoTime until = std::min(deadline, mono_now() + step.patience);
  while (!run->sent.empty() && mono_now() < until && result.failure.empty()) {
    auto waiting = wait(*run, until);
    co_await std::move(waiting);
  }
  if (result.failure.empty() && result.round_trips.empty() && run->unreachable != 0) {
    fail(result, reasons::icmp_unreachable, result.address);
  }
}

}  // namespace ght::io
