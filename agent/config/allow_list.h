// What the privileged service may run as root, and for which check: root's file, one command a
// line.
//
//   # check    [NAME=value ...]  /program  [argument ...]
//   dpi-nuit  RESTIC_PASSWORD_FILE=/srv/secret/pass  /usr/bin/restic snapshots --json "--tag=a b"
//
// Everything is literal but three placeholders in a word without quotes: {hex}, {number} and
// {name}. None of them matches a slash, an empty text or a text that begins with a dash.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/plan.h"
#include "agent/core/result.h"

namespace ght {

// One argument: a literal, or a literal around one placeholder.
struct AllowedWord {
  enum class Any { nothing, hex, number, name };

  std::string before;
  Any any = Any::nothing;
  std::string after;

  bool matches(std::string_view argument) const;
};

struct AllowedCommand {
  std::string check;
  std::vector<std::pair<std::string, std::string>> environment;  // sorted by name
  std::string program;                                           // absolute
  std::vector<AllowedWord> arguments;
};

class AllowList {
 public:
  explicit AllowList(std::vector<AllowedCommand> commands) : commands_(std::move(commands)) {}

  std::size_t size() const { return commands_.size(); }

  // The command to run for what the check asks for, or an Error that shows the line which would
  // allow it. Program and environment are the file's; of what was asked only arguments that match
  // word for word are taken.
  Result<RunHelper> permit(std::string_view check, const RunHelper& asked) const;

 private:
  std::vector<AllowedCommand> commands_;
};

// One line that is not understood refuses the whole file: `file` is only for its message.
Result<AllowList> parse_allow_list(std::string_view bytes, std::string_view file);

// The line that allows exactly this command, as far as a line can.
std::string allow_line(std::string_view check, const RunHelper& command);

}  // namespace ght
