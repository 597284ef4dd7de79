#include "agent/io/http_url.h"

#include <gtest/gtest.h>

namespace ght::io {
namespace {

HttpUrl url(const char* text) {
  const Result<HttpUrl> parsed = parse_http_url(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << (parsed.ok() ? "" : parsed.error().text());
  return parsed.ok() ? parsed.value() : HttpUrl{};
}

TEST(HttpUrl, TakesUrlsApart) {
  const HttpUrl whole = url("https://DPI.Example.:8443/a%20b?q=1#part");
  EXPECT_TRUE(whole.tls);
  EXPECT_EQ(whole.host, "dpi.example");
  EXPECT_FALSE(whole.literal);
  EXPECT_EQ(whole.port, 8443);
  EXPECT_EQ(whole.authority, "dpi.example:8443");
  EXPECT_EQ(whole.target, "/a%20b?q=1");
  EXPECT_EQ(whole.text, "https://dpi.example:8443/a%20b?q=1");
}

TEST(HttpUrl, FillsInWhatIsLeftOut) {
  EXPECT_EQ(url("http://host").text, "http://host/");
  EXPECT_EQ(url("http://host").port, 80);
  EXPECT_EQ(url("https://host:").port, 443);
  EXPECT_EQ(url("https://host:443/").authority, "host");
  EXPECT_EQ(url("http://host?q").target, "/?q");
}

TEST(HttpUrl, KnowsAddresses) {
  const HttpUrl v6 = url("http://[2001:DB8::1]:81/");
  EXPECT_TRUE(v6.literal);
  EXPECT_EQ(v6.host, "2001:db8::1");
  EXPECT_EQ(v6.authority, "[2001:db8::1]:81");
  EXPECT_TRUE(url("http://192.0.2.1/").literal);
}

TEST(HttpUrl, RefusesEverythingElse) {
  for (const char* text : {"",
                           "host",
                           "//host/",
                           "ftp://host/",
                           "http://",
                           "http:///",
                           "http://u@h/",
                           "http://u:p@h/",
                           "http://h:0/",
                           "http://h:65536/",
                           "http://h:99999999999/",
                           "http://h:x/",
                           "http://h/a b",
                           "http://h/\r\nX: y",
                           "http://h%0d%0a/",
                           "http://h%2fx/",
                           "http://[v1.x]/",
                           "http://[fe80::1%25eth0]/",
                           "http://h\xc3\xa9/",
                           "http://.",
                           "http://h/\x01"}) {
    EXPECT_FALSE(parse_http_url(text).ok()) << text;
  }
}

TEST(HttpUrl, ResolvesLocations) {
  const HttpUrl base = url("http://host:81/a/b?q");
  const auto to = [&](const char* location) {
    const Result<HttpUrl> resolved = resolve_location(base, location);
    return resolved.ok() ? resolved.value().text : "refused";
  };
  EXPECT_EQ(to("/c"), "http://host:81/c");
  EXPECT_EQ(to("c"), "http://host:81/a/c");
  EXPECT_EQ(to("../c?x#f"), "http://host:81/c?x");
  EXPECT_EQ(to("?z"), "http://host:81/a/b?z");
  EXPECT_EQ(to(""), "http://host:81/a/b?q");
  EXPECT_EQ(to("//other/"), "http://other/");
  EXPECT_EQ(to("https://other"), "https://other/");
  EXPECT_EQ(to("javascript:alert(1)"), "refused");
  EXPECT_EQ(to("http://u:p@host/"), "refused");
  EXPECT_EQ(to("/a b"), "refused");
}

TEST(HttpUrl, TheSameServerOrItsSecureSelf) {
  EXPECT_TRUE(same_server(url("http://h/a"), url("http://h/b")));
  EXPECT_TRUE(same_server(url("http://h/"), url("https://h/")));
  EXPECT_FALSE(same_server(url("http://h/"), url("https://h:8443/")));
  EXPECT_FALSE(same_server(url("http://h:80/"), url("http://h:81/")));
  EXPECT_FALSE(same_server(url("http://h/"), url("http://i/")));
  EXPECT_FALSE(same_server(url("https://h/"), url("http://h/")));
}

}  // namespace
}  // namespace ght::io
