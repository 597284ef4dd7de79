// Carries out HttpExchange: resolve, connect, TLS, request, answer, redirects, all under one
// deadline and within limits.h.
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

struct HttpProbeOptions {
  ResolverOptions resolver;
  TlsTrustOptions trust;
};

// One per process; holds the resolver and the TLS trust that exchanges share. Must outlive the
// coroutines that it made. One thread.
class HttpProbe {
 public:
  explicit HttpProbe(boost::asio::any_io_executor executor, HttpProbeOptions options = {});
  ~HttpProbe();
  HttpProbe(const HttpProbe&) = delete;
  HttpProbe& operator=(const HttpProbe&) = delete;

  // Never throws; every failure is in the result. Each exchange makes its own connection and a
  // full TLS handshake. Failures that say nothing about the server, because this host could not
  // even ask, are ca_file_unreadable and probe_not_made. failure_detail is what the sentence of
  // the failure calls {value}: a name, an address, a phase, or what is wrong.
  boost::asio::awaitable<HttpResult> exchange(HttpExchange step, MonoTime deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ght::io
