// A TLS handshake, and what the server's certificate is worth. README.md says what it proves.
#include <array>
#include <string>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"
#include "collectors/availability/tls/starttls.h"

namespace ght::collectors {
namespace {

constexpr std::string_view tls_ok = "tls_ok";

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &probe_tls_not_after};

constexpr double ten_years_seconds = 10 * 365 * 86400.0;

constexpr auto own_fields = std::to_array<Field>({
    {.key = "starttls",
     .kind = FieldKind::choice,
     .fallback = "\"none\"",
     .help = "What is spoken before TLS; none: TLS from the first byte on.",
     .choices = starttls::protocols},
    {.key = "min_tls_remaining",
     .kind = FieldKind::duration,
     .fallback = "\"14d\"",
     .min = 0,
     .max = ten_years_seconds,
     .help = "A certificate that ends sooner is bad already."},
});
constexpr auto settings = joined(peer_fields, own_fields, trust_fields);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {tls_ok, "certificat accepté, valide jusqu'au {value}",
     "certificate accepted, valid until {value}"},
    {starttls::refused, "le serveur refuse de passer à TLS : {value}",
     "the server refuses to go over to TLS: {value}"},
    {starttls::not_offered, "le serveur ne propose pas STARTTLS",
     "the server does not offer STARTTLS"},
    {starttls::malformed, "réponse illisible avant TLS : « {value} »",
     "answer before TLS not readable: \"{value}\""},
    {starttls::injection,
     "données en clair à la suite de l'accord pour TLS, injectées peut-être : « {value} »",
     "plain text behind the word that TLS may begin, perhaps injected: \"{value}\""},
});

constexpr std::size_t word_bytes = 120;  // of the peer's, in a sentence

DialogTurn script(const std::vector<std::string>& words, const std::vector<std::string>& heard) {
  return starttls::standing(words.front(), heard).turn;
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  Dialog step;
  GHT_TRY(Peer peer, peer_of(given));
  GHT_TRY(step.tls, tls_client_of(given));
  if (!so_far.empty()) return Plan{};
  step.host = std::move(peer.host);
  step.port = peer.port;
  const auto& protocol = given.get<std::string>("starttls");
  step.tls_from_start = protocol == "none";
  step.script = script;
  step.words = {protocol};
  return Plan{std::move(step)};
}

Judgement not_measured(const char* what) {
  return {Verdict::unknown, {.code = reasons::collector_error, .value = what}};
}

Judgement judge(const Settings& given, const DialogResult& result, WallTime now) {
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  const auto end = starttls::standing(given.get<std::string>("starttls"), result.heard);
  if (!end.trouble.empty()) {
    return {Verdict::bad, {.code = end.trouble, .value = clean_text(end.word, word_bytes)}};
  }
  if (end.turn.kind != DialogTurn::Kind::finish || result.tls_version.empty()) {
    return not_measured("the dialog did not come to TLS");
  }
  if (auto reason = judge_tls_end(result, given.get<Duration>("min_tls_remaining"), now)) {
    return *std::move(reason);
  }
  return {Verdict::good, {.code = tls_ok, .value = *result.tls_not_after}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const auto* const result = only_result<DialogResult>(evidence);
  if (result == nullptr) return no_result("no dialog", before);
  return observed(*result, judge(given, *result, now), before);
}

}  // namespace

extern const Collector tls_collector;
constexpr Collector tls_collector = {
    .name = "tls",
    .summary = "Opens a TLS connection and judges the server's certificate and its remaining time.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
