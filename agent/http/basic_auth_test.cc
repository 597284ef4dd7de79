#include "agent/http/basic_auth.h"

#include <gtest/gtest.h>

#include "agent/core/limits.h"

namespace ght::http {
namespace {

std::string both(std::string_view field) {
  const auto read = parse_basic(field);
  return read ? read->name + "|" + read->password : "none";
}

TEST(BasicAuth, ReadsNameAndPassword) {
  EXPECT_EQ(both("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "Aladdin|open sesame");
  EXPECT_EQ(both("basic dGVzdDoxMjPCow=="), "test|123£");
  EXPECT_EQ(both("BASIC   YTpiOmM="), "a|b:c") << "the first colon ends the name";
  EXPECT_EQ(both("Basic Og=="), "|");
  EXPECT_EQ(both("Basic YTo="), "a|");
  EXPECT_EQ(both("Basic Pj4+Pz8/Og=="), ">>>???|");
}

TEST(BasicAuth, EverythingElseIsNoCredentials) {
  for (const std::string_view field : {"",
                                       "Basic",
                                       "Basic ",
                                       "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                                       "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                                       "Basic QWxhZGRpbg==",
                                       "Basic YTpi Yw==",
                                       "Basic YTpiYw",
                                       "Basic YTpiY",
                                       "Basic YTpiYw=",
                                       "Basic YTpiYx==",
                                       "Basic =YTp",
                                       "Basic YT=p",
                                       "Basic ====",
                                       "Basic Y===",
                                       "Basic YTpi-_==",
                                       "Basic YTpi\n",
                                       "Basic YToK",
                                       "Basic YToA",
                                       "Basic YTp/"}) {
    EXPECT_EQ(both(field), "none") << field;
  }
}

TEST(BasicAuth, IsBounded) {
  // 3 bytes to 4 characters: "aaa" is YWFh, "a:a" is YTph.
  std::string field = "Basic YTph";
  while (field.size() < 6 + limits::password_bytes / 3 * 4) field += "YWFh";
  EXPECT_NE(both(field), "none");
  EXPECT_EQ(both(field + "YWFh"), "none");
  EXPECT_EQ(both("Basic YTph" + std::string(8000, 'A')), "none");
}

}  // namespace
}  // namespace ght::http
