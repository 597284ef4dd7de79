#include "collectors/backup/pgbackrest/pgbackrest_read.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/core/text.h"

namespace ght::collectors::pgbackrest {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return Error{key, "expected a text"};
  return value->get<std::string>();
}

Result<std::int64_t> number(const Json& object, const char* key, std::int64_t max) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_number_unsigned()) return Error{key, "expected a number"};
  const auto given = value->get<std::uint64_t>();
  if (given > static_cast<std::uint64_t>(max)) return Error{key, "expected a smaller number"};
  return static_cast<std::int64_t>(given);
}

Result<bool> boolean(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_boolean()) return Error{key, "expected true or false"};
  return value->get<bool>();
}

Result<const Json*> object(const Json& parent, const char* key) {
  const Json* value = member(parent, key);
  if (value == nullptr || !value->is_object()) return Error{key, "expected an object"};
  return value;
}

Result<const Json*> list(const Json& parent, const char* key) {
  const Json* value = member(parent, key);
  if (value == nullptr || !value->is_array()) return Error{key, "expected a list"};
  return value;
}

// Absent and null are the empty list: a full backup has no references.
Result<std::vector<std::string>> texts(const Json& parent, const char* key) {
  std::vector<std::string> all;
  const Json* value = member(parent, key);
  if (value == nullptr) return all;
  if (!value->is_array()) return Error{key, "expected a list"};
  for (const Json& each : *value) {
    if (!each.is_string()) return Error{key, "expected a list of texts"};
    all.push_back(each.get<std::string>());
  }
  return all;
}

constexpr std::int64_t repo_max = 256;  // pgBackRest's own
constexpr std::int64_t id_max = 1'000'000;
constexpr std::int64_t size_max = std::int64_t{1} << 60;
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

Result<WallTime> time(const Json& object, const char* key) {
  GHT_TRY(const std::int64_t seconds, number(object, key, last_second));
  return WallTime(std::chrono::seconds(seconds));
}

bool is_segment(std::string_view name) {
  return name.size() == 24 && std::ranges::all_of(name, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
         });
}

// Both ends, or neither (null).
Result<std::optional<WalRange>> wal(const Json& object, const char* first, const char* last) {
  if (!object.contains(first) || !object.contains(last)) return Error{first, "expected a segment"};
  if (object[first].is_null() && object[last].is_null()) return std::optional<WalRange>();
  WalRange range;
  GHT_TRY(range.first, text(object, first));
  GHT_TRY(range.last, text(object, last));
  if (!is_segment(range.first) || !is_segment(range.last)) {
    return Error{first, "expected 24 hexadecimal digits"};
  }
  return std::optional(range);
}

// 20261129-211056F, 20261129-211056F_20261129-211108I: it becomes an argument.
bool is_label(std::string_view label) {
  constexpr std::string_view pattern = "00000000-000000L";
  const auto matches = [&](std::string_view part, std::string_view types) {
    if (part.size() != pattern.size()) return false;
    for (std::size_t at = 0; at < part.size(); ++at) {
      const char c = part[at];
      const bool fits = pattern[at] == '0'   ? c >= '0' && c <= '9'
                        : pattern[at] == 'L' ? types.contains(c)
                                             : c == pattern[at];
      if (!fits) return false;
    }
    return true;
  };
  if (label.size() == pattern.size()) return matches(label, "F");
  return label.size() == 2 * pattern.size() + 1 && label[pattern.size()] == '_' &&
         matches(label.substr(0, pattern.size()), "F") &&
         matches(label.substr(pattern.size() + 1), "DI");
}

Result<Code> code(const Json& status) {
  GHT_TRY(const std::int64_t given, number(status, "code", 99));
  for (const Code known : {Code::ok, Code::missing_stanza_path, Code::no_backup,
                           Code::missing_stanza_data, Code::backup_missing, Code::other}) {
    if (given == static_cast<std::int64_t>(known)) return known;
  }
  return Error{"code", "expected 0, 1, 2, 3, 6 or 99, found " + std::to_string(given)};
}

Result<Repo> read_repo(const Json& json) {
  if (!json.is_object()) return Error{"repo", "expected an object"};
  Repo repo;
  GHT_TRY(repo.key, number(json, "key", repo_max));
  if (repo.key == 0) return Error{"key", "expected 1 or more"};
  GHT_TRY(const std::string cipher, text(json, "cipher"));
  repo.encrypted = cipher != "none";
  GHT_TRY(const Json* status, object(json, "status"));
  GHT_TRY(repo.code, code(*status));
  GHT_TRY(repo.message, text(*status, "message"));
  return repo;
}

