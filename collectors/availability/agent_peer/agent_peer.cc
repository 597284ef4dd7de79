// Another agent: does it answer, and is it the one that it should be. README.md says what it
// proves.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/json_text.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"
#include "collectors/availability/web_settings.h"

namespace ght::collectors {
namespace {

constexpr std::string_view peer_ok = "peer_ok";
constexpr std::string_view peer_status = "peer_status";
constexpr std::string_view peer_unreadable = "peer_unreadable";
constexpr std::string_view peer_other = "peer_other";

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &probe_tls_not_after};

constexpr double name_bytes = 256, remaining_seconds = 366 * 86400.0;

constexpr auto own_fields = std::to_array<Field>({
    {.key = "host",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = name_bytes,
     .help = "The host that the other agent must say it is (its identity.host)."},
    {.key = "site",
     .kind = FieldKind::text,
     .min = 1,
     .max = name_bytes,
     .help = "The site that it must say it is at; not compared when not given."},
    {.key = "min_tls_remaining",
     .kind = FieldKind::duration,
     .min = 1,
     .max = remaining_seconds,
     .help = "How long its certificate must at least still be valid."},
});

constexpr auto settings =
    joined(url_fields, own_fields, access_fields, trust_fields, skip_verify_fields);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {peer_ok, "l'agent de {value} répond", "the agent of {value} answers"},
    {peer_status, "l'agent répond {value} au lieu de {expected}",
     "the agent answers {value} instead of {expected}"},
    {peer_unreadable, "la réponse n'est pas celle d'un agent",
     "the answer is not that of an agent"},
    {peer_other, "l'agent qui répond est celui de {value}, et non de {expected}",
     "the agent that answers is that of {value}, not of {expected}"},
});

// First whether it is well, then who it is; the second only where the first was answered.
Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  GHT_TRY(HttpExchange step, web_exchange(given));
  if (step.url.find_first_of("?#") != std::string::npos) {
    return Error{"settings.url", "\"" + step.url + "\": expected the agent's base, without ? or #"};
  }
  while (step.url.ends_with('/')) step.url.pop_back();
  const std::string base = step.url;
  step.max_body = limits::peer_body_bytes;
  if (so_far.empty()) {
    step.url = base + "/-/healthy";
    return Plan{std::move(step)};
  }
  const auto* first = std::get_if<HttpResult>(&so_far.front());
  constexpr int ok = 200;
  if (so_far.size() > 1 || first == nullptr || !first->failure.empty() || first->status != ok) {
    return Plan{};
  }
  step.url = base + "/api/v1/status";
  return Plan{std::move(step)};
}

Judgement judge_one(const HttpResult& result) {
  constexpr int ok = 200;
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  if (is_refusal(result.status)) {
    return {Verdict::unknown,
            {.code = reasons::access_refused, .value = std::int64_t{result.status}}};
  }
  if (result.status != ok) {
    return {
        Verdict::bad,
        {.code = peer_status, .value = std::int64_t{result.status}, .expected = std::int64_t{ok}}};
  }
  return {Verdict::good, {}};
}

// The identity stands at the beginning of the status, which may be cut behind it.
Judgement judge_identity(const Settings& given, const HttpResult& result) {
  constexpr const char* host_path = "agent.identity.host";
  constexpr const char* site_path = "agent.identity.site";
  const JsonTexts texts = json_texts(result.body, {host_path, site_path});
  const auto host = texts.found.find(host_path), site = texts.found.find(site_path);
  if ((!texts.whole && !result.body_cut) || host == texts.found.end() ||
      site == texts.found.end()) {
    return {Verdict::bad, {.code = peer_unreadable}};
  }
  const auto other = [](const std::string& value, const std::string& expected) {
    return Judgement{Verdict::bad, {.code = peer_other, .value = value, .expected = expected}};
  };
  const auto& wanted = given.get<std::string>("host");
  if (host->second != wanted) return other(host->second, wanted);
  const auto* wanted_site = given.find<std::string>("site");
  if (wanted_site != nullptr && site->second != *wanted_site) {
    return other(site->second, *wanted_site);
  }
  return {Verdict::good, {.code = peer_ok, .value = host->second}};
}

Judgement judge(const Settings& given, const HttpResult& health, const HttpResult* status,
                WallTime now) {
  Judgement judgement = judge_one(health);
  if (judgement.verdict != Verdict::good) return judgement;
  if (status == nullptr) {
    return {Verdict::unknown, {.code = reasons::collector_error, .value = "no second exchange"}};
  }
  judgement = judge_one(*status);
  if (judgement.verdict != Verdict::good) return judgement;
  judgement = judge_identity(given, *status);
  const auto* remaining = given.find<Duration>("min_tls_remaining");
  if (judgement.verdict != Verdict::good || remaining == nullptr) return judgement;
  if (auto reason = judge_tls_end(*status, *remaining, now)) return *std::move(reason);
  return judgement;
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  Observation observation;
  observation.memory = before;
  const auto result = [&](std::size_t i) {
    return i < evidence.size() ? std::get_if<HttpResult>(&evidence[i]) : nullptr;
  };
  const HttpResult* const health = result(0);
  if (health == nullptr) {
    observation.reason = {.code = reasons::collector_error, .value = "no HTTP exchange"};
    return observation;
  }
  Judgement judgement = judge(given, *health, result(1), now);
  observation.verdict = judgement.verdict;
  observation.reason = std::move(judgement.reason);
  observation.samples = probe_samples(*health, observation.verdict);
  return observation;
}

}  // namespace

extern const Collector agent_peer_collector;
constexpr Collector agent_peer_collector = {
    .name = "agent_peer",
    .summary = "Watches the agent of another host: it answers, and it is the one it should be.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
