// One HL7 version 2 message over MLLP, and its acknowledgement. README.md says what it proves, and
// why the message is the one it is.
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/availability/mllp/hl7.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/probe_contract.h"

namespace ght::collectors {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view mllp_ack_ok = "mllp_ack_ok";
constexpr std::string_view mllp_rejection_ok = "mllp_rejection_ok";
constexpr std::string_view mllp_nack = "mllp_nack";
constexpr std::string_view mllp_control_id = "mllp_control_id";
constexpr std::string_view mllp_framing = "mllp_framing";
constexpr std::string_view mllp_surplus = "mllp_surplus";
constexpr std::string_view mllp_no_msa = "mllp_no_msa";
constexpr std::string_view mllp_malformed = "mllp_malformed";

constexpr std::array<const Family*, 4> families = {&probe_success, &probe_duration,
                                                   &probe_ip_version, &probe_tls_not_after};

constexpr auto processing_ids = std::to_array<std::string_view>({"P", "T", "D"});
constexpr auto versions = std::to_array<std::string_view>(
    {"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"});
// Each changes nothing at the receiver.
constexpr auto message_types =
    std::to_array<std::string_view>({"NMD^N02^NMD_N02", "NMD^N02", "NMQ^N01^NMQ_N01"});
constexpr auto rejections = std::to_array<std::string_view>({"none", "message", "any"});

constexpr double name_bytes = 180, segments = 50;

constexpr auto own_fields = std::to_array<Field>({
    {.key = "sending_application",
     .fallback = "\"GHT-AGENT\"",
     .min = 1,
     .max = name_bytes,
     .help = "MSH-3: who we are; one of its own for each server that asks."},
    {.key = "sending_facility", .min = 1, .max = name_bytes, .help = "MSH-4."},
    {.key = "receiving_application",
     .min = 1,
     .max = name_bytes,
     .help = "MSH-5: whom the message is for."},
    {.key = "receiving_facility", .min = 1, .max = name_bytes, .help = "MSH-6."},
    {.key = "processing_id",
     .kind = FieldKind::choice,
     .fallback = "\"P\"",
     .help = "MSH-11: production, training or debugging.",
     .choices = processing_ids},
    {.key = "version",
     .kind = FieldKind::choice,
     .fallback = "\"2.5\"",
     .help = "MSH-12: version of HL7.",
     .choices = versions},
    {.key = "message_type",
     .kind = FieldKind::choice,
     .fallback = "\"NMD^N02^NMD_N02\"",
     .help = "MSH-9: network management, which changes nothing at the receiver.",
     .choices = message_types},
    {.key = "message",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = segments,
     .help = "A whole message of your own, a segment each, in place of the one that the keys above "
             "describe."},
    {.key = "accept",
     .kind = FieldKind::text_list,
     .fallback = R"(["AA", "CA"])",
     .min = 1,
     .max = 2,
     .help = "Acknowledgement codes (MSA-1) that are good: AA, CA or both."},
    {.key = "accept_rejection",
     .kind = FieldKind::choice,
     .fallback = "\"message\"",
     .help = "Which refusals (AE, AR, CE, CR) are good: none; those that by their ERR code find "
             "fault with the message; or any.",
     .choices = rejections},
});
constexpr auto settings = joined(peer_fields, own_fields, tls_fields, trust_fields);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {mllp_ack_ok, "message lu et acquitté : {value}", "message read and acknowledged: {value}"},
    {mllp_rejection_ok, "message lu, et refusé : {value}", "message read, and refused: {value}"},
    {mllp_nack, "acquittement {value} au lieu de {expected}",
     "acknowledged with {value} instead of {expected}"},
    {mllp_control_id, "l'acquittement est celui du message « {value} », non de « {expected} »",
     "the acknowledgement is for message \"{value}\", not for \"{expected}\""},
    {mllp_framing, "trame MLLP illisible : octet {value} au lieu de {expected}",
     "MLLP frame not readable: byte {value} instead of {expected}"},
    {mllp_surplus, "plus d'un message en réponse à un seul",
     "more than one message in answer to one"},
    {mllp_no_msa, "la réponse n'est pas un acquittement : pas de segment MSA",
     "the answer is no acknowledgement: no MSA segment"},
    {mllp_malformed, "réponse HL7 illisible : {value}", "HL7 answer not readable: {value}"},
});

