#include "agent/config/config.h"

#include <algorithm>

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

int line_of(std::string_view bytes, std::string_view pointer) {
  using namespace config;
  Problems problems(bytes, "");
  const auto document = parse_document(bytes, problems);
  const Node* node = document ? &*document : nullptr;
  while (node != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    node = node->find(pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return node == nullptr ? 0 : problems.line(node->offset);
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
