#include "agent/io/privileged_wire.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght::io {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, HelperEnd>, 7> end_names = {{
    {"exited", HelperEnd::exited},
    {"signalled", HelperEnd::signalled},
    {"timed_out", HelperEnd::timed_out},
    {"output_limit", HelperEnd::output_limit},
    {"not_started", HelperEnd::not_started},
    {"refused", HelperEnd::refused},
    {"stuck", HelperEnd::stuck},
}};

Error unclear(const char* what) {
  return {what, "expected the words of this version of ght-agent"};
}

bool is_texts(const json& list) {
  return list.is_array() &&
         std::ranges::all_of(list, [](const json& each) { return each.is_string(); });
}

// A whole number from 0 to `most`.
bool is_count(const json& number, std::uint64_t most) {
  return number.is_number_unsigned() && number.get<std::uint64_t>() <= most;
}

bool is_request(const json& said) {
  constexpr std::uint64_t longest =
      std::chrono::duration_cast<std::chrono::milliseconds>(limits::privileged_run_max).count();
  constexpr std::size_t keys = 6;
  return said.is_object() && said.size() == keys && said.contains("check") &&
         said["check"].is_string() && said.contains("program") && said["program"].is_string() &&
         said.contains("arguments") && is_texts(said["arguments"]) &&
         said.contains("environment") && said["environment"].is_array() &&
         std::ranges::all_of(said["environment"],
                             [](const json& pair) { return is_texts(pair) && pair.size() == 2; }) &&
         said.contains("max_output") && is_count(said["max_output"], limits::helper_output) &&
         said.contains("time_ms") && is_count(said["time_ms"], longest);
}

}  // namespace

Result<std::string> encode(const PrivilegedRequest& request) {
  const auto time = std::clamp<Duration>(request.time, Duration(), limits::privileged_run_max);
  json said = {{"check", request.check},
               {"program", request.command.program},
               {"arguments", request.command.arguments},
               {"environment", json::array()},
               {"max_output", request.command.max_output},
               {"time_ms", std::chrono::duration_cast<std::chrono::milliseconds>(time).count()}};
  for (const auto& [name, value] : request.command.environment) {
    said["environment"].push_back({name, value});
  }
  try {
    std::string line = said.dump() + "\n";
    if (line.size() <= limits::privileged_line_bytes) return line;
    return Error{request.command.program, "the command is too long for the privileged service"};
  } catch (const json::exception&) {
    return Error{request.command.program, "an argument is not UTF-8"};
  }
}

Result<PrivilegedRequest> decode_request(std::string_view line) {
  const json said = json::parse(line, nullptr, false);
  if (!is_request(said)) return unclear("request");
  PrivilegedRequest request;
  request.check = said["check"].get<std::string>();
  request.command.program = said["program"].get<std::string>();
  request.command.arguments = said["arguments"].get<std::vector<std::string>>();
  for (const json& pair : said["environment"]) {
    request.command.environment.emplace_back(pair[0].get<std::string>(),
                                             pair[1].get<std::string>());
  }
  request.command.max_output = said["max_output"].get<std::size_t>();
  request.time = std::chrono::milliseconds(said["time_ms"].get<std::int64_t>());
  return request;
}

std::string encode(const HelperResult& result) {
  const auto* end =
      std::ranges::find(end_names, result.end, &decltype(end_names)::value_type::second);
  const json said = {{"end", end->first},
                     {"code", result.code},
                     {"out", result.out.size()},
                     {"err", result.err.size()},
                     {"detail", clean_text(result.detail, limits::privileged_line_bytes / 4)}};
  return said.dump(-1, ' ', true, json::error_handler_t::replace) + "\n" + result.out + result.err;
}

Result<AnswerHead> decode_answer(std::string_view line, std::size_t max_output) {
  const json said = json::parse(line, nullptr, false);
  if (!said.is_object() || !said.contains("end") || !said["end"].is_string() ||
      !said.contains("code") || !said["code"].is_number_integer() || !said.contains("out") ||
      !is_count(said["out"], max_output) || !said.contains("err") ||
      !is_count(said["err"], limits::helper_error_output) || !said.contains("detail") ||
      !said["detail"].is_string()) {
    return unclear("answer");
  }
  const auto* end = std::ranges::find(end_names, said["end"].get<std::string>(),
                                      &decltype(end_names)::value_type::first);
  if (end == end_names.end()) return unclear("answer");
  AnswerHead head;
  head.result.end = end->second;
  head.result.code = said["code"].get<int>();
  head.result.detail = said["detail"].get<std::string>();
  head.out = said["out"].get<std::size_t>();
  head.err = said["err"].get<std::size_t>();
  return head;
}

}  // namespace ght::io
