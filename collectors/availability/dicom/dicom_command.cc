#include "collectors/availability/dicom/dicom_command.h"

#include <map>
#include <optional>

#include "collectors/availability/dicom/dicom_bytes.h"
#include "collectors/availability/dicom/dicom_pdu.h"

namespace ght::collectors::dicom {
namespace {

// Elements of group 0000H (PS3.7 E.1)
constexpr std::uint16_t group_length = 0x0000;
constexpr std::uint16_t affected_class = 0x0002;
constexpr std::uint16_t command_field = 0x0100;
constexpr std::uint16_t message_id = 0x0110;
constexpr std::uint16_t answered_message_id = 0x0120;
constexpr std::uint16_t data_set_type = 0x0800;
constexpr std::uint16_t status = 0x0900;

constexpr std::uint16_t echo_rq = 0x0030;
constexpr std::uint16_t echo_rsp = 0x8030;
constexpr std::uint16_t no_data_set = 0x0101;

using Elements = std::map<std::uint16_t, std::string_view>;

std::string element(std::uint16_t number, std::string_view value) {
  std::string bytes = little_bytes(0, 2) + little_bytes(number, 2) +
                      little_bytes(static_cast<std::uint32_t>(value.size()), 4);
  return bytes.append(value);
}

Error answer_error(std::string message) {
  return {"C-ECHO-RSP", std::move(message)};
}

std::string tag(std::uint32_t group, std::uint32_t number) {
  return "(" + hex(group, 4) + "," + hex(number, 4) + ")";
}

Result<Elements> read_elements(std::string_view command) {
  Elements elements;
  ByteReader reader(command);
  std::optional<std::uint32_t> before;
  while (!reader.empty()) {
    const auto group = reader.little(2);
    const auto number = reader.little(2);
    const auto length = reader.little(4);
    const auto value = length ? reader.take(*length) : std::nullopt;
    if (!group || !number || !value) return answer_error("an element is cut short");
    if (*group != 0) return answer_error("element " + tag(*group, *number));
    if (before && *number <= *before) {
      return answer_error("element " + tag(*group, *number) + " out of order");
    }
    before = number;
    elements.emplace(static_cast<std::uint16_t>(*number), *value);
  }
  return elements;
}

Result<std::uint32_t> number_of(const Elements& elements, std::uint16_t number,
                                std::size_t length) {
  const auto found = elements.find(number);
  if (found == elements.end()) return answer_error("element " + tag(0, number) + " is missing");
  if (found->second.size() != length) {
    return answer_error("element " + tag(0, number) + " of " +
                        std::to_string(found->second.size()) + " bytes");
  }
  return *ByteReader(found->second).little(length);
}

}  // namespace

std::string echo_request() {
  std::string uid(verification_class);
  if (uid.size() % 2 != 0) uid += '\0';
  const std::string rest = element(affected_class, uid) +
                           element(command_field, little_bytes(echo_rq, 2)) +
                           element(message_id, little_bytes(echo_message_id, 2)) +
                           element(data_set_type, little_bytes(no_data_set, 2));
  return element(group_length, little_bytes(static_cast<std::uint32_t>(rest.size()), 4)) + rest;
}

Result<std::uint16_t> read_echo_status(std::string_view command) {
  constexpr std::size_t length_element_bytes = 12;
  GHT_TRY(const Elements elements, read_elements(command));
  GHT_TRY(const std::uint32_t length, number_of(elements, group_length, 4));
  if (length != command.size() - length_element_bytes) {
    return answer_error("group length " + std::to_string(length));
  }
  GHT_TRY(const std::uint32_t field, number_of(elements, command_field, 2));
  if (field != echo_rsp) return answer_error("command field " + hex(field, 4));
  GHT_TRY(const std::uint32_t answered, number_of(elements, answered_message_id, 2));
  if (answered != echo_message_id) {
    return answer_error("answers message " + std::to_string(answered));
  }
  GHT_TRY(const std::uint32_t data_set, number_of(elements, data_set_type, 2));
  if (data_set != no_data_set) return answer_error("announces a data set");
  const auto about = elements.find(affected_class);
  if (about != elements.end() && without_padding(about->second) != verification_class) {
    return answer_error("is about another SOP class");
  }
  GHT_TRY(const std::uint32_t outcome, number_of(elements, status, 2));
  return static_cast<std::uint16_t>(outcome);
}

}  // namespace ght::collectors::dicom
