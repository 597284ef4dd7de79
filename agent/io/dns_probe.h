// Carries out DnsLookup.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/io/network.h"

namespace ght::io {

// Over UDP the question is asked again after a third of the time, with the same number, so that one
// lost packet is no failure; dns_timeout when nothing came. An answer that is cut short (TC) is
// asked for again over TCP, as resolvers do. A server that cannot be reached is a connect_... code.
// See Prober::look_up. May throw what the libraries below throw.
boost::asio::awaitable<void> run_dns(Network& network, DnsLookup step, MonoTime deadline,
                                     DnsResult& result);

}  // namespace ght::io
