// HL7 version 2 as far as a check needs it: one message out, the head of its acknowledgement in.
// Pure. Nothing of an answer is handed out but codes and the control id: it may hold health data.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ght::collectors::hl7 {

// --- framing (MLLP release 1): 0x0B message 0x1C 0x0D

std::string framed(std::string_view message);

struct Frame {
  enum class State { incomplete, malformed, whole };
  State state = State::incomplete;
  std::string_view message;  // when whole
  std::size_t surplus = 0;   // bytes behind the frame
  // When malformed: what stands where what should.
  unsigned char found = 0, wanted = 0;
};
Frame read_frame(std::string_view heard);

// --- messages

// A field of the segment MSH, counted as HL7 counts (MSH-1 is the separator itself). Nothing when
// the message does not begin with an MSH that can be read, or the field is not there.
std::optional<std::string_view> header_field(std::string_view message, std::size_t number);

// The first component of such a field, as ADT of MSH-9. Empty when there is none.
std::string_view header_component(std::string_view message, std::size_t number);

struct Acknowledgement {
  enum class Fault { none, no_header, no_msa, second_message, no_code };
  Fault fault = Fault::none;
  std::string_view code;        // MSA-1: AA AE AR CA CE or CR
  std::string_view control_id;  // MSA-2, as it stands there
  // ERR-3 (before version 2.5: the code in ERR-1) of the first ERR segment; a number of table
  // 0357, and nothing when it is not one.
  std::optional<int> error;
};
Acknowledgement read_acknowledgement(std::string_view message);

}  // namespace ght::collectors::hl7
