#include "agent/http/address.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "agent/http/server.h"

namespace ght::http {
namespace {

TEST(Address, ReadsNumericAddressesWithAPort) {
  for (const std::string text : {"127.0.0.1:19787", "0.0.0.0:0", "[::1]:65535", "[::]:80"}) {
    const auto endpoint = parse_listen_address(text);
    ASSERT_TRUE(endpoint.ok()) << endpoint.error().text();
    EXPECT_EQ(format_endpoint(endpoint.value()), text);
  }
}

TEST(Address, RefusesEverythingElseWithWhatWasExpected) {
  for (const std::string text :
       {"", ":", "19787", ":19787", "localhost:19787", "127.0.0.1", "127.1:80", "::1:80", "[::1]",
        "[127.0.0.1]:80", "[]:80", "127.0.0.1 :80", "http://127.0.0.1:80"}) {
    const auto endpoint = parse_listen_address(text);
    ASSERT_FALSE(endpoint.ok()) << text;
    EXPECT_EQ(endpoint.error().text(),
              (text.empty() ? "" : text + ": ") +
                  "not a listen address: expected a numeric address and a port, such as "
                  "127.0.0.1:19787 or [::1]:19787");
  }
  for (const std::string text : {"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
                                 "127.0.0.1:http", "[::1]: 80"}) {
    const auto endpoint = parse_listen_address(text);
    ASSERT_FALSE(endpoint.ok()) << text;
    EXPECT_EQ(endpoint.error().text(),
              text + ": not a listen address: the port must be a number from 0 to 65535");
  }
}

TEST(Address, ListenGivesThePortOfTheKernel) {
  boost::asio::io_context io;
  Server server(io.get_executor(), {});
  const auto bound = server.listen("127.0.0.1:0");
  ASSERT_TRUE(bound.ok()) << bound.error().text();
  EXPECT_NE(parse_listen_address(bound.value()).value().port(), 0);
  EXPECT_NE(server.listen("127.0.0.1:0").value(), bound.value());
}

TEST(Address, ListenSaysWhyItCannot) {
  boost::asio::io_context io;
  Server server(io.get_executor(), {});
  const std::string taken = server.listen("127.0.0.1:0").value();
  EXPECT_EQ(server.listen(taken).error().text(),
            taken + ": cannot listen: the port is already in use by another program");
  EXPECT_EQ(server.listen("192.0.2.1:0").error().text(),
            "192.0.2.1:0: cannot listen: this host has no such address");
  EXPECT_FALSE(server.listen("nonsense").ok());
}

}  // namespace
}  // namespace ght::http
