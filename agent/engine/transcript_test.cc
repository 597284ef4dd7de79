#include "agent/engine/transcript.h"

#include <gtest/gtest.h>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

HttpResult answer() {
  HttpResult result;
  result.url = "https://dpi.example/health?token=s3cret#x";
  result.address = "192.0.2.1:443";
  result.status = 503;
  result.headers = {{"Set-Cookie", "session=s3cret"}, {"Server", "nginx"}, {"X-Patient", "Martin"}};
  result.body = "M. Martin";
  result.phases.connect = 2ms + 345678ns;
  result.elapsed = 12ms;
  return result;
}

TEST(Transcript, SaysWhereHowFarAndHowLong) {
  EXPECT_EQ(transcript({answer()}),
            "http https://dpi.example/health?... 192.0.2.1:443 connect=2ms status=503 body=9B "
            "after 12ms Server: nginx;");
  DialogResult dialog;
  dialog.address = "192.0.2.2:104";
  dialog.failure = reasons::answer_timeout;
  dialog.heard = {"", "abc"};
  dialog.elapsed = 5s + 412us;
  EXPECT_EQ(transcript({dialog}), "dialog 192.0.2.2:104 heard=0+3B -> answer_timeout after 5s");
  HelperResult helper;
  helper.end = HelperEnd::exited;
  helper.code = 1;
  helper.out = "x";
  helper.elapsed = 3ms;
  DnsResult dns;
  dns.rcode = "SERVFAIL";
  EXPECT_EQ(transcript({helper, dns}),
            "helper exit 1 out=1B after 3ms\ndns SERVFAIL answers=0 after <1ms");
}

// What may be a secret or health data is not there, wherever it came from.
TEST(Transcript, HoldsNothingThatWasSaid) {
  DialogResult dialog;
  dialog.heard = {"PID|1||123456^^^GHT||MARTIN"};
  HelperResult helper;
  helper.out = helper.err = helper.detail = "MARTIN";
  HttpResult failed = answer();
  failed.failure = reasons::http_malformed;
  failed.failure_detail = "MARTIN";
  const std::string text = transcript({answer(), failed, dialog, helper});
  for (const char* word : {"s3cret", "Martin", "MARTIN", "123456"}) {
    EXPECT_EQ(text.find(word), std::string::npos) << text;
  }
}

TEST(Transcript, IsBoundedAndClean) {
  HttpResult hostile = answer();
  hostile.headers.assign(100, {"Server", std::string(1000, '\xFF') + "\x1B[31m\n"});
  const std::string text = transcript(Evidence(16, hostile));
  EXPECT_LE(text.size(), limits::transcript_bytes);
  EXPECT_TRUE(is_utf8(text));
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
}

}  // namespace
}  // namespace ght
