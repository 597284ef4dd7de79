#include "collectors/backup/borg/borg_read.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/core/text.h"

namespace ght::collectors::borg {
namespace {

using Json = nlohmann::json;

constexpr std::string_view checkpoint = ".checkpoint";

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

Result<std::string> text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return Error{key, "expected a text"};
  return value->get<std::string>();
}

// "2026-11-23T02:00:00.000000" was asked for in UTC. Should a version add the zone, it counts.
Result<WallTime> time(const Json& object, const char* key) {
  GHT_TRY(const std::string written, text(object, key));
  if (const auto naive = parse_rfc3339(written + "Z")) return *naive;
  if (const auto zoned = parse_rfc3339(written)) return *zoned;
  return Error{key, "expected a time such as 2026-11-23T02:00:00.000000"};
}

Result<std::string> id(const Json& object) {
  GHT_TRY(std::string value, text(object, "id"));
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (value.size() != 64 || !std::ranges::all_of(value, is_hex)) {
    return Error{"id", "expected 64 hexadecimal digits"};
  }
  return value;
}

Result<Archive> read_archive(const Json& json) {
  if (!json.is_object()) return Error{"archive", "expected an object"};
  Archive archive;
  GHT_TRY(archive.id, id(json));
  GHT_TRY(archive.name, text(json, "name"));
  if (archive.name.empty()) return Error{"name", "expected the name of an archive"};
  GHT_TRY(archive.start, time(json, "start"));
  return archive;
}

Result<Listing> read_parts(const Json& json) {
  if (!json.is_object()) return Error{"", "expected a JSON object"};
  Listing listing;
  const Json* encryption = member(json, "encryption");
  const Json* repository = member(json, "repository");
  if (encryption == nullptr) return Error{"encryption", "expected an object"};
  if (repository == nullptr) return Error{"repository", "expected an object"};
  GHT_TRY(const std::string mode, text(*encryption, "mode"));
  listing.encrypted = mode != "none";
  GHT_TRY(listing.last_modified, time(*repository, "last_modified"));
  const Json* archives = member(json, "archives");
  if (archives == nullptr || !archives->is_array()) return Error{"archives", "expected a list"};
  for (const Json& each : *archives) {
    GHT_TRY(Archive archive, read_archive(each));
    listing.archives.push_back(std::move(archive));
  }
  return listing;
}

Result<Details> read_detail_parts(const Json& json) {
  if (!json.is_object()) return Error{"", "expected a JSON object"};
  const Json* archive = member(json, "archive");
  const Json* bytes = member(json, "bytes");
  if (archive == nullptr) return Error{"archive", "expected an object"};
  if (bytes == nullptr || !bytes->is_number_unsigned()) {
    return Error{"bytes", "expected a number of bytes"};
  }
  Details details;
  GHT_TRY(details.id, id(*archive));
  GHT_TRY(const WallTime start, time(*archive, "start"));
  GHT_TRY(const WallTime end, time(*archive, "end"));
  details.size = bytes->get<std::uint64_t>();
  const WallDuration taken = end - start;
  if (taken >= WallDuration::zero() && taken < std::chrono::hours(24) * 365) {
    details.duration = taken;
  }
  return details;
}

// One element of a pattern: how much of the pattern it is, and how much of the name it takes.
struct Element {
  std::size_t length = 0;
  std::size_t takes = 0;  // 0: it does not match
};

// Of the character in UTF-8 at the beginning.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (text[length] & 0xC0) == 0x80) ++length;
  return length;
}

// "[a-z]", "[!0-9]", of ASCII; a bracket that is not closed stands for itself.
Element bracket(std::string_view glob, char c) {
  std::size_t at = 1;
  const bool negated = at < glob.size() && glob[at] == '!';
  if (negated) ++at;
  // A "]" in the first place belongs to the set.
  const std::size_t close = glob.find(']', at + 1);
  if (close == std::string_view::npos) return {.length = 1, .takes = c == '[' ? 1U : 0U};
  bool found = false;
  while (at < close) {
    if (at + 2 < close && glob[at + 1] == '-') {
      found = found || (glob[at] <= c && c <= glob[at + 2]);
      at += 3;
    } else {
      found = found || glob[at] == c;
      ++at;
    }
  }
  return {.length = close + 1, .takes = found != negated ? 1U : 0U};
}

Element element(std::string_view glob, std::string_view name) {
  if (glob.empty()) return {};
  const char c = name.front();
  if (glob.front() == '?') return {.length = 1, .takes = c != '/' ? character_length(name) : 0};
  if (glob.front() == '[') return bracket(glob, c);
  return {.length = 1, .takes = glob.front() == c ? 1U : 0U};
}

}  // namespace

Result<Listing> read_listing(std::string_view json) {
  auto listing = read_parts(Json::parse(json, nullptr, false));
  if (!listing.ok()) return Error{"borg list", listing.error().text()};
  return listing;
}

Result<Details> read_details(std::string_view json) {
  auto details = read_detail_parts(Json::parse(json, nullptr, false));
  if (!details.ok()) return Error{"ght-borg-archive", details.error().text()};
  return details;
}

bool is_checkpoint(std::string_view name) {
  return name.contains(checkpoint);
}

std::string_view final_name(std::string_view name) {
  return name.substr(0, name.find(checkpoint));
}

// The usual two pointers: after a mismatch the last star takes one character more. Its cost is the
// product of the lengths at most.
bool matches(std::string_view glob, std::string_view name) {
  std::size_t g = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      taken = n;
      continue;
    }
    const Element next = element(glob.substr(g), name.substr(n));
    if (next.takes > 0) {
      g += next.length;
      n += next.takes;
    } else if (star != std::string_view::npos && name[taken] != '/') {
      g = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace ght::collectors::borg
