#include "tests/contract/fixture.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "agent/config/config.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "collectors/registry.h"

namespace ght::contract {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

// Inside this file only: load_fixture turns it into an Error.
[[noreturn]] void refuse(const std::string& message) {
  throw std::invalid_argument(message);
}

std::string whole_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) refuse("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void only_keys(const Json& object, std::string_view where,
               const std::vector<std::string_view>& keys) {
  if (!object.is_object()) refuse(std::string(where) + " must be an object");
  for (const auto& [key, value] : object.items()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    std::string known;
    for (std::string_view name : keys) known += (known.empty() ? "" : ", ") + std::string(name);
    refuse("unknown key \"" + key + "\" in " + std::string(where) + "; known: " + known);
  }
}

std::string text_or(const Json& object, const char* key, std::string fallback) {
  if (!object.contains(key)) return fallback;
  if (!object[key].is_string()) refuse(std::string(key) + " must be a string");
  return object[key].get<std::string>();
}

int number_or(const Json& object, const char* key, int fallback) {
  if (!object.contains(key)) return fallback;
  if (!object[key].is_number_integer()) refuse(std::string(key) + " must be a whole number");
  return object[key].get<int>();
}

std::optional<Duration> duration_of(const Json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  const auto duration = parse_duration(text_or(object, key, ""));
  if (!duration) refuse(std::string(key) + " must be a duration such as \"120ms\"");
  return duration;
}

WallTime time_of(const Json& object, const char* key) {
  const auto time = parse_rfc3339(text_or(object, key, ""));
  if (!time) refuse(std::string(key) + " must be a time such as \"2026-11-23T04:00:00Z\"");
  return *time;
}

// The text itself under `key`, or the content of the file named under `file_key`.
std::string inline_or_file(const Json& object, const char* key, const char* file_key,
                           const fs::path& folder) {
  if (object.contains(key) && object.contains(file_key)) {
    refuse(std::string("give either ") + key + " or " + file_key + ", not both");
  }
  if (object.contains(file_key)) return whole_file(folder / text_or(object, file_key, ""));
  return text_or(object, key, "");
}

HelperEnd end_from_name(const std::string& name) {
  if (name == "exited") return HelperEnd::exited;
  if (name == "signalled") return HelperEnd::signalled;
  if (name == "timed_out") return HelperEnd::timed_out;
  if (name == "output_limit") return HelperEnd::output_limit;
  if (name == "not_started") return HelperEnd::not_started;
  if (name == "refused") return HelperEnd::refused;
  if (name == "stuck") return HelperEnd::stuck;
  refuse("end \"" + name +
         "\" is none of exited, signalled, timed_out, output_limit, not_started, refused, stuck");
}

HelperResult helper_result(const Json& json, const fs::path& folder) {
  only_keys(json, "helper",
            {"end", "code", "out", "out_file", "err", "err_file", "detail", "elapsed"});
  return {.end = end_from_name(text_or(json, "end", "exited")),
          .code = number_or(json, "code", 0),
          .out = inline_or_file(json, "out", "out_file", folder),
          .err = inline_or_file(json, "err", "err_file", folder),
          .detail = text_or(json, "detail", ""),
          .elapsed = duration_of(json, "elapsed").value_or(Duration{})};
}

std::string_view failure_code(const std::string& name) {
  if (name.empty()) return {};
  const auto known = probe_failures();
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    refuse("failure \"" + name + "\" is not a network code of agent/core/reasons.h");
  }
  return *found;
}

ProbePhases probe_phases(const Json& json) {
  only_keys(json, "phases", {"resolve", "connect", "tls", "processing", "transfer"});
  return {.resolve = duration_of(json, "resolve"),
          .connect = duration_of(json, "connect"),
          .tls = duration_of(json, "tls"),
          .processing = duration_of(json, "processing"),
          .transfer = duration_of(json, "transfer")};
}

// The keys that every probe has, beside its own.
void only_probe_keys(const Json& json, std::string_view where,
                     std::initializer_list<std::string_view> own) {
  std::vector<std::string_view> keys = {"failure", "failure_detail", "address",    "phases",
                                        "elapsed", "tls_not_after",  "tls_version"};
  keys.insert(keys.end(), own);
  only_keys(json, where, keys);
}