Error setting_error(std::string_view key, std::string message) {
  return {"settings." + std::string(key), std::move(message)};
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// --- the message

// The number in the id of the message before, from Memory. What is not readable begins anew: an id
// that was used long ago does no harm.
std::int64_t last_id(const Memory& before) {
  constexpr std::int64_t highest = 999'999'998;  // one more has nine digits
  const auto json = nlohmann::json::parse(before.json, nullptr, false);
  if (!json.is_object() || !json.contains("last_id")) return 0;
  const auto& last = json["last_id"];
  const bool counts = last.is_number_integer() && last >= 0 && last <= highest;
  return counts ? last.get<std::int64_t>() : 0;
}

std::string control_id(std::int64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "GHT%09lld", static_cast<long long>(number));
  return text.data();
}

struct Message {
  std::string bytes;
  std::string control_id;
};

Result<std::string> name_of(const Settings& given, std::string_view key) {
  const auto* name = given.find<std::string>(key);
  if (name == nullptr) return std::string();
  if (!is_printable_ascii(*name) || name->find_first_of("|~\\&") != std::string::npos) {
    return setting_error(key, "\"" + *name + "\": expected ASCII without |, ~, \\ and &");
  }
  return *name;
}

Result<Message> described_message(const Settings& given, const Memory& before) {
  Message message;
  message.control_id = control_id(last_id(before) + 1);
  message.bytes = "MSH|^~\\&";
  for (const char* key :
       {"sending_application", "sending_facility", "receiving_application", "receiving_facility"}) {
    GHT_TRY(const std::string name, name_of(given, key));
    message.bytes += "|" + name;
  }
  // MSH-7, the time, is left empty: a plan knows no clock. NST|N: no statistics to tell.
  message.bytes += "|||" + given.get<std::string>("message_type") + "|" + message.control_id + "|" +
                   given.get<std::string>("processing_id") + "|" +
                   given.get<std::string>("version") + "\rNST|N\r";
  return message;
}

// In production only what asks or manages: the rest would be acted upon, every run anew.
Result<void> check_harmless(std::string_view message) {
  constexpr std::size_t msh_9 = 9, msh_11 = 11;
  constexpr auto harmless = std::to_array<std::string_view>({"NMD", "NMQ", "QBP", "QRY", "QVR"});
  const std::string_view type = hl7::header_component(message, msh_9);
  const std::string_view processing = hl7::header_component(message, msh_11);
  const bool test = processing == "T" || processing == "D";
  if (test || std::ranges::find(harmless, type) != harmless.end()) return {};
  return setting_error("message", "\"" + std::string(type) +
                                      "\" may be acted upon: expected NMD, NMQ, QBP, QRY or QVR in "
                                      "MSH-9, or T or D in MSH-11");
}

Result<Message> own_message(const Texts& given) {
  constexpr std::size_t msh_10 = 10, id_bytes = 199, most_bytes = 16 << 10;
  Message message;
  for (const std::string& segment : given) {
    if (segment.size() < 3 || !is_printable_ascii(segment)) {
      return setting_error("message", "\"" + segment + "\": expected a segment in ASCII");
    }
    message.bytes += segment + "\r";
  }
  if (message.bytes.size() > most_bytes) {
    return setting_error("message", "expected at most 16 KiB");
  }
  const auto id = hl7::header_field(message.bytes, msh_10);
  if (!id || id->empty() || id->size() > id_bytes) {
    return setting_error("message", "expected an MSH segment first, with a control id in MSH-10");
  }
  message.control_id = *id;
  GHT_TRY_VOID(check_harmless(message.bytes));
  return message;
}

Result<Message> message_of(const Settings& given, const Memory& before) {
  const auto* own = given.find<Texts>("message");
  return own == nullptr ? described_message(given, before) : own_message(*own);
}

// --- the dialog

DialogTurn script(const std::vector<std::string>& words, const std::vector<std::string>& heard) {
  using Kind = DialogTurn::Kind;
  if (heard.size() == 1) return {.kind = Kind::say, .bytes = words.front()};
  const bool more = hl7::read_frame(heard.back()).state == hl7::Frame::State::incomplete;
  return {.kind = more ? Kind::listen : Kind::finish};
}

Result<Plan> plan(const Settings& given, const Evidence& so_far, const Memory& before) {
  GHT_TRY(Peer peer, peer_of(given));
  GHT_TRY(auto tls, optional_tls_of(given));
  GHT_TRY(const Message message, message_of(given, before));
  for (const std::string& code : given.get<Texts>("accept")) {
    if (code != "AA" && code != "CA") {
      return setting_error("accept", "\"" + code + "\": expected AA or CA");
    }
  }
  if (!so_far.empty()) return Plan{};
  Dialog step;
  step.host = std::move(peer.host);
  step.port = peer.port;
  step.tls_from_start = tls.has_value();
  if (tls) step.tls = *std::move(tls);
  step.script = script;
  step.words = {hl7::framed(message.bytes)};
  return Plan{std::move(step)};
}

