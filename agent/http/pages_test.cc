#include "agent/http/pages.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "agent/core/text.h"
#include "agent/http/test_client.h"
#include "tests/support/files.h"
#include "tests/support/poll.h"

namespace ght::http::test {
namespace {

// What the agent knows, in the hand of a test. Counts how often a picture of it was taken.
class FakeSource : public ViewSource {
 public:
  std::uint64_t generation() const override { return generation_; }
  View view(ViewDetail) const override {
    ++views;
    View view;
    view.version = "1.2.3";
    view.revision = std::to_string(generation_);
    view.time_zone = "UTC";
    view.now = parse_rfc3339("2026-11-23T04:00:00Z").value() + WallDuration(views);
    view.started = view.now;
    view.reload_success = view.now;
    return view;
  }
  bool ready() const override { return ready_; }

  std::uint64_t generation_ = 1;
  bool ready_ = true;
  mutable int views = 0;
};

struct PagesTest : ::testing::Test {
  Reply get(std::string_view path, std::string_view query = "", std::string_view accept = "",
            std::string_view encoding = "") {
    return pages(Request{path, query, accept, encoding});
  }

  FakeSource source;
  MonoTime now{};
  Pages pages{source, [this] { return now; }};
};

constexpr std::string_view asks_openmetrics = "application/openmetrics-text;version=1.0.0";

TEST_F(PagesTest, EveryRouteHasItsType) {
  EXPECT_EQ(get("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(get("/api/v1/status").content_type, "application/json; charset=utf-8");
  EXPECT_EQ(get("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get("/metrics", "", asks_openmetrics).content_type,
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(get("/metrics", "", asks_openmetrics).body->ends_with("# EOF\n"));
  EXPECT_FALSE(get("/metrics").body->ends_with("# EOF\n"));
  for (const std::string_view path : {"/", "/metrics", "/api/v1/status"}) {
    EXPECT_EQ(get(path).status, 200U) << path;
    EXPECT_FALSE(get(path).body->empty()) << path;
  }
}

TEST_F(PagesTest, TheStatusPageIsFrenchUnlessEnglishIsAskedFor) {
  EXPECT_TRUE(get("/").body->contains("lang=\"fr\""));
  EXPECT_TRUE(get("/", "lang=fr").body->contains("lang=\"fr\""));
  EXPECT_TRUE(get("/", "lang=de").body->contains("lang=\"fr\""));
  EXPECT_TRUE(get("/", "lang=en").body->contains("lang=\"en\""));
  EXPECT_TRUE(get("/", "x=y&lang=en&z").body->contains("lang=\"en\""));
}

TEST_F(PagesTest, HealthyIsNotReady) {
  source.ready_ = false;
  EXPECT_EQ(get("/-/healthy").status, 200U);
  EXPECT_EQ(get("/-/ready").status, 503U);
  source.ready_ = true;
  EXPECT_EQ(get("/-/ready").status, 200U);
}

TEST_F(PagesTest, OtherPathsAreNotFound) {
  for (const std::string_view path : {"/metrics/", "//", "/index.html", "/-/", "/api/v1/status/x",
                                      "/Metrics", "/%6detrics", "/../metrics"}) {
    EXPECT_EQ(get(path).status, 404U) << path;
  }
  EXPECT_EQ(source.views, 0);
}

TEST_F(PagesTest, EachFormIsRenderedOncePerChange) {
  const Reply first = get("/metrics");
  now += 24h;
  EXPECT_EQ(get("/metrics").body, first.body);
  EXPECT_EQ(source.views, 1);
  const Reply open = get("/metrics", "", asks_openmetrics);
  const Reply packed = get("/metrics", "", "", "gzip");
  EXPECT_EQ(source.views, 3);
  EXPECT_EQ(get("/metrics", "", asks_openmetrics).body, open.body);
  EXPECT_EQ(get("/metrics", "", "", "gzip").body, packed.body);
  EXPECT_EQ(source.views, 3);
  source.generation_ = 2;
  EXPECT_EQ(source.views, 3) << "nothing is rendered before it is asked for";
  const Reply second = get("/metrics");
  EXPECT_TRUE(second.body->contains("revision=\"2\""));
  EXPECT_TRUE(first.body->contains("revision=\"1\"")) << "an answer under way must not change";
}

TEST_F(PagesTest, PagesThatShowTheTimeLastASecond) {
  for (const std::string_view path : {"/", "/api/v1/status"}) {
    const Reply first = get(path);
    now += 999ms;
    EXPECT_EQ(get(path).body, first.body) << path;
    now += 1ms;
    EXPECT_NE(get(path).body, first.body) << path;
  }
}

TEST(PagesUnderChange, RenderingTakesATenthOfTheTimeAtMost) {
  FakeSource source;
  MonoTime now{};
  // Every look at the clock is 5 ms later: a page takes 5 ms to render.
  Pages pages(source, [&now] { return now += 5ms; });
  for (int i = 0; i < 1000; ++i) {
    ++source.generation_;
    pages(Request{"/metrics", "", "", ""});
  }
  EXPECT_LE(source.views * 5ms, now.time_since_epoch() / 10 + 5ms);
  EXPECT_GE(source.views, 50) << "and the page does follow the changes";
}

TEST_F(PagesTest, GzipIsTheSamePageSmaller) {
  const Reply plain = get("/metrics");
  const Reply packed = get("/metrics", "", "", "gzip, deflate");
  EXPECT_EQ(plain.content_encoding, "");
  EXPECT_EQ(packed.content_encoding, "gzip");
  EXPECT_LT(packed.body->size(), plain.body->size());
  EXPECT_TRUE(packed.body->starts_with("\x1f\x8b"));
  EXPECT_EQ(get("/metrics", "", "", "gzip;q=0").body, plain.body);
}

struct RunbooksTest : PagesTest {
  RunbooksTest() {
    dir.write("fr/GhtCheckBad.html", "<h1>Contrôle en défaut</h1>\n<pre><code>ght-agent status\n");
    dir.write("en/GhtCheckBad.html", "<h1>Check bad</h1>\n");
    dir.write("fr/GhtWatchdog.html", "<h1>Veille</h1>\n");
  }
  ght::test::TempDir dir;
  Pages pages{
      source, [this] { return now; }, {.reports = {}, .runbooks = io::RunbookFiles(dir.path())}};
  Reply ask(std::string_view path, std::string_view query = "") {
    return pages(Request{path, query, "", ""});
  }
};

TEST_F(RunbooksTest, AreShownInTheReadersLanguage) {
  const Reply french = ask("/runbooks/GhtCheckBad");
  EXPECT_EQ(french.status, 200U);
  EXPECT_EQ(french.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(french.body->contains("<html lang=\"fr\">"));
  EXPECT_TRUE(french.body->contains("<h1>Contrôle en défaut</h1>"));
  EXPECT_TRUE(french.body->contains("href=\"../\""));
  EXPECT_TRUE(french.body->contains("href=\"?lang=en\""));
  const Reply english = ask("/runbooks/GhtCheckBad", "lang=en");
  EXPECT_TRUE(english.body->contains("<html lang=\"en\">"));
  EXPECT_TRUE(english.body->contains("<h1>Check bad</h1>"));
  EXPECT_TRUE(english.body->contains("href=\"../?lang=en\""));
  EXPECT_FALSE(english.body->contains("<script"));
}

TEST_F(RunbooksTest, TheListNamesAll) {
  const Reply list = ask("/runbooks/");
  EXPECT_EQ(list.status, 200U);
  EXPECT_TRUE(list.body->contains("href=\"GhtCheckBad\""));
  EXPECT_TRUE(list.body->contains("href=\"GhtWatchdog\""));
  const Reply english = ask("/runbooks/", "lang=en");
  EXPECT_TRUE(english.body->contains("href=\"GhtCheckBad?lang=en\""));
  EXPECT_FALSE(english.body->contains("GhtWatchdog"));
}

TEST_F(RunbooksTest, AMissingOneIsToldWithThoseThatAreThere) {
  for (const std::string_view path : {"/runbooks/GhtNothing", "/runbooks/../GhtCheckBad",
                                      "/runbooks/<b>", "/runbooks/GhtCheckBad/"}) {
    const Reply reply = ask(path);
    EXPECT_EQ(reply.status, 404U) << path;
    EXPECT_TRUE(reply.body->contains("href=\"GhtCheckBad\"")) << path;
    EXPECT_FALSE(reply.body->contains("<b>")) << path;
  }
  EXPECT_EQ(ask("/runbooks").status, 404U);
  EXPECT_EQ(get("/runbooks/GhtCheckBad").status, 404U) << "an agent without runbooks";
}

// Every change gives a page of one generation from its first byte to its last, whatever changes
// while it is sent.
TEST(PagesOverHttp, ScrapesDuringChangesAreWhole) {
  struct Changing : ViewSource {
    std::uint64_t generation() const override { return ++count; }
    View view(ViewDetail) const override {
      View view;
      view.version = view.revision = std::to_string(count);
      view.time_zone = "UTC";
      view.identity.host = std::string(200000, 'h');
      return view;
    }
    bool ready() const override { return true; }
    mutable std::uint64_t count = 0;
  };
  Changing source;
  Pages pages(source, [] { return MonoTime(); });
  RunningServer server([&](const Request& request) { return pages(request); });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<Client>(server.address));
    clients.back()->connect();
  }
  std::string last;
  for (int round = 0; round < 20; ++round) {
    for (auto& client : clients)
      client->ask("/metrics", "Accept: application/openmetrics-text\r\n");
    for (auto& client : clients) {
      const Answer answer = client->answer();
      ASSERT_TRUE(answer.whole);
      ASSERT_TRUE(answer.body.ends_with("# EOF\n"));
      const std::size_t at = answer.body.find("revision=\"") + 10;
      const std::string revision = answer.body.substr(at, answer.body.find('"', at) - at);
      ASSERT_TRUE(answer.body.contains("version=\"" + revision + "\""));
      EXPECT_NE(revision, last);
      last = revision;
    }
  }
}

}  // namespace
}  // namespace ght::http::test
