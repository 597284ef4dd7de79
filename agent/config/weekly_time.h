// How much time hours of the week come to.
#pragma once

#include <chrono>
#include <string>

#include "agent/core/service_hours.h"
#include "agent/core/time.h"

namespace ght::config {

// Of an ordinary week, without holidays; hours given twice count once. A whole week for "24x7".
std::chrono::minutes weekly_time(const WeeklyHours& hours);

// The service time of a usual month, and how it is called in a message.
struct ServiceMonth {
  Duration time{};
  std::string name;  // "a month of 30 days", "an average month of 216.7 service hours"
};
ServiceMonth service_month(const WeeklyHours& hours);

}  // namespace ght::config
