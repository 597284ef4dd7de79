// One configured instance of a collector, and who and where this host is.
#pragma once

#include <string>
#include <vector>

#include "agent/core/activity.h"
#include "agent/core/collector.h"
#include "agent/core/service_level.h"
#include "agent/core/time.h"

namespace ght {

struct Check {
  std::string name;   // unique, [a-z0-9][a-z0-9_-]*, the `check` label
  std::string title;  // for people; the name when not given
  const Collector* collector = nullptr;
  Activity activity = Activity::administration;
  Duration interval{};
  Duration timeout{};
  Duration stale_after{};  // a verdict older than this is no longer known
  int confirm_bad = 1;     // bad observations in a row that make the state bad
  // It watches this host itself: while the machine restarts it is bad, not unknown.
  bool on_this_host = false;
  // Its helpers are run by the privileged service; see RunHelper.
  bool privileged = false;
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
