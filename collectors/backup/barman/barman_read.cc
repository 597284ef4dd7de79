#include "collectors/backup/barman/barman_read.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace ght::collectors::barman {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return Error{key, "expected a text"};
  return value->get<std::string>();
}

// All digits of the text, as Barman writes its times.
std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

Result<WallTime> time(const Json& object, const char* key) {
  GHT_TRY(const std::string written, text(object, key));
  constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999
  const auto seconds = digits(written);
  if (!seconds || *seconds > last_second) return Error{key, "expected seconds since 1970 as text"};
  return WallTime(std::chrono::seconds(*seconds));
}

Result<Status> status(const Json& object) {
  struct Word {
    std::string_view word;
    Status status;
  };
  constexpr auto words = std::to_array<Word>({
      {"EMPTY", Status::empty},
      {"STARTED", Status::started},
      {"SYNCING", Status::syncing},
      {"FAILED", Status::failed},
      {"WAITING_FOR_WALS", Status::waiting_for_wals},
      {"DONE", Status::done},
  });
  GHT_TRY(const std::string written, text(object, "status"));
  const auto found =
      std::ranges::find_if(words, [&](const Word& each) { return each.word == written; });
  if (found == words.end()) return Error{"status", "expected a status that is known"};
  return found->status;
}

Result<Listed> read_listed(const Json& json) {
  if (!json.is_object()) return Error{"backup", "expected an object"};
  Listed listed;
  GHT_TRY(listed.id, text(json, "backup_id"));
  if (!as_if_utc(listed.id)) return Error{"backup_id", "expected a date such as 20261129T211715"};
  GHT_TRY(listed.status, status(json));
  return listed;
}

Result<std::vector<Listed>> read_all(const Json& list) {
  std::vector<Listed> all;
  for (const Json& each : list) {
    GHT_TRY(Listed listed, read_listed(each));
    all.push_back(std::move(listed));
  }
  std::ranges::sort(all, [](const Listed& a, const Listed& b) { return a.id > b.id; });
  return all;
}

// disk_usage_bytes until Barman 3.4, backup_size_bytes in later versions.
std::optional<std::uint64_t> size_of(const Json& base) {
  for (const char* key : {"disk_usage_bytes", "backup_size_bytes"}) {
    const Json* value = member(base, key);
    if (value != nullptr && value->is_number_unsigned()) return value->get<std::uint64_t>();
  }
  return std::nullopt;
}

Result<Shown> read_shown(const Json& json, std::string_view id) {
  GHT_TRY(const std::string found, text(json, "backup_id"));
  if (found != id) return Error{"backup_id", "expected the backup that was asked for"};
  Shown shown;
  GHT_TRY(shown.status, status(json));
  if (const Json* error = member(json, "error"); error != nullptr && error->is_string()) {
    shown.error = error->get<std::string>();
  }
  if (shown.status != Status::done && shown.status != Status::waiting_for_wals) return shown;
  const Json* base = member(json, "base_backup_information");
  if (base == nullptr || !base->is_object()) {
    return Error{"base_backup_information", "expected an object"};
  }
  GHT_TRY(shown.begun, time(*base, "begin_time_timestamp"));
  GHT_TRY(const WallTime ended, time(*base, "end_time_timestamp"));
  if (ended < *shown.begun) return Error{"end_time_timestamp", "expected an end after the begin"};
  const WallDuration taken = ended - *shown.begun;
  if (taken < std::chrono::hours(24) * 365) shown.duration = taken;
  shown.size = size_of(*base);
  return shown;
}

}  // namespace

std::optional<WallTime> as_if_utc(std::string_view id) {
  if (id.size() != 15 || id[8] != 'T') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t length) {
    return digits(id.substr(at, length)).value_or(-1);
  };
  const std::int64_t hour = part(9, 2);
  const std::int64_t minute = part(11, 2);
  const std::int64_t second = part(13, 2);
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(part(0, 4))),
                                        std::chrono::month(static_cast<unsigned>(part(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(6, 2)))};
  if (!day.ok() || day.year() < std::chrono::year(1970)) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

Result<std::vector<Listed>> read_list(std::string_view json, std::string_view server) {
  const Json answer = Json::parse(json, nullptr, false);
  if (!answer.is_object()) return Error{"barman list-backup", "expected a JSON object"};
  const Json* list = member(answer, server);
  if (list == nullptr || !list->is_array()) {
    return Error{"barman list-backup", "expected a list of the server that was asked for"};
  }
  auto all = read_all(*list);
  if (!all.ok()) return Error{"barman list-backup", all.error().text()};
  return all;
}

Result<Shown> read_backup(std::string_view json, std::string_view server, std::string_view id) {
  const Json answer = Json::parse(json, nullptr, false);
  if (!answer.is_object()) return Error{"barman show-backup", "expected a JSON object"};
  const Json* backup = member(answer, server);
  if (backup == nullptr || !backup->is_object()) {
    return Error{"barman show-backup", "expected a backup of the server that was asked for"};
  }
  auto shown = read_shown(*backup, id);
  if (!shown.ok()) return Error{"barman show-backup", shown.error().text()};
  return shown;
}

}  // namespace ght::collectors::barman
