// Carries out the steps that ask something of the network, each under one deadline and within
// limits.h.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/time.h"
#include "agent/io/resolver.h"
#include "agent/io/tls_trust.h"

namespace ght::io {

struct ProberOptions {
  ResolverOptions resolver;
  TlsTrustOptions trust;
};

struct Network;

// One per process; holds the resolver and the TLS trust that probes share. Must outlive the
// coroutines that it made. One thread.
//
// Nothing throws; every failure is in the result. Each probe makes its own connection and a full
// TLS handshake. Failures that say nothing about the peer, because this host could not even ask,
// are ca_file_unreadable, credential_unreadable and probe_not_made. failure_detail is what the
// sentence of the failure calls {value}: a name, an address, a phase, or what is wrong.
class Prober {
 public:
  explicit Prober(boost::asio::any_io_executor executor, ProberOptions options = {});
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  boost::asio::awaitable<HttpResult> exchange(HttpExchange step, MonoTime deadline);
  boost::asio::awaitable<DialogResult> converse(Dialog step, MonoTime deadline);
  boost::asio::awaitable<IcmpResult> echo(IcmpEcho step, MonoTime deadline);
  boost::asio::awaitable<DnsResult> look_up(DnsLookup step, MonoTime deadline);

 private:
  std::unique_ptr<Network> network_;
};

}  // namespace ght::io
