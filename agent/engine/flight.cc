#include "agent/engine/flight.h"

#include <exception>
#include <utility>
#include <variant>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/engine/transcript.h"
#include "agent/io/clock.h"

namespace ght {
namespace {

namespace asio = boost::asio;

Observation cannot(std::string_view reason, std::string value, ReasonValue expected = {}) {
  Observation observation;
  observation.reason = {.code = reason, .value = std::move(value), .expected = std::move(expected)};
  return observation;
}

asio::awaitable<StepResult> act(Actors actors, Step step, std::string owner, MonoTime deadline) {
  if (auto* helper = std::get_if<RunHelper>(&step)) {
    auto operation = actors.helpers->run(std::move(*helper), std::move(owner), deadline);
    co_return co_await std::move(operation);
  }
  if (auto* dialog = std::get_if<Dialog>(&step)) {
    auto operation = actors.probes->converse(std::move(*dialog), deadline);
    co_return co_await std::move(operation);
  }
  if (auto* echo = std::get_if<IcmpEcho>(&step)) {
    auto operation = actors.probes->echo(std::move(*echo), deadline);
    co_return co_await std::move(operation);
  }
  if (auto* lookup = std::get_if<DnsLookup>(&step)) {
    auto operation = actors.probes->look_up(std::move(*lookup), deadline);
    co_return co_await std::move(operation);
  }
  if (auto* records = std::get_if<ReadRecords>(&step)) {
    co_return actors.records == nullptr ? RecordsResult() : actors.records->read(*records);
  }
  auto operation = actors.probes->exchange(std::move(std::get<HttpExchange>(step)), deadline);
  co_return co_await std::move(operation);
}

// Collects evidence round by round until the collector has enough. An Error is the collector's own,
// or says that it asked for more than limits.h allows.
asio::awaitable<Result<Evidence>> gather(Actors actors, std::shared_ptr<const Check> check,
                                         Memory before, MonoTime deadline) {
  Evidence evidence;
  for (std::size_t round = 0; round <= limits::plan_rounds; ++round) {
    auto plan = check->collector->plan(check->settings, evidence, before);
    if (!plan.ok()) co_return plan.error();
    if (plan.value().empty()) co_return evidence;
    if (plan.value().size() > limits::plan_steps) break;
    for (Step& step : plan.value()) {
      if (auto* helper = std::get_if<RunHelper>(&step)) helper->privileged = check->privileged;
      auto operation = act(actors, std::move(step), check->name, deadline);
      StepResult result = co_await std::move(operation);
      evidence.push_back(std::move(result));
    }
  }
  co_return Error{std::string(check->collector->name),
                  "asked for more rounds or steps than allowed"};
}

bool too_large(const Observation& observation) {
  return observation.memory.json.size() > limits::memory_bytes;
}

RunEnd end_of(const Observation& observation, const Evidence& evidence) {
  for (const StepResult& result : evidence) {
    const auto* helper = std::get_if<HelperResult>(&result);
    if (helper != nullptr &&
        (helper->end == HelperEnd::timed_out || helper->end == HelperEnd::stuck)) {
      return RunEnd::timeout;
    }
  }
  return observation.verdict == Verdict::unknown ? RunEnd::error : RunEnd::ok;
}

}  // namespace

asio::awaitable<Landing> fly(Actors actors, std::shared_ptr<const Check> check, Memory before) {
  const MonoTime start = io::mono_now();
  Landing landing;
  auto operation = gather(actors, check, before, start + check->timeout);
  const Result<Evidence> evidence = co_await std::move(operation);
  if (!evidence.ok()) {
    landing.observation = cannot(reasons::collector_error, evidence.error().text());
  } else {
    try {
      landing.observation =
          check->collector->interpret(check->settings, evidence.value(), before, io::wall_now());
      if (too_large(landing.observation)) {
        landing.observation = cannot(reasons::collector_error, "remembers more than allowed");
      }
      landing.end = end_of(landing.observation, evidence.value());
      if (landing.observation.verdict != Verdict::good) {
        landing.transcript = transcript(evidence.value());
      }
    } catch (const std::exception& error) {  // a library under a collector, or no memory
      landing.observation = cannot(reasons::collector_error, error.what());
    }
  }
  landing.elapsed = io::mono_now() - start;
  co_return landing;
}

}  // namespace ght
