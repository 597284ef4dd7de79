#include "agent/cli/restore_record.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/core/text.h"
#include "agent/io/control_client.h"

namespace ght::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr Duration answer_timeout = 15s;

// As a shell takes it back as one word.
std::string quoted(const std::string& word) {
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? R"('\'')" : std::string(1, c);
  return result + "'";
}

}  // namespace

bool send_restore_test(const json& request, const std::string& control_socket, bool english) {
  const auto line = io::control_request(
      control_socket, request.dump(-1, ' ', false, json::error_handler_t::replace), answer_timeout);
  if (!line.ok()) {
    std::fprintf(stderr, "%s\n", line.error().text().c_str());
    return false;
  }
  const json answer = json::parse(line.value(), nullptr, false);
  if (!answer.is_object() || answer.contains("error") || !answer.contains("durable")) {
    const bool told = answer.is_object() && answer.contains("error") && answer["error"].is_string();
    std::fprintf(
        stderr, "%s\n",
        told ? answer["error"].get<std::string>().c_str() : "the agent's answer is not understood");
    return false;
  }
  if (answer["durable"] != true) {
    std::fputs(english
                   ? "WARNING: not on the disk yet; look after the ledger (ght_ledger_healthy), "
                     "then at \"restore-test list\".\n"
                   : "ATTENTION : pas encore écrit sur le disque ; vérifiez le registre "
                     "(ght_ledger_healthy), puis « restore-test list ».\n",
               stderr);
  }
  std::printf(english ? "Restore test of \"%s\" recorded.\n"
                      : "Test de restauration de « %s » enregistré.\n",
              request.value("backup", "").c_str());
  return true;
}

std::string record_command(const json& request, const std::string& config_file) {
  std::string command = "ght-agent restore-test record";
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) command += std::string(" ") + option + " " + quoted(value);
  };
  const auto add_moment = [&](const char* option, const char* key) {
    if (request.contains(key)) add(option, format_rfc3339(wall_from_unix_ms(request[key])));
  };
  add("--config.file", config_file);
  add("--backup", request.value("backup", ""));
  add("--result", request.value("success", false) ? "success" : "failure");
  add("--operator", request.value("operator", ""));
  add("--requester", request.value("requester", ""));
  add("--files", request.value("files", ""));
  add_moment("--backup-date", "backup_date_ms");
  add_moment("--at", "at_ms");
  if (request.contains("duration_ms")) {
    add("--duration", std::to_string(request["duration_ms"].get<std::int64_t>()) + "ms");
  }
  add("--remark", request.value("remark", ""));
  return command;
}

}  // namespace ght::cli
