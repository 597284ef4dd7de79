// Every collector of collectors.def, and every case of its testdata/, as test parameters.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "agent/core/collector.h"

namespace ght {

// GoogleTest shows a verdict by its name.
void PrintTo(Verdict verdict, std::ostream* out);

}  // namespace ght

namespace ght::contract {

struct Case {
  const Collector* collector = nullptr;
  std::filesystem::path folder;
};
void PrintTo(const Case& test_case, std::ostream* out);

std::vector<const Collector*> every_collector();
std::vector<Case> every_case();

// A test's name: "restic", "restic_snapshot_too_old".
std::string collector_name(const Collector& collector);
std::string case_name(const Case& test_case);

// True when expected.txt is to be written instead of compared (--update-golden).
bool updating_golden();

}  // namespace ght::contract
