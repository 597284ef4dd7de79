#include "agent/ledger/restore_tests.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ght {
namespace {

using nlohmann::json;

std::optional<std::string> words(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// nullopt inside: null. nullopt outside: neither null nor a whole number.
std::optional<std::optional<std::int64_t>> number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  if (found->is_null()) return std::optional<std::int64_t>();
  if (!found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

}  // namespace

std::string to_json(const RestoreTest& test) {
  const json backup_date = test.backup_date ? json(to_unix_ms(*test.backup_date)) : json(nullptr);
  const json duration =
      test.duration
          ? json(std::chrono::duration_cast<std::chrono::milliseconds>(*test.duration).count())
          : json(nullptr);
  const json object = {
      {"at_ms", to_unix_ms(test.at)},  {"success", test.success}, {"backup", test.backup},
      {"backup_date_ms", backup_date}, {"duration_ms", duration}, {"operator", test.operator_name},
      {"requester", test.requester},   {"files", test.files},     {"remark", test.remark}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<RestoreTest> restore_test_from_json(std::string_view text) {
  const Error foreign{"restore test", "is not understood"};
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return foreign;
  const auto at = number(object, "at_ms");
  const auto backup_date = number(object, "backup_date_ms");
  const auto duration = number(object, "duration_ms");
  const auto success = object.find("success");
  if (!at || !*at || !backup_date || !duration || success == object.end() ||
      !success->is_boolean()) {
    return foreign;
  }
  RestoreTest test{.at = wall_from_unix_ms(**at), .success = success->get<bool>()};
  if (*backup_date) test.backup_date = wall_from_unix_ms(**backup_date);
  if (*duration) test.duration = std::chrono::milliseconds(**duration);
  const std::pair<const char*, std::string*> texts[] = {{"backup", &test.backup},
                                                        {"operator", &test.operator_name},
                                                        {"requester", &test.requester},
                                                        {"files", &test.files},
                                                        {"remark", &test.remark}};
  for (const auto& [key, value] : texts) {
    auto found = words(object, key);
    if (!found) return foreign;
    *value = std::move(*found);
  }
  return test;
}

std::vector<RestoreTest> restore_tests_of(const std::vector<Record>& records,
                                          std::vector<Error>& problems) {
  std::vector<RestoreTest> tests;
  for (const Record& record : records) {
    if (record.kind != RecordKind::restore_test) continue;
    auto test = restore_test_from_json(record.body);
    if (!test.ok()) {
      problems.push_back(test.error());
    } else if (std::ranges::find(tests, test.value()) == tests.end()) {
      tests.push_back(std::move(test).value());
    }
  }
  return tests;
}

BackupRecords newest_tests(const std::vector<RestoreTest>& tests, std::string_view backup) {
  BackupRecords newest;
  for (const RestoreTest& test : tests) {
    if (test.backup != backup) continue;
    if (!newest.last_test || test.at >= newest.last_test->at) newest.last_test = test;
    if (test.success && (!newest.last_success || test.at >= newest.last_success->at)) {
      newest.last_success = test;
    }
  }
  return newest;
}

}  // namespace ght
