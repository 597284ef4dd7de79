#include "agent/io/prober.h"

#include <exception>
#include <utility>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/dialog_probe.h"
#include "agent/io/dns_probe.h"
#include "agent/io/http_probe.h"
#include "agent/io/icmp_probe.h"
#include "agent/io/network.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;

// One probe, timed; what a library throws is this host's trouble (no memory, no descriptor).
template <class Outcome, class StepType>
asio::awaitable<Outcome> timed(asio::awaitable<void> (*run)(Network&, StepType, MonoTime, Outcome&),
                               Network& network, StepType step, MonoTime deadline) {
  Outcome result;
  const MonoTime begin = mono_now();
  try {
    auto running = run(network, std::move(step), deadline, result);
    co_await std::move(running);
  } catch (const std::exception& caught) {
    result.failure = reasons::probe_not_made;
    result.failure_detail = caught.what();
  }
  result.elapsed = mono_now() - begin;
  co_return result;
}

}  // namespace

Prober::Prober(asio::any_io_executor executor, ProberOptions options)
    : network_(new Network{executor, Resolver(executor, std::move(options.resolver)),
                           TlsTrust(std::move(options.trust))}) {}

Prober::~Prober() = default;

asio::awaitable<HttpResult> Prober::exchange(HttpExchange step, MonoTime deadline) {
  return timed(run_http, *network_, std::move(step), deadline);
}

asio::awaitable<DialogResult> Prober::converse(Dialog step, MonoTime deadline) {
  return timed(run_dialog, *network_, std::move(step), deadline);
}

asio::awaitable<IcmpResult> Prober::echo(IcmpEcho step, MonoTime deadline) {
  return timed(run_icmp, *network_, std::move(step), deadline);
}

asio::awaitable<DnsResult> Prober::look_up(DnsLookup step, MonoTime deadline) {
  return timed(run_dns, *network_, std::move(step), deadline);
}

}  // namespace ght::io
