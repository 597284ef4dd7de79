// Whether a DICOM application answers C-ECHO. README.md says what that proves.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/availability/dicom/dicom_reasons.h"
#include "collectors/availability/dicom/dicom_script.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

constexpr std::array<const Family*, 3> families = {&probe_success, &probe_duration,
                                                   &probe_tls_not_after};

constexpr double host_bytes = 253, title_bytes = 16, port_max = 65535;

constexpr auto settings = std::to_array<Field>({
    {.key = "host",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = host_bytes,
     .help = "Name or IP address of the DICOM server, without port or brackets."},
    {.key = "port",
     .kind = FieldKind::integer,
     .fallback = "104",
     .min = 1,
     .max = port_max,
     .help = "TCP port; 11112 is common too, and 2762 with TLS."},
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
    {.key = "tls",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Speak TLS from the first byte on."},
    {.key = "ca_file",
     .kind = FieldKind::path,
     .help = "PEM file of the only authorities to trust; the system's when not given."},
    {.key = "server_name",
     .kind = FieldKind::text,
     .min = 1,
     .max = host_bytes,
     .help = "Name that the certificate must be for; the host when not given."},
    {.key = "cert_file",
     .kind = FieldKind::path,
     .help = "PEM file of the certificate to show to the server; with key_file."},
    {.key = "key_file",
     .kind = FieldKind::path,
     .help = "PEM file of that certificate's key, without passphrase."},
    {.key = "insecure_skip_verify",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Accept any certificate: proves nothing about who answers."},
});

Error setting_error(std::string_view key, std::string message) {
  return {"settings." + std::string(key), std::move(message)};
}

Result<void> check_host(const std::string& host) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:%").find(c) != std::string_view::npos;
  };
  // One colon is a port behind a name; an IPv6 address has at least two.
  if (!std::ranges::all_of(host, usable) || std::ranges::count(host, ':') == 1) {
    return setting_error("host", "\"" + host + "\": expected a name or an IP address alone");
  }
  return {};
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

Result<TlsClient> tls_client(const Settings& given) {
  TlsClient tls;
  tls.verify = !given.get<bool>("insecure_skip_verify");
  const auto text = [&](const char* key) {
    const auto* value = given.find<std::string>(key);
    return value == nullptr ? std::string() : *value;
  };
  tls.ca_file = text("ca_file");
  tls.server_name = text("server_name");
  tls.cert_file = text("cert_file");
  tls.key_file = text("key_file");
  if (!given.get<bool>("tls")) {
    for (const char* key : {"ca_file", "server_name", "cert_file", "key_file"}) {
      if (!text(key).empty()) return setting_error(key, "has no effect without tls");
    }
    if (!tls.verify) return setting_error("insecure_skip_verify", "has no effect without tls");
  }
  if (!tls.verify && !tls.ca_file.empty()) {
    return setting_error("ca_file", "has no effect beside insecure_skip_verify");
  }
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    return setting_error(tls.key_file.empty() ? "cert_file" : "key_file",
                         "expected cert_file and key_file, or neither");
  }
  return tls;
}

dicom::Titles titles_of(const Settings& given) {
  return {.called = given.get<std::string>("called_ae"),
          .calling = given.get<std::string>("calling_ae")};
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  Dialog step;
  step.host = given.get<std::string>("host");
  GHT_TRY_VOID(check_host(step.host));
  step.port = static_cast<std::uint16_t>(given.get<std::int64_t>("port"));
  const dicom::Titles titles = titles_of(given);
  GHT_TRY_VOID(check_title("called_ae", titles.called));
  GHT_TRY_VOID(check_title("calling_ae", titles.calling));
  GHT_TRY(step.tls, tls_client(given));
  step.tls_from_start = given.get<bool>("tls");
  step.script = dicom::script;
  step.words = dicom::words_of(titles);
  if (!so_far.empty()) return Plan{};
  return Plan{std::move(step)};
}

struct Judgement {
  Verdict verdict;
  Reason reason;
};

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
