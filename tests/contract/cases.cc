#include "tests/contract/cases.h"

#include <cctype>
#include <cstdlib>

#include "collectors/registry.h"
#include "tests/contract/fixture.h"

namespace ght {

void PrintTo(Verdict verdict, std::ostream* out) {
  *out << name(verdict);
}

}  // namespace ght

namespace ght::contract {

void PrintTo(const Case& test_case, std::ostream* out) {
  *out << test_case.folder.string();
}

std::vector<const Collector*> every_collector() {
  std::vector<const Collector*> found;
  for (const Collector* collector : collectors::all()) {
    if (collector->summary != "stub") found.push_back(collector);
  }
  return found;
}

std::vector<Case> every_case() {
  std::vector<Case> cases;
  for (const Collector* collector : every_collector()) {
    for (const auto& folder : fixture_folders(*collector)) cases.push_back({collector, folder});
  }
  return cases;
}

std::string collector_name(const Collector& collector) {
  return std::string(collector.name);
}

std::string case_name(const Case& test_case) {
  std::string name = collector_name(*test_case.collector);
  name += "_" + test_case.folder.filename().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

bool updating_golden() {
  const char* flag = std::getenv("GHT_UPDATE_GOLDEN");
  return flag != nullptr && std::string(flag) == "1";
}

}  // namespace ght::contract
