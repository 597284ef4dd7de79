#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/status_table.h"
#include "agent/core/text.h"
#include "agent/io/clock.h"
#include "agent/io/host.h"
#include "agent/io/http_probe.h"

namespace ght::cli {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> get(io::HttpProbe& probe, std::string url, HttpResult& answer) {
  HttpExchange exchange;
  exchange.url = std::move(url);
  exchange.max_body = 16U << 20U;  // 2,000 checks with long reasons
  auto operation = probe.exchange(std::move(exchange), io::mono_now() + std::chrono::seconds(10));
  answer = co_await std::move(operation);
}

Result<std::string> fetch(const std::string& address) {
  asio::io_context context(1);
  io::HttpProbe probe(context.get_executor());
  HttpResult answer;
  asio::co_spawn(context, get(probe, "http://" + address + "/api/v1/status", answer),
                 asio::detached);
  context.run();
  if (!answer.failure.empty()) {
    return Error{address, "the agent does not answer (" + std::string(answer.failure) +
                              "); is it running? systemctl status ght-agent"};
  }
  if (answer.status != 200) {
    return Error{address, "answered with status " + std::to_string(answer.status) + ", not 200"};
  }
  if (answer.body_cut) return Error{address, "the answer is too long"};
  return std::move(answer.body);
}

}  // namespace

int status(const StatusOptions& options) {
  std::string address = options.address;
  if (address.empty()) {
    const ConfigOutcome outcome = load_config(options.config_file);
    const Config* config = outcome.get();
    if (config == nullptr) {
      print_problems(outcome);
      return exit_unknown;
    }
    address = config->web.listen.front();
  }
  const Result<std::string> body = fetch(address);
  if (!body.ok()) {
    std::fprintf(stderr, "%s\n", body.error().text().c_str());
    return exit_unknown;
  }
  if (options.json) std::fputs(body.value().c_str(), stdout);
  const Terminal terminal{.colour = !options.json && io::wants_colour(),
                          .width = io::terminal_width()};
  const Result<StatusTable> table =
      status_table(body.value(), options.english ? Language::en : Language::fr, terminal);
  if (!table.ok()) {
    std::fprintf(stderr, "%s\n", Error{address, table.error().text()}.text().c_str());
    return exit_unknown;
  }
  if (!options.json) std::fputs(table.value().text.c_str(), stdout);
  return table.value().exit_code;
}

}  // namespace ght::cli
