// Whether the clock of this machine is right, by its keeper's own account. README.md says what that
// proves.
#include <array>
#include <string>
#include <utility>

#include "agent/core/collector.h"
#include "collectors/availability/ntp/readings.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace {

using ntp::ClockState;
using ntp::Kernel;
using ntp::Tracking;

// The kernel lets its bound grow by MAXFREQ, 500 parts in a million, from the last update on.
constexpr int kernel_seconds_of_error = 2000;
// Between chronyd's look at the clock and ours lies the run of a program.
constexpr WallDuration future_tolerance = std::chrono::seconds(5);

constexpr Family offset_family = {
    .name = "ght_clock_offset_seconds",
    .help = "This clock minus its reference, as its keeper estimates it; positive when fast.",
    .type = MetricType::gauge,
    .labels = {}};
constexpr Family error_family = {
    .name = "ght_clock_max_error_seconds",
    .help = "Bound on the clock's error beside the offset, by its keeper's own account.",
    .type = MetricType::gauge,
    .labels = {}};
constexpr Family synchronised_family = {
    .name = "ght_clock_synchronised",
    .help = "1 when the clock follows an outside source that was heard recently enough.",
    .type = MetricType::gauge,
    .labels = {}};
constexpr Family update_family = {.name = "ght_clock_last_update_timestamp_seconds",
                                  .help = "When chronyd last took the time from its source.",
                                  .type = MetricType::gauge,
                                  .labels = {}};
constexpr std::array families = {&offset_family, &error_family, &synchronised_family,
                                 &update_family};

constexpr auto sources = std::to_array<std::string_view>({"auto", "kernel", "chrony"});

constexpr auto settings_table = std::to_array<Field>({
    {.key = "source",
     .kind = FieldKind::choice,
     .fallback = "\"auto\"",
     .help = "Who is asked: chronyd, the kernel, or chronyd where it runs and else the kernel.",
     .choices = sources},
    {.key = "max_offset",
     .kind = FieldKind::duration,
     .fallback = "\"100ms\"",
     .min = 0.001,
     .max = 3600,
     .help = "How far the clock may be from its reference."},
    {.key = "max_age",
     .kind = FieldKind::duration,
     .fallback = "\"1h\"",
     .min = 60,
     .max = 366 * 86400.0,
     .help = "How old the last update from a source may be."},
});

constexpr std::string_view by_chrony = "ntp_synchronised_by_chrony";
constexpr std::string_view by_kernel = "ntp_synchronised_by_kernel";
constexpr std::string_view not_synchronised = "ntp_not_synchronised";
constexpr std::string_view own_clock = "ntp_own_clock";
constexpr std::string_view too_old = "ntp_update_too_old";
constexpr std::string_view too_far = "ntp_offset_too_large";
constexpr std::string_view in_future = "ntp_update_in_future";
constexpr std::string_view not_shown = "ntp_update_not_shown";
constexpr std::string_view kernel_silent = "ntp_kernel_silent";
constexpr auto reason_texts = std::to_array<ReasonText>({
    {by_chrony, "horloge à {value} de sa source {expected}",
     "the clock is {value} from its source {expected}"},
    {by_kernel, "horloge synchronisée selon le noyau, à {value} près",
     "the clock is synchronised by the kernel's account, to within {value}"},
    {not_synchronised, "horloge non synchronisée", "the clock is not synchronised"},
    {own_clock, "chronyd n'a pour source que l'horloge de cette machine (directive local)",
     "chronyd has no source but the clock of this machine (directive local)"},
    {too_old, "dernière mise à l'heure il y a {value} (au plus {expected})",
     "last set by its source {value} ago (at most {expected})"},
    {too_far, "horloge à {value} de sa source (au plus {expected})",
     "the clock is {value} from its source (at most {expected})"},
    {in_future, "la dernière mise à l'heure, {value}, est dans le futur",
     "the last update, {value}, lies in the future"},
    {not_shown,
     "le noyau n'assure l'heure qu'à {value} près : rien ne montre une mise à l'heure depuis "
     "{expected}",
     "the kernel vouches for the time to within {value} only: nothing shows an update in the last "
     "{expected}"},
    {kernel_silent, "le noyau ne dit rien de son horloge : {value}",
     "the kernel tells nothing of its clock: {value}"},
});

RunHelper kernel_step() {
  RunHelper step;
  step.program = "ght-clock-state";
  return step;
}

RunHelper chrony_step() {
  RunHelper step;
  step.program = "chronyc";
  step.arguments = {"-c", "-n", "tracking"};
  return step;
}

const HelperResult* helper_at(const Evidence& evidence, std::size_t index) {
  return index < evidence.size() ? std::get_if<HelperResult>(&evidence[index]) : nullptr;
}

