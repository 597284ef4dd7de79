// What a peer says, for the tests of this folder: written from PS3.7 and PS3.8, byte by byte, not
// with the encoders that are under test.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "collectors/availability/dicom/dicom_bytes.h"

namespace ght::collectors::dicom::test {

inline std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (int value : values) text += static_cast<char>(value);
  return text;
}

inline std::string pdu(int type, const std::string& body) {
  return bytes({type, 0}) + big_bytes(static_cast<std::uint32_t>(body.size()), 4) + body;
}

inline std::string item(int type, const std::string& value) {
  return bytes({type, 0}) + big_bytes(static_cast<std::uint32_t>(value.size()), 2) + value;
}

inline std::string answered_context(int result, const std::string& syntax, int number = 1) {
  return item(0x21, bytes({number, 0, result, 0}) + item(0x40, syntax));
}

// The body of an A-ASSOCIATE-AC with these items.
inline std::string accept_body(const std::string& items) {
  return bytes({0, 1, 0, 0}) + std::string(64, ' ') + items;
}

inline std::string user_information(std::uint32_t longest) {
  return item(0x50, item(0x51, big_bytes(longest, 4)) + item(0x52, "1.2.3"));
}

inline std::string accept_pdu(std::uint32_t longest = 16384) {
  return pdu(2, accept_body(item(0x10, "1.2.840.10008.3.1.1.1") +
                            answered_context(0, "1.2.840.10008.1.2") + user_information(longest)));
}

inline std::string rejection(int result, int source, int reason) {
  return pdu(3, bytes({0, result, source, reason}));
}

inline std::string abort(int source, int reason) {
  return pdu(7, bytes({0, 0, source, reason}));
}

inline std::string element(int number, const std::string& value) {
  return bytes({0, 0, number & 0xFF, number >> 8}) +
         little_bytes(static_cast<std::uint32_t>(value.size()), 4) + value;
}

inline std::string short_element(int number, int value) {
  return element(number, bytes({value & 0xFF, value >> 8}));
}

// A command with its group length in front.
inline std::string command(const std::string& rest) {
  return element(0, little_bytes(static_cast<std::uint32_t>(rest.size()), 4)) + rest;
}

inline std::string echo_answer(int status = 0) {
  return command(element(2, std::string("1.2.840.10008.1.1") + '\0') +
                 short_element(0x100, 0x8030) + short_element(0x120, 1) +
                 short_element(0x800, 0x101) + short_element(0x900, status));
}

// One data value: control 1 is a command, 2 the last fragment.
inline std::string value(int control, std::string_view fragment, int context = 1) {
  return big_bytes(static_cast<std::uint32_t>(fragment.size() + 2), 4) + bytes({context, control}) +
         std::string(fragment);
}

}  // namespace ght::collectors::dicom::test
