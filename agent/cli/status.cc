#include <cstdio>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/status_table.h"
#include "agent/engine/oneshot.h"
#include "agent/io/control_client.h"
#include "agent/io/host.h"

namespace ght::cli {
namespace {

constexpr std::chrono::seconds patience(10);

Result<std::string> fetch(const std::string& address) {
  HttpExchange exchange;
  exchange.url = "http://" + address + "/api/v1/status";
  exchange.max_body = 16U << 20U;  // 2,000 checks with long reasons
  HttpResult answer = exchange_once(std::move(exchange), patience);
  if (!answer.failure.empty()) {
    return Error{address, "the agent does not answer (" + std::string(answer.failure) +
                              "); is it running? systemctl status ght-agent"};
  }
  if (answer.status == 401 || answer.status == 403) {
    return Error{address,
                 "asks for a password or certificate; without --web.address the agent is "
                 "asked through its control socket, which needs none"};
  }
  if (answer.status != 200) {
    return Error{address, "answered with status " + std::to_string(answer.status) + ", not 200"};
  }
  if (answer.body_cut) return Error{address, "the answer is too long"};
  return std::move(answer.body);
}

// Over HTTP as everybody, or, when that takes TLS or a password, through the control socket, to
// which root and the agent's group may write: no secret is needed on this machine.
Result<std::string> ask(const Config& config) {
  if (!config.web.tls && !config.web.authenticates()) return fetch(config.web.listen.front());
  GHT_TRY(std::string answer,
          io::control_request(config.control_socket, R"({"command": "status"})", patience));
  return answer + "\n";
}

}  // namespace

int status(const StatusOptions& options) {
  Result<std::string> body;
  std::string asked = options.address;
  if (asked.empty()) {
    const ConfigOutcome outcome = load_config(options.config_file);
    const Config* config = outcome.get();
    if (config == nullptr) {
      print_problems(outcome);
      return exit_unknown;
    }
    asked = options.config_file;
    body = ask(*config);
  } else {
    body = fetch(asked);
  }
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
    std::fprintf(stderr, "%s\n", Error{asked, table.error().text()}.text().c_str());
    return exit_unknown;
  }
  if (!options.json) std::fputs(table.value().text.c_str(), stdout);
  return table.value().exit_code;
}

}  // namespace ght::cli
