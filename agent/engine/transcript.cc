#include "agent/engine/transcript.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght {
namespace {

void add(std::string& line, std::string_view word) {
  if (word.empty()) return;
  if (!line.empty()) line += ' ';
  line += word;
}

// A query may hold a token, a fragment is nobody's business.
std::string without_query(const std::string& url) {
  const std::size_t end = url.find_first_of("?#");
  return end == std::string::npos ? url : url.substr(0, end) + "?...";
}

std::string rounded(Duration time) {
  using namespace std::chrono_literals;
  return time < 1ms ? "<1ms" : format_duration(time - time % 1ms);
}

void add_phases(std::string& line, const ProbePhases& phases) {
  const auto phase = [&](std::string_view name, const std::optional<Duration>& time) {
    if (time) add(line, std::string(name) + "=" + rounded(*time));
  };
  phase("resolve", phases.resolve);
  phase("connect", phases.connect);
  phase("tls", phases.tls);
  phase("processing", phases.processing);
  phase("transfer", phases.transfer);
}

// Address, phases, TLS, and how it ended; the sentence of the reason has the rest.
void add_probe(std::string& line, const ProbeResult& result) {
  add(line, result.address);
  add_phases(line, result.phases);
  add(line, result.tls_version);
  if (result.tls_not_after) add(line, "not_after=" + format_rfc3339(*result.tls_not_after));
}

void add_end(std::string& line, const ProbeResult& result) {
  if (!result.failure.empty()) add(line, "-> " + std::string(result.failure));
  add(line, "after " + rounded(result.elapsed));
}

bool tells_the_kind_of_server(std::string_view name) {
  constexpr auto names =
      std::to_array<std::string_view>({"server", "content-type", "retry-after", "via"});
  return std::ranges::any_of(names, [&](std::string_view known) {
    return std::ranges::equal(name, known, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
  });
}

struct Line {
  std::string operator()(const HelperResult& result) const {
    constexpr auto ends = std::to_array<std::string_view>(
        {"exit", "signal", "timed_out", "output_limit", "not_started", "refused", "stuck"});
    std::string line = "helper";
    add(line, ends.at(static_cast<std::size_t>(result.end)));
    if (result.end == HelperEnd::exited || result.end == HelperEnd::signalled) {
      add(line, std::to_string(result.code));
    }
    add(line, "out=" + std::to_string(result.out.size()) + "B");
    add(line, "after " + rounded(result.elapsed));
    return line;
  }
  std::string operator()(const HttpResult& result) const {
    std::string line = "http";
    add(line, without_query(result.url));
    add_probe(line, result);
    if (result.redirects > 0) add(line, "redirects=" + std::to_string(result.redirects));
    if (result.status != 0) add(line, "status=" + std::to_string(result.status));
    add(line, "body=" + std::to_string(result.body.size()) + (result.body_cut ? "B, cut" : "B"));
    add_end(line, result);
    for (const auto& [name, value] : result.headers) {
      if (tells_the_kind_of_server(name)) add(line, name + ": " + value + ";");
    }
    return line;
  }
  std::string operator()(const DialogResult& result) const {
    std::string line = "dialog";
    add_probe(line, result);
    std::string sizes;
    for (const std::string& text : result.heard) {
      sizes += (sizes.empty() ? "" : "+") + std::to_string(text.size());
    }
    add(line, "heard=" + sizes + "B");
    add_end(line, result);
    return line;
  }
  std::string operator()(const IcmpResult& result) const {
    std::string line = "icmp";
    add_probe(line, result);
    add(line, "sent=" + std::to_string(result.sent));
    add(line, "received=" + std::to_string(result.round_trips.size()));
    add_end(line, result);
    return line;
  }
  std::string operator()(const DnsResult& result) const {
    std::string line = "dns";
    add_probe(line, result);
    add(line, result.rcode);
    add(line, "answers=" + std::to_string(result.answers.size()));
    add_end(line, result);
    return line;
  }
  std::string operator()(const RecordsResult& result) const {
    std::string line = "records";
    std::size_t runs = 0;
    for (const auto& [backup, told] : result.backups) runs += told.runs.size();
    add(line, "runs=" + std::to_string(runs));
    if (!result.failure.empty()) add(line, result.failure);
    return line;
  }
};

}  // namespace

std::string transcript(const Evidence& evidence) {
  std::string text;
  for (const StepResult& result : evidence) {
    const std::string line = clean_text(std::visit(Line{}, result), limits::transcript_line_bytes);
    if (text.size() + 1 + line.size() > limits::transcript_bytes) break;
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

}  // namespace ght
