#include "tests/contract/spoil.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/core/result.h"
#include "tests/contract/fixture.h"

namespace ght::contract {
namespace {

struct NamedEnd {
  const char* name;
  HelperEnd end;
  int code;
};

// Exit codes that programs give meaning to (dnf's 100, say) are left to the collector.
constexpr std::array<NamedEnd, 10> bad_ends = {{
    {"exit status 1", HelperEnd::exited, 1},
    {"exit status 127", HelperEnd::exited, 127},
    {"exit status 255", HelperEnd::exited, 255},
    {"killed by SIGSEGV", HelperEnd::signalled, 11},
    {"killed by SIGKILL", HelperEnd::signalled, 9},
    {"timed out", HelperEnd::timed_out, 0},
    {"output limit", HelperEnd::output_limit, 0},
    {"not started", HelperEnd::not_started, 0},
    {"refused", HelperEnd::refused, 0},
    {"stuck", HelperEnd::stuck, 0},
}};

std::vector<Failed> helper_failures(const HelperResult& recorded) {
  std::vector<Failed> all;
  for (const NamedEnd& bad : bad_ends) {
    HelperResult failed = recorded;
    failed.end = bad.end;
    failed.code = bad.code;
    failed.detail = "No such file or directory";
    const bool nothing = bad.end != HelperEnd::exited;
    all.push_back({std::string("helper, ") + bad.name + ", with its output", failed, nothing});
    failed.out.clear();
    failed.err = "bang \x1B[31m\xFF";
    all.push_back({std::string("helper, ") + bad.name + ", without output", failed, nothing});
  }
  return all;
}

template <class Probe>
std::vector<Failed> probe_failures_of(const std::string& kind, const Probe& recorded) {
  std::vector<Failed> all;
  for (std::string_view code : probe_failures()) {
    Probe failed = recorded;
    failed.failure = code;
    failed.failure_detail = "bang \x1B[31m\xFF";
    all.push_back({kind + " " + std::string(code) + " with what had come", failed, false});
    Probe blank;
    blank.failure = code;
    all.push_back({kind + " " + std::string(code) + " and nothing else", blank, false});
  }
  return all;
}

// The elements of one array have one shape: two and the last stand for all.
bool is_like_others(const nlohmann::json& node, std::size_t index) {
  return node.is_array() && index >= 2 && index + 1 < node.size();
}

void replace_each(nlohmann::json& document, nlohmann::json& node, std::vector<std::string>& out) {
  std::size_t index = 0;
  for (auto& child : node) {
    if (is_like_others(node, index++)) continue;
    for (const char* other : {"null", "\"\"", "-1", "1e300", "true", "[]", "{}", "[[{}]]"}) {
      nlohmann::json replacement = nlohmann::json::parse(other);
      std::swap(child, replacement);
      out.push_back(document.dump());
      std::swap(child, replacement);
    }
    if (child.is_structured()) replace_each(document, child, out);
  }
}

}  // namespace

std::vector<std::size_t> cuts(std::size_t size) {
  constexpr std::size_t edge = 512;
  constexpr std::size_t between = 512;
  std::vector<std::size_t> lengths;
  std::size_t step = 1;
  for (std::size_t length = 0; length < size; length += step) {
    lengths.push_back(length);
    const bool inside = length >= edge && length + edge < size;
    step = inside ? std::clamp<std::size_t>(size / between, 1, size - edge - length) : 1;
  }
  return lengths;
}

std::string_view failure(std::string_view code) {
  const auto known = probe_failures();
  const auto found = std::find(known.begin(), known.end(), code);
  GHT_CHECK(found != known.end());
  return *found;
}

std::vector<Failed> failures(const StepResult& recorded) {
  if (const auto* http = std::get_if<HttpResult>(&recorded))
    return probe_failures_of("HTTP", *http);
  if (const auto* dialog = std::get_if<DialogResult>(&recorded)) {
    return probe_failures_of("dialog", *dialog);
  }
  if (const auto* icmp = std::get_if<IcmpResult>(&recorded))
    return probe_failures_of("ICMP", *icmp);
  if (const auto* dns = std::get_if<DnsResult>(&recorded)) return probe_failures_of("DNS", *dns);
  if (std::holds_alternative<RecordsResult>(recorded)) {
    return {{"records that cannot be read", RecordsResult{.failure = "bang \x1B[31m\xFF"}, false}};
  }
  return helper_failures(std::get<HelperResult>(recorded));
}

std::string* answer_of(StepResult& result) {
  if (auto* helper = std::get_if<HelperResult>(&result)) return &helper->out;
  if (auto* http = std::get_if<HttpResult>(&result)) return &http->body;
  auto* dialog = std::get_if<DialogResult>(&result);
  return dialog == nullptr || dialog->heard.empty() ? nullptr : &dialog->heard.back();
}

StepResult of_other_kind(const StepResult& result) {
  StepResult copy = result;
  const std::string* const answer = answer_of(copy);
  if (!std::holds_alternative<HelperResult>(result)) {
    HelperResult helper;
    helper.end = HelperEnd::exited;
    if (answer != nullptr) helper.out = *answer;
    return helper;
  }
  HttpResult http;
  http.status = 200;
  http.body = *answer;
  return http;
}

std::vector<std::string> other_shapes(const std::string& usual) {
  constexpr std::size_t most = 5000;
  std::vector<std::string> all;
  nlohmann::json whole = nlohmann::json::parse(usual, nullptr, false);
  if (whole.is_structured()) {
    replace_each(whole, whole, all);
    if (all.size() > most) all.resize(most);
    return all;
  }
  for (std::size_t start = 0; start < usual.size() && all.size() < most;) {
    const std::size_t end = std::min(usual.find('\n', start), usual.size());
    nlohmann::json line = nlohmann::json::parse(usual.substr(start, end - start), nullptr, false);
    std::vector<std::string> variants;
    if (line.is_structured()) replace_each(line, line, variants);
    for (const std::string& variant : variants) {
      all.push_back(usual.substr(0, start) + variant + usual.substr(end));
    }
    start = end + 1;
  }
  return all;
}

std::vector<std::string> garbage_memories(const Memory& usual) {
  std::vector<std::string> all = {"{",  "null",       "42",           "\"text\"", "[]",      "{}",
                                  "[1", "{\"a\":1}x", "\xFF\xFE\x80", "true",     "1e999999"};
  all.push_back(std::string(1, '\0'));
  all.push_back(std::string(20000, '['));
  // What is cut off JSON is none, wherever it is cut.
  constexpr std::size_t prefixes = 64;
  for (std::size_t i = 0; i < prefixes; ++i) {
    all.push_back(usual.json.substr(0, usual.json.size() * i / prefixes));
  }
  nlohmann::json document = nlohmann::json::parse(usual.json, nullptr, false);
  if (document.is_structured()) replace_each(document, document, all);
  return all;
}

}  // namespace ght::contract
