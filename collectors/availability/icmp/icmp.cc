// Echo requests and what of them came back. README.md says what that proves.
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

constexpr std::string_view icmp_ok = "icmp_ok";
constexpr std::string_view icmp_no_answer = "icmp_no_answer";
constexpr std::string_view icmp_loss = "icmp_loss";
constexpr std::string_view icmp_slow = "icmp_slow";
constexpr std::string_view icmp_cut_short = "icmp_cut_short";

constexpr std::array<std::string_view, 1> figure_label = {"figure"};
constexpr Family loss = {
    .name = "ght_probe_icmp_loss_ratio",
    .help = "Part of the echo requests of the last probe that did not come back, 0 to 1."};
constexpr Family round_trip = {
    .name = "ght_probe_icmp_round_trip_seconds",
    .help = "Round trips of the last probe: the shortest, the mean, the longest.",
    .labels = figure_label};

constexpr std::array<const Family*, 5> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &loss, &round_trip};

constexpr auto ip_versions = std::to_array<std::string_view>({"any", "4", "6"});

constexpr auto settings = std::to_array<Field>({
    {.key = "host",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = host_name_bytes,
     .help = "Name or address to ask, an IPv6 address without brackets."},
    {.key = "ip_version",
     .kind = FieldKind::choice,
     .fallback = "\"any\"",
     .help = "Which of its addresses; any: IPv6 when it has one.",
     .choices = ip_versions},
    {.key = "count",
     .kind = FieldKind::integer,
     .fallback = "3",
     .min = 1,
     .max = limits::icmp_requests,
     .help = "Echo requests of one run."},
    {.key = "spacing",
     .kind = FieldKind::duration,
     .fallback = "\"200ms\"",
     .min = 0.01,
     .max = 10,
     .help = "Time between two of them."},
    {.key = "patience",
     .kind = FieldKind::duration,
     .fallback = "\"2s\"",
     .min = 0.01,
     .max = 60,
     .help = "How long after the last one an answer still counts."},
    {.key = "payload_bytes",
     .kind = FieldKind::integer,
     .fallback = "56",
     .min = 16,
     .max = limits::icmp_payload_bytes,
     .help = "Bytes in each request: a large one finds a way that fragments or drops."},
    {.key = "max_loss_percent",
     .kind = FieldKind::number,
     .fallback = "0",
     .min = 0,
     .max = 99,
     .help = "Loss up to which the result is still good."},
    {.key = "max_round_trip",
     .kind = FieldKind::duration,
     .min = 0.0001,
     .max = 60,
     .help = "Mean round trip up to which the result is good; not judged when not given."},
});

constexpr auto own_reasons = std::to_array<ReasonText>({
    {icmp_ok, "l'hôte répond, {value} de pertes", "the host answers, {value} lost"},
    {icmp_no_answer, "aucune réponse aux {value} demandes d'écho",
     "no answer to {value} echo requests"},
    {icmp_loss, "{value} de pertes, {expected} admis", "{value} lost, {expected} allowed"},
    {icmp_cut_short, "seulement {value} demandes d'écho sur {expected} avant la fin du délai",
     "only {value} of {expected} echo requests before the time was over"},
    {icmp_slow, "aller-retour moyen de {value}, {expected} admis",
     "mean round trip of {value}, {expected} allowed"},
});

IpFamily family_of(const std::string& version) {
  if (version == "4") return IpFamily::v4;
  return version == "6" ? IpFamily::v6 : IpFamily::any;
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  IcmpEcho step;
  GHT_TRY(step.host, host_of(given, "host"));
  if (!so_far.empty()) return Plan{};
  step.family = family_of(given.get<std::string>("ip_version"));
  step.count = static_cast<int>(given.get<std::int64_t>("count"));
  step.spacing = given.get<Duration>("spacing");
  step.patience = given.get<Duration>("patience");
  step.payload_bytes = static_cast<std::size_t>(given.get<std::int64_t>("payload_bytes"));
  return Plan{std::move(step)};
}

// "33 %", rounded up: a loss is never shown as none.
std::string percent(double ratio) {
  const double hundredths = ratio * 100;
  auto whole = static_cast<std::int64_t>(hundredths);
  if (static_cast<double>(whole) < hundredths) ++whole;
  return std::to_string(whole) + " %";
}

Duration mean(const std::vector<Duration>& times) {
  return std::accumulate(times.begin(), times.end(), Duration{}) /
         static_cast<std::int64_t>(times.size());
}

double loss_of(const IcmpResult& result) {
  return 1 - static_cast<double>(result.round_trips.size()) / result.sent;
}

Judgement judge(const Settings& given, const IcmpResult& result) {
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  const auto came = static_cast<int>(result.round_trips.size());
  if (result.sent < 1 || came > result.sent) {
    return {Verdict::unknown, {.code = reasons::collector_error, .value = "no echo was sent"}};
  }
  if (came == 0) {
    return {Verdict::bad, {.code = icmp_no_answer, .value = std::int64_t{result.sent}}};
  }
  const double allowed = given.get<double>("max_loss_percent") / 100;
  if (loss_of(result) > allowed) {
    return {Verdict::bad,
            {.code = icmp_loss, .value = percent(loss_of(result)), .expected = percent(allowed)}};
  }
  // Fewer were sent than were asked for, because the run's time was over: that proves less than
  // good.
  const auto wanted = given.get<std::int64_t>("count");
  if (result.sent < wanted) {
    return {Verdict::unknown,
            {.code = icmp_cut_short, .value = std::int64_t{result.sent}, .expected = wanted}};
  }
  const auto* slowest = given.find<Duration>("max_round_trip");
  if (slowest != nullptr && mean(result.round_trips) > *slowest) {
    return {Verdict::bad,
            {.code = icmp_slow, .value = mean(result.round_trips), .expected = *slowest}};
  }
  return {Verdict::good, {.code = icmp_ok, .value = percent(loss_of(result))}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime) {
  const auto* const result = only_result<IcmpResult>(evidence);
  if (result == nullptr) return no_result("no echo", before);
  Observation observation = observed(*result, judge(given, *result), before);
  if (observation.verdict == Verdict::unknown || !result->failure.empty()) return observation;
  observation.samples.push_back({&loss, {}, loss_of(*result)});
  if (result->round_trips.empty()) return observation;
  const auto [shortest, longest] = std::ranges::minmax(result->round_trips);
  observation.samples.push_back({&round_trip, {"shortest"}, to_seconds(shortest)});
  observation.samples.push_back({&round_trip, {"mean"}, to_seconds(mean(result->round_trips))});
  observation.samples.push_back({&round_trip, {"longest"}, to_seconds(longest)});
  return observation;
}

}  // namespace

extern const Collector icmp_collector;
constexpr Collector icmp_collector = {
    .name = "icmp",
    .summary = "Sends echo requests (ping) and judges loss and round trips.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
