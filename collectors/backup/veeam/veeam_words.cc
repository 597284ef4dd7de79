// Why there is no list of jobs, so that a person knows where to look.
#include <cstdint>
#include <string>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/probe_contract.h"
#include "collectors/backup/veeam/veeam_read.h"

namespace ght::collectors::veeam {
namespace {

constexpr int ok = 200, bad_request = 400, unauthorized = 401, forbidden = 403, not_found = 404,
              too_many_requests = 429, unavailable = 503;
constexpr std::string_view not_implemented = "NotImplemented";

Reason reason(std::string_view code, const HttpResult& result, const std::string& word) {
  std::string value = "HTTP " + std::to_string(result.status);
  if (!word.empty() && !word.starts_with("HTTP ")) value += " " + word;
  return {.code = code, .value = std::move(value)};
}

// What an answer means whoever gave it, the token endpoint or the list; nullopt: nothing special.
std::optional<std::string_view> by_status(int status) {
  switch (status) {
    case not_found:
      return "veeam_no_api";
    case too_many_requests:
    case unavailable:
      return "veeam_busy";
    default:
      return std::nullopt;
  }
}

Reason without_token(const HttpResult& result) {
  const std::string& word = result.failure_detail;
  if (is_unknown_revision(result)) return reason("veeam_revision", result, "");
  // RFC 6749 5.2 has 400 invalid_grant where Veeam says 401.
  if (result.status == unauthorized || result.status == forbidden || word == "invalid_grant") {
    return reason("veeam_login_refused", result, word);
  }
  if (const auto code = by_status(result.status)) return reason(*code, result, word);
  if (result.status != ok) return reason("veeam_status", result, word);
  return {.code = reasons::token_refused, .value = word};
}

}  // namespace

bool is_unknown_revision(const HttpResult& result) {
  if (result.status != bad_request) return false;
  if (result.failure == reasons::token_refused) return result.failure_detail == not_implemented;
  return result.failure.empty() && error_code(result.body) == not_implemented;
}

std::optional<Reason> failure_reason(const HttpResult& result) {
  if (result.failure == reasons::token_refused) return without_token(result);
  if (!result.failure.empty()) return ght::collectors::failure_reason(result);
  const std::string word = error_code(result.body);
  if (is_unknown_revision(result)) return reason("veeam_revision", result, "");
  if (result.status == unauthorized || result.status == forbidden) {
    return reason("veeam_forbidden", result, word);
  }
  if (const auto code = by_status(result.status)) return reason(*code, result, word);
  if (result.status != ok) return reason("veeam_status", result, word);
  if (result.body_cut) {
    return Reason{.code = "veeam_too_long", .value = Bytes{limits::veeam_body_bytes}};
  }
  return std::nullopt;
}

}  // namespace ght::collectors::veeam
