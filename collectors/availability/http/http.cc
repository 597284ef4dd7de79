// One HTTP exchange and what was promised of its answer. README.md says what it proves.
#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

using TextMap = std::map<std::string, std::string>;

constexpr std::string_view http_ok = "http_ok";
constexpr std::string_view http_status = "http_status";
constexpr std::string_view body_mismatch = "body_mismatch";
constexpr std::string_view body_limit = "body_limit";

constexpr Family status_code = {
    .name = "ght_probe_http_status_code",
    .help = "Status of the last answer; absent when no status line was read."};

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_tls_not_after, &status_code};

constexpr auto methods = std::to_array<std::string_view>({"GET", "HEAD", "OPTIONS", "POST"});

constexpr double url_bytes = 2048, body_bytes = 65536, text_bytes = 4096;

constexpr auto settings = std::to_array<Field>({
    {.key = "url",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = url_bytes,
     .help = "What to ask for: an http or https URL without user information."},
    {.key = "method",
     .kind = FieldKind::choice,
     .fallback = "\"GET\"",
     .help = "HTTP method.",
     .choices = methods},
    {.key = "headers",
     .kind = FieldKind::text_map,
     .help = "Request headers beside Host, User-Agent, Accept and Connection."},
    {.key = "body",
     .kind = FieldKind::text,
     .min = 1,
     .max = body_bytes,
     .help = "Request body; only with the method POST."},
    {.key = "status",
     .kind = FieldKind::integer_list,
     .fallback = "[200]",
     .min = 200,
     .max = 599,
     .help = "Status codes that are good."},
    {.key = "body_contains",
     .kind = FieldKind::text,
     .min = 1,
     .max = text_bytes,
     .help = "Text that the first 256 KiB of the body must hold, byte for byte."},
    {.key = "ca_file",
     .kind = FieldKind::path,
     .help = "PEM file of the only authorities to trust; the system's when not given."},
    {.key = "insecure_skip_verify",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Accept any certificate: proves nothing about who answers."},
    {.key = "follow_redirects",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Follow up to 5 redirects; otherwise a redirect is the answer."},
});

constexpr auto own_reasons = std::to_array<ReasonText>({
    {http_ok, "réponse HTTP {value}, conforme à l'attendu", "HTTP {value} as expected"},
    {http_status, "réponse HTTP {value} au lieu de {expected}",
     "HTTP status {value} instead of {expected}"},
    {body_mismatch, "la réponse ne contient pas « {expected} »",
     "the body does not contain \"{expected}\""},
    {body_limit, "« {expected} » n'est pas dans les {value} lus, et la réponse est plus longue",
     "\"{expected}\" is not in the {value} that were read, and the body is longer"},
});

Error setting_error(const char* key, std::string message) {
  return {std::string("settings.") + key, std::move(message)};
}

// Boost 1.81's port_number() wraps around beyond 65535.
bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  return read.ec == std::errc() && read.ptr == end && port != 0;
}

Result<void> check_url(const std::string& text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) {
    return setting_error("url", "\"" + text + "\" is not a URL: " + parsed.error().message());
  }
  using boost::urls::scheme;
  if (parsed->scheme_id() != scheme::http && parsed->scheme_id() != scheme::https) {
    return setting_error("url", "\"" + text + "\": expected http://... or https://...");
  }
  if (parsed->has_userinfo()) {
    return setting_error("url", "expected a URL without user:password@");
  }
  if (parsed->encoded_host().empty()) {
    return setting_error("url", "\"" + text + "\": expected a host name or an IP address");
  }
  const std::string_view port(parsed->port().data(), parsed->port().size());
  // Boost 1.81 moves what follows the digits of a port into the path (boostorg/url #680).
  const bool path_from_port =
      !parsed->encoded_path().empty() && !parsed->encoded_path().starts_with('/');
  if (path_from_port || (!port.empty() && !is_port(port))) {
    return setting_error("url", "\"" + text + "\": expected a port from 1 to 65535");
  }
  return {};
}

// RFC 9110 5.6.2
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

