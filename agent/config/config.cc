#include "agent/config/config.h"

#include "agent/config/document.h"
#include "agent/config/read_check.h"
#include "agent/config/read_root.h"
#include "agent/config/tables.h"
#include "agent/config/validate.h"

namespace ght {

ConfigOutcome parse_config(std::string_view bytes, std::string_view file, std::string_view hostname,
                           std::span<const Collector* const> collectors) {
  using namespace config;
  Problems problems(bytes, file);
  const Tables tables(collectors);
  std::optional<Config> config;
  if (const auto document = parse_document(bytes, problems)) {
    config = read_root(*document, hostname, tables, problems);
  }
  ConfigOutcome outcome{.config = {}, .problems = problems.in_order()};
  if (problems.errors() == 0 && config) outcome.config = std::move(*config);
  return outcome;
}

SettingsOutcome parse_settings(std::string_view json_object, std::span<const Field> fields) {
  using namespace config;
  Problems problems(json_object, "");
  SettingsOutcome outcome;
  if (const auto document = parse_document(json_object, problems)) {
    outcome.settings = validate(*document, fields, "", problems);
  }
  outcome.problems = problems.in_order();
  return outcome;
}

}  // namespace ght
