// One contract for every package tool (apt, dnf, zypper): the state that a tool knows of, and the
// rules that turn it into a verdict. A collector of this group reads its tool's answer into a
// PatchState and calls judge(). Families and reasons are in families.h, settings in terms.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/observation.h"
#include "agent/core/reason.h"
#include "agent/core/time.h"
#include "collectors/patch/terms.h"

namespace ght::collectors::patch {

// One package that has a newer version. `id` names it whatever its versions ("openssl:amd64"): the
// age of a vulnerability does not start again when its fix is replaced by a newer one.
struct Update {
  std::string id;
  std::string package = {};               // the name alone ("openssl")
  bool security = false;                  // installing the candidate brings a security fix
  bool withheld = false;                  // the tool would leave it: on hold, or kept back
  Severity severity = Severity::unknown;  // the worst of its advisories
  std::vector<std::string> advisories = {};
  std::vector<std::string> exploited = {};  // CVE of the catalogue that it fixes
};

// One configured package source.
struct Source {
  std::string name;
  bool security = false;                // carries security updates
  bool read = false;                    // all of its indexes are there
  std::optional<WallTime> confirmed;    // last verified with its server, changed or not
  std::optional<WallTime> published;    // its own signed date
  std::optional<WallTime> valid_until;  // signed end of validity
};

// What installs updates without a person.
struct Automatic {
  bool enabled = false;
  std::string why_not = {};  // when it is not
  std::optional<WallTime> last_success = {};
};

// The catalogue of exploited vulnerabilities (CISA KEV), when the check names one.
struct Catalogue {
  std::optional<WallTime> published = {};
  std::string fault = {};  // why it could not be read; empty: it was
};

// Packages whose installation did not end. `reason` is the code under which the tool's collector
// says, in the words of its tool, what there is to do.
struct Unfinished {
  std::string_view reason;
  std::vector<std::string> packages = {};
};

struct PatchState {
  // Empty, or what is damaged in the tool's database: then nothing else of the state is read.
  std::string database_fault = {};
  std::vector<Update> updates = {};
  std::vector<Source> sources = {};
  std::size_t broken = 0;  // packages with unmet dependencies: the tool refuses to upgrade
  bool tells_severity = false;
  std::optional<Unfinished> unfinished = {};  // absent when the tool does not tell
  bool busy = false;                          // the tool is installing now
  std::optional<std::size_t> obsolete = {};
  std::optional<Automatic> automatic = {};
  std::optional<Catalogue> catalogue = {};
  // Why, for reasons of the tool, it is not known which updates are about security.
  std::optional<Reason> doubt = {};
};

// The verdict:
//   bad       when the tool's database is damaged;
//   unknown, nothing learnt  when a date of the state lies after `now` (a clock is wrong);
//   bad       when an installation was interrupted, or does not come to its end within an hour;
//   bad       when a security update without a waiver has been seen pending for longer than it may.
//             That is true however old the metadata: the installed version is read now;
//   bad       when the rules ask for automatic updates and these are off or have not run;
//   unknown   when the state is not whole: no security source, a source never read, metadata of a
//             security source older than max_metadata_age, of unknown age or past its validity,
//             broken dependencies, a doubt of the tool's own, a catalogue that was asked for and
//             could not be read or is older than max_catalogue_age;
//   good      otherwise.
// Counts of pending updates are given only when the state is whole; class "other" also needs every
// other source to be recent. `before` holds the first-seen dates and is carried on: one is
// forgotten only when its update is gone for sure.
Observation judge(const PatchState& state, const Rules& rules, const Memory& before, WallTime now);

}  // namespace ght::collectors::patch
