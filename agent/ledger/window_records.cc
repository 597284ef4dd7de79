#include "agent/ledger/window_records.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/ledger/terms_json.h"

namespace ght {
namespace {

std::string ended_by(const std::string& body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object() || !object.contains("by") || !object["by"].is_string()) return {};
  return object["by"].get<std::string>();
}

}  // namespace

std::vector<MaintenanceWindow> windows_of(const std::vector<Record>& records,
                                          std::vector<Error>& problems) {
  std::vector<MaintenanceWindow> windows;
  for (const Record& record : records) {
    const auto known = std::ranges::find(windows, record.subject, &MaintenanceWindow::id);
    if (record.kind == RecordKind::maintenance_end && known != windows.end()) {
      known->ended_at = record.segment.from;
      known->ended_by = ended_by(record.body);
    }
    if (record.kind != RecordKind::maintenance) continue;
    Result<MaintenanceWindow> window = window_from_json(record.body);
    if (!window.ok()) {
      problems.push_back({"window " + record.subject, window.error().text()});
    } else if (known == windows.end()) {  // after pruning, one in force is declared again
      windows.push_back(std::move(window).value());
    }
  }
  return windows;
}

}  // namespace ght
