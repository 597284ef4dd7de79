// What is remembered of the server and its jobs between two runs: while a session runs, the server
// does not say how the last one ended.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "agent/core/time.h"
#include "collectors/backup/contract.h"

namespace ght::collectors::veeam {

struct Remembered {
  std::string name;
  std::string repository;
  std::optional<backup::Copy> copy;  // the newest complete one that was seen
  std::optional<backup::Run> ended;  // the newest session whose end was seen
  WallTime idle{};                   // when the job was last seen without a session under way
};

struct Recall {
  std::string revision;                    // that the server knew; empty: to be found out
  WallTime since{};                        // when it was found out
  std::map<std::string, Remembered> jobs;  // by id
};

// Total: what is not understood of a damaged or foreign text is not remembered.
Recall recall(const nlohmann::json& own);
nlohmann::json remember(const Recall& recall);

}  // namespace ght::collectors::veeam
