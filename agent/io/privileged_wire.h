// What the agent and the privileged service say to each other over their socket: one JSON line of
// the agent; one JSON line of the service and then the bytes of stdout and stderr.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/result.h"

namespace ght::io {

struct PrivilegedRequest {
  std::string check;
  RunHelper command;
  Duration time{};  // until the command shall be killed
};

// An Error when it cannot be said: text that is not UTF-8, or more than a line holds.
Result<std::string> encode(const PrivilegedRequest& request);
Result<PrivilegedRequest> decode_request(std::string_view line);

std::string encode(const HelperResult& result);

// The line of an answer; `out` and `err` are still to come, and are not larger than was asked for.
struct AnswerHead {
  HelperResult result;
  std::size_t out = 0;
  std::size_t err = 0;
};
Result<AnswerHead> decode_answer(std::string_view line, std::size_t max_output);

}  // namespace ght::io
