#include "agent/engine/oneshot.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <utility>

#include "agent/io/clock.h"

namespace ght {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> fly_into(Actors actors, std::shared_ptr<const Check> check, Memory before,
                               Landing& landing) {
  auto operation = fly(actors, std::move(check), std::move(before));
  landing = co_await std::move(operation);
}

asio::awaitable<void> exchange_into(io::Prober& probe, HttpExchange exchange, MonoTime deadline,
                                    HttpResult& result) {
  auto operation = probe.exchange(std::move(exchange), deadline);
  result = co_await std::move(operation);
}

}  // namespace

Landing fly_once(std::shared_ptr<const Check> check, Memory before,
                 const std::string& helper_directory, const RecordSource& records) {
  asio::io_context context(1);
  io::HelperRunner helpers(context.get_executor(),
                           {.helper_directory = helper_directory, .cache_directory = {}});
  io::Prober probe(context.get_executor());
  Landing landing;
  asio::co_spawn(context,
                 fly_into({.helpers = &helpers, .probes = &probe, .records = &records},
                          std::move(check), std::move(before), landing),
                 asio::detached);
  context.run();
  return landing;
}

HttpResult exchange_once(HttpExchange exchange, Duration timeout) {
  asio::io_context context(1);
  io::Prober probe(context.get_executor());
  HttpResult result;
  asio::co_spawn(context,
                 exchange_into(probe, std::move(exchange), io::mono_now() + timeout, result),
                 asio::detached);
  context.run();
  return result;
}

}  // namespace ght
