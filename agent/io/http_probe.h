// Carries out HttpExchange: resolve, connect, TLS, request, answer, redirects, all under one
// deadline and within limits.h.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/time.h"

namespace ght::io {

// One per process; holds the resolver and the TLS trust that exchanges share. Must outlive the
// coroutines that it made. One thread.
class HttpProbe {
 public:
  explicit HttpProbe(boost::asio::any_io_executor executor);
  ~HttpProbe();
  HttpProbe(const HttpProbe&) = delete;
  HttpProbe& operator=(const HttpProbe&) = delete;

  // Never throws; every failure is in the result.
  boost::asio::awaitable<HttpResult> exchange(HttpExchange step, MonoTime deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ght::io