Result<Database> read_database(const Json& json) {
  if (!json.is_object()) return Error{"db", "expected an object"};
  Database database;
  GHT_TRY(database.id, number(json, "id", id_max));
  GHT_TRY(database.repo, number(json, "repo-key", repo_max));
  return database;
}

Result<Database> read_owner(const Json& json) {
  GHT_TRY(const Json* owner, object(json, "database"));
  return read_database(*owner);
}

Result<Archive> read_archive(const Json& json) {
  if (!json.is_object()) return Error{"archive", "expected an object"};
  Archive archive;
  GHT_TRY(const Database owner, read_owner(json));
  archive.repo = owner.repo;
  archive.database = owner.id;
  GHT_TRY(archive.wal, wal(json, "min", "max"));
  return archive;
}

Result<Backup> read_backup(const Json& json) {
  if (!json.is_object()) return Error{"backup", "expected an object"};
  Backup backup;
  GHT_TRY(backup.label, text(json, "label"));
  if (!is_label(backup.label)) return Error{"label", "expected the label of a backup"};
  backup.full = backup.label.ends_with('F');
  GHT_TRY(const Database owner, read_owner(json));
  backup.repo = owner.repo;
  backup.database = owner.id;
  GHT_TRY(const Json* timestamp, object(json, "timestamp"));
  GHT_TRY(backup.begun, time(*timestamp, "start"));
  GHT_TRY(const WallTime ended, time(*timestamp, "stop"));
  if (ended < backup.begun) return Error{"timestamp", "expected stop after start"};
  const WallDuration taken = ended - backup.begun;
  if (taken < std::chrono::hours(24) * 365) backup.duration = taken;
  GHT_TRY(const Json* info, object(json, "info"));
  GHT_TRY(const std::int64_t size, number(*info, "size", size_max));
  backup.size = static_cast<std::uint64_t>(size);
  GHT_TRY(backup.page_errors, boolean(json, "error"));
  GHT_TRY(backup.references, texts(json, "reference"));
  GHT_TRY(const Json* archive, object(json, "archive"));
  GHT_TRY(backup.wal, wal(*archive, "start", "stop"));
  return backup;
}

template <class Value>
Result<std::vector<Value>> read_all(const Json& stanza, const char* key,
                                    Result<Value> (*read)(const Json&)) {
  GHT_TRY(const Json* all, list(stanza, key));
  std::vector<Value> values;
  for (const Json& each : *all) {
    GHT_TRY(Value value, read(each));
    values.push_back(std::move(value));
  }
  return values;
}

Result<Stanza> read_stanza(const Json& json, std::string_view expected_name) {
  GHT_TRY(const std::string name, text(json, "name"));
  if (name != expected_name) return Error{"name", "expected the stanza that was asked for"};
  Stanza stanza;
  GHT_TRY(stanza.repos, read_all(json, "repo", read_repo));
  if (stanza.repos.empty()) return Error{"repo", "expected at least one repository"};
  GHT_TRY(stanza.databases, read_all(json, "db", read_database));
  GHT_TRY(stanza.backups, read_all(json, "backup", read_backup));
  GHT_TRY(stanza.archives, read_all(json, "archive", read_archive));
  GHT_TRY(const Json* status, object(json, "status"));
  GHT_TRY(const std::int64_t code, number(*status, "code", 99));
  stanza.database_mismatch = code == 5;
  GHT_TRY(const Json* lock, object(*status, "lock"));
  GHT_TRY(const Json* held, object(*lock, "backup"));
  GHT_TRY(stanza.running, boolean(*held, "held"));
  return stanza;
}

// pgBackRest quotes what it could not decrypt or parse as it is. JSON's own characters are ASCII,
// so whatever is neither that nor white space can be replaced before reading.
std::string cleaned(std::string_view json) {
  std::string result(json);
  const bool utf8 = is_utf8(json);
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
    if (control || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
  }
  return result;
}

}  // namespace

Result<Stanza> read_info(std::string_view json, std::string_view stanza) {
  const Json answer = Json::parse(cleaned(json), nullptr, false);
  if (!answer.is_array() || answer.size() != 1 || !answer.front().is_object()) {
    return Error{"pgbackrest info", "expected a JSON array of one stanza"};
  }
  auto read = read_stanza(answer.front(), stanza);
  if (!read.ok()) return Error{"pgbackrest info", read.error().text()};
  return read;
}

}  // namespace ght::collectors::pgbackrest
