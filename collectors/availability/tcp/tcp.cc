// A TCP connection, and what is said on it. README.md says what it proves.
#include <array>
#include <charconv>
#include <string>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

constexpr std::string_view tcp_accepted = "tcp_accepted";
constexpr std::string_view tcp_answered = "tcp_answered";
constexpr std::string_view tcp_unexpected = "tcp_unexpected";

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &probe_tls_not_after};

constexpr double send_bytes = 4096, expect_bytes = 1024;

constexpr auto own_fields = std::to_array<Field>({
    {.key = "send",
     .kind = FieldKind::text,
     .min = 1,
     .max = send_bytes,
     .help = R"(Text to send once connected; \r, \n, \t, \\ and \xHH stand for bytes.)"},
    {.key = "expect",
     .kind = FieldKind::text,
     .min = 1,
     .max = expect_bytes,
     .help = "Text that the answer must hold, byte for byte; written as send is."},
});
constexpr auto settings = joined(peer_fields, own_fields, tls_fields, trust_fields);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {tcp_accepted, "connexion acceptée par {value}", "connection accepted by {value}"},
    {tcp_answered, "{value} a répondu « {expected} »", "{value} answered \"{expected}\""},
    {tcp_unexpected, "« {expected} » n'est pas dans la réponse : « {value} »",
     "\"{expected}\" is not in the answer: \"{value}\""},
});

constexpr std::size_t shown_bytes = 120;  // of an answer that is not the expected one

Error escape_error(std::string_view key, std::string_view sequence) {
  return {"settings." + std::string(key),
          "\"" + std::string(sequence) + R"(": expected \r, \n, \t, \\ or \xHH after a backslash)"};
}

// The bytes that a text with escapes stands for.
Result<std::string> unescaped(std::string_view key, std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes += text[at];
      continue;
    }
    const std::string_view rest = text.substr(at, 4);
    const char kind = rest.size() < 2 ? '\0' : rest[1];
    if (kind == 'x') {
      unsigned char byte = 0;
      const char* const end = rest.data() + rest.size();
      const auto read = std::from_chars(rest.data() + 2, end, byte, 16);
      if (rest.size() < 4 || read.ptr != end) return escape_error(key, rest);
      bytes += static_cast<char>(byte);
      at += 3;
      continue;
    }
    constexpr std::string_view letters = "rnt\\", meanings = "\r\n\t\\";
    const auto letter = letters.find(kind);
    if (letter == std::string_view::npos) return escape_error(key, rest.substr(0, 2));
    bytes += meanings[letter];
    ++at;
  }
  return bytes;
}

Result<std::string> bytes_of(const Settings& given, std::string_view key) {
  const auto* text = given.find<std::string>(key);
  return text == nullptr ? Result<std::string>(std::string()) : unescaped(key, *text);
}

bool answered(const std::string& expect, const std::vector<std::string>& heard) {
  return !heard.empty() && heard.back().find(expect) != std::string::npos;
}

// The words are what to send and what to expect; either may be empty.
DialogTurn script(const std::vector<std::string>& words, const std::vector<std::string>& heard) {
  const std::string& send = words[0];
  const std::string& expect = words[1];
  using Kind = DialogTurn::Kind;
  if (!send.empty() && heard.size() == 1) return {.kind = Kind::say, .bytes = send};
  return {.kind = answered(expect, heard) ? Kind::finish : Kind::listen};
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory&) {
  GHT_TRY(Peer peer, peer_of(given));
  GHT_TRY(auto tls, optional_tls_of(given));
  GHT_TRY(std::string send, bytes_of(given, "send"));
  GHT_TRY(std::string expect, bytes_of(given, "expect"));
  if (!send.empty() && expect.empty()) {
    return Error{"settings.send", "expected \"expect\" beside it: only an answer proves anything"};
  }
  if (!so_far.empty()) return Plan{};
  Dialog step;
  step.host = std::move(peer.host);
  step.port = peer.port;
  step.tls_from_start = tls.has_value();
  if (tls) step.tls = *std::move(tls);
  step.script = script;
  step.words = {std::move(send), std::move(expect)};
  return Plan{std::move(step)};
}

Judgement judge_failure(const DialogResult& result, const std::string* written, bool found) {
  // Something came, but not the right thing: that tells more than how it ended.
  const bool ended =
      result.failure == reasons::answer_timeout || result.failure == reasons::connection_closed;
  if (ended && written != nullptr && !found && !result.heard.empty() &&
      !result.heard.back().empty()) {
    return {Verdict::bad,
            {.code = tcp_unexpected,
             .value = clean_text(result.heard.back(), shown_bytes),
             .expected = *written}};
  }
  return {failure_verdict(result.failure), failure_reason(result)};
}

Judgement judge(const Settings& given, const DialogResult& result) {
  const auto* written = given.find<std::string>("expect");
  const Result<std::string> expect = bytes_of(given, "expect");
  const bool found = expect.ok() && answered(expect.value(), result.heard);
  if (!result.failure.empty()) return judge_failure(result, written, found);
  const std::size_t turns = given.find<std::string>("send") == nullptr ? 1 : 2;
  const bool secured = !given.get<bool>("tls") || !result.tls_version.empty();
  if (!found || !secured || result.heard.size() != turns) {
    return {Verdict::unknown,
            {.code = reasons::collector_error, .value = "the dialog did not come to its end"}};
  }
  if (written == nullptr) return {Verdict::good, {.code = tcp_accepted, .value = result.address}};
  return {Verdict::good, {.code = tcp_answered, .value = result.address, .expected = *written}};
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime) {
  const auto* const result = only_result<DialogResult>(evidence);
  if (result == nullptr) return no_result("no dialog", before);
  return observed(*result, judge(given, *result), before);
}

}  // namespace

extern const Collector tcp_collector;
constexpr Collector tcp_collector = {
    .name = "tcp",
    .summary = "Opens a TCP connection, with TLS or without, and looks for a text in the answer.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
