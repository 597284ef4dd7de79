#include "agent/config/read_root.h"

#include "agent/config/expectation.h"
#include "agent/config/read_check.h"
#include "agent/config/read_maintenance.h"
#include "agent/config/read_web.h"
#include "agent/config/time_zone.h"
#include "agent/config/validate.h"

namespace ght::config {
namespace {

std::string text_or_empty(const Settings& settings, std::string_view key) {
  const auto* text = settings.find<std::string>(key);
  return text == nullptr ? "" : *text;
}

Identity read_identity(const Node& document, const Settings& root, std::string_view hostname,
                       Problems& problems) {
  const auto* given = root.find<Settings>("identity");
  if (given == nullptr) return {};
  Identity identity{.ght = text_or_empty(*given, "ght"),
                    .establishment = text_or_empty(*given, "establishment"),
                    .site = text_or_empty(*given, "site"),
                    .host = text_or_empty(*given, "host")};
  const Node* node = document.find("identity");
  if (node->find("host") != nullptr) return identity;
  identity.host = hostname;
  if (hostname.empty()) {
    problems.error(node->offset, "/identity",
                   "this machine has no host name: expected the key \"host\"");
  }
  return identity;
}

void read_checks(const Node& document, const Settings& root, const Tables& tables, Config& config,
                 Problems& problems) {
  const Node* list = document.find("checks");
  const auto* checks = root.find<std::vector<Settings>>("checks");
  if (list == nullptr || checks == nullptr) return;
  if (checks->empty()) {
    problems.warning(list->offset, "/checks", "no checks: nothing is watched");
  }
  SeenNames seen;
  for (std::size_t i = 0; i < checks->size(); ++i) {
    const Node& node = list->children[i];
    if (node.kind != Node::Kind::object) continue;
    config.checks.push_back(
        read_check(node, (*checks)[i], pointer_to("/checks", i), tables, seen, problems));
  }
}

// "" when it is no zone.
std::string read_time_zone(const Node& document, const Settings& root, Problems& problems) {
  std::string zone = text_or_empty(root, "time_zone");
  if (zone.empty()) return "";
  std::string wrong = time_zone_problem(zone);
  if (wrong.empty()) return zone;
  const Spot spot = spot_of(document, "", "time_zone");
  problems.error(spot.offset, spot.pointer, std::move(wrong));
  return "";
}

void read_places(const Node& document, const Settings& root, Config& config, Problems& problems) {
  constexpr std::size_t longest = 107;  // of sockaddr_un::sun_path
  config.state_directory = text_or_empty(root, "state_directory");
  config.control_socket = text_or_empty(root, "control_socket");
  const bool given = document.find("control_socket") != nullptr;
  if (!given) config.control_socket = config.state_directory + "/control.sock";
  if (config.control_socket.size() <= longest) return;
  const Spot spot = spot_of(document, "", given ? "control_socket" : "state_directory");
  const std::string limit = std::to_string(longest) + " bytes, the most that a socket can have";
  problems.error(spot.offset, spot.pointer,
                 given ? "expected a path of at most " + limit + ", found " +
                             std::to_string(config.control_socket.size())
                       : "with \"/control.sock\" it has more than " + limit +
                             "; expected a shorter path, or the key \"control_socket\"");
}

void read_plans(const Node& document, const Settings& root, const Tables& tables, Config& config,
                Problems& problems) {
  const Node* list = document.find("maintenance");
  const auto* plans = root.find<std::vector<Settings>>("maintenance");
  if (list == nullptr || plans == nullptr) return;
  MaintenanceContext context{
      .fields = tables.maintenance(), .zone = config.time_zone, .checks = {}};
  for (const Check& check : config.checks) context.checks.push_back(check.name);
  for (std::size_t i = 0; i < plans->size(); ++i) {
    const Node& node = list->children[i];
    if (node.kind != Node::Kind::object) continue;
    config.maintenance.push_back(
        read_maintenance(node, (*plans)[i], pointer_to("/maintenance", i), context, problems));
  }
}

}  // namespace

Config read_root(const Node& document, std::string_view hostname, const Tables& tables,
                 Problems& problems) {
  // A check's settings are read with the check, by its collector's table.
  const Settings root = validate(document, tables.root(), "", problems, &tables.settings());
  Config config;
  config.identity = read_identity(document, root, hostname, problems);
  config.time_zone = read_time_zone(document, root, problems);
  if (const auto holidays = holidays_from_name(text_or_empty(root, "holidays"))) {
    config.holidays = *holidays;
  }
  if (text_or_empty(root, "numbering") == "asip-2018") config.numbering = Numbering::asip_2018;
  read_places(document, root, config, problems);
  if (const auto* ledger = root.find<Settings>("ledger")) {
    if (const auto* months = ledger->find<std::int64_t>("retention_months")) {
      config.retention_months = static_cast<int>(*months);
    }
  }
  if (const auto* web = root.find<Settings>("web")) {
    config.web = read_web(document.find("web"), *web, problems);
  }
  read_checks(document, root, tables, config, problems);
  read_plans(document, root, tables, config, problems);
  return config;
}

}  // namespace ght::config
