// Real echoes on the loopback; loss and unreachable hosts are in tests/e2e/network. Needs a
// datagram socket for ICMP (ping_group_range) or CAP_NET_RAW.
#include <gtest/gtest.h>

#include "agent/core/reasons.h"
#include "agent/io/local_server_test.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::probe;

// This machine may send no ICMP at all: then that is what must be said.
bool may_not(const IcmpResult& result) {
  if (result.failure != reasons::probe_not_made) return false;
  EXPECT_EQ(result.failure_detail,
            "no right to send ICMP: net.ipv4.ping_group_range does not name the agent's group");
  return true;
}

TEST(IcmpProbe, EveryRequestComesBackOnTheLoopback) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const IcmpResult result =
        probe(IcmpEcho{.host = host, .count = 3, .spacing = 5ms, .patience = 2s});
    if (may_not(result)) continue;
    EXPECT_EQ(result.failure, "") << result.failure_detail;
    EXPECT_EQ(result.address, host);
    EXPECT_EQ(result.sent, 3);
    ASSERT_EQ(result.round_trips.size(), 3U);
    for (const Duration& time : result.round_trips) EXPECT_GT(time, 0ns);
    EXPECT_GE(result.elapsed, 10ms);
    EXPECT_LT(result.elapsed, 2s) << "nothing is waited for once all are back";
  }
}

TEST(IcmpProbe, AnAddressOfTheWrongFamilyIsNone) {
  const IcmpResult result = probe(IcmpEcho{.host = "127.0.0.1", .family = IpFamily::v6});
  EXPECT_EQ(result.failure, reasons::dns_no_address);
}

TEST(IcmpProbe, TheDeadlineEndsIt) {
  const IcmpResult result =
      probe(IcmpEcho{.host = "127.0.0.1", .count = 20, .spacing = 100ms, .patience = 10s}, 250ms);
  if (may_not(result)) return;
  EXPECT_LT(result.sent, 20);
  EXPECT_GE(result.elapsed, 250ms);
  EXPECT_LT(result.elapsed, 5s);
}

}  // namespace
}  // namespace ght::io
