#include "agent/http/negotiate.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace ght::http {
namespace {

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The text up to `separator`, which is taken off `rest`.
std::string_view next(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trim(part);
}

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// "0", "0.5", "1.000" in thousandths; -1 for anything else, which is then not wanted.
int parse_q(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  if (text.size() > 1 && text[1] != '.') return -1;
  int thousandths = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return -1;
    thousandths += (c - '0') * unit;
    unit /= 10;
  }
  return thousandths <= 1000 ? thousandths : -1;
}

struct Range {
  std::string_view name;     // "text/plain", "*/*", "gzip"
  std::string_view version;  // empty: any
  int q = 1000;
};

Range parse_range(std::string_view item) {
  Range range;
  range.name = next(item, ';');
  while (!item.empty()) {
    std::string_view parameter = next(item, ';');
    const std::string_view key = next(parameter, '=');
    std::string_view value = trim(parameter);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (same(key, "q")) range.q = parse_q(value);
    if (same(key, "version")) range.version = value;
  }
  return range;
}

// How exactly a range names the type: 0 not at all, 1 "*/*", 2 "text/*", 3 without version, 4 with.
int precision(const Range& range, std::string_view type, std::string_view version) {
  if (range.name == "*/*") return 1;
  const std::string any = std::string(type.substr(0, type.find('/'))) + "/*";
  if (same(range.name, any)) return 2;
  if (!same(range.name, type)) return 0;
  if (range.version.empty()) return 3;
  return range.version == version ? 4 : 0;
}

// The q of the range that names the type most exactly; 0 when none does.
int wanted(std::string_view accept, std::string_view type, std::string_view version) {
  int best = 0;
  int q = 0;
  while (!accept.empty()) {
    const Range range = parse_range(next(accept, ','));
    const int found = precision(range, type, version);
    if (found > best) {
      best = found;
      q = range.q;
    }
  }
  return q;
}

}  // namespace

MetricsFormat metrics_format(std::string_view accept) {
  const int open = wanted(accept, "application/openmetrics-text", "1.0.0");
  const int text = wanted(accept, "text/plain", "0.0.4");
  return open > std::max(text, 0) ? MetricsFormat::openmetrics_1_0_0 : MetricsFormat::text_0_0_4;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const Range range = parse_range(next(accept_encoding, ','));
    if (same(range.name, "gzip") || same(range.name, "x-gzip")) return range.q > 0;
    if (range.name == "*") any = range.q > 0;
  }
  return any;
}

}  // namespace ght::http
