// The commands of a C-ECHO (PS3.7 9.3.5): group 0000H, always in Implicit VR Little Endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace ght::collectors::dicom {

// One message an association: any number will do.
inline constexpr std::uint16_t echo_message_id = 1;

// A C-ECHO-RSP needs about 80 bytes. A peer that goes on beyond this says something else.
inline constexpr std::size_t command_bytes = 1024;

std::string echo_request();

// The status of a whole C-ECHO-RSP to our request. An Error says what else it is.
Result<std::uint16_t> read_echo_status(std::string_view command);

}  // namespace ght::collectors::dicom
