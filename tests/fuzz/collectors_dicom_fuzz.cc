// Any bytes as what a DICOM peer says, cut into the turns of a C-ECHO at the bytes 0xF5: script and
// judgement end, agree with each other, and done is never concluded from less than three turns.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "collectors/availability/dicom/dicom_script.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ght::collectors::dicom;
  constexpr std::uint8_t turn_mark = 0xF5;
  std::vector<std::string> heard(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == turn_mark && heard.size() < 5) {
      heard.emplace_back();
    } else {
      heard.back() += static_cast<char>(data[i]);
    }
  }
  const Titles titles{"PACS", "GHT-AGENT"};
  const auto turn = script(words_of(titles), heard);
  if (turn.kind == ght::DialogTurn::Kind::say) GHT_CHECK(!turn.bytes.empty());
  const Outcome outcome = read_exchange(titles, heard);
  if (outcome.state == Outcome::State::done) GHT_CHECK(heard.size() >= 4);
  if (outcome.state == Outcome::State::failed) GHT_CHECK(!outcome.failure.code.empty());
  return 0;
}
