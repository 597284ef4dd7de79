#include "collectors/availability/ntp/readings.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace ght::collectors::ntp {
namespace {

using nlohmann::json;

constexpr std::int64_t answer_format = 1;
constexpr double largest_seconds = 1e9;  // of an offset or an error: beyond is no clock
constexpr double year_3000 = 32503680000;

// Of `chronyc -c tracking` (chrony 4), in this order.
enum Column { id, name, stratum, updated, offset, delay = 10, dispersion, leap = 13, columns };

Error expected(const std::string& where, const std::string& what) {
  return {.about = where, .message = "expected " + what};
}

Duration from_seconds(double seconds) {
  return Duration(std::llround(seconds * 1e9));
}

Result<std::int64_t> whole_number(const json& object, const char* key) {
  const auto found = object.find(key);
  constexpr std::int64_t most = 1'000'000'000'000'000'000;
  const bool fits = found != object.end() && found->is_number_integer() &&
                    !(found->is_number_unsigned() &&
                      found->get<std::uint64_t>() > static_cast<std::uint64_t>(most)) &&
                    found->get<std::int64_t>() >= -most;
  if (!fits) return expected(std::string("/kernel/") + key, "a whole number");
  return found->get<std::int64_t>();
}

Result<Kernel> read_kernel(const json& answer) {
  Kernel kernel;
  const auto error = answer.find("error");
  if (error != answer.end()) {
    if (!error->is_string() || error->get<std::string>().empty()) {
      return expected("/kernel/error", "a text");
    }
    kernel.error = error->get<std::string>();
    return kernel;
  }
  const auto synchronised = answer.find("synchronised");
  if (synchronised == answer.end() || !synchronised->is_boolean()) {
    return expected("/kernel/synchronised", "true or false");
  }
  kernel.synchronised = synchronised->get<bool>();
  GHT_TRY(const std::int64_t nanoseconds, whole_number(answer, "offset_ns"));
  GHT_TRY(const std::int64_t microseconds, whole_number(answer, "max_error_us"));
  if (microseconds < 0 || static_cast<double>(microseconds) > largest_seconds * 1e6) {
    return expected("/kernel/max_error_us", "an error that a clock can have");
  }
  // What the kernel has yet to add is what this clock lacks.
  kernel.offset = Duration(-nanoseconds);
  kernel.max_error = std::chrono::microseconds(microseconds);
  return kernel;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> parts(1);
  for (char c : line) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Result<double> number(const std::vector<std::string>& row, Column column, double least,
                      double most) {
  const std::string& text = row[column];
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(value >= least) ||
      !(value <= most)) {
    return expected("chronyc tracking, column " + std::to_string(column + 1), "a number");
  }
  return value;
}

}  // namespace

Result<ClockState> read_clock_state(const std::string& out) {
  const json answer = json::parse(out, nullptr, false);
  if (!answer.is_object()) return Error{"", "not a JSON object"};
  const auto format = answer.find("format"), chronyd = answer.find("chronyd"),
             kernel = answer.find("kernel");
  if (format == answer.end() || *format != answer_format) return expected("/format", "1");
  if (chronyd == answer.end() || !chronyd->is_boolean()) {
    return expected("/chronyd", "true or false");
  }
  if (kernel == answer.end() || !kernel->is_object()) return expected("/kernel", "an object");
  ClockState state{.chronyd = chronyd->get<bool>(), .kernel = {}};
  GHT_TRY(state.kernel, read_kernel(*kernel));
  return state;
}

Result<Tracking> read_tracking(const std::string& out) {
  if (!out.ends_with('\n') || out.find('\n') != out.size() - 1) {
    return expected("chronyc tracking", "one whole line");
  }
  const std::vector<std::string> row = split(out.substr(0, out.size() - 1));
  if (row.size() != columns) return expected("chronyc tracking", "14 columns");
  const std::string& said = row[leap];
  if (said != "Normal" && said != "Insert second" && said != "Delete second" &&
      said != "Not synchronised") {
    return expected("chronyc tracking", "a leap status, not \"" + said + "\"");
  }
  Tracking tracking;
  tracking.reference = row[name].empty() ? row[id] : row[name];
  tracking.own_clock = row[id] == "7F7F0101" && row[name].empty();
  tracking.synchronised = said != "Not synchronised";
  GHT_TRY(const double behind, number(row, offset, -largest_seconds, largest_seconds));
  GHT_TRY(const double root_delay, number(row, delay, -largest_seconds, largest_seconds));
  GHT_TRY(const double spread, number(row, dispersion, 0, largest_seconds));
  GHT_TRY(const double reference_time, number(row, updated, 0, year_3000));
  tracking.offset = from_seconds(-behind);  // chronyc: positive when this clock is slow
  tracking.max_error = from_seconds(std::abs(root_delay) / 2 + spread);
  if (reference_time > 0) {
    tracking.updated = WallTime(std::chrono::milliseconds(std::llround(reference_time * 1000)));
  }
  return tracking;
}

}  // namespace ght::collectors::ntp
