// The capability statement of a FHIR server. README.md says what it proves.
#include <algorithm>
#include <array>
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

constexpr std::string_view fhir_ok = "fhir_ok";
constexpr std::string_view fhir_status = "fhir_status";
constexpr std::string_view fhir_content_type = "fhir_content_type";
constexpr std::string_view fhir_malformed = "fhir_malformed";
constexpr std::string_view fhir_not_capability = "fhir_not_capability";
constexpr std::string_view fhir_not_active = "fhir_not_active";
constexpr std::string_view fhir_version = "fhir_version";
constexpr std::string_view fhir_too_long = "fhir_too_long";

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &probe_tls_not_after};

// The releases that are in use, by the number their capability statement shows (fhirVersion).
constexpr auto versions = std::to_array<std::string_view>({"3.0", "4.0", "4.3", "5.0"});

constexpr double remaining_seconds = 366 * 86400.0;

constexpr auto own_fields = std::to_array<Field>({
    {.key = "version",
     .kind = FieldKind::choice,
     .fallback = "\"4.0\"",
     .help =
         "Release of FHIR that the server must speak: 3.0 (STU3), 4.0 (R4), 4.3 (R4B), 5.0 (R5).",
     .choices = versions},
    {.key = "min_tls_remaining",
     .kind = FieldKind::duration,
     .min = 1,
     .max = remaining_seconds,
     .help = "How long the certificate must at least still be valid."},
});

constexpr auto settings =
    joined(url_fields, own_fields, access_fields, trust_fields, skip_verify_fields);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {fhir_ok, "serveur FHIR actif, version {value}", "FHIR server active, version {value}"},
    {fhir_status, "/metadata : réponse HTTP {value} au lieu de {expected}",
     "/metadata: HTTP status {value} instead of {expected}"},
    {fhir_content_type, "/metadata est de type « {value} » au lieu de {expected}",
     "/metadata has the content type \"{value}\" instead of {expected}"},
    {fhir_malformed, "/metadata n'est pas un document JSON complet",
     "/metadata is no complete JSON document"},
    {fhir_not_capability, "/metadata est un « {value} » au lieu d'un CapabilityStatement",
     "/metadata is a \"{value}\" instead of a CapabilityStatement"},
    {fhir_not_active, "le CapabilityStatement est à l'état « {value} » au lieu de active",
     "the CapabilityStatement has the status \"{value}\" instead of active"},
    {fhir_version, "le serveur parle FHIR {value} au lieu de {expected}",
     "the server speaks FHIR {value} instead of {expected}"},
    {fhir_too_long, "/metadata dépasse {value}, la suite n'a pas été lue",
     "/metadata is longer than {value}, the rest was not read"},
});

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  GHT_TRY(HttpExchange step, web_exchange(given));
  if (step.url.find_first_of("?#") != std::string::npos) {
    return Error{"settings.url",
                 "\"" + step.url + "\": expected the server's base, without ? or #"};
  }
  if (!so_far.empty()) return Plan{};
  step.url += step.url.ends_with('/') ? "metadata" : "/metadata";
  step.headers.emplace_back("Accept", "application/fhir+json");
  step.max_body = limits::fhir_body_bytes;
  return Plan{std::move(step)};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// The media type alone, in lower case, without charset and the like.
std::string media_type(const HttpResult& result) {
  for (const auto& [name, value] : result.headers) {
    if (lower(name) != "content-type") continue;
    std::string type = lower(value.substr(0, value.find(';')));
    type.erase(type.find_last_not_of(" \t") + 1);
    return type;
  }
  return "";
}

Judgement bad(std::string_view code, ReasonValue value = {}, ReasonValue expected = {}) {
  return {Verdict::bad, {.code = code, .value = std::move(value), .expected = std::move(expected)}};
}

Judgement judge_document(const Settings& given, const HttpResult& result) {
  const JsonTexts texts = json_texts(result.body, {"resourceType", "status", "fhirVersion"});
  const auto text = [&](const char* key) {
    const auto found = texts.found.find(key);
    return found == texts.found.end() ? std::string() : found->second;
  };
  if (result.body_cut) {
    return {Verdict::unknown, {.code = fhir_too_long, .value = Bytes{result.body.size()}}};
  }
  if (!texts.whole) return bad(fhir_malformed);
  if (text("resourceType") != "CapabilityStatement") {
    return bad(fhir_not_capability, text("resourceType"));
  }
  if (text("status") != "active") return bad(fhir_not_active, text("status"));
  const std::string spoken = text("fhirVersion");
  const auto& wanted = given.get<std::string>("version");
  if (spoken != wanted && !spoken.starts_with(wanted + ".")) {
    return bad(fhir_version, spoken, wanted);
  }
  return {Verdict::good, {.code = fhir_ok, .value = spoken}};
}

Judgement judge(const Settings& given, const HttpResult& result, WallTime now) {
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  constexpr int ok = 200;
  if (result.status == 0) {
    return {Verdict::unknown, {.code = reasons::collector_error, .value = "no status was read"}};
  }
  if (is_refusal(result.status)) {
    return {Verdict::unknown,
            {.code = reasons::access_refused, .value = std::int64_t{result.status}}};
  }
  if (result.status != ok) {
    return bad(fhir_status, std::int64_t{result.status}, std::int64_t{ok});
  }
  // STU3 and older servers still call it application/json+fhir.
  constexpr auto types =
      std::to_array<std::string_view>({"application/fhir+json", "application/json+fhir"});
  const std::string type = media_type(result);
  if (std::ranges::find(types, type) == types.end()) {
    return bad(fhir_content_type, type, std::string(types[0]));
  }
  Judgement judgement = judge_document(given, result);
  const auto* remaining = given.find<Duration>("min_tls_remaining");
  if (judgement.verdict != Verdict::good || remaining == nullptr) return judgement;
  if (auto reason = judge_tls_end(result, *remaining, now)) return *std::move(reason);
  return judgement;
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const auto* const result = only_result<HttpResult>(evidence);
  if (result == nullptr) return no_result("no HTTP exchange", before);
  return observed(*result, judge(given, *result, now), before);
}

}  // namespace

extern const Collector fhir_collector;
constexpr Collector fhir_collector = {
    .name = "fhir",
    .summary = "Reads the capability statement of a FHIR server: active, and of the right release.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
