// Any bytes as an answer over MLLP, framed or not: everything that is read lies within them, and a
// whole frame says again what it holds.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/result.h"
#include "collectors/availability/mllp/hl7.h"

namespace {

using namespace ght::collectors;

void read(std::string_view message) {
  for (std::size_t number = 0; number < 20; ++number) {
    const auto field = hl7::header_field(message, number);
    GHT_CHECK(!field || field->size() <= message.size());
    GHT_CHECK(hl7::header_component(message, number).size() <= message.size());
  }
  const hl7::Acknowledgement answer = hl7::read_acknowledgement(message);
  GHT_CHECK(answer.fault != hl7::Acknowledgement::Fault::none || !answer.code.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  const hl7::Frame frame = hl7::read_frame(bytes);
  if (frame.state == hl7::Frame::State::whole) {
    GHT_CHECK(frame.message.size() + frame.surplus + 3 == bytes.size());
    read(frame.message);
  }
  read(bytes);
  const std::string whole = hl7::framed(bytes);
  GHT_CHECK(hl7::read_frame(whole).state != hl7::Frame::State::incomplete);
  return 0;
}
