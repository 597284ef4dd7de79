#include "collectors/backup/borg/borg_restore.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/core/text.h"
#include "collectors/backup/borg/borg_read.h"
#include "collectors/backup/borg/borg_series.h"
#include "collectors/backup/borg/borg_setup.h"

namespace ght::collectors::borg {
namespace {

using backup::CopyFile;
using backup::FoundCopy;
using backup::ListedEntry;
using backup::RestorePlace;

std::vector<backup::Name> names(const Settings& settings) {
  std::vector<backup::Name> all;
  for (Wanted& wanted : all_wanted(settings)) all.push_back(std::move(wanted.name));
  return all;
}

std::variant<FoundCopy, Reason> find_copy(const Settings& settings, const std::string& backup,
                                          const HelperResult& listed) {
  const std::array<StepResult, 1> own = {listed};
  const auto answer = backup::helper_answer(own, 0, "borg list", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  const auto listing = read_listing(listed.out);
  if (!listing.ok()) return backup::not_understood(listing.error().text());
  if (!listing.value().encrypted && settings.find<std::string>("passphrase_file") != nullptr) {
    return Reason{.code = "borg_not_encrypted", .value = settings.get<std::string>("repository")};
  }
  std::string gap = warning(listed);
  if (!gap.empty()) return Reason{.code = "backup_partly_read", .value = std::move(gap)};
  for (const Wanted& wanted : all_wanted(settings)) {
    if (wanted.name.backup != backup) continue;
    // Only what it says of complete archives is looked at; that depends on no time.
    const Series series = series_of(listing.value(), wanted.glob, {}, {});
    if (!series.newest) break;
    const Archive& newest = *series.newest;
    // borg would put something else in their place.
    if (newest.name.find_first_of("{}") != std::string::npos) {
      return backup::not_understood("the archive's name holds braces, so borg cannot be told it");
    }
    return FoundCopy{
        .name = wanted.name, .id = newest.id, .title = newest.name, .begun = newest.start};
  }
  return Reason{.code = "backup_never"};
}

// A repository of this host shows its lock; on the other side of ssh nobody can look without
// taking one.
Plan look_for_locks(const Settings& settings, const std::vector<HelperResult>& so_far) {
  const auto& repository = settings.get<std::string>("repository");
  if (!so_far.empty() || !repository.starts_with('/')) return Plan{};
  RunHelper look{.program = "test", .arguments = {"-e", repository + "/lock.exclusive"}};
  return Plan{std::move(look)};
}

bool is_locked(const std::vector<HelperResult>& looked, WallTime) {
  return std::ranges::any_of(looked, [](const HelperResult& each) {
    return each.end == HelperEnd::exited && each.code == 0;
  });
}

// Not as JSON: that has no sign of the archive.
RunHelper list_files(const Settings& settings, const FoundCopy& copy) {
  return on_archive(settings, "list", {"--format={archiveid}/{size}/{type}/{health}/{path}{NUL}"},
                    copy.title);
}

std::string select_from(const RestorePlace& place) {
  return "--patterns-from=" + place.selection;
}

RunHelper hash_files(const Settings& settings, const FoundCopy& copy, const RestorePlace& place) {
  return on_archive(
      settings, "list",
      {"--format={archiveid}/{size}/{sha256}/{health}/{path}{NUL}", select_from(place)},
      copy.title);
}

// The record of either list: five parts; the last one may hold slashes too.
struct Parts {
  std::uint64_t size = 0;
  std::string_view third;
  bool healthy = false;
  std::string_view path;
};

Result<Parts> parts_of(std::string_view record, const FoundCopy& copy) {
  std::array<std::string_view, 4> heads;
  for (std::string_view& head : heads) {
    const std::size_t slash = record.find('/');
    if (slash == std::string_view::npos) return Error{"borg list", "expected five parts a file"};
    head = record.substr(0, slash);
    record.remove_prefix(slash + 1);
  }
  if (heads[0] != copy.id) return Error{"borg list", "told of another archive"};
  Parts parts{.third = heads[2], .healthy = heads[3] == "healthy", .path = record};
  const auto [end, error] =
      std::from_chars(heads[1].data(), heads[1].data() + heads[1].size(), parts.size);
  if (error != std::errc() || end != heads[1].data() + heads[1].size() || record.empty() ||
      (!parts.healthy && heads[3] != "broken")) {
    return Error{"borg list", "expected a size, a state and a path"};
  }
  return parts;
}

// A file of patterns has one a line; borg cuts white space off it, and reads it as UTF-8. It prints
// "?" for what is none, so such a name may be another one.
bool can_be_named(std::string_view path) {
  constexpr std::string_view blank = " \t\v\f";
  return is_utf8(path) && !path.contains('?') && !blank.contains(path.back()) &&
         !path.ends_with("\xC2\xA0") &&
         std::ranges::none_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Result<ListedEntry> read_entry(std::string_view record, const FoundCopy& copy) {
  GHT_TRY(const Parts parts, parts_of(record, copy));
  if (parts.third.size() != 1) return Error{"borg list", "expected a type"};
  // A further name of the same file has size 0.
  if (parts.third != "-" || parts.size == 0) return ListedEntry{};
  ListedEntry entry{.kind = ListedEntry::Kind::file,
                    .file = {.path = std::string(parts.path), .size = parts.size}};
  if (!can_be_named(parts.path)) entry.kind = ListedEntry::Kind::unnamable;
  // What `borg check --repair` has put zeros into: they would be restored, and compare as equal.
  if (!parts.healthy) entry.kind = ListedEntry::Kind::damaged;
  return entry;
}

Result<CopyFile> read_hash(std::string_view record, const FoundCopy& copy) {
  GHT_TRY(const Parts parts, parts_of(record, copy));
  const bool hex = parts.third.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (parts.third.size() != 64 || !hex || !parts.healthy) {
    return Error{"borg list", "expected the SHA-256 of a file"};
  }
  return CopyFile{
      .path = std::string(parts.path), .size = parts.size, .sha256 = std::string(parts.third)};
}

// Names in a file, not in arguments: those can be read by every user of the host.
std::string selection(const std::vector<CopyFile>& files) {
  std::string text;
  for (const CopyFile& file : files) text += "+ pf:" + file.path + "\n";
  return text + "- fm:*\n";
}

// Contents are what is tried. Owners and flags could be restored by root only, and a flag such as
// immutable would stand in the way of the cleaning up.
RunHelper restore(const Settings& settings, const FoundCopy& copy, const std::vector<CopyFile>&,
                  const RestorePlace& place) {
  return on_archive(settings, "extract",
                    {"--noflags", "--noacls", "--noxattrs", "--numeric-ids", select_from(place)},
                    copy.title);
}

constexpr auto out_of_reach = std::to_array<std::string_view>(
    {"borg_wrong_passphrase", "borg_passphrase_file", "borg_key", "borg_no_repository",
     "borg_version", "borg_not_encrypted", "borg_replaced", "borg_moved", "borg_locked",
     "borg_permission", "borg_base_dir", "borg_unreachable"});

}  // namespace

constexpr backup::RestoreTool restore_tool = {.collector = "borg",
                                              .separator = '\0',
                                              .names = names,
                                              .list_copies = list_archives,
                                              .find_copy = find_copy,
                                              .look_for_locks = look_for_locks,
                                              .is_locked = is_locked,
                                              .list_files = list_files,
                                              .read_entry = read_entry,
                                              .hash_files = hash_files,
                                              .read_hash = read_hash,
                                              .selection = selection,
                                              .restore = restore,
                                              .compared = nullptr,
                                              .why_failed = failure_reason,
                                              .out_of_reach = out_of_reach};

}  // namespace ght::collectors::borg
