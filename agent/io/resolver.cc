#include "agent/io/resolver.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/resolver_channel.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using Addresses = std::vector<asio::ip::address>;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// RFC 8305 4: a dead family must not come first twice.
Addresses alternate(const Addresses& first, const Addresses& second) {
  Addresses all;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) all.push_back(first[i]);
    if (i < second.size()) all.push_back(second[i]);
  }
  return all;
}

Addresses alternate(const Addresses& mixed) {
  Addresses v6, v4;
  for (const auto& address : mixed) (address.is_v6() ? v6 : v4).push_back(address);
  return alternate(v6, v4);
}

}  // namespace

// One name being asked for; lives until both families have answered or their channel is gone.
struct Resolver::Question {
  explicit Question(const asio::any_io_executor& executor) : bell(executor) {}

  bool finished() const { return v6.has_value() && v4.has_value(); }
  bool has_addresses() const {
    return (v6 && !v6->addresses.empty()) || (v4 && !v4->addresses.empty());
  }

  asio::steady_timer bell;  // cancelled when an answer has come
  std::optional<DnsAnswer> v6, v4;
};

namespace {

// Both families must agree before a name is said not to exist: there are name servers that answer
// NXDOMAIN for the family that they do not serve (RFC 4074 4.2).
void explain(const std::optional<DnsAnswer>& v6, const std::optional<DnsAnswer>& v4,
             const std::string& host, Resolved& resolved) {
  resolved.detail = host;
  using enum DnsAnswer::Kind;
  const auto either = [&](DnsAnswer::Kind kind) {
    return (v6 && v6->kind == kind) || (v4 && v4->kind == kind);
  };
  if (!v6 || !v4 || either(timeout)) {
    resolved.failure = reasons::dns_timeout;
  } else if (either(error)) {
    resolved.failure = reasons::dns_error;
    resolved.detail = host + ": " + (v4->kind == error ? v4->detail : v6->detail);
  } else if (either(no_address)) {
    resolved.failure = reasons::dns_no_address;
  } else {
    resolved.failure = reasons::dns_nxdomain;
  }
}

}  // namespace

Resolver::Resolver(asio::any_io_executor executor, ResolverOptions options)
    : executor_(std::move(executor)), options_(std::move(options)) {}

Resolver::~Resolver() = default;

Result<std::shared_ptr<DnsChannel>> Resolver::current_channel() {
  const FileStamp stamp = file_stamp(options_.resolv_conf);
  if (channel_ == nullptr || stamp != stamp_) {
    GHT_TRY(channel_, DnsChannel::open(executor_, options_));
    stamp_ = stamp;
  }
  return channel_;
}

std::optional<asio::ip::address> Resolver::first_server() {
  const auto channel = current_channel();
  return channel.ok() ? channel.value()->first_server() : std::nullopt;
}

asio::awaitable<Resolved> Resolver::resolve(std::string host, MonoTime deadline) {
  Resolved resolved;
  boost::system::error_code not_literal;
  const asio::ip::address literal = asio::ip::make_address(host, not_literal);
  if (!not_literal) {
    resolved.addresses.push_back(literal);
    co_return resolved;
  }
  // Held to the end: a channel that was replaced meanwhile still answers its own questions.
  const Result<std::shared_ptr<DnsChannel>> channel = current_channel();
  if (!channel.ok()) {
    resolved.failure = reasons::dns_error;
    resolved.detail = host + ": " + channel.error().text();
    co_return resolved;
  }
  resolved.addresses = alternate(channel.value()->hosts_file(host));
  if (!resolved.addresses.empty()) co_return resolved;

  const auto question = std::make_shared<Question>(executor_);
  const auto ask = [&](AddressFamily family, std::optional<DnsAnswer> Question::* place) {
    channel.value()->ask(host, family, [question, place](DnsAnswer answer) {
      (*question).*place = std::move(answer);
      question->bell.cancel();
    });
  };
  ask(AddressFamily::v6, &Question::v6);
  ask(AddressFamily::v4, &Question::v4);
  MonoTime until = std::min(deadline, mono_now() + options_.timeout);
  bool waiting_for_other = false;
  while (!question->finished() && mono_now() < until) {
    if (question->has_addresses() && !waiting_for_other) {
      waiting_for_other = true;
      until = std::min(until, mono_now() + options_.other_family_delay);
    }
    question->bell.expires_at(until);
    co_await question->bell.async_wait(no_throw);
  }
  if (question->has_addresses()) {
    resolved.addresses = alternate(question->v6 ? question->v6->addresses : Addresses{},
                                   question->v4 ? question->v4->addresses : Addresses{});
  } else {
    explain(question->v6, question->v4, host, resolved);
  }
  co_return resolved;
}

}  // namespace ght::io