// Chronyd is asked because it runs, never because the other answer was worse: the source of a
// verdict must not change from one failure to the next.
Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  const auto& source = settings.get<std::string>("source");
  if (so_far.empty()) return Plan{source == "chrony" ? chrony_step() : kernel_step()};
  if (source != "auto" || so_far.size() != 1) return Plan{};
  const HelperResult* first = helper_at(so_far, 0);
  if (first == nullptr || helper_failure(*first, {})) return Plan{};
  const auto state = ntp::read_clock_state(first->out);
  if (!state.ok() || !state.value().chronyd) return Plan{};
  return Plan{chrony_step()};
}

Duration magnitude(Duration offset) {
  return offset < Duration::zero() ? -offset : offset;
}

Observation judged(Verdict verdict, Reason reason) {
  return {.verdict = verdict, .reason = std::move(reason), .samples = {}, .memory = {}};
}

void show(Observation& observation, const Family& family, double value) {
  observation.samples.push_back({&family, {}, value});
}

void show_accuracy(Observation& observation, Duration offset, Duration max_error) {
  show(observation, offset_family, to_seconds(offset));
  show(observation, error_family, to_seconds(max_error));
}

Observation judge_kernel(const Kernel& kernel, Duration max_offset, Duration max_age) {
  if (!kernel.error.empty()) {
    return judged(Verdict::unknown, {.code = kernel_silent, .value = kernel.error});
  }
  if (!kernel.synchronised) {
    Observation bad = judged(Verdict::bad, {.code = not_synchronised});
    show(bad, synchronised_family, 0);
    return bad;
  }
  Observation observation = judged(Verdict::good, {.code = by_kernel, .value = kernel.max_error});
  const bool shown = kernel.max_error <= max_age / kernel_seconds_of_error;
  if (magnitude(kernel.offset) > max_offset) {
    observation = judged(
        Verdict::bad, {.code = too_far, .value = magnitude(kernel.offset), .expected = max_offset});
  } else if (!shown) {
    observation = judged(Verdict::unknown,
                         {.code = not_shown, .value = kernel.max_error, .expected = max_age});
  }
  show_accuracy(observation, kernel.offset, kernel.max_error);
  if (shown) show(observation, synchronised_family, 1);
  return observation;
}

Observation judge_chrony(const Tracking& tracking, Duration max_offset, Duration max_age,
                         WallTime now) {
  if (!tracking.synchronised || tracking.own_clock) {
    Observation bad =
        judged(Verdict::bad, {.code = tracking.synchronised ? own_clock : not_synchronised});
    show(bad, synchronised_family, 0);
    return bad;
  }
  if (!tracking.updated) {
    return helper_unreadable("chronyc tracking: a source, but no time of its update", {});
  }
  if (*tracking.updated > now + future_tolerance) {
    return judged(Verdict::unknown, {.code = in_future, .value = *tracking.updated});
  }
  const Duration age = now - *tracking.updated;
  const bool old = age > max_age;
  Observation observation = judged(
      Verdict::good,
      {.code = by_chrony, .value = magnitude(tracking.offset), .expected = tracking.reference});
  if (old) {
    observation = judged(Verdict::bad, {.code = too_old, .value = age, .expected = max_age});
  } else if (magnitude(tracking.offset) > max_offset) {
    observation =
        judged(Verdict::bad,
               {.code = too_far, .value = magnitude(tracking.offset), .expected = max_offset});
  }
  show_accuracy(observation, tracking.offset, tracking.max_error);
  show(observation, synchronised_family, old ? 0 : 1);
  show(observation, update_family, to_seconds(*tracking.updated));
  return observation;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const auto& source = settings.get<std::string>("source");
  const auto max_offset = settings.get<Duration>("max_offset");
  const auto max_age = settings.get<Duration>("max_age");
  std::size_t next = 0;
  if (source != "chrony") {
    const HelperResult* result = helper_at(evidence, next++);
    if (result == nullptr) return helper_unreadable("no answer of ght-clock-state", before);
    if (auto failure = helper_failure(*result, before)) return *std::move(failure);
    const auto state = ntp::read_clock_state(result->out);
    if (!state.ok()) return helper_unreadable("ght-clock-state: " + state.error().text(), before);
    if (source == "kernel" || !state.value().chronyd) {
      return judge_kernel(state.value().kernel, max_offset, max_age);
    }
  }
  const HelperResult* answer = helper_at(evidence, next);
  if (answer == nullptr) return helper_unreadable("no answer of chronyc", before);
  HelperResult said = *answer;
  if (said.err.empty()) said.err = said.out;  // where chronyc says why it has none
  if (auto failure = helper_failure(said, before)) return *std::move(failure);
  const auto tracking = ntp::read_tracking(said.out);
  if (!tracking.ok()) return helper_unreadable(tracking.error().text(), before);
  return judge_chrony(tracking.value(), max_offset, max_age, now);
}

}  // namespace

extern const Collector ntp_collector;
constexpr Collector ntp_collector = {
    .name = "ntp",
    .summary =
        "Whether the clock of this machine is synchronised, how far off it may be, and "
        "since when.",
    .families = families,
    .settings = settings_table,
    .reasons = reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
