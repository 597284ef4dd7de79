// One configured instance of a collector, and who and where this host is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/activity.h"
#include "agent/core/collector.h"
#include "agent/core/time.h"

namespace ght {

// R.1111-11 6 CSP. An absent level is "not announced" / "not guaranteed", never 0.
struct ServiceLevel {
  std::optional<double> guaranteed;  // ratio, 0 < x <= 1
  std::optional<double> announced;
  std::string penalties = "none";  // free text; "none" is printable

  bool operator==(const ServiceLevel&) const = default;
};

struct Check {
  std::string name;   // unique, [a-z0-9][a-z0-9_-]*, the `check` label
  std::string title;  // for people; the name when not given
  const Collector* collector = nullptr;
  Activity activity = Activity::administration;
  Duration interval{};
  Duration timeout{};
  Duration stale_after{};  // a verdict older than this is no longer known
  int confirm_bad = 1;     // bad observations in a row that make the state bad
  Settings settings;
  ServiceLevel sla;
  // Canonical JSON of the check as configured: equal text means an unchanged check over a reload.
  std::string fingerprint;
};

struct Identity {
  std::string ght;
  std::string establishment;
  std::string site;
  std::string host;
};

}  // namespace ght
