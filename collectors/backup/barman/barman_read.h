// From what Barman printed to values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::barman {

enum class Status { empty, started, syncing, failed, waiting_for_wals, done };

struct Listed {
  std::string id;  // 20261129T211715: when it began, in the local time of Barman's host
  Status status = Status::empty;
};

// The answer of `barman -f json list-backup SERVER`, newest first. An Error for anything but a
// whole list of this server; an empty answer is an Error, an empty list is not.
Result<std::vector<Listed>> read_list(std::string_view json, std::string_view server);

// One backup as `barman -f json show-backup SERVER ID` tells it.
struct Shown {
  Status status = Status::empty;
  std::optional<WallTime> begun;  // only of one whose files were copied
  std::optional<Duration> duration;
  std::optional<std::uint64_t> size;  // bytes of the base backup on Barman's disk
  std::string error;                  // why it failed
};
Result<Shown> read_backup(std::string_view json, std::string_view server, std::string_view id);

// An id as if it were UTC. nullopt when it is not a date.
std::optional<WallTime> as_if_utc(std::string_view id);

// Why Barman failed, when its words say so in a way that a person can act upon: an answer with
// "_ERROR" or "_EXCEPTION" in it, whatever the exit status, or a run that did not end with 0.
std::optional<Reason> failure_reason(const HelperResult& result);

}  // namespace ght::collectors::barman
