// One question to one name server and what was promised of its answer. README.md says what it
// proves.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view dns_ok = "dns_ok";
constexpr std::string_view dns_no_answer = "dns_no_answer";
constexpr std::string_view dns_malformed = "dns_malformed";
constexpr std::string_view dns_servfail = "dns_servfail";
constexpr std::string_view dns_rcode = "dns_rcode";
constexpr std::string_view dns_no_record = "dns_no_record";
constexpr std::string_view dns_answer_missing = "dns_answer_missing";

constexpr Family answer_count = {
    .name = "ght_probe_dns_answers",
    .help = "Records of the type that was asked for in the last answer; absent without an answer."};

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &answer_count};

constexpr auto types =
    std::to_array<std::string_view>({"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"});
constexpr auto transports = std::to_array<std::string_view>({"udp", "tcp"});
constexpr auto rcodes =
    std::to_array<std::string_view>({"NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"});

constexpr double answers_max = 50;

constexpr auto settings = std::to_array<Field>({
    {.key = "name",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = host_name_bytes,
     .help = "The whole name to ask for; no search domain is added."},
    {.key = "type",
     .kind = FieldKind::choice,
     .fallback = "\"A\"",
     .help = "Type of record.",
     .choices = types},
    {.key = "server",
     .kind = FieldKind::text,
     .min = 1,
     .max = host_name_bytes,
     .help = "IP address of the name server; the system's first one when not given."},
    {.key = "port",
     .kind = FieldKind::integer,
     .fallback = "53",
     .min = 1,
     .max = highest_port,
     .help = "Its port."},
    {.key = "transport",
     .kind = FieldKind::choice,
     .fallback = "\"udp\"",
     .help = "How to ask; over udp an answer that is cut short is asked for again over tcp.",
     .choices = transports},
    {.key = "rcode",
     .kind = FieldKind::choice,
     .fallback = "\"NOERROR\"",
     .help = "The response code that is good.",
     .choices = rcodes},
    {.key = "answers",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = answers_max,
     .help = "Records that must be in the answer, as `ght-agent collect` shows them."},
});

constexpr auto own_reasons = std::to_array<ReasonText>({
    {dns_ok, "réponse DNS conforme à l'attendu : {value}", "DNS answer as expected: {value}"},
    {dns_no_answer, "le serveur DNS {value} ne répond pas",
     "the name server {value} does not answer"},
    {dns_malformed, "réponse DNS illisible : {value}", "DNS answer not readable: {value}"},
    {dns_servfail, "le serveur DNS est en échec (SERVFAIL) pour {value}",
     "the name server fails (SERVFAIL) on {value}"},
    {dns_rcode, "réponse DNS {value} au lieu de {expected}",
     "DNS response {value} instead of {expected}"},
    {dns_no_record, "le nom existe, sans enregistrement {value}",
     "the name exists, but has no {value} record"},
    {dns_answer_missing, "réponse DNS « {value} », il y manque « {expected} »",
     "DNS answer \"{value}\" lacks \"{expected}\""},
});

// Digits and dots, or a colon: what an IP address looks like. The probe itself reads it strictly.
bool looks_like_address(const std::string& text) {
  return text.find(':') != std::string::npos ||
         text.find_first_not_of("0123456789.") == std::string::npos;
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  DnsLookup step;
  GHT_TRY(step.name, host_of(given, "name"));
  if (const auto* server = given.find<std::string>("server")) {
    if (!looks_like_address(*server)) {
      return Error{"settings.server", "\"" + *server + "\": expected an IP address"};
    }
    step.server = *server;
  }
  const auto& rcode = given.get<std::string>("rcode");
  if (rcode != "NOERROR" && given.find<Texts>("answers") != nullptr) {
    return Error{"settings.answers", "a response " + rcode + " has none"};
  }
  if (!so_far.empty()) return Plan{};
  step.type = given.get<std::string>("type");
  step.port = static_cast<std::uint16_t>(given.get<std::int64_t>("port"));
  step.tcp = given.get<std::string>("transport") == "tcp";
  return Plan{std::move(step)};
}

std::string listed(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

// Here the name server is what is watched: its silence and its nonsense are its own.
Judgement judge_failure(const DnsResult& result) {
  if (result.failure == reasons::dns_timeout) {
    return {Verdict::bad, {.code = dns_no_answer, .value = result.failure_detail}};
  }
  if (result.failure == reasons::dns_error) {
    return {Verdict::bad, {.code = dns_malformed, .value = result.failure_detail}};
  }
  return {failure_verdict(result.failure), failure_reason(result)};
}

Judgement judge(const Settings& given, const DnsResult& result) {
  if (!result.failure.empty()) return judge_failure(result);
  const auto& wanted = given.get<std::string>("rcode");
  if (result.rcode.empty()) {
    return {Verdict::unknown, {.code = reasons::collector_error, .value = "no response code"}};
  }
  if (result.rcode != wanted) {
    const auto& name = given.get<std::string>("name");
    if (result.rcode == "NXDOMAIN") {
      return {Verdict::bad, {.code = reasons::dns_nxdomain, .value = name}};
    }
    if (result.rcode == "SERVFAIL") return {Verdict::bad, {.code = dns_servfail, .value = name}};
    return {Verdict::bad, {.code = dns_rcode, .value = result.rcode, .expected = wanted}};
  }
  if (wanted != "NOERROR") return {Verdict::good, {.code = dns_ok, .value = wanted}};
  if (result.answers.empty()) {
    return {Verdict::bad, {.code = dns_no_record, .value = given.get<std::string>("type")}};
  }
  if (const auto* answers = given.find<Texts>("answers")) {
    for (const std::string& answer : *answers) {
      if (std::ranges::find(result.answers, answer) != result.answers.end()) continue;
      return {Verdict::bad,
              {.code = dns_answer_missing, .value = listed(result.answers), .expected = answer}};
    }
  }
  return {Verdict::good, {.code = dns_ok, .value = listed(result.answers)}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime) {
  const auto* const result = only_result<DnsResult>(evidence);
  if (result == nullptr) return no_result("no DNS lookup", before);
  Observation observation = observed(*result, judge(given, *result), before);
  if (result->failure.empty() && !result->rcode.empty()) {
    observation.samples.push_back({&answer_count, {}, static_cast<double>(result->answers.size())});
  }
  return observation;
}

}  // namespace

extern const Collector dns_collector;
constexpr Collector dns_collector = {
    .name = "dns",
    .summary = "Asks a name server and checks its answer; tells the kinds of failure apart.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