void read_probe(const Json& json, ProbeResult& result) {
  result.failure = failure_code(text_or(json, "failure", ""));
  result.failure_detail = text_or(json, "failure_detail", "");
  result.address = text_or(json, "address", "");
  result.phases = probe_phases(json.value("phases", Json::object()));
  result.elapsed = duration_of(json, "elapsed").value_or(Duration{});
  if (json.contains("tls_not_after")) result.tls_not_after = time_of(json, "tls_not_after");
  result.tls_version = text_or(json, "tls_version", "");
}

HttpResult http_result(const Json& json, const fs::path& folder) {
  only_probe_keys(json, "http",
                  {"url", "redirects", "status", "headers", "body", "body_file", "body_cut"});
  HttpResult result;
  read_probe(json, result);
  result.url = text_or(json, "url", "");
  result.redirects = number_or(json, "redirects", 0);
  result.status = number_or(json, "status", 0);
  const Json headers = json.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    result.headers.emplace_back(name, value.get<std::string>());
  }
  result.body = inline_or_file(json, "body", "body_file", folder);
  result.body_cut = json.value("body_cut", false);
  return result;
}

std::string from_hex(const std::string& hex) {
  std::string bytes, digits;
  for (char c : hex) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    std::size_t used = 0;
    bytes += static_cast<char>(std::stoi(digits, &used, 16));
    if (used != 2) refuse("heard: \"" + digits + "\" is not hexadecimal");
    digits.clear();
  }
  if (!digits.empty()) refuse("heard: an odd number of hexadecimal digits");
  return bytes;
}

// An element of `heard`: the text itself, or {"hex": "04 00 ..."}, or {"file": "name"}.
std::string heard_text(const Json& json, const fs::path& folder) {
  if (json.is_string()) return json.get<std::string>();
  only_keys(json, "an element of heard", {"hex", "file"});
  if (json.contains("file")) return whole_file(folder / text_or(json, "file", ""));
  return from_hex(text_or(json, "hex", ""));
}

DialogResult dialog_result(const Json& json, const fs::path& folder) {
  only_probe_keys(json, "dialog", {"heard"});
  DialogResult result;
  read_probe(json, result);
  for (const Json& text : json.value("heard", Json::array())) {
    result.heard.push_back(heard_text(text, folder));
  }
  return result;
}

IcmpResult icmp_result(const Json& json) {
  only_probe_keys(json, "icmp", {"sent", "round_trips"});
  IcmpResult result;
  read_probe(json, result);
  result.sent = number_or(json, "sent", 0);
  for (const Json& text : json.value("round_trips", Json::array())) {
    const auto time = parse_duration(text.get<std::string>());
    if (!time) refuse("round_trips must be durations such as \"12ms\"");
    result.round_trips.push_back(*time);
  }
  return result;
}

DnsResult dns_result(const Json& json) {
  only_probe_keys(json, "dns", {"rcode", "answers"});
  DnsResult result;
  read_probe(json, result);
  result.rcode = text_or(json, "rcode", "");
  result.answers = json.value("answers", std::vector<std::string>());
  return result;
}

BackupRun::End run_end(const std::string& name) {
  if (name == "running") return BackupRun::End::running;
  if (name == "success") return BackupRun::End::success;
  if (name == "partial") return BackupRun::End::partial;
  if (name == "failed") return BackupRun::End::failed;
  if (name == "lost") return BackupRun::End::lost;
  refuse("end \"" + name + "\" is none of running, success, partial, failed, lost");
}

BackupRun backup_run(const Json& json) {
  only_keys(json, "a run", {"begun", "ended", "end", "detail", "size", "changed_files"});
  BackupRun run{.begun = time_of(json, "begun"),
                .end = run_end(text_or(json, "end", "success")),
                .detail = text_or(json, "detail", "")};
  if (json.contains("ended")) run.ended = time_of(json, "ended");
  if (json.contains("size")) run.size = json["size"].get<std::uint64_t>();
  if (json.contains("changed_files")) run.changed_files = json["changed_files"].get<double>();
  return run;
}

