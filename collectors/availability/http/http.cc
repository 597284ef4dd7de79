// One HTTP exchange and what was promised of its answer. README.md says what it proves.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/http/body_text.h"
#include "collectors/availability/http/http_settings.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

constexpr std::string_view http_ok = "http_ok";
constexpr std::string_view http_status = "http_status";
constexpr std::string_view body_mismatch = "body_mismatch";
constexpr std::string_view body_limit = "body_limit";
constexpr std::string_view body_forbidden = "body_forbidden";
constexpr std::string_view body_no_match = "body_no_match";

using Codes = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

constexpr Family status_code = {
    .name = "ght_probe_http_status_code",
    .help = "Status of the last answer; absent when no status line was read."};

constexpr std::array<const Family*, 5> families = {
    &probe_success, &probe_duration, &probe_ip_version, &probe_tls_not_after, &status_code};

constexpr auto own_reasons = std::to_array<ReasonText>({
    {http_ok, "réponse HTTP {value}, conforme à l'attendu", "HTTP {value} as expected"},
    {http_status, "réponse HTTP {value} au lieu de {expected}",
     "HTTP status {value} instead of {expected}"},
    {body_mismatch, "la réponse ne contient pas « {expected} »",
     "the body does not contain \"{expected}\""},
    {body_forbidden, "la réponse contient « {value} »", "the body contains \"{value}\""},
    {body_no_match, "la réponse ne correspond pas à l'expression « {expected} »",
     "the body does not match the expression \"{expected}\""},
    {body_limit, "« {expected} » n'est pas dans les {value} lus, et la réponse est plus longue",
     "\"{expected}\" is not in the {value} that were read, and the body is longer"},
});

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  GHT_TRY(HttpExchange step, http_exchange(given));
  if (!so_far.empty()) return Plan{};
  return Plan{std::move(step)};
}

// "200, 204, 3xx"
std::string listed(const Settings& given) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : ", ") + word; };
  for (std::int64_t code : given.get<Codes>("status")) add(std::to_string(code));
  if (const auto* classes = given.find<Texts>("status_classes"))
    std::ranges::for_each(*classes, add);
  return text;
}

bool is_wanted(const Settings& given, std::int64_t status) {
  const auto& codes = given.get<Codes>("status");
  if (std::ranges::find(codes, status) != codes.end()) return true;
  const auto* classes = given.find<Texts>("status_classes");
  return classes != nullptr && std::ranges::any_of(*classes, [&](const std::string& each) {
           return each[0] == std::to_string(status)[0];
         });
}

// What is wrong with the body; nullopt when it is as promised. Where a cut body leaves that open,
// neither good nor bad is proven.
std::optional<Judgement> judge_body(const Settings& given, const HttpResult& result) {
  const auto undecided = [&](const std::string& expected) {
    return Judgement{
        Verdict::unknown,
        {.code = body_limit, .value = Bytes{result.body.size()}, .expected = expected}};
  };
  if (const auto* text = given.find<std::string>("body_not_contains")) {
    if (result.body.find(*text) != std::string::npos) {
      return Judgement{Verdict::bad, {.code = body_forbidden, .value = *text}};
    }
    if (result.body_cut) return undecided(*text);
  }
  const auto* text = given.find<std::string>("body_contains");
  if (text != nullptr && result.body.find(*text) == std::string::npos) {
    if (result.body_cut) return undecided(*text);
    return Judgement{Verdict::bad, {.code = body_mismatch, .value = {}, .expected = *text}};
  }
  const auto* regex = given.find<std::string>("body_regex");
  if (regex != nullptr && !regex_matches(*regex, result.body)) {
    if (result.body_cut) return undecided(*regex);
    return Judgement{Verdict::bad, {.code = body_no_match, .value = {}, .expected = *regex}};
  }
  return std::nullopt;
}

Judgement judge(const Settings& given, const HttpResult& result, WallTime now) {
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  if (result.status == 0) {
    return {Verdict::unknown, {.code = reasons::collector_error, .value = "no status was read"}};
  }
  const std::int64_t status = result.status;
  if (!is_wanted(given, status)) {
    return {Verdict::bad, {.code = http_status, .value = status, .expected = listed(given)}};
  }
  if (auto wrong = judge_body(given, result)) return *std::move(wrong);
  const auto* remaining = given.find<Duration>("min_tls_remaining");
  if (remaining != nullptr) {
    if (auto reason = judge_tls_end(result, *remaining, now)) return *std::move(reason);
  }
  return {Verdict::good, {.code = http_ok, .value = status}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const auto* const result = only_result<HttpResult>(evidence);
  if (result == nullptr) return no_result("no HTTP exchange", before);
  Observation observation = observed(*result, judge(given, *result, now), before);
  if (result->status != 0) {
    observation.samples.push_back({&status_code, {}, static_cast<double>(result->status)});
  }
  return observation;
}

}  // namespace

extern const Collector http_collector;
constexpr Collector http_collector = {
    .name = "http",
    .summary = "Asks a web service and checks the answer: status, text, certificate, times.",
    .families = families,
    .settings = http_settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
