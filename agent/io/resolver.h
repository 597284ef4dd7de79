// Host names to addresses without ever blocking the loop: address literals and the hosts file are
// answered at once, everything else is asked of the DNS (RFC 1035) through c-ares.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/time.h"
#include "agent/io/file_stamp.h"

namespace ght::io {

class DnsChannel;

struct ResolverOptions {
  // Name servers and search domains; read again when the file changes.
  std::string resolv_conf = "/etc/resolv.conf";
  std::uint16_t port = 53;
  Duration timeout = std::chrono::seconds(5);  // for one name, whatever the caller's deadline
  // To the first server before the next one is asked; a late answer still counts.
  Duration attempt_timeout = std::chrono::seconds(1);
  // Once one family has addresses, how long the other one may still take (RFC 8305 3).
  Duration other_family_delay = std::chrono::milliseconds(50);
};

// Addresses with the families alternating, IPv6 first (RFC 8305 4), or why there are none:
// dns_nxdomain (every server's answer says so), dns_no_address, dns_timeout, dns_error.
struct Resolved {
  std::vector<boost::asio::ip::address> addresses;
  std::string_view failure;
  std::string detail;  // the name, and for dns_error what is wrong
};

// One per process, one thread. Must outlive the coroutines that it made.
class Resolver {
 public:
  Resolver(boost::asio::any_io_executor executor, ResolverOptions options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Ends at `deadline` at the latest (dns_timeout). Names are independent of each other: a server
  // that does not answer for one delays no other.
  boost::asio::awaitable<Resolved> resolve(std::string host, MonoTime deadline);

  // The first name server of the system; none when its configuration cannot be read.
  std::optional<boost::asio::ip::address> first_server();

 private:
  struct Question;
  Result<std::shared_ptr<DnsChannel>> current_channel();

  boost::asio::any_io_executor executor_;
  ResolverOptions options_;
  std::shared_ptr<DnsChannel> channel_;
  FileStamp stamp_;  // of resolv_conf as channel_ read it
};

}  // namespace ght::io
