#include <cstdio>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/status_table.h"
#include "agent/engine/oneshot.h"
#include "agent/io/host.h"

namespace ght::cli {
namespace {

Result<std::string> fetch(const std::string& address) {
  HttpExchange exchange;
  exchange.url = "http://" + address + "/api/v1/status";
  exchange.max_body = 16U << 20U;  // 2,000 checks with long reasons
  HttpResult answer = exchange_once(std::move(exchange), std::chrono::seconds(10));
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
