#include "collectors/backup/veeam/veeam_read.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght::collectors::veeam {
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

// A name that can stand in a label as it is.
Result<std::string> label(const Json& object, const char* key) {
  constexpr std::size_t longest = 255;
  GHT_TRY(std::string name, text(object, key));
  if (name.size() > longest || clean_text(name, longest) != name) {
    return Error{key, "expected a name of at most 255 bytes without control characters"};
  }
  return name;
}

Result<std::size_t> count(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_number_unsigned()) return Error{key, "expected a count"};
  return value->get<std::size_t>();
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

template <class Value>
using Names = std::span<const std::pair<std::string_view, Value>>;

// EJobStatus and ESessionResult are written "running" by some revisions and "Running" by others.
template <class Value>
Result<Value> one_of(const Json& object, const char* key, Names<Value> names) {
  GHT_TRY(const std::string written, text(object, key));
  const std::string word = lower(written);
  for (const auto& [name, value] : names) {
    if (name == word) return value;
  }
  return Error{key, "\"" + clean_text(written, limits::reason_value_bytes / 4) + "\" is not known"};
}

// EJobStatus of revisions 1.0 to 1.3.
constexpr auto statuses = std::to_array<std::pair<std::string_view, Status>>({
    {"running", Status::running},
    {"starting", Status::running},
    {"stopping", Status::running},
    {"inactive", Status::idle},
    {"stopped", Status::idle},
    {"enabled", Status::idle},
    {"disabled", Status::disabled},
});

// ESessionResult.
constexpr auto outcomes = std::to_array<std::pair<std::string_view, Outcome>>({
    {"none", Outcome::none},
    {"success", Outcome::success},
    {"warning", Outcome::warning},
    {"failed", Outcome::failed},
});

// Optional figures: one that is not understood is none, the session itself is there.
void read_progress(const Json& json, Job& job) {
  const Json* progress = member(json, "sessionProgress");
  if (progress == nullptr || !progress->is_object()) return;
  if (const auto written = text(*progress, "duration"); written.ok()) {
    job.duration = parse_time_span(written.value());
  }
  const Json* processed = member(*progress, "processedSize");
  if (processed != nullptr && processed->is_number_unsigned()) {
    job.processed = processed->get<std::uint64_t>();
  }
}

Result<void> read_state(const Json& json, Job& job) {
  GHT_TRY(job.type, text(json, "type"));
  if (member(json, "repositoryName") != nullptr) {
    GHT_TRY(job.repository, label(json, "repositoryName"));
  }
  GHT_TRY(job.status, one_of<Status>(json, "status", statuses));
  GHT_TRY(job.outcome, one_of<Outcome>(json, "lastResult", outcomes));
  if (member(json, "lastRun") == nullptr) return {};
  GHT_TRY(const std::string written, text(json, "lastRun"));
  job.last_run = parse_rfc3339(written);
  if (!job.last_run) return Error{"lastRun", "expected a time with its zone (RFC 3339)"};
  read_progress(json, job);
  return {};
}

// Without an id and a name nobody can tell what was not understood.
Result<Job> read_job(const Json& json) {
  if (!json.is_object()) return Error{"data", "expected objects"};
  Job job;
  GHT_TRY(job.id, label(json, "id"));
  GHT_TRY(job.name, label(json, "name"));
  if (job.id.empty()) return Error{"id", "expected an identifier"};
  if (job.name.empty()) return Error{"name", "expected a name"};
  if (const auto read = read_state(json, job); !read.ok()) {
    job.not_understood = read.error().text();
  }
  return job;
}

Result<void> check_extent(const Json& pagination, const Page& page, std::size_t skip) {
  const std::size_t size = page.jobs.size();
  if (member(pagination, "count") != nullptr) {
    GHT_TRY(const std::size_t said, count(pagination, "count"));
    if (said != size) {
      return Error{"count", "says " + std::to_string(said) + ", the page holds " +
                                std::to_string(size) + " jobs"};
    }
  }
  if (member(pagination, "skip") != nullptr) {
    GHT_TRY(const std::size_t said, count(pagination, "skip"));
    if (said != skip) return Error{"skip", "is not what was asked for"};
  }
  if (size > page.total || skip > page.total - size) {
    return Error{"total", "says " + std::to_string(page.total) + ", there are more jobs"};
  }
  if (size == 0 && skip < page.total) return Error{"data", "an empty page before the last job"};
  return {};
}

Result<Page> page_of(const Json& json, std::size_t skip) {
  if (!json.is_object()) return Error{"answer", "expected a whole JSON object"};
  const Json* data = member(json, "data");
  if (data == nullptr || !data->is_array()) return Error{"data", "expected a list"};
  const Json* pagination = member(json, "pagination");
  if (pagination == nullptr || !pagination->is_object()) {
    return Error{"pagination", "expected an object"};
  }
  Page page;
  GHT_TRY(page.total, count(*pagination, "total"));
  for (const Json& each : *data) {
    GHT_TRY(Job job, read_job(each));
    page.jobs.push_back(std::move(job));
  }
  GHT_TRY_VOID(check_extent(*pagination, page, skip));
  return page;
}

// At most `most` decimal digits at the beginning, taken off; nullopt when there is none.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t most) {
  std::int64_t value = 0;
  const char* const end = text.data() + std::min(text.size(), most);
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  const auto read = std::from_chars(text.data(), end, value);
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Result<Page> read_page(std::string_view json, std::size_t skip) {
  auto page = page_of(Json::parse(json, nullptr, false), skip);
  if (!page.ok()) return Error{"/api/v1/jobs/states", page.error().text()};
  return page;
}

std::optional<Duration> parse_time_span(std::string_view text) {
  using namespace std::chrono;
  constexpr std::size_t day_digits = 4;
  auto first = take_number(text, day_digits);
  if (!first) return std::nullopt;
  Duration sum{};
  if (take(text, '.')) {
    sum = hours(24) * *first;
    first = take_number(text, 2);
  }
  if (!first || *first > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  sum += hours(*first) + minutes(*minute) + seconds(*second);
  if (take(text, '.')) {
    constexpr std::size_t ticks = 7;  // of 100 ns
    const std::size_t before = text.size();
    auto fraction = take_number(text, ticks);
    if (!fraction) return std::nullopt;
    for (std::size_t digits = before - text.size(); digits < ticks; ++digits) *fraction *= 10;
    sum += nanoseconds(100) * *fraction;
  }
  if (!text.empty()) return std::nullopt;
  return sum;
}

std::string error_code(std::string_view json) {
  const Json body = Json::parse(json, nullptr, false);
  if (!body.is_object()) return "";
  const auto code = text(body, "errorCode");
  constexpr std::size_t longest = 64;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!code.ok() || code.value().size() > longest || !std::ranges::all_of(code.value(), plain)) {
    return "";
  }
  return code.value();
}

}  // namespace ght::collectors::veeam
