#include "agent/exposition/openmetrics.h"

#include <prometheus/text_serializer.h>

#include <array>
#include <charconv>
#include <ostream>
#include <streambuf>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/exposition/series.h"

namespace ght {
namespace {

// Lets the serializer write into the page without a stringstream's second copy of it.
class Appender : public std::streambuf {
 public:
  explicit Appender(std::string& out) : out_(out) {}

 protected:
  int_type overflow(int_type c) override {
    if (!traits_type::eq_int_type(c, traits_type::eof())) out_ += traits_type::to_char_type(c);
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    out_.append(text, static_cast<std::size_t>(size));
    return size;
  }

 private:
  std::string& out_;
};

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && quotes)) out += '\\';
    out += c;
  }
}

// The base unit that the name ends in, as OpenMetrics wants it declared; "" when there is none.
std::string_view unit(std::string_view name) {
  constexpr std::array<std::string_view, 9> units = {
      "seconds", "bytes", "ratio", "celsius", "volts", "amperes", "joules", "meters", "grams"};
  const std::size_t last = name.rfind('_');
  if (last == std::string_view::npos) return "";
  const std::string_view word = name.substr(last + 1);
  for (const std::string_view known : units) {
    if (word == known) return known;
  }
  return "";
}

// The shortest digits that read back as the same number.
void append_number(std::string& out, double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  static_cast<void>(error);  // 24 characters are the most a double needs
  out.append(buffer.data(), end);
}

void append_comment(std::string& out, std::string_view word, std::string_view name) {
  out += "# ";
  out += word;
  out += ' ';
  out += name;
  out += ' ';
}

}  // namespace

void append_text(std::string& out, prometheus::MetricFamily family) {
  // The serializer writes HELP as it stands: a line break in it would be a forged sample.
  std::string help;
  append_escaped(help, family.help, false);
  family.help = std::move(help);
  std::vector<prometheus::MetricFamily> one;
  one.push_back(std::move(family));
  Appender appender(out);
  std::ostream stream(&appender);
  prometheus::TextSerializer().Serialize(stream, one);
}

void append_openmetrics(std::string& out, const prometheus::MetricFamily& family) {
  const bool counter = family.type == prometheus::MetricType::Counter;
  const std::string_view name = openmetrics_name(family.name, counter);
  append_comment(out, "TYPE", name);
  out += counter ? "counter\n" : "gauge\n";
  if (const std::string_view base = unit(name); !base.empty()) {
    append_comment(out, "UNIT", name);
    out += base;
    out += '\n';
  }
  append_comment(out, "HELP", name);
  append_escaped(out, family.help, true);
  out += '\n';
  for (const prometheus::ClientMetric& metric : family.metric) {
    out += family.name;
    char before = '{';
    for (const auto& label : metric.label) {
      out += before;
      before = ',';
      out += label.name;
      out += "=\"";
      append_escaped(out, label.value, true);
      out += '"';
    }
    if (before == ',') out += '}';
    out += ' ';
    append_number(out, counter ? metric.counter.value : metric.gauge.value);
    out += '\n';
  }
}

void append_openmetrics_end(std::string& out) {
  out += "# EOF\n";
}

}  // namespace ght
