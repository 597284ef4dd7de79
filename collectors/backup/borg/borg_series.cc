#include "collectors/backup/borg/borg_series.h"

#include <algorithm>

#include "collectors/backup/contract.h"

namespace ght::collectors::borg {
namespace {

constexpr auto tolerance = std::chrono::duration_cast<WallDuration>(backup::clock_tolerance);

void keep_newer(std::optional<Archive>& kept, const Archive& archive) {
  if (!kept || archive.start > kept->start) kept = archive;
}

// Clocks of two clients may differ, and a date in the future says nothing of what came after what.
bool was_followed(const Listing& listing, const Archive& unfinished, WallTime now) {
  return std::ranges::any_of(listing.archives, [&](const Archive& each) {
    return each.start > unfinished.start + tolerance && each.start <= now + tolerance;
  });
}

}  // namespace

Series series_of(const Listing& listing, std::string_view glob, Duration silence, WallTime now) {
  Series series;
  for (const Archive& each : listing.archives) {
    if (!matches(glob, final_name(each.name))) continue;
    keep_newer(is_checkpoint(each.name) ? series.unfinished : series.newest, each);
  }
  if (!series.unfinished) return series;
  if (series.newest && series.newest->start >= series.unfinished->start) {
    series.unfinished.reset();
    return series;
  }
  const bool silent =
      now - listing.last_modified > std::chrono::duration_cast<WallDuration>(silence);
  series.interrupted = silent || was_followed(listing, *series.unfinished, now);
  return series;
}

}  // namespace ght::collectors::borg
