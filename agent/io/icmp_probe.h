// Carries out IcmpEcho.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/io/network.h"

namespace ght::io {

// Asks through a datagram socket for ICMP, which needs no right where net.ipv4.ping_group_range
// names the agent's group (icmp(7)), or else through a raw one (CAP_NET_RAW); with neither,
// probe_not_made says so. See Prober::echo. May throw what the libraries below throw.
boost::asio::awaitable<void> run_icmp(Network& network, IcmpEcho step, MonoTime deadline,
                                      IcmpResult& result);

}  // namespace ght::io
