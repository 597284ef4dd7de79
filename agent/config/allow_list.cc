#include "agent/config/allow_list.h"

#include <algorithm>
#include <array>
#include <optional>

#include "agent/core/limits.h"

namespace ght {
namespace {

using Any = AllowedWord::Any;

constexpr std::size_t any_bytes = 128;  // that a placeholder matches

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name(char c) {
  return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}
// What a word may hold without quotes.
bool is_bare(char c) {
  return is_alphanumeric(c) || std::string_view("_./:=,@%+-~").find(c) != std::string_view::npos;
}

struct Placeholder {
  std::string_view text;
  Any any;
  bool (*has)(char);
};
constexpr std::array<Placeholder, 3> placeholders = {{
    {"{hex}", Any::hex, is_hex},
    {"{number}", Any::number, is_digit},
    {"{name}", Any::name, is_name},
}};

bool matches_any(Any any, std::string_view text) {
  if (text.empty() || text.size() > any_bytes || !is_alphanumeric(text.front())) return false;
  const auto* row = std::ranges::find(placeholders, any, &Placeholder::any);
  return row != placeholders.end() && std::ranges::all_of(text, row->has);
}

struct Token {
  std::string text;
  bool quoted = false;
};

Error bad(std::string what) {
  return {"", std::move(what)};
}

// `rest` begins after the opening quote, and is left after the closing one.
Result<Token> quoted_token(std::string_view& rest) {
  Token token{.text = {}, .quoted = true};
  while (!rest.empty()) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') {
      if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') {
        return bad("expected a space after the closing quote");
      }
      return token;
    }
    if (c == '\\') {
      if (rest.empty() || (rest.front() != '"' && rest.front() != '\\')) {
        return bad(R"(expected \" or \\ after a backslash)");
      }
      c = rest.front();
      rest.remove_prefix(1);
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return bad("a control character");
    token.text += c;
  }
  return bad("a quote is not closed");
}

// Only `{hex}`, `{number}` and `{name}` may have braces; what else is no bare text is quoted.
Result<Token> bare_token(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  Token token{.text = std::string(rest.substr(0, end)), .quoted = false};
  rest.remove_prefix(end);
  std::string plain = token.text;
  for (const Placeholder& each : placeholders) {
    if (const auto at = plain.find(each.text); at != std::string::npos) {
      plain.erase(at, each.text.size());
      break;
    }
  }
  for (const char c : plain) {
    if (is_bare(c)) continue;
    if (c == '{' || c == '}') {
      return bad("expected at most one of {hex}, {number} and {name}; other braces need quotes: " +
                 token.text);
    }
    return bad("needs quotes: " + token.text);
  }
  return token;
}

Result<std::vector<Token>> tokens_of(std::string_view line) {
  std::vector<Token> tokens;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty()) return tokens;
    const bool quoted = line.front() == '"';
    if (quoted) line.remove_prefix(1);
    GHT_TRY(Token token, quoted ? quoted_token(line) : bare_token(line));
    tokens.push_back(std::move(token));
  }
}

bool is_check_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::check_name_bytes &&
         std::ranges::all_of(text, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
         });
}

// The name before "=" when the word is an assignment.
std::optional<std::string> variable_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || is_digit(text.front())) return {};
  const std::string_view name = text.substr(0, equals);
  const auto good = [](char c) { return is_alphanumeric(c) || c == '_'; };
  if (!std::ranges::all_of(name, good)) return {};
  return std::string(name);
}

AllowedWord word_of(Token token) {
  if (!token.quoted) {
    for (const Placeholder& each : placeholders) {
      const std::size_t at = token.text.find(each.text);
      if (at == std::string::npos) continue;
      return {.before = token.text.substr(0, at),
              .any = each.any,
              .after = token.text.substr(at + each.text.size())};
    }
  }
  return {.before = std::move(token.text), .any = Any::nothing, .after = {}};
}

