// borg's own names of its errors ("msgid" of --log-json), and the words of what has no such name:
// Python's exceptions, ssh, cat, the argument parser. The exit status is 2 for all of them.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "collectors/backup/borg/borg_read.h"

namespace ght::collectors::borg {
namespace {

struct Line {
  std::string kind;   // "log_message", "question_prompt", ...; empty: not borg's JSON
  std::string level;  // "ERROR", "WARNING", ...
  std::string msgid;  // "PassphraseWrong"; empty: none
  std::string words;
};

// The text that is looked for, and what it means.
struct Rule {
  std::string_view text;
  std::string_view code;
};

// Without the class that borg puts before some of them ("Repository.DoesNotExist").
constexpr std::array ids = std::to_array<Rule>({
    {"PassphraseWrong", "borg_wrong_passphrase"},
    {"PasscommandFailure", "borg_passphrase_file"},
    {"NoPassphraseFailure", "borg_wrong_passphrase"},
    {"KeyfileNotFoundError", "borg_key"},
    {"KeyfileInvalidError", "borg_key"},
    {"KeyfileMismatchError", "borg_key"},
    {"RepoKeyNotFoundError", "borg_key"},
    {"UnsupportedKeyFormatError", "borg_key"},
    {"DoesNotExist", "borg_no_repository"},
    {"InvalidRepository", "borg_no_repository"},
    {"ParentPathDoesNotExist", "borg_no_repository"},
    {"InvalidRepositoryConfig", "borg_damaged"},
    {"AtticRepository", "borg_version"},
    {"CheckNeeded", "borg_damaged"},
    {"ObjectNotFound", "borg_damaged"},
    {"IntegrityError", "borg_damaged"},
    {"ManifestIntegrityError", "borg_damaged"},
    {"NoManifestError", "borg_damaged"},
    {"DecompressionError", "borg_damaged"},
    {"TAMRequiredError", "borg_damaged"},
    {"TAMInvalid", "borg_damaged"},
    {"TAMUnsupportedSuiteError", "borg_version"},
    {"MandatoryFeatureUnsupported", "borg_version"},
    {"UnsupportedManifestError", "borg_version"},
    {"UnsupportedPayloadError", "borg_version"},
    {"CacheInitAbortedError", "borg_not_encrypted"},
    {"EncryptionMethodMismatch", "borg_replaced"},
    {"RepositoryReplay", "borg_replaced"},
    {"RepositoryIDNotUnique", "borg_replaced"},
    {"RepositoryAccessAborted", "borg_moved"},
    {"LockTimeout", "borg_locked"},
    {"LockError", "borg_locked"},
    {"LockFailed", "borg_locked"},
    {"ConnectionClosed", "borg_unreachable"},
    {"ConnectionClosedWithHint", "borg_unreachable"},
    {"PathNotAllowed", "borg_permission"},
    {"Error", "borg_base_dir"},  // see says()
    {"UnexpectedRPCDataFormatFromServer", "borg_unreachable"},
    {"UnexpectedRPCDataFormatFromClient", "borg_version"},
    {"InvalidRPCMethod", "borg_version"},
    {"RPCServerOutdated", "borg_version"},
});

// In this order: opening a repository whose index is behind ends as "Permission denied" too.
constexpr std::array phrases = std::to_array<Rule>({
    {"trying to recover from: [Errno 13]", "borg_permission"},
    {"in find_key", "borg_key"},
    {"in replay_segments", "borg_index"},
    {"in open_index", "borg_index"},
    {"invalid choice", "borg_version"},
    {"unrecognized arguments", "borg_version"},
    {"Permission denied", "borg_permission"},
    {"MissingSectionHeaderError", "borg_damaged"},
    {"Input/output error", "borg_damaged"},
});

std::string member(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

Line parsed(std::string_view text) {
  const auto json =
      text.starts_with('{') ? nlohmann::json::parse(text, nullptr, false) : nlohmann::json();
  if (!json.is_object()) return {.kind = "", .level = "", .msgid = "", .words = std::string(text)};
  return {.kind = member(json, "type"),
          .level = member(json, "levelname"),
          .msgid = member(json, "msgid"),
          .words = member(json, "message")};
}

std::vector<Line> lines(std::string_view text) {
  std::vector<Line> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) list.push_back(parsed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

// "Repository.DoesNotExist" and "DoesNotExist" are the same.
std::string_view last_part(std::string_view msgid) {
  const std::size_t dot = msgid.rfind('.');
  return dot == std::string_view::npos ? msgid : msgid.substr(dot + 1);
}

// The last line of a Python traceback: what follows it ("Platform: ...") is for borg's authors.
std::string_view essence(std::string_view words) {
  if (!words.starts_with("Traceback")) return words;
  words = words.substr(0, words.find("\n\nPlatform:"));
  while (words.ends_with('\n')) words.remove_suffix(1);
  const std::size_t begin = words.rfind('\n');
  return begin == std::string_view::npos ? words : words.substr(begin + 1);
}

Reason reason(std::string_view code, std::string_view said) {
  return {.code = code, .value = clean_text(essence(said), limits::reason_value_bytes)};
}

// What ssh, cat or a prompt said, which tells more than borg's own line.
std::string_view closer_words(const std::vector<Line>& said, const Line& line,
                              std::string_view code) {
  std::string_view closer = line.words;
  for (const Line& each : said) {
    const std::string_view words = each.words;
    // The last one: a server greets before it refuses.
    if (code == "borg_unreachable" && words.starts_with("Remote: ")) closer = words;
    if (code == "borg_passphrase_file" && each.kind.empty()) closer = words;
    if (code == "borg_moved" && each.kind == "question_prompt") {
      closer = words.substr(0, words.find('\n'));
    }
  }
  return closer;
}

bool says(const Line& line, const Rule& rule) {
  if (line.kind != "log_message") return false;
  // Without a class of its own: it could not make a directory for its notes.
  if (line.msgid == "Error") return rule.text == "Error" && line.words.contains("Error: [Errno ");
  // "Archive.DoesNotExist" is no missing repository.
  return !line.msgid.starts_with("Archive.") && last_part(line.msgid) == rule.text;
}

std::optional<Reason> by_id(const std::vector<Line>& said) {
  for (const Line& line : said) {
    for (const Rule& rule : ids) {
      if (!says(line, rule)) continue;
      const std::string_view closer = closer_words(said, line, rule.code);
      const bool refused = rule.code == "borg_unreachable" && closer.contains("Permission denied");
      return reason(refused ? "borg_permission" : rule.code, closer);
    }
  }
  return std::nullopt;
}

std::optional<Reason> by_words(const std::vector<Line>& said) {
  for (const Rule& rule : phrases) {
    for (const Line& line : said) {
      if (line.words.contains(rule.text)) return reason(rule.code, line.words);
    }
  }
  return std::nullopt;
}

// A question that the environment answered; what ssh prints at login is "Remote: ..." too, but then
// borg has its answer.
bool is_harmless(const Line& line) {
  return line.kind.starts_with("question_") || line.level == "INFO" || line.level == "DEBUG" ||
         line.words.starts_with("Remote: ");
}

}  // namespace

std::optional<Reason> failure_reason(const HelperResult& result) {
  const bool failed = result.end == HelperEnd::exited && result.code != 0;
  // ssh waits for minutes; what was said until the deadline is why it did not end.
  if (!failed && result.end != HelperEnd::timed_out) return std::nullopt;
  const std::vector<Line> said = lines(result.err);
  if (auto known = by_id(said)) return known;
  if (auto known = by_words(said)) return known;
  if (!failed || said.empty()) return std::nullopt;
  return reason(reasons::helper_failed, said.front().words);
}

std::string warning(const HelperResult& result) {
  for (const Line& line : lines(result.err)) {
    if (!is_harmless(line)) return std::string(essence(line.words));
  }
  if (result.err.size() >= limits::helper_error_output) return "more messages than are kept";
  return "";
}

}  // namespace ght::collectors::borg