Result<void> check_header(const std::string& name, const std::string& value) {
  constexpr auto reserved = std::to_array<std::string_view>(
      {"connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"});
  if (!is_token(name)) {
    return setting_error("headers", "\"" + name + "\" is not a header name");
  }
  if (std::ranges::find(reserved, lower(name)) != reserved.end()) {
    return setting_error("headers", "\"" + name + "\" is set by the agent");
  }
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::ranges::any_of(value, is_control)) {
    return setting_error("headers", "the value of \"" + name + "\" holds a control character");
  }
  return {};
}

Result<HttpExchange> exchange(const Settings& given) {
  HttpExchange step;
  step.url = given.get<std::string>("url");
  GHT_TRY_VOID(check_url(step.url));
  step.method = given.get<std::string>("method");
  if (const auto* headers = given.find<TextMap>("headers")) {
    for (const auto& [name, value] : *headers) {
      GHT_TRY_VOID(check_header(name, value));
      step.headers.emplace_back(name, value);
    }
  }
  if (const auto* body = given.find<std::string>("body")) {
    if (step.method != "POST") return setting_error("body", "expected method \"POST\" beside it");
    step.body = *body;
  }
  if (given.find<std::string>("body_contains") != nullptr && step.method == "HEAD") {
    return setting_error("body_contains", "an answer to HEAD has no body");
  }
  if (given.get<std::vector<std::int64_t>>("status").empty()) {
    return setting_error("status", "expected at least one status code");
  }
  step.tls.verify = !given.get<bool>("insecure_skip_verify");
  if (const auto* file = given.find<std::string>("ca_file")) {
    if (!step.tls.verify) {
      return setting_error("ca_file", "has no effect beside insecure_skip_verify");
    }
    step.tls.ca_file = *file;
  }
  step.max_redirects = given.get<bool>("follow_redirects") ? limits::probe_redirects : 0;
  return step;
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  GHT_TRY(HttpExchange step, exchange(given));
  if (!so_far.empty()) return Plan{};
  return Plan{std::move(step)};
}

std::string listed(const std::vector<std::int64_t>& codes) {
  std::string text;
  for (std::int64_t code : codes) text += (text.empty() ? "" : ", ") + std::to_string(code);
  return text;
}

struct Judgement {
  Verdict verdict;
  Reason reason;
};

Judgement judge(const Settings& given, const HttpResult& result) {
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  if (result.status == 0) {
    return {Verdict::unknown, {.code = reasons::collector_error, .value = "no status was read"}};
  }
  const std::int64_t status = result.status;
  const auto& wanted = given.get<std::vector<std::int64_t>>("status");
  if (std::ranges::find(wanted, status) == wanted.end()) {
    return {Verdict::bad, {.code = http_status, .value = status, .expected = listed(wanted)}};
  }
  const auto* text = given.find<std::string>("body_contains");
  if (text == nullptr || result.body.find(*text) != std::string::npos) {
    return {Verdict::good, {.code = http_ok, .value = status}};
  }
  // What was not read may hold it: neither good nor bad is proven.
  if (result.body_cut) {
    return {Verdict::unknown,
            {.code = body_limit, .value = Bytes{result.body.size()}, .expected = *text}};
  }
  return {Verdict::bad, {.code = body_mismatch, .value = {}, .expected = *text}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime) {
  Observation observation;
  observation.memory = before;
  const auto* result = evidence.empty() ? nullptr : std::get_if<HttpResult>(&evidence.front());
  if (result == nullptr) {
    observation.reason = {.code = reasons::collector_error, .value = "no HTTP exchange"};
    return observation;
  }
  Judgement judgement = judge(given, *result);
  observation.verdict = judgement.verdict;
  observation.reason = std::move(judgement.reason);
  observation.samples = probe_samples(*result, observation.verdict);
  if (result->status != 0) {
    observation.samples.push_back({&status_code, {}, static_cast<double>(result->status)});
  }
  return observation;
}

}  // namespace

extern const Collector http_collector;
constexpr Collector http_collector = {
    .name = "http",
    .summary = "Asks a web service and checks the answer: status, text, certificate, times.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
