#include "agent/cli/backup_summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ght::cli {
namespace {

using nlohmann::json;

std::string_view program(const std::vector<std::string>& argv) {
  const std::string_view path = argv.front();
  return path.substr(path.rfind('/') + 1);
}

std::optional<std::uint64_t> number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

void read_restic(const json& summary, BackupRun& run) {
  const auto kind = summary.find("message_type");
  if (kind == summary.end() || *kind != "summary") return;
  if (const auto bytes = number(summary, "total_bytes_processed")) run.size = bytes;
  const auto fresh = number(summary, "files_new");
  const auto changed = number(summary, "files_changed");
  const auto same = number(summary, "files_unmodified");
  // Nothing unmodified: a first backup, where "all are new" says nothing.
  if (fresh && changed && same && *same > 0) {
    // As double: counts that nobody has must not wrap around.
    const double other = static_cast<double>(*fresh) + static_cast<double>(*changed);
    run.changed_files = other / (other + static_cast<double>(*same));
  }
}

void read_borg(const json& document, BackupRun& run) {
  const auto archive = document.find("archive");
  if (archive == document.end() || !archive->is_object()) return;
  const auto stats = archive->find("stats");
  if (stats == archive->end() || !stats->is_object()) return;
  if (const auto bytes = number(*stats, "original_size")) run.size = bytes;
}

}  // namespace

bool writes_json(const std::vector<std::string>& argv) {
  const std::string_view name = program(argv);
  return (name == "restic" || name == "borg") && std::ranges::find(argv, "--json") != argv.end();
}

void read_summary(std::string_view output, BackupRun& run) {
  // restic: one object a line; borg: one object over many lines.
  const json whole = json::parse(output, nullptr, false);
  if (whole.is_object()) {
    read_borg(whole, run);
    read_restic(whole, run);
    return;
  }
  for (std::size_t start = 0; start < output.size();) {
    const std::size_t end = std::min(output.find('\n', start), output.size());
    const json line = json::parse(output.substr(start, end - start), nullptr, false);
    if (line.is_object()) read_restic(line, run);
    start = end + 1;
  }
}

void judge_end(const std::vector<std::string>& argv, const io::WrappedEnd& end, BackupRun& run) {
  if (end.signal != 0) {
    run.end = BackupRun::End::failed;
    run.detail = "signal " + std::to_string(end.signal);
    return;
  }
  if (end.status == 0) {
    run.end = BackupRun::End::success;
    return;
  }
  const std::string_view name = program(argv);
  const bool partial =
      (name == "restic" && end.status == 3) ||
      (name == "borg" && (end.status == 1 || (end.status >= 100 && end.status <= 127)));
  run.end = partial ? BackupRun::End::partial : BackupRun::End::failed;
  run.detail = "exit status " + std::to_string(end.status);
}

}  // namespace ght::cli
