#include "tests/contract/replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::contract {
namespace {

// Steps and results stand in the same order in their variants.
constexpr auto kinds =
    std::to_array<std::string_view>({"helper", "http", "dialog", "icmp", "dns", "records"});
static_assert(kinds.size() == std::variant_size_v<Step>);
static_assert(kinds.size() == std::variant_size_v<StepResult>);

std::string kind(const Step& step) {
  return std::string(kinds.at(step.index()));
}

std::string kind(const StepResult& result) {
  return std::string(kinds.at(result.index()));
}

template <class Result>
Result refused() {
  Result result;
  result.failure = reasons::connect_refused;
  result.failure_detail = result.address = "192.0.2.1:443";
  return result;
}

StepResult failed(const Step& step) {
  if (std::holds_alternative<HttpExchange>(step)) return refused<HttpResult>();
  if (std::holds_alternative<Dialog>(step)) return refused<DialogResult>();
  if (std::holds_alternative<IcmpEcho>(step)) return refused<IcmpResult>();
  if (std::holds_alternative<DnsLookup>(step)) return refused<DnsResult>();
  if (std::holds_alternative<ReadRecords>(step)) return RecordsResult{.failure = "not recorded"};
  HelperResult result;
  result.detail = "not recorded in this case";
  return result;
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string show(const ReasonValue& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(Duration duration) const { return format_duration(duration); }
    std::string operator()(WallTime time) const { return format_rfc3339(time); }
    std::string operator()(Bytes bytes) const { return std::to_string(bytes.count) + "B"; }
  };
  return std::visit(Visitor{}, value);
}

std::string escaped_label(const std::string& value) {
  std::string out;
  for (char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

std::string show(const Sample& sample) {
  if (sample.family == nullptr) return "(no family)";
  std::string labels;
  for (std::size_t i = 0; i < sample.family->labels.size(); ++i) {
    const std::string value = i < sample.label_values.size() ? sample.label_values[i] : "(missing)";
    labels += (i == 0 ? "" : ",") + std::string(sample.family->labels[i]) + "=\"" +
              escaped_label(value) + "\"";
  }
  std::array<char, 64> number{};
  std::snprintf(number.data(), number.size(), "%.17g", sample.value);
  const std::string braces = labels.empty() ? "" : "{" + labels + "}";
  return std::string(sample.family->name) + braces + " " + number.data();
}

const ReasonText* find_text(const Collector& collector, std::string_view code) {
  const auto same = [code](const ReasonText& text) { return text.code == code; };
  const auto own = std::find_if(collector.reasons.begin(), collector.reasons.end(), same);
  if (own != collector.reasons.end()) return &*own;
  const auto common = std::find_if(reasons::common.begin(), reasons::common.end(), same);
  return common == reasons::common.end() ? nullptr : &*common;
}

void reason_faults(const Collector& collector, const Reason& reason,
                   std::vector<std::string>& found) {
  if (reason.code.empty()) {
    found.emplace_back("no reason: every observation says why, a good one too");
    return;
  }
  const ReasonText* text = find_text(collector, reason.code);
  if (text == nullptr) {
    found.push_back("reason code \"" + std::string(reason.code) +
                    "\" is declared neither in the collector's reasons nor in core/reasons.h");
    return;
  }
  const auto hole = [&](std::string_view place, const ReasonValue& value) {
    return text->fr.find(place) != std::string_view::npos && value.index() == 0;
  };
  if (hole("{value}", reason.value) || hole("{expected}", reason.expected)) {
    found.push_back("the sentence of \"" + std::string(reason.code) + "\" is \"" +
                    std::string(text->en) + "\", but the reason leaves one of its places empty");
  }
}

void sample_faults(const Collector& collector, const Sample& sample,
                   std::vector<std::string>& found) {
  const auto& declared = collector.families;
  if (std::find(declared.begin(), declared.end(), sample.family) == declared.end()) {
    found.push_back("a sample of a family that the collector does not declare: " + show(sample));
    return;
  }
  if (sample.label_values.size() != sample.family->labels.size()) {
    found.push_back("label values and the family's labels differ in number: " + show(sample));
  }
  for (const std::string& value : sample.label_values) {
    if (!is_utf8(value)) found.push_back("a label value is not UTF-8: " + show(sample));
  }
  if (!std::isfinite(sample.value)) {
    found.push_back("not a number; leave the sample out when nothing is known: " + show(sample));
  }
}

void memory_faults(const Memory& memory, std::vector<std::string>& found) {
  if (memory.json.empty()) return;
  if (memory.json.size() > limits::memory_bytes) {
    found.emplace_back("memory is longer than limits::memory_bytes");
  }
  if (!nlohmann::json::accept(memory.json)) {
    found.push_back("memory is not JSON: " + memory.json.substr(0, 200));
  }
  if (memory.json.find('\n') != std::string::npos) {
    found.emplace_back("memory must be JSON on one line");
  }
}

}  // namespace

bool fits(const Step& step, const StepResult& result) {
  return step.index() == result.index();
}

Inputs inputs_of(const Fixture& fixture) {
  return {.settings = fixture.settings,
          .evidence = fixture.evidence,
          .memory = fixture.memory,
          .now = fixture.now};
}

Result<Observation> replay_strictly(const Collector& collector, const Inputs& run) {
  Evidence seen;
  for (std::size_t round = 1;; ++round) {
    const Result<Plan> plan = collector.plan(run.settings, seen, run.memory);
    const std::string where = "plan, round " + std::to_string(round);
    if (!plan.ok()) return Error{where, plan.error().text()};
    if (plan.value().empty()) break;
    if (round > limits::plan_rounds) return Error{where, "more rounds than limits::plan_rounds"};
    if (plan.value().size() > limits::plan_steps) {
      return Error{where, "more steps than limits::plan_steps"};
    }
    for (const Step& step : plan.value()) {
      if (seen.size() == run.evidence.size()) {
        return Error{where, "asks for a further " + kind(step) + " step, but case.json has only " +
                                std::to_string(seen.size()) + " elements of evidence"};
      }
      const StepResult& next = run.evidence[seen.size()];
      if (!fits(step, next)) {
        return Error{where, "asks for a " + kind(step) + " step where case.json has " + kind(next) +
                                " (element " + std::to_string(seen.size()) + " of evidence)"};
      }
      seen.push_back(next);
    }
  }
  if (seen.size() != run.evidence.size()) {
    return Error{"plan", "has enough after " + std::to_string(seen.size()) +
                             " steps, but case.json has " + std::to_string(run.evidence.size()) +
                             " elements of evidence"};
  }
  return collector.interpret(run.settings, seen, run.memory, run.now);
}

Observation replay_freely(const Collector& collector, const Inputs& run) {
  Evidence seen;
  for (std::size_t round = 0; round < limits::plan_rounds; ++round) {
    const Result<Plan> plan = collector.plan(run.settings, seen, run.memory);
    if (!plan.ok()) {
      // As the engine does it.
      Observation observation;
      observation.reason = {.code = reasons::collector_error, .value = plan.error().text()};
      observation.memory = run.memory;
      return observation;
    }
    if (plan.value().empty()) break;
    for (const Step& step : plan.value()) {
      const bool recorded =
          seen.size() < run.evidence.size() && fits(step, run.evidence[seen.size()]);
      seen.push_back(recorded ? run.evidence[seen.size()] : failed(step));
    }
  }
  return collector.interpret(run.settings, seen, run.memory, run.now);
}

namespace {

DialogResult converse(const Dialog& step, const std::string& bytes) {
  DialogResult result;
  result.address = "192.0.2.1:104";
  result.heard.emplace_back();
  const std::size_t piece =
      bytes.empty() ? 1 : std::max<std::size_t>(1, static_cast<unsigned char>(bytes.front()));
  std::size_t said = bytes.empty() ? 0 : 1;
  for (;;) {
    const DialogTurn turn = step.script(step.words, result.heard);
    if (turn.kind == DialogTurn::Kind::finish) return result;
    if (turn.kind == DialogTurn::Kind::say || turn.kind == DialogTurn::Kind::start_tls) {
      GHT_CHECK(turn.kind == DialogTurn::Kind::start_tls || !turn.bytes.empty());
      GHT_CHECK(result.heard.size() <= limits::dialog_turns);
      result.heard.emplace_back();
      continue;
    }
    if (said >= bytes.size()) {
      if (turn.kind == DialogTurn::Kind::listen) result.failure = reasons::connection_closed;
      result.failure_detail = "connection closed";
      return result;
    }
    result.heard.back() += bytes.substr(said, piece);
    said += piece;
  }
}

}  // namespace

std::vector<DialogResult> dialogs(const Collector& collector, const Inputs& run,
                                  const std::string& bytes) {
  std::vector<DialogResult> results;
  const Result<Plan> plan = collector.plan(run.settings, {}, run.memory);
  if (!plan.ok()) return results;
  for (const Step& step : plan.value()) {
    const auto* dialog = std::get_if<Dialog>(&step);
    if (dialog != nullptr) results.push_back(converse(*dialog, bytes));
  }
  return results;
}

std::vector<std::string> series(const Observation& observation) {
  std::vector<std::string> lines;
  for (const Sample& sample : observation.samples) lines.push_back(show(sample));
  return lines;
}

std::string render(const Observation& observation) {
  std::string text = "verdict " + std::string(name(observation.verdict)) + "\n";
  text += "reason " + std::string(observation.reason.code);
  const std::string value = show(observation.reason.value);
  const std::string expected = show(observation.reason.expected);
  if (!value.empty()) text += " value=" + value;
  if (!expected.empty()) text += " expected=" + expected;
  if (!observation.reason.subject.empty()) text += " subject=" + quoted(observation.reason.subject);
  if (observation.reason.unproven_since) {
    text += " unproven_since=" + format_rfc3339(*observation.reason.unproven_since);
  }
  text += "\n";
  if (!observation.memory.json.empty()) text += "memory " + observation.memory.json + "\n";
  std::vector<std::string> lines = series(observation);
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::vector<std::string> faults(const Collector& collector, const Observation& observation,
                                const Memory& before) {
  std::vector<std::string> found;
  reason_faults(collector, observation.reason, found);
  if (observation.memory != before) memory_faults(observation.memory, found);
  std::set<std::string> keys;
  for (const Sample& sample : observation.samples) {
    sample_faults(collector, sample, found);
    const std::string line = show(sample);
    const std::string key = line.substr(0, line.rfind(' '));
    if (!keys.insert(key).second) found.push_back("the same series twice: " + key);
  }
  return found;
}

}  // namespace ght::contract
