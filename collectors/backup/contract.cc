#include "collectors/backup/contract.h"

#include <algorithm>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::collectors::backup {
namespace {

// Where the user information of an address stands: [begin, end), the "@" left out.
struct UserInfo {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool found = false;
};

// "user:se" before a slash is no host and port: the slash belongs to a password that was not
// percent-encoded. No tool would accept it, but it must not be shown either.
bool is_host_and_port(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return true;
  return std::ranges::all_of(authority.substr(colon + 1),
                             [](char c) { return c >= '0' && c <= '9'; });
}

UserInfo user_info(std::string_view address) {
  if (address.starts_with('/')) return {};  // a local path: "@" is a character like any other
  const std::size_t slashes = address.find("://");
  const std::size_t colon = address.find(':');
  UserInfo info;
  if (slashes != std::string_view::npos) {
    info.begin = slashes + 3;
  } else if (colon != std::string_view::npos) {
    info.begin = colon + 1;
  }
  std::size_t end = std::min(address.find('/', info.begin), address.size());
  const std::string_view authority = address.substr(info.begin, end - info.begin);
  if (slashes != std::string_view::npos && !authority.contains('@') &&
      !is_host_and_port(authority)) {
    end = address.size();
  }
  const std::size_t at = address.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < info.begin) return {};
  info.end = at;
  info.found = true;
  return info;
}

Sample sample(const Family& family, const Name& name, double value) {
  return {.family = &family, .label_values = {name.backup, name.repository}, .value = value};
}

struct Judgement {
  Verdict verdict;
  Reason reason;
};

Judgement unless_gap(const Reading& reading, Reason reason) {
  if (reading.gap.empty()) return {Verdict::bad, std::move(reason)};
  return {
      Verdict::unknown,
      {.code = "backup_partly_read", .value = clean_text(reading.gap, limits::reason_value_bytes)}};
}

Judgement judge_copy(const Terms& terms, const Reading& reading, WallTime now) {
  if (!reading.newest) return unless_gap(reading, {.code = "backup_never"});
  const Copy& copy = *reading.newest;
  // Milliseconds: nanoseconds do not reach the years that a broken clock can claim.
  const WallDuration age = now - copy.begun;
  const auto tolerance = std::chrono::duration_cast<WallDuration>(clock_tolerance);
  if (age < -tolerance) return {Verdict::bad, {.code = "backup_in_future", .value = copy.begun}};
  constexpr WallDuration longest = std::chrono::hours(24) * 365 * 200;
  const Duration shown = std::clamp(age, WallDuration::zero(), longest);
  if (shown > terms.rpo) {
    return unless_gap(reading, {.code = "backup_too_old", .value = shown, .expected = terms.rpo});
  }
  if (terms.min_size && !copy.size) {
    return {
        Verdict::unknown,
        {.code = ght::reasons::collector_error, .value = "the size of the backup is not known"}};
  }
  if (terms.min_size && *copy.size < *terms.min_size) {
    return {Verdict::bad,
            {.code = "backup_too_small",
             .value = Bytes{*copy.size},
             .expected = Bytes{*terms.min_size}}};
  }
  return {Verdict::good, {.code = "backup_fresh", .value = shown, .expected = terms.rpo}};
}

}  // namespace

Observation judge(const Name& name, const Terms& terms, const Reading& reading, WallTime now) {
  Judgement judgement = judge_copy(terms, reading, now);
  Observation observation{.verdict = judgement.verdict,
                          .reason = std::move(judgement.reason),
                          .samples = {sample(rpo, name, to_seconds(terms.rpo))},
                          .memory = {}};
  if (reading.newest) {
    const Copy& copy = *reading.newest;
    observation.samples.push_back(sample(last_success, name, to_seconds(copy.begun)));
    if (copy.duration) {
      observation.samples.push_back(sample(last_duration, name, to_seconds(*copy.duration)));
    }
    if (copy.size) {
      observation.samples.push_back(sample(last_size, name, static_cast<double>(*copy.size)));
    }
  } else if (reading.gap.empty()) {
    observation.samples.push_back(sample(last_success, name, 0));
  }
  return observation;
}

Observation not_read(const Name& name, const Terms& terms, Reason reason, const Memory& before) {
  return {.verdict = Verdict::unknown,
          .reason = std::move(reason),
          .samples = {sample(rpo, name, to_seconds(terms.rpo))},
          .memory = before};
}

std::string public_address(std::string_view address) {
  const UserInfo info = user_info(address);
  if (!info.found) return std::string(address);
  return std::string(address.substr(0, info.begin)) + std::string(address.substr(info.end + 1));
}

bool has_password(std::string_view address) {
  const UserInfo info = user_info(address);
  return info.found && address.substr(info.begin, info.end - info.begin).contains(':');
}

std::string last_element(std::string_view address) {
  const std::string shown = public_address(address);
  std::string_view rest = shown;
  while (rest.size() > 1 && (rest.ends_with('/') || rest.ends_with(':'))) rest.remove_suffix(1);
  if (const std::size_t slash = rest.rfind('/');
      slash != std::string_view::npos && slash + 1 < rest.size()) {
    rest.remove_prefix(slash + 1);
  } else if (const std::size_t colon = rest.rfind(':'); colon != std::string_view::npos) {
    rest.remove_prefix(colon + 1);
  }
  return std::string(rest);
}

}  // namespace ght::collectors::backup
