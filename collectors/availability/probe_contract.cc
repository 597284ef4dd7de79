#include "collectors/availability/probe_contract.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"

namespace ght::collectors {
namespace {

constexpr std::array<std::string_view, 1> phase_label = {"phase"};

constexpr auto proven_failures = std::to_array<std::string_view>({
    reasons::dns_nxdomain,      reasons::dns_no_address,      reasons::connect_refused,
    reasons::connect_timeout,   reasons::connect_unreachable, reasons::connect_error,
    reasons::connection_closed, reasons::tls_timeout,         reasons::tls_handshake,
    reasons::tls_expired,       reasons::tls_not_yet_valid,   reasons::tls_hostname,
    reasons::tls_untrusted,     reasons::answer_timeout,      reasons::answer_limit,
    reasons::icmp_unreachable,  reasons::http_timeout,        reasons::http_malformed,
    reasons::http_header_limit, reasons::http_redirect_limit, reasons::http_redirect_invalid,
});

// For people: a deadline of 5 s shows as 5 s, not as the 5.0004 s after which it was noticed.
Duration rounded_down(Duration elapsed) {
  using namespace std::chrono_literals;
  const Duration step = elapsed >= 1s ? Duration(100ms) : Duration(1ms);
  return elapsed - elapsed % step;
}

}  // namespace

constexpr Family probe_success = {
    .name = "ght_probe_success",
    .help = "1 if the last probe met every expectation, 0 if not; absent while that is unknown."};
constexpr Family probe_duration = {
    .name = "ght_probe_duration_seconds",
    .help = "Time of each phase of the last probe that came to its end.",
    .labels = phase_label};
constexpr Family probe_ip_version = {
    .name = "ght_probe_ip_version",
    .help = "4 or 6: of the address that answered the last probe, or was the last to be tried."};
constexpr Family probe_tls_not_after = {
    .name = "ght_probe_tls_not_after_timestamp_seconds",
    .help = "End of validity of the certificate that the server showed, accepted or not."};

Verdict failure_verdict(std::string_view code) {
  const bool proven = std::ranges::find(proven_failures, code) != proven_failures.end();
  return proven ? Verdict::bad : Verdict::unknown;
}

std::optional<Judgement> judge_tls_end(const ProbeResult& result, Duration least, WallTime now) {
  if (!result.tls_not_after) {
    return Judgement{Verdict::unknown,
                     {.code = reasons::collector_error, .value = "no end of the certificate"}};
  }
  if (*result.tls_not_after - now >= least) return std::nullopt;
  return Judgement{Verdict::bad,
                   {.code = reasons::certificate_expires_soon,
                    .value = *result.tls_not_after,
                    .expected = least}};
}

Reason failure_reason(const ProbeResult& result) {
  Reason reason{.code = result.failure, .value = result.failure_detail};
  if (result.failure == reasons::connect_timeout || result.failure == reasons::tls_timeout ||
      result.failure == reasons::answer_timeout || result.failure == reasons::http_timeout) {
    reason.expected = rounded_down(result.elapsed);
  } else if (result.failure == reasons::tls_expired && result.tls_not_after) {
    reason.value = *result.tls_not_after;
  } else if (result.failure == reasons::http_header_limit) {
    reason.expected = Bytes{limits::probe_header_bytes};
  } else if (result.failure == reasons::answer_limit) {
    reason.expected = Bytes{limits::dialog_heard_bytes};
  } else if (result.failure == reasons::http_redirect_limit) {
    reason.expected = std::int64_t{limits::probe_redirects};
  }
  return reason;
}

std::vector<Sample> probe_samples(const ProbeResult& result, Verdict verdict) {
  std::vector<Sample> samples;
  if (verdict != Verdict::unknown) {
    samples.push_back({&probe_success, {}, verdict == Verdict::good ? 1.0 : 0.0});
  }
  if (!result.address.empty()) {
    // An address of version 6 has two colons at least; a port has one.
    const bool v6 = std::ranges::count(result.address, ':') > 1;
    samples.push_back({&probe_ip_version, {}, v6 ? 6.0 : 4.0});
  }
  const auto phase = [&](const char* name, const std::optional<Duration>& duration) {
    if (duration) samples.push_back({&probe_duration, {name}, to_seconds(*duration)});
  };
  phase("resolve", result.phases.resolve);
  phase("connect", result.phases.connect);
  phase("tls", result.phases.tls);
  phase("processing", result.phases.processing);
  phase("transfer", result.phases.transfer);
  if (result.tls_not_after) {
    samples.push_back({&probe_tls_not_after, {}, to_seconds(*result.tls_not_after)});
  }
  return samples;
}

Observation no_result(const char* what, const Memory& before) {
  Observation observation;
  observation.memory = before;
  observation.reason = {.code = reasons::collector_error, .value = what};
  return observation;
}

Observation observed(const ProbeResult& result, Judgement judgement, const Memory& before) {
  Observation observation;
  observation.memory = before;
  observation.verdict = judgement.verdict;
  observation.reason = std::move(judgement.reason);
  observation.samples = probe_samples(result, observation.verdict);
  return observation;
}

}  // namespace ght::collectors
