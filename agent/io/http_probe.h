// Carries out HttpExchange.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/io/network.h"

namespace ght::io {

// See Prober::exchange. May throw what the libraries below throw.
boost::asio::awaitable<void> run_http(Network& network, HttpExchange step, MonoTime deadline,
                                      HttpResult& result);

}  // namespace ght::io
