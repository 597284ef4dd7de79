// A recorded run of a collector: collectors/<group>/<name>/testdata/<case>/case.json, and beside it
// expected.txt. CONTRIBUTING.md describes the format for people who write one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/collector.h"
#include "agent/core/result.h"

namespace ght::contract {

struct Fixture {
  std::string name;
  std::filesystem::path folder;
  Settings settings;
  WallTime now{};
  Memory memory;
  Evidence evidence;
};

// collectors/<group>/<name> below the source tree.
std::filesystem::path collector_folder(const Collector& collector);

// The folders below testdata/ that hold a case.json, sorted by name.
std::vector<std::filesystem::path> fixture_folders(const Collector& collector);

// Strict: an unknown key, a wrong type, a setting that the collector refuses or a file that is
// not there is an Error that names the case.json and what was expected.
Result<Fixture> load_fixture(const Collector& collector, const std::filesystem::path& folder);

// The failures that a ProbeResult may carry: the network codes of core/reasons.h.
std::vector<std::string_view> probe_failures();

}  // namespace ght::contract
