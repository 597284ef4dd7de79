#include "collectors/backup/veeam/veeam_memory.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/core/text.h"

namespace ght::collectors::veeam {
namespace {

using Json = nlohmann::json;
using End = BackupRun::End;

// Years 1970 to 2300: anything else is not a date that was ever written here.
std::optional<WallTime> time_of(const Json& json) {
  constexpr std::int64_t latest = 10'413'792'000'000;
  if (!json.is_number_integer()) return std::nullopt;
  const auto ms = json.get<std::int64_t>();
  if (ms < 0 || ms > latest) return std::nullopt;
  return wall_from_unix_ms(ms);
}

std::optional<std::string> text_of(const Json& json) {
  constexpr std::size_t longest = 255;
  if (!json.is_string()) return std::nullopt;
  auto text = json.get<std::string>();
  if (text.size() > longest || clean_text(text, longest) != text) return std::nullopt;
  return text;
}

Json at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? Json() : *found;
}

// [begun, milliseconds or null, bytes or null]
std::optional<backup::Copy> copy_of(const Json& json) {
  constexpr std::int64_t longest = 400LL * 86'400'000;
  if (!json.is_array() || json.size() != 3) return std::nullopt;
  const auto begun = time_of(json[0]);
  if (!begun) return std::nullopt;
  backup::Copy copy{.begun = *begun};
  if (json[1].is_number_integer()) {
    const auto ms = json[1].get<std::int64_t>();
    if (ms >= 0 && ms <= longest) copy.duration = WallDuration(ms);
  }
  if (json[2].is_number_unsigned()) copy.size = json[2].get<std::uint64_t>();
  return copy;
}

constexpr auto ends = std::to_array<std::pair<std::string_view, End>>(
    {{"success", End::success}, {"partial", End::partial}, {"failed", End::failed}});

// [begun, how, in words]
std::optional<backup::Run> run_of(const Json& json) {
  if (!json.is_array() || json.size() != 3) return std::nullopt;
  const auto begun = time_of(json[0]);
  const auto how = text_of(json[1]);
  const auto words = text_of(json[2]);
  if (!begun || !how || !words) return std::nullopt;
  for (const auto& [name, end] : ends) {
    if (name != *how || (end != End::success && words->empty())) continue;
    return backup::Run{.begun = *begun, .end = end, .detail = *words};
  }
  return std::nullopt;
}

Json written(const backup::Copy& copy) {
  Json json = {to_unix_ms(copy.begun), nullptr, nullptr};
  if (copy.duration) json[1] = *copy.duration / std::chrono::milliseconds(1);
  if (copy.size) json[2] = *copy.size;
  return json;
}

Json written(const backup::Run& run) {
  std::string_view how = "failed";
  for (const auto& [name, end] : ends) {
    if (end == run.end) how = name;
  }
  return {to_unix_ms(run.begun), how, run.detail};
}

std::optional<Remembered> job_of(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto name = text_of(at(json, "name"));
  const auto repository = text_of(at(json, "repository"));
  const auto idle = time_of(at(json, "idle"));
  if (!name || name->empty() || !repository || !idle) return std::nullopt;
  return Remembered{.name = *name,
                    .repository = *repository,
                    .copy = copy_of(at(json, "copy")),
                    .ended = run_of(at(json, "ended")),
                    .idle = *idle};
}

}  // namespace

Recall recall(const Json& own) {
  Recall recall;
  if (!own.is_object()) return recall;
  const auto revision = text_of(at(own, "revision"));
  const auto since = time_of(at(own, "since"));
  if (revision && since) {
    recall.revision = *revision;
    recall.since = *since;
  }
  const Json jobs = at(own, "jobs");
  if (!jobs.is_object()) return recall;
  for (const auto& [id, json] : jobs.items()) {
    if (auto job = job_of(json)) recall.jobs[id] = *std::move(job);
  }
  return recall;
}

Json remember(const Recall& recall) {
  Json jobs = Json::object();
  for (const auto& [id, job] : recall.jobs) {
    Json json = {
        {"name", job.name}, {"repository", job.repository}, {"idle", to_unix_ms(job.idle)}};
    if (job.copy) json["copy"] = written(*job.copy);
    if (job.ended) json["ended"] = written(*job.ended);
    jobs[id] = std::move(json);
  }
  Json own = {{"jobs", std::move(jobs)}};
  if (!recall.revision.empty()) {
    own["revision"] = recall.revision;
    own["since"] = to_unix_ms(recall.since);
  }
  return own;
}

}  // namespace ght::collectors::veeam