// A path without anything to resolve: what is written is what is run.
bool is_plain_path(std::string_view text) {
  return text.starts_with('/') && !text.ends_with('/') && !text.contains("//") &&
         !(std::string(text) + "/").contains("/../") && !(std::string(text) + "/").contains("/./");
}

Result<AllowedCommand> command_of(std::string_view line) {
  GHT_TRY(std::vector<Token> tokens, tokens_of(line));
  AllowedCommand command;
  command.check = tokens.front().text;
  if (!is_check_name(command.check)) return bad("expected the name of a check first");
  std::size_t at = 1;
  for (; at < tokens.size(); ++at) {
    const auto name = variable_of(tokens[at].text);
    if (!name) break;
    if (word_of(tokens[at]).any != Any::nothing) return bad("no placeholder in the environment");
    command.environment.emplace_back(*name, tokens[at].text.substr(name->size() + 1));
  }
  std::ranges::sort(command.environment);
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (std::ranges::adjacent_find(command.environment, same_name) != command.environment.end()) {
    return bad("a variable is set twice");
  }
  if (at == tokens.size() || !is_plain_path(tokens[at].text) ||
      word_of(tokens[at]).any != Any::nothing) {
    return bad("expected the absolute path of a program after the check and its variables");
  }
  command.program = tokens[at].text;
  for (++at; at < tokens.size(); ++at) command.arguments.push_back(word_of(std::move(tokens[at])));
  return command;
}

std::string quoted_if_needed(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_bare)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_program(const AllowedCommand& command, std::string_view asked) {
  if (asked.contains('/')) return asked == command.program;
  return std::string_view(command.program).substr(command.program.rfind('/') + 1) == asked;
}

}  // namespace

bool AllowedWord::matches(std::string_view argument) const {
  if (any == Any::nothing) return argument == before;
  return argument.size() > before.size() + after.size() && argument.starts_with(before) &&
         argument.ends_with(after) &&
         matches_any(
             any, argument.substr(before.size(), argument.size() - before.size() - after.size()));
}

Result<RunHelper> AllowList::permit(std::string_view check, const RunHelper& asked) const {
  auto environment = asked.environment;
  std::ranges::sort(environment);
  for (const AllowedCommand& command : commands_) {
    const auto word_for_word = [](const AllowedWord& word, const std::string& argument) {
      return word.matches(argument);
    };
    if (command.check != check || !is_program(command, asked.program) ||
        command.environment != environment ||
        !std::ranges::equal(command.arguments, asked.arguments, word_for_word)) {
      continue;
    }
    return RunHelper{.program = command.program,
                     .arguments = asked.arguments,
                     .environment = command.environment,
                     .max_output = asked.max_output};
  }
  return Error{"no line allows", allow_line(check, asked)};
}

Result<AllowList> parse_allow_list(std::string_view bytes, std::string_view file) {
  std::vector<AllowedCommand> commands;
  for (int number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] == '#') continue;
    auto command = command_of(line);
    const std::string where = std::string(file) + ":" + std::to_string(number);
    if (!command.ok()) return Error{where, command.error().message};
    if (commands.size() == limits::allowed_commands) return Error{where, "too many commands"};
    commands.push_back(std::move(command).value());
  }
  return AllowList(std::move(commands));
}

namespace {

// Where the packages put a program that is only named: the agent's own helpers, and all others.
std::string folder_of(std::string_view program) {
  if (program.contains('/')) return "";
  return program.starts_with("ght-") ? "/usr/libexec/ght-agent/" : "/usr/bin/";
}

}  // namespace

std::string allow_line(std::string_view check, const RunHelper& command) {
  std::string line(check);
  for (const auto& [name, value] : command.environment) {
    line += " " + quoted_if_needed(name + "=" + value);
  }
  line += " " + quoted_if_needed(folder_of(command.program) + command.program);
  for (const std::string& argument : command.arguments) line += " " + quoted_if_needed(argument);
  return line;
}

}  // namespace ght
