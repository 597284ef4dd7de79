#include "collectors/patch/support/answer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"

namespace ght::collectors::support {
namespace {

using nlohmann::json;

constexpr std::int64_t answer_format = 1;
constexpr std::size_t longest_word = 64;
constexpr std::uint64_t most_packages = 1'000'000;

std::string text_of(const End& end) {
  switch (end.kind) {
    case End::Kind::day:
      return format_day(end.day);
    case End::Kind::none:
      return "none";
    case End::Kind::unknown:
      break;
  }
  return "unknown";
}

void write_ends(const Ends& ends, json& object) {
  object["standard"] = text_of(ends.standard);
  object["lts"] = text_of(ends.lts);
  object["extended"] = text_of(ends.extended);
}

Error expected(const std::string& at, const std::string& what) {
  return {.about = at, .message = "expected " + what};
}

Result<json> member(const json& object, const std::string& at, const char* key) {
  if (!object.is_object()) return expected(at, "an object");
  const auto found = object.find(key);
  if (found == object.end()) return expected(at + "/" + key, "a member of that name");
  return json(*found);
}

Result<std::string> text(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_string() || value.get<std::string>().size() > limits::reason_value_bytes) {
    return expected(at + "/" + key, "a text of at most 400 bytes");
  }
  return value.get<std::string>();
}

Result<std::string> filled_text(const json& object, const std::string& at, const char* key) {
  GHT_TRY(std::string value, text(object, at, key));
  if (value.empty()) return expected(at + "/" + key, "a text that is not empty");
  return value;
}

// A value that becomes one of a label.
Result<std::string> word(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const std::string value, filled_text(object, at, key));
  const bool plain = std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == '+' || c == '~';
  });
  if (!plain || value.size() > longest_word) {
    return expected(at + "/" + key, "at most 64 letters, digits and . - _ + ~");
  }
  return value;
}

Result<WallTime> day(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const std::string value, text(object, at, key));
  const auto parsed = parse_day(value);
  if (!parsed) return expected(at + "/" + key, "a day");
  return *parsed;
}

Result<End> end(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const std::string value, text(object, at, key));
  if (value == "none") return End{.kind = End::Kind::none};
  if (value == "unknown") return End{};
  const auto parsed = parse_day(value);
  if (!parsed) return expected(at + "/" + key, "a day, none or unknown");
  return end_on(*parsed);
}

Result<Ends> read_ends(const json& object, const std::string& at) {
  Ends ends;
  GHT_TRY(ends.standard, end(object, at, "standard"));
  GHT_TRY(ends.lts, end(object, at, "lts"));
  GHT_TRY(ends.extended, end(object, at, "extended"));
  return ends;
}

Result<std::optional<Release>> read_release(const json& answer) {
  GHT_TRY(const json object, member(answer, "", "release"));
  if (object.is_null()) return std::optional<Release>();
  Release release;
  GHT_TRY(release.product, filled_text(object, "/release", "product"));
  GHT_TRY(release.cycle, word(object, "/release", "cycle"));
  GHT_TRY(release.written, day(object, "/release", "table"));
  GHT_TRY(release.ends, read_ends(object, "/release"));
  return std::optional(std::move(release));
}

Result<Software> read_software(const json& object, const std::string& at) {
  Software software;
  GHT_TRY(software.id, word(object, at, "software"));
  GHT_TRY(software.cycle, word(object, at, "version"));
  GHT_TRY(software.package, filled_text(object, at, "package"));
  GHT_TRY(const std::string origin, text(object, at, "origin"));
  constexpr std::array origins = {Origin::release, Origin::distribution, Origin::other};
  const auto* found =
      std::ranges::find_if(origins, [&origin](Origin each) { return name(each) == origin; });
  if (found == origins.end()) return expected(at + "/origin", "release, distribution or other");
  software.origin = *found;
  GHT_TRY(software.written, day(object, at, "table"));
  GHT_TRY(software.ends, read_ends(object, at));
  return software;
}

Result<std::vector<Software>> read_list(const json& answer) {
  GHT_TRY(const json list, member(answer, "", "software"));
  if (!list.is_array() || list.size() > most_software) {
    return expected("/software", "an array of at most 64");
  }
  std::vector<Software> all;
  for (const json& each : list) {
    const std::string at = "/software/" + std::to_string(all.size());
    GHT_TRY(Software software, read_software(each, at));
    const bool twice = std::ranges::any_of(all, [&software](const Software& before) {
      return before.id == software.id && before.cycle == software.cycle;
    });
    if (twice) return expected(at, "each software and version once");
    all.push_back(std::move(software));
  }
  return all;
}

Result<OsRelease> read_os(const json& answer) {
  GHT_TRY(const json object, member(answer, "", "os"));
  OsRelease os;
  GHT_TRY(os.id, word(object, "/os", "id"));
  GHT_TRY(os.version, text(object, "/os", "version"));
  if (!os.version.empty()) {
    GHT_TRY(os.version, word(object, "/os", "version"));
  }
  GHT_TRY(os.title, filled_text(object, "/os", "title"));
  return os;
}

}  // namespace

std::string write_answer(const Findings& findings) {
  json answer = {
      {"format", answer_format},
      {"packages", findings.packages},
      {"table", format_day(findings.written)},
      {"os",
       {{"id", findings.os.id}, {"version", findings.os.version}, {"title", findings.os.title}}},
      {"release", nullptr},
      {"software", json::array()}};
  if (findings.release) {
    json release = {{"product", findings.release->product},
                    {"cycle", findings.release->cycle},
                    {"table", format_day(findings.release->written)}};
    write_ends(findings.release->ends, release);
    answer["release"] = std::move(release);
  }
  for (const Software& each : findings.software) {
    json software = {{"software", each.id},
                     {"version", each.cycle},
                     {"package", each.package},
                     {"origin", name(each.origin)},
                     {"table", format_day(each.written)}};
    write_ends(each.ends, software);
    answer["software"].push_back(std::move(software));
  }
  return answer.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<Findings> read_answer(const std::string& out) {
  const json answer = json::parse(out, nullptr, false);
  if (answer.is_discarded()) return Error{"", "not a JSON document"};
  GHT_TRY(const json format, member(answer, "", "format"));
  if (format != answer_format) return expected("/format", std::to_string(answer_format));
  GHT_TRY(const json packages, member(answer, "", "packages"));
  if (!packages.is_number_unsigned() || packages.get<std::uint64_t>() == 0 ||
      packages.get<std::uint64_t>() > most_packages) {
    return expected("/packages", "at least one installed package");
  }
  Findings findings;
  findings.packages = packages.get<std::size_t>();
  GHT_TRY(findings.written, day(answer, "", "table"));
  GHT_TRY(findings.os, read_os(answer));
  GHT_TRY(findings.release, read_release(answer));
  GHT_TRY(findings.software, read_list(answer));
  return findings;
}

}  // namespace ght::collectors::support