// --- the acknowledgement

Judgement bad(std::string_view code, ReasonValue value = {}, ReasonValue expected = {}) {
  return {Verdict::bad, {.code = code, .value = std::move(value), .expected = std::move(expected)}};
}

Judgement not_measured(const char* what) {
  return {Verdict::unknown, {.code = reasons::collector_error, .value = what}};
}

std::string hexadecimal(unsigned char byte) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%02X", byte);
  return text.data();
}

// A control id has no blanks and no names in it; what does not look like one is not shown.
std::string shown_id(std::string_view id) {
  constexpr std::size_t most = 50;
  const bool plain = std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_';
  });
  return plain && id.size() <= most ? std::string(id) : "?";
}

// Codes of HL7 table 0357 that find fault with the message as such: its form (100 to 103), or its
// type, event, processing id or version (200 to 203). The others are the receiver's own trouble.
bool is_about_the_message(std::optional<int> error) {
  return error && ((*error >= 100 && *error <= 103) || (*error >= 200 && *error <= 203));
}

std::string listed(const Texts& codes) {
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ", ") + code;
  return text;
}

Judgement judge_code(const Settings& given, const hl7::Acknowledgement& found) {
  const auto& accepted = given.get<Texts>("accept");
  std::string code(found.code);
  if (std::ranges::find(accepted, code) != accepted.end()) {
    return {Verdict::good, {.code = mllp_ack_ok, .value = std::move(code)}};
  }
  const bool refusal = !code.ends_with('A');
  if (found.error) code += " " + std::to_string(*found.error);
  const auto& allowed = given.get<std::string>("accept_rejection");
  const bool fine = allowed == "any" || (allowed == "message" && is_about_the_message(found.error));
  if (refusal && fine) {
    return {Verdict::good, {.code = mllp_rejection_ok, .value = std::move(code)}};
  }
  return bad(mllp_nack, std::move(code), listed(accepted));
}

Judgement judge_answer(const Settings& given, const hl7::Frame& frame, const std::string& id) {
  if (frame.state == hl7::Frame::State::malformed) {
    return bad(mllp_framing, hexadecimal(frame.found), hexadecimal(frame.wanted));
  }
  if (frame.surplus > 0) return bad(mllp_surplus);
  const hl7::Acknowledgement found = hl7::read_acknowledgement(frame.message);
  using Fault = hl7::Acknowledgement::Fault;
  switch (found.fault) {
    case Fault::no_header:
      return bad(mllp_malformed, "MSH");
    case Fault::no_code:
      return bad(mllp_malformed, "MSA-1");
    case Fault::no_msa:
      return bad(mllp_no_msa);
    case Fault::second_message:
      return bad(mllp_surplus);
    case Fault::none:
      break;
  }
  if (found.control_id != id) return bad(mllp_control_id, shown_id(found.control_id), id);
  return judge_code(given, found);
}

Judgement judge(const Settings& given, const DialogResult& result, const Memory& before) {
  if (!result.failure.empty()) return {failure_verdict(result.failure), failure_reason(result)};
  const Result<Message> message = message_of(given, before);
  if (!message.ok()) return not_measured("no message could be made");
  const bool secured = !given.get<bool>("tls") || !result.tls_version.empty();
  const bool asked = result.heard.size() == 2;
  const hl7::Frame frame = hl7::read_frame(asked ? result.heard.back() : std::string_view());
  if (!secured || frame.state == hl7::Frame::State::incomplete) {
    return not_measured("the dialog did not come to its end");
  }
  return judge_answer(given, frame, message.value().control_id);
}

Observation interpret(const Settings& given, const Evidence& evidence, const Memory& before,
                      WallTime) {
  Observation observation;
  observation.memory = before;
  const auto* result = evidence.empty() ? nullptr : std::get_if<DialogResult>(&evidence.front());
  if (result == nullptr) {
    observation.reason = {.code = reasons::collector_error, .value = "no dialog"};
    return observation;
  }
  Judgement judgement = judge(given, *result, before);
  observation.verdict = judgement.verdict;
  observation.reason = std::move(judgement.reason);
  observation.samples = probe_samples(*result, observation.verdict);
  if (given.find<Texts>("message") == nullptr) {
    observation.memory.json = "{\"last_id\":" + std::to_string(last_id(before) + 1) + "}";
  }
  return observation;
}

}  // namespace

extern const Collector mllp_collector;
constexpr Collector mllp_collector = {
    .name = "mllp",
    .summary =
        "Sends an HL7 version 2 message that changes nothing, and reads its acknowledgement.",
    .families = families,
    .settings = settings,
    .reasons = own_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
