#include "agent/io/resident.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ght::io {
namespace {

struct Mapping {
  std::string bytes() const {
    return {reinterpret_cast<const char*>(from), to - from};  // NOLINT(performance-no-int-to-ptr)
  }
  std::uintptr_t from = 0;
  std::uintptr_t to = 0;
  std::size_t resident = 0;
};

// What of a library's file is mapped for reading alone, without what the loader wrote into.
std::vector<Mapping> tables_of(std::string_view library) {
  std::vector<Mapping> found;
  std::ifstream maps("/proc/self/smaps");
  bool wanted = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    const std::vector<std::string> word(std::istream_iterator<std::string>(words), {});
    if (!word.front().ends_with(':')) {
      wanted = word[1] == "r--p" && word.back().find(library) != std::string::npos;
      if (!wanted) continue;
      const std::size_t dash = word.front().find('-');
      found.push_back({.from = std::stoull(word.front(), nullptr, 16),
                       .to = std::stoull(word.front().substr(dash + 1), nullptr, 16)});
    } else if (wanted && word.front() == "Rss:") {
      found.back().resident = 1024 * std::stoull(word[1]);
    } else if (wanted && word.front() == "Anonymous:" && word[1] != "0") {
      found.pop_back();
      wanted = false;
    }
  }
  return found;
}

std::size_t resident(const std::vector<Mapping>& mappings) {
  std::size_t sum = 0;
  for (const Mapping& mapping : mappings) sum += mapping.resident;
  return sum;
}

TEST(ReleaseTables, LeavesTheTablesOfALibraryInItsFileAndUnchanged) {
  constexpr std::string_view library = "/libcrypto.so";
  std::vector<std::string> before;
  for (const Mapping& table : tables_of(library)) before.push_back(table.bytes());
  ASSERT_FALSE(before.empty());
  const std::size_t all = resident(tables_of(library));
  ASSERT_GT(all, 512U << 10U) << "reading has not made them resident";

  release_tables();
  EXPECT_LT(resident(tables_of(library)), all / 4);

  std::vector<std::string> after;
  for (const Mapping& table : tables_of(library)) after.push_back(table.bytes());
  EXPECT_TRUE(before == after);
}

}  // namespace
}  // namespace ght::io
