#include "agent/io/log.h"

#include <gtest/gtest.h>

namespace ght::io {
namespace {

const WallTime at = wall_from_unix_ms(1'790'000'000'123);

TEST(Log, LogfmtQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(format_log_line(LogFormat::logfmt, at, LogLevel::info, "listening",
                            {{"address", "127.0.0.1:19787"}, {"title", "DPI : portail"}}),
            "time=2026-09-21T14:13:20.123Z level=info msg=listening address=127.0.0.1:19787 "
            "title=\"DPI : portail\"");
}

TEST(Log, NoForeignTextCanForgeALine) {
  const std::string line = format_log_line(LogFormat::logfmt, at, LogLevel::error, "bad",
                                           {{"value", "x\ntime=0 level=info msg=\"fine\"\x1B"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_NE(line.find(R"(value="x\ntime=0 level=info msg=\"fine\"\u001b")"), std::string::npos)
      << line;
}

TEST(Log, JsonIsOneObject) {
  EXPECT_EQ(format_log_line(LogFormat::json, at, LogLevel::warn, "a \"b\"", {{"k", ""}}),
            R"({"time":"2026-09-21T14:13:20.123Z","level":"warn","msg":"a \"b\"","k":""})");
}

}  // namespace
}  // namespace ght::io
