// Any bytes as root's allow-list, and any words as what the agent asks for: the last line, split at
// tabs into check, program and arguments. What is permitted is what its own line says, and nothing
// that a placeholder took leaves the folder or looks like an option.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "agent/config/allow_list.h"

namespace {

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t last = bytes.rfind('\n');
  if (last == std::string_view::npos) return 0;
  const auto list = ght::parse_allow_list(bytes.substr(0, last), "fuzz.conf");
  if (!list.ok()) {
    GHT_CHECK(list.error().text().starts_with("fuzz.conf:"));
    return 0;
  }
  std::vector<std::string> words = split(bytes.substr(last + 1), '\t');
  if (words.size() < 2) return 0;
  ght::RunHelper asked;
  asked.program = words[1];
  asked.arguments.assign(words.begin() + 2, words.end());
  const auto permitted = list.value().permit(words[0], asked);
  if (!permitted.ok()) return 0;
  const ght::RunHelper& command = permitted.value();
  GHT_CHECK(command.program.starts_with('/') && !command.program.contains("/../"));
  GHT_CHECK(command.environment.empty() && command.arguments == asked.arguments);
  const auto own = ght::parse_allow_list(ght::allow_line(words[0], command), "own");
  GHT_CHECK(own.ok() && own.value().permit(words[0], asked).ok());
  // A word that is one placeholder alone.
  const auto any = ght::parse_allow_list("c /p {hex}\nc /p {number}\nc /p {name}", "any");
  ght::RunHelper one;
  one.program = "/p";
  one.arguments = {words.back()};
  if (any.value().permit("c", one).ok()) {
    GHT_CHECK(!words.back().empty() && words.back().front() != '-' && !words.back().contains('/'));
  }
  return 0;
}
