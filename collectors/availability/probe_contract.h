// What all network probes share: their metric families, and what a failed exchange means.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/observation.h"
#include "agent/core/reason.h"
#include "agent/core/sample.h"
#include "agent/core/state.h"

namespace ght::collectors {

extern const Family probe_success;        // 1 or 0; absent while unknown
extern const Family probe_duration;       // label phase; only phases that came to their end
extern const Family probe_ip_version;     // 4 or 6; absent when no address was asked
extern const Family probe_tls_not_after;  // present also once expired

// `bad` when the failure shows that the service could not be used from here; `unknown` when it
// only shows that the question could not be asked: this host's own trouble (ca_file_unreadable,
// probe_not_made), and a DNS that gives no answer at all (dns_timeout, dns_error). A DNS that says
// that the name or its addresses do not exist (dns_nxdomain, dns_no_address) has answered: bad.
// A code that is not known here is unknown.
Verdict failure_verdict(std::string_view code);

struct Judgement {
  Verdict verdict;
  Reason reason;
};

// What a certificate that was accepted still says against the service: bad
// (certificate_expires_soon) when less than `least` remains of it, unknown when its end is not
// known; nullopt when it is fine.
std::optional<Judgement> judge_tls_end(const ProbeResult& result, Duration least, WallTime now);

// The reason of a failed exchange, with the values that its sentence asks for.
Reason failure_reason(const ProbeResult& result);

// probe_success (unless unknown), probe_duration and probe_tls_not_after of one exchange.
std::vector<Sample> probe_samples(const ProbeResult& result, Verdict verdict);

// The result of a collector's only step; nullptr when it is not there or of another kind.
template <class Result>
const Result* only_result(const Evidence& evidence) {
  return evidence.empty() ? nullptr : std::get_if<Result>(&evidence.front());
}

// Without a result nothing was learnt: unknown, and the memory stays.
Observation no_result(const char* what, const Memory& before);

// A judgement with the samples that all probes share; the memory stays.
Observation observed(const ProbeResult& result, Judgement judgement, const Memory& before);

}  // namespace ght::collectors