RestoreTest restore_test(const Json& json) {
  only_keys(json, "a restore test", {"at", "success"});
  return {.at = time_of(json, "at"), .success = json.value("success", true)};
}

RecordsResult records_result(const Json& json) {
  only_keys(json, "records", {"failure", "tests_failure", "backups"});
  RecordsResult result{.failure = text_or(json, "failure", ""),
                       .tests_failure = text_or(json, "tests_failure", "")};
  const Json backups = json.value("backups", Json::object());
  for (const auto& [name, told] : backups.items()) {
    only_keys(told, "records of a backup", {"runs", "last_test", "last_success"});
    BackupRecords& records = result.backups[name];
    for (const Json& run : told.value("runs", Json::array())) {
      records.runs.push_back(backup_run(run));
    }
    if (told.contains("last_test")) records.last_test = restore_test(told["last_test"]);
    if (told.contains("last_success")) records.last_success = restore_test(told["last_success"]);
  }
  return result;
}

StepResult step_result(const Json& json, const fs::path& folder) {
  only_keys(json, "an element of evidence", {"helper", "http", "dialog", "icmp", "dns", "records"});
  if (json.size() != 1) {
    refuse("an element of evidence must hold one of helper, http, dialog, icmp, dns, records");
  }
  if (json.contains("helper")) return helper_result(json["helper"], folder);
  if (json.contains("dialog")) return dialog_result(json["dialog"], folder);
  if (json.contains("icmp")) return icmp_result(json["icmp"]);
  if (json.contains("records")) return records_result(json["records"]);
  if (json.contains("dns")) return dns_result(json["dns"]);
  return http_result(json["http"], folder);
}

Settings settings_of(const Json& json, const Collector& collector) {
  if (!json.contains("settings")) refuse("settings are missing; {} if the collector needs none");
  SettingsOutcome outcome = parse_settings(json["settings"].dump(), collector.settings);
  std::string problems;
  for (const ConfigProblem& problem : outcome.problems) {
    problems += (problems.empty() ? "" : "; ") + problem.text();
  }
  if (!problems.empty()) refuse("settings: " + problems);
  return std::move(outcome.settings);
}

Fixture read_fixture(const Collector& collector, const fs::path& folder) {
  const Json json = Json::parse(whole_file(folder / "case.json"));
  only_keys(json, "case.json", {"settings", "now", "memory", "evidence"});
  Fixture fixture{.name = folder.filename().string(),
                  .folder = folder,
                  .settings = settings_of(json, collector),
                  .now = time_of(json, "now"),
                  .memory = {text_or(json, "memory", "")},
                  .evidence = {}};
  if (!json.contains("evidence") || !json["evidence"].is_array()) {
    refuse("evidence must be an array, one element per step in the plan's order");
  }
  for (const Json& element : json["evidence"]) {
    fixture.evidence.push_back(step_result(element, folder));
  }
  return fixture;
}

}  // namespace

fs::path collector_folder(const Collector& collector) {
  return fs::path(GHT_SOURCE_DIR) / "collectors" / collectors::group(collector) / collector.name;
}

std::vector<fs::path> fixture_folders(const Collector& collector) {
  std::vector<fs::path> folders;
  std::error_code none;  // no testdata folder at all: a test says so
  for (const auto& entry : fs::directory_iterator(collector_folder(collector) / "testdata", none)) {
    if (fs::exists(entry.path() / "case.json")) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

Result<Fixture> load_fixture(const Collector& collector, const fs::path& folder) {
  try {
    return read_fixture(collector, folder);
  } catch (const std::exception& problem) {
    return Error{(folder / "case.json").string(), problem.what()};
  }
}

std::vector<std::string_view> probe_failures() {
  std::vector<std::string_view> codes;
  for (const ReasonText& text : reasons::common) {
    for (std::string_view prefix : {"dns_", "connect_", "connection_", "tls_", "ca_", "http_",
                                    "probe_", "credential_", "token_", "answer_", "icmp_"}) {
      if (text.code.starts_with(prefix)) codes.push_back(text.code);
    }
  }
  return codes;
}

}  // namespace ght::contract
