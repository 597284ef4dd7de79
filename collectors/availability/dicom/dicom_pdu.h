// The PDUs of DICOM's upper layer (PS3.8 9.3) as far as a C-ECHO needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght::collectors::dicom {

inline constexpr std::string_view verification_class = "1.2.840.10008.1.1";
inline constexpr std::string_view implicit_little_endian = "1.2.840.10008.1.2";
inline constexpr std::string_view explicit_little_endian = "1.2.840.10008.1.2.1";

// The one presentation context that we propose; its number must be odd.
inline constexpr std::uint8_t echo_context = 1;

// What we announce that we take in one PDU, and hold the peer to: the usual size.
inline constexpr std::uint32_t pdu_bytes = 16384;

enum class PduType : std::uint8_t {
  associate_rq = 1,
  associate_ac = 2,
  associate_rj = 3,
  data_tf = 4,
  release_rq = 5,
  release_rp = 6,
  abort = 7,
};

// As PS3.8 writes it: "A-ASSOCIATE-AC".
std::string_view name(PduType type);

// The first PDU of a stream.
struct PduRead {
  enum class State {
    incomplete,  // so far as it goes it could become one
    whole,       // type and body; `size` bytes with its header
    wrong,       // `fault` says why it never will
  };
  State state = State::incomplete;
  PduType type = PduType::abort;
  std::string_view body = {};
  std::size_t size = 0;
  std::string fault = {};
};

// A length that cannot be right is seen in the header: its bytes are not waited for.
PduRead read_pdu(std::string_view stream);

std::string associate_request(std::string_view called, std::string_view calling);
std::string release_request();
// A whole command in one fragment.
std::string command_data(std::string_view command);

// What an A-ASSOCIATE-AC says of our presentation context, and how long a PDU the peer takes.
struct Acceptance {
  std::uint8_t result = 0;         // 0: accepted; 1 to 4: PS3.8 table 9-18
  std::uint32_t longest_data = 0;  // of a P-DATA-TF; 0: any length
};
Result<Acceptance> read_acceptance(std::string_view body);

// PS3.8 table 9-21
struct Rejection {
  std::uint8_t result = 0;
  std::uint8_t source = 0;
  std::uint8_t reason = 0;
};
Rejection read_rejection(std::string_view body);

// PS3.8 table 9-26, in its words: "service-provider, unexpected-PDU".
std::string abort_text(std::string_view body);

// One presentation data value of a P-DATA-TF.
struct DataValue {
  std::uint8_t context = 0;
  bool command = false;
  bool last = false;
  std::string_view fragment = {};
};
Result<std::vector<DataValue>> read_data(std::string_view body);

}  // namespace ght::collectors::dicom
