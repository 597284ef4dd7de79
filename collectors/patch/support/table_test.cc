#include "collectors/patch/support/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace ght::collectors::support {
namespace {

constexpr std::string_view small = R"({ // the shape of the shipped one
  "format": 1, "date": "2026-11-30",
  "os": [{"id": "debian", "name": "Debian", "source": "s", "packagers": ["debian.org>"],
          "cycles": [{"cycle": "11", "standard_end": "2024-08-14", "lts_end": "2026-08-31",
                      "ships": {"php": ["7.4"]}},
                     {"cycle": "12", "standard_end": "2026-07-11", "lts_end": null}]}],
  "software": [{"id": "php", "packages": ["php#-cli"], "version_parts": 2,
                "cycles": [{"cycle": "7.4", "standard_end": "2022-11-28"}]}]
})";

Table table_of(std::string_view bytes) {
  Table table;
  const auto parsed = parse_table(bytes);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
  EXPECT_TRUE(parsed.ok() && overlay(table, parsed.value()).ok());
  return table;
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(small);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(SupportTable, AbsentNullAndADayAreThreeThings) {
  const Table table = table_of(small);
  const auto& cycles = table.os.at("debian").cycles;
  EXPECT_EQ(cycles.at("11").ends.lts, end_on(parse_day("2026-08-31").value()));
  EXPECT_EQ(cycles.at("12").ends.lts.kind, End::Kind::none);
  EXPECT_EQ(cycles.at("12").ends.extended.kind, End::Kind::unknown);
  EXPECT_EQ(table.software.at("php").version_parts, 2U);
  EXPECT_EQ(table.os.at("debian").version_parts, 1U);
  EXPECT_EQ(table.os.at("debian").os_id, "debian");
  EXPECT_EQ(table.written, parse_day("2026-11-30").value());
}

TEST(SupportTable, AnOverlayReplacesRowsAndKeepsTheRest) {
  Table table = table_of(small);
  const auto upper = parse_table(R"({"format": 1, "date": "2027-03-01",
    "os": [{"id": "debian", "cycles": [{"cycle": "11", "standard_end": "2024-08-14",
            "lts_end": "2031-06-30"}]},
           {"id": "appliance", "cycles": [{"cycle": "4", "standard_end": "2029-01-01"}]}],
    "software": [{"id": "mirth", "packages": ["mirth"], "cycles": []}]})");
  ASSERT_TRUE(upper.ok()) << upper.error().text();
  ASSERT_TRUE(overlay(table, upper.value()).ok());
  const Row& row = table.os.at("debian").cycles.at("11");
  EXPECT_EQ(format_day(row.ends.lts.day), "2031-06-30");
  EXPECT_EQ(format_day(row.written), "2027-03-01");
  EXPECT_TRUE(row.ships.contains("php"));
  EXPECT_EQ(format_day(table.os.at("debian").cycles.at("12").written), "2026-11-30");
  EXPECT_EQ(table.os.at("debian").name, "Debian");
  EXPECT_EQ(table.os.at("appliance").os_id, "appliance");
  EXPECT_EQ(table.software.at("mirth").packages.size(), 1U);
  EXPECT_EQ(format_day(table.written), "2026-11-30");
}

TEST(SupportTable, NewSoftwareNeedsPackages) {
  Table table = table_of(small);
  const auto upper = parse_table(
      R"({"format": 1, "date": "2027-03-01", "software": [{"id": "mirth", "cycles": []}]})");
  ASSERT_TRUE(upper.ok());
  EXPECT_FALSE(overlay(table, upper.value()).ok());
}

TEST(SupportTable, WhatIsWrongIsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "line 1: not JSON"},
      {"{\n\"format\": 1,\n\"date\" \"x\"}", "line 3: not JSON"},
      {"[]", "expected an object"},
      {replaced("\"format\": 1", "\"format\": 2"), "/format: expected 1"},
      {replaced("\"date\": \"2026-11-30\",", ""), "/date: expected"},
      {replaced("2026-11-30", "30/11/2026"), "/date: expected a day"},
      {replaced("\"lts_end\": null", "\"lts-end\": null"),
       "/os/0/cycles/1/lts-end: unknown member (did you mean lts_end?)"},
      {replaced("2026-08-31", "2026-08-32"), "/os/0/cycles/0/lts_end: expected a day"},
      {replaced("\"2026-08-31\"", "true"), "/os/0/cycles/0/lts_end: expected a day"},
      {replaced("\"2026-07-11\"", "null"), "/os/0/cycles/1/standard_end: expected a day"},
      {replaced("2026-08-31", "2020-08-31"), "/os/0/cycles/0: expected standard_end"},
      {replaced("\"cycle\": \"12\"", "\"cycle\": \"11\""), "/os/0/cycles/1/cycle: cycle 11 stands"},
      {replaced("\"cycle\": \"12\"", "\"cycle\": 12"), "/os/0/cycles/1/cycle: expected a text"},
      {replaced("\"id\": \"php\"", "\"id\": \"p h p\""), "/software/0/id: expected a name"},
      {replaced("[\"php#-cli\"]", "\"php#-cli\""), "/software/0/packages: expected an array"},
      {replaced("\"version_parts\": 2", "\"version_parts\": 4"), "/software/0/version_parts"},
      {replaced("{\"php\": [\"7.4\"]}", "[]"), "/os/0/cycles/0/ships: expected an object"},
  };
  for (const auto& [bytes, expected] : cases) {
    const auto table = parse_table(bytes);
    ASSERT_FALSE(table.ok()) << bytes;
    EXPECT_THAT(table.error().text(), testing::HasSubstr(expected));
  }
}

TEST(SupportTable, EveryCutTableIsRefused) {
  for (std::size_t length = 0; length + 1 < small.size(); ++length) {
    EXPECT_FALSE(parse_table(small.substr(0, length)).ok()) << length;
  }
}

TEST(SupportTable, TheShippedOneIsWholeAndSaysWhereItIsFrom) {
  const Table table =
      table_of(test::read_file(test::source("collectors/patch/support/support-table.json")));
  for (const auto* products : {&table.os, &table.software}) {
    EXPECT_GE(products->size(), 9U);
    for (const auto& [id, product] : *products) {
      EXPECT_TRUE(product.source.starts_with("https://")) << id;
      for (const auto& [cycle, row] : product.cycles) {
        EXPECT_EQ(row.ends.standard.kind, End::Kind::day) << id << cycle;
        EXPECT_NE(row.ends.lts.kind, End::Kind::unknown) << id << cycle;
        for (const auto& [software, cycles] : row.ships) {
          EXPECT_TRUE(table.software.contains(software)) << software;
        }
      }
    }
  }
  const Ends& bookworm = table.os.at("debian").cycles.at("12").ends;
  EXPECT_EQ(format_day(bookworm.standard.day), "2026-07-11");
  EXPECT_EQ(format_day(bookworm.lts.day), "2028-06-30");
}

}  // namespace
}  // namespace ght::collectors::support
