// One c-ares channel on Asio: the name servers and search domains of one resolv.conf.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/io/resolver.h"

namespace ght::io {

enum class AddressFamily { v6, v4 };

struct DnsAnswer {
  enum class Kind { addresses, nxdomain, no_address, timeout, error };
  Kind kind = Kind::error;
  std::vector<boost::asio::ip::address> addresses;
  std::string detail;  // of an error
};

class DnsChannel {
 public:
  using Answered = std::function<void(DnsAnswer)>;

  static Result<std::shared_ptr<DnsChannel>> open(const boost::asio::any_io_executor& executor,
                                                  const ResolverOptions& options);
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;
  // Questions still open are dropped; their `answered` is destroyed without a call.
  virtual ~DnsChannel() = default;

  // What the hosts file says, in its order; empty when the name is not there.
  virtual std::vector<boost::asio::ip::address> hosts_file(const std::string& host) = 0;

  // Asks the DNS, search domains included. `answered` is called once, perhaps before ask()
  // returns; it must not destroy the channel.
  virtual void ask(const std::string& host, AddressFamily family, Answered answered) = 0;

  // The first name server; none when there is none.
  virtual std::optional<boost::asio::ip::address> first_server() = 0;

 protected:
  DnsChannel() = default;
};

}  // namespace ght::io
