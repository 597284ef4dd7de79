#include "collectors/availability/dicom/dicom_pdu.h"

#include <array>
#include <optional>

#include "collectors/availability/dicom/dicom_bytes.h"

namespace ght::collectors::dicom {
namespace {

constexpr std::string_view application_context = "1.2.840.10008.3.1.1.1";

// A UUID below 2.25 (PS3.5 B.2): nobody had to be asked for it.
constexpr std::string_view implementation_class = "2.25.57566690910106022813549893001576005473";
constexpr std::string_view implementation_version = "GHT-AGENT";

constexpr std::size_t header_bytes = 6;
constexpr std::size_t ae_title_bytes = 16;
constexpr std::size_t reserved_bytes = 32;
constexpr std::uint32_t fixed_body_bytes = 4;  // of all PDUs that hold no items

// Items and sub-items (PS3.8 9.3.2, 9.3.3 and annex D)
constexpr std::uint8_t application_context_item = 0x10;
constexpr std::uint8_t proposed_context_item = 0x20;
constexpr std::uint8_t answered_context_item = 0x21;
constexpr std::uint8_t abstract_syntax_item = 0x30;
constexpr std::uint8_t transfer_syntax_item = 0x40;
constexpr std::uint8_t user_information_item = 0x50;
constexpr std::uint8_t maximum_length_item = 0x51;
constexpr std::uint8_t implementation_class_item = 0x52;
constexpr std::uint8_t implementation_version_item = 0x55;

constexpr std::uint8_t last_answer = 4;  // the greatest result of a presentation context

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

std::string pdu(PduType type, std::string_view body) {
  std::string bytes = big_bytes(static_cast<std::uint32_t>(type), 1) + big_bytes(0, 1) +
                      big_bytes(static_cast<std::uint32_t>(body.size()), 4);
  return bytes.append(body);
}

std::string item(std::uint8_t type, std::string_view value) {
  std::string bytes =
      big_bytes(type, 1) + big_bytes(0, 1) + big_bytes(static_cast<std::uint32_t>(value.size()), 2);
  return bytes.append(value);
}

std::string padded_title(std::string_view title) {
  std::string padded(title);
  padded.resize(ae_title_bytes, ' ');
  return padded;
}

struct Item {
  std::uint8_t type = 0;
  std::string_view value = {};
};

std::optional<Item> take_item(ByteReader& reader) {
  const auto type = reader.big(1);
  const auto reserved = reader.take(1);
  const auto length = reader.big(2);
  if (!type || !reserved || !length) return std::nullopt;
  const auto value = reader.take(*length);
  if (!value) return std::nullopt;
  return Item{.type = static_cast<std::uint8_t>(*type), .value = *value};
}

bool has_items(PduType type) {
  return type == PduType::associate_rq || type == PduType::associate_ac || type == PduType::data_tf;
}

Error accept_error(std::string message) {
  return {"A-ASSOCIATE-AC", std::move(message)};
}

// The answer about our context, or nothing when it is about another.
Result<std::optional<std::uint8_t>> read_context(std::string_view value) {
  constexpr std::size_t head = 4;  // number, reserved, result, reserved
  if (value.size() < head) return accept_error("a presentation context is cut short");
  if (byte_at(value, 0) != echo_context) return std::optional<std::uint8_t>();
  const std::uint8_t result = byte_at(value, 2);
  if (result > last_answer) {
    return accept_error("presentation context with result " + std::to_string(result));
  }
  if (result != 0) return std::optional<std::uint8_t>(result);  // its transfer syntax says nothing
  ByteReader reader(value.substr(head));
  const auto syntax = take_item(reader);
  if (!syntax || syntax->type != transfer_syntax_item) {
    return accept_error("a presentation context without transfer syntax");
  }
  const std::string_view uid = without_padding(syntax->value);
  if (uid != implicit_little_endian && uid != explicit_little_endian) {
    return accept_error("transfer syntax \"" + std::string(uid) + "\" was not proposed");
  }
  return std::optional<std::uint8_t>(result);
}

Result<std::uint32_t> read_longest_data(std::string_view user_information) {
  ByteReader reader(user_information);
  std::uint32_t longest = 0;
  while (!reader.empty()) {
    const auto part = take_item(reader);
    if (!part) return accept_error("the user information is cut short");
    if (part->type != maximum_length_item) continue;
    if (part->value.size() != 4) return accept_error("a maximum length that is no number");
    longest = *ByteReader(part->value).big(4);
  }
  return longest;
}

}  // namespace

std::string_view name(PduType type) {
  switch (type) {
    case PduType::associate_rq:
      return "A-ASSOCIATE-RQ";
    case PduType::associate_ac:
      return "A-ASSOCIATE-AC";
    case PduType::associate_rj:
      return "A-ASSOCIATE-RJ";
    case PduType::data_tf:
      return "P-DATA-TF";
    case PduType::release_rq:
      return "A-RELEASE-RQ";
    case PduType::release_rp:
      return "A-RELEASE-RP";
    case PduType::abort:
      return "A-ABORT";
  }
  return "";
}

PduRead read_pdu(std::string_view stream) {
  PduRead read;
  if (stream.empty()) return read;
  const std::uint8_t type = byte_at(stream, 0);
  if (type < static_cast<std::uint8_t>(PduType::associate_rq) ||
      type > static_cast<std::uint8_t>(PduType::abort)) {
    read.state = PduRead::State::wrong;
    read.fault = "PDU type " + hex(type, 2);
    return read;
  }
  read.type = static_cast<PduType>(type);
  if (stream.size() < header_bytes) return read;
  const std::uint32_t length = *ByteReader(stream.substr(2)).big(4);
  const bool possible = has_items(read.type) ? length <= pdu_bytes : length == fixed_body_bytes;
  if (!possible) {
    read.state = PduRead::State::wrong;
    read.fault = std::string(name(read.type)) + ": length " + std::to_string(length);
    return read;
  }
  if (stream.size() - header_bytes < length) return read;
  read.state = PduRead::State::whole;
  read.body = stream.substr(header_bytes, length);
  read.size = header_bytes + length;
  return read;
}

std::string associate_request(std::string_view called, std::string_view calling) {
  const std::string context = big_bytes(echo_context, 1) + std::string(3, '\0') +
                              item(abstract_syntax_item, verification_class) +
                              item(transfer_syntax_item, implicit_little_endian) +
                              item(transfer_syntax_item, explicit_little_endian);
  const std::string user = item(maximum_length_item, big_bytes(pdu_bytes, 4)) +
                           item(implementation_class_item, implementation_class) +
                           item(implementation_version_item, implementation_version);
  const std::string protocol_version = big_bytes(1, 2);
  return pdu(PduType::associate_rq, protocol_version + std::string(2, '\0') + padded_title(called) +
                                        padded_title(calling) + std::string(reserved_bytes, '\0') +
                                        item(application_context_item, application_context) +
                                        item(proposed_context_item, context) +
                                        item(user_information_item, user));
}

std::string release_request() {
  return pdu(PduType::release_rq, std::string(fixed_body_bytes, '\0'));
}

std::string command_data(std::string_view command) {
  constexpr std::uint32_t last_of_command = 3;  // bit 0: of a command, bit 1: the last fragment
  const std::string head = big_bytes(echo_context, 1) + big_bytes(last_of_command, 1);
  const auto length = static_cast<std::uint32_t>(head.size() + command.size());
  return pdu(PduType::data_tf, (big_bytes(length, 4) + head).append(command));
}

Result<Acceptance> read_acceptance(std::string_view body) {
  constexpr std::size_t head = 4 + 2 * ae_title_bytes + reserved_bytes;
  if (body.size() < head) return accept_error("length " + std::to_string(body.size()));
  if ((*ByteReader(body).big(2) & 1U) == 0) return accept_error("another protocol version");
  ByteReader reader(body.substr(head));
  std::optional<std::uint8_t> result;
  Acceptance acceptance;
  while (!reader.empty()) {
    const auto part = take_item(reader);
    if (!part) return accept_error("an item is cut short");
    if (part->type == answered_context_item) {
      GHT_TRY(const auto answer, read_context(part->value));
      if (answer && result) return accept_error("two answers about one presentation context");
      if (answer) result = answer;
    } else if (part->type == user_information_item) {
      GHT_TRY(acceptance.longest_data, read_longest_data(part->value));
    }
  }
  if (!result) return accept_error("no answer about the presentation context");
  acceptance.result = *result;
  return acceptance;
}

Rejection read_rejection(std::string_view body) {
  return {.result = byte_at(body, 1), .source = byte_at(body, 2), .reason = byte_at(body, 3)};
}

std::string abort_text(std::string_view body) {
  constexpr std::array<std::string_view, 7> reasons = {"reason-not-specified",
                                                       "unrecognized-PDU",
                                                       "unexpected-PDU",
                                                       "reserved",
                                                       "unrecognized-PDU-parameter",
                                                       "unexpected-PDU-parameter",
                                                       "invalid-PDU-parameter-value"};
  const std::uint8_t source = byte_at(body, 2);
  const std::uint8_t reason = byte_at(body, 3);
  if (source == 0) return "service-user";  // its reason says nothing
  if (source == 2 && reason < reasons.size()) {
    return "service-provider, " + std::string(reasons[reason]);
  }
  return "source " + std::to_string(source) + ", reason " + std::to_string(reason);
}

Result<std::vector<DataValue>> read_data(std::string_view body) {
  const auto error = [](const char* message) { return Error{"P-DATA-TF", message}; };
  std::vector<DataValue> values;
  ByteReader reader(body);
  while (!reader.empty()) {
    const auto length = reader.big(4);
    const auto value = length ? reader.take(*length) : std::nullopt;
    if (!value) return error("a data value is cut short");
    constexpr std::size_t head = 2;
    // An empty fragment brings nothing: a peer could send them without end.
    if (value->size() <= head) return error("an empty data value");
    const std::uint8_t control = byte_at(*value, 1);
    values.push_back({.context = byte_at(*value, 0),
                      .command = (control & 1U) != 0,
                      .last = (control & 2U) != 0,
                      .fragment = value->substr(head)});
  }
  if (values.empty()) return error("no data value");
  return values;
}

}  // namespace ght::collectors::dicom
