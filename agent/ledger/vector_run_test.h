// A test vector (testdata/README.md) played to a real Ledger on a disk in memory.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/ledger/ledger_test_support.h"

namespace ght::test {

inline constexpr const char* vector_check = "c";

class VectorRun {
 public:
  explicit VectorRun(const nlohmann::json& vector);

  // Plays the whole timeline up to `end`, which is written.
  void run();

  // While the agent runs.
  Ledger& ledger() { return *ledger_; }
  const Disk& disk() const { return disk_; }
  const Terms& terms() const { return policy_.terms; }
  WallTime begin() const { return begin_; }
  WallTime end() const { return end_; }
  // The windows as the disk has them, ends included.
  std::vector<MaintenanceWindow> windows() const;

 private:
  struct Event {
    WallTime at{};
    const nlohmann::json* json = nullptr;
    std::size_t order = 0;  // in the file, for events of one moment
  };
  std::vector<Event> expanded() const;
  void change_terms(const nlohmann::json& members);
  void play(const Event& event);
  void start(const nlohmann::json& event, WallTime at);
  void declare(const nlohmann::json& window, WallTime at);
  void end_window(const std::string& id, WallTime at);
  void step(WallTime at, WallTime to);
  void heartbeat(WallTime at);

  const nlohmann::json& vector_;
  WallTime begin_{};
  WallTime end_{};
  Ledger::CheckPolicy policy_;
  Disk disk_;
  std::optional<Ledger> ledger_;
  std::map<std::string, std::string> ids_;  // the vector's -> the ledger's
  StateTimes counters_;                     // at the last heartbeat
};

WallTime vector_time(const nlohmann::json& text);

}  // namespace ght::test
