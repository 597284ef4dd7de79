// Whether a DICOM application answers C-ECHO. README.md says what that proves.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/availability/dicom/dicom_reasons.h"
#include "collectors/availability/dicom/dicom_script.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &probe_tls_not_after};

constexpr double title_bytes = 16;

// In place of peer_fields: DICOM has a port of its own.
constexpr auto own_fields = std::to_array<Field>({
    {.key = "host",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = host_name_bytes,
     .help = "Name or address of the DICOM server, an IPv6 address without brackets."},
    {.key = "port",
     .kind = FieldKind::integer,
     .fallback = "104",
     .min = 1,
     .max = highest_port,
     .help = "Its TCP port; 11112 is common too, and 2762 with TLS."},
    {.key = "called_ae",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = title_bytes,
     .help = "Application entity title of the server."},
    {.key = "calling_ae",
     .kind = FieldKind::text,
     .fallback = "\"GHT-AGENT\"",
     .min = 1,
     .max = title_bytes,
     .help = "Our own application entity title; the server may have to know it."},
});

constexpr auto settings = joined(own_fields, tls_fields, trust_fields);

Error setting_error(std::string_view key, std::string message) {
  return {"settings." + std::string(key), std::move(message)};
}

// PS3.5 6.2, value representation AE. Spaces at the ends say nothing, so they are a mistake.
Result<void> check_title(std::string_view key, const std::string& title) {
  const auto usable = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
  if (!std::ranges::all_of(title, usable) || title.starts_with(' ') || title.ends_with(' ')) {
    return setting_error(key, "\"" + title +
                                  "\": expected up to 16 ASCII characters without backslash, and "
                                  "no space at the ends");
  }
  return {};
}

dicom::Titles titles_of(const Settings& given) {
  return {.called = given.get<std::string>("called_ae"),
          .calling = given.get<std::string>("calling_ae")};
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  const dicom::Titles titles = titles_of(given);
  GHT_TRY_VOID(check_title("called_ae", titles.called));
  GHT_TRY_VOID(check_title("calling_ae", titles.calling));
  GHT_TRY(Peer peer, peer_of(given));
  GHT_TRY(std::optional<TlsClient> tls, optional_tls_of(given));
  Dialog step;
  step.host = std::move(peer.host);
  step.port = peer.port;
  step.tls_from_start = tls.has_value();
  step.tls = std::move(tls).value_or(TlsClient{});
  step.script = dicom::script;
  step.words = dicom::words_of(titles);
  if (!so_far.empty()) return Plan{};
  return Plan{std::move(step)};
}

Judgement judge(const Settings& given, const DialogResult& result) {
  using State = dicom::Outcome::State;
  const dicom::Titles titles = titles_of(given);
  dicom::Outcome outcome = dicom::read_exchange(titles, result.heard);
  // A refusal and the end of the connection often come together; the refusal says more.
  const bool spoke = result.failure.empty() || result.failure == reasons::connection_closed;
  if (spoke && outcome.state == State::failed) return {Verdict::bad, std::move(outcome.failure)};
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  if (outcome.state == State::done) {
    return {Verdict::good, {.code = dicom::ok, .value = titles.called}};
  }
  return {Verdict::unknown,
          {.code = reasons::collector_error, .value = "the dialog ended before its C-ECHO-RSP"}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime) {
  Observation observation;
  observation.memory = before;
  const auto* result = evidence.empty() ? nullptr : std::get_if<DialogResult>(&evidence.front());
  if (result == nullptr) {
    observation.reason = {.code = reasons::collector_error, .value = "no dialog"};
    return observation;
  }
  Judgement judgement = judge(given, *result);
  observation.verdict = judgement.verdict;
  observation.reason = std::move(judgement.reason);
  observation.samples = probe_samples(*result, observation.verdict);
  return observation;
}

}  // namespace

extern const Collector dicom_collector;
constexpr Collector dicom_collector = {
    .name = "dicom",
    .summary = "Associates with a DICOM server and has it answer C-ECHO.",
    .families = families,
    .settings = settings,
    .reasons = dicom::reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
