// What the service manager is told of the daemon: ready, reloading, stopping, one line for people,
// and the watchdog's food.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/engine/engine.h"
#include "agent/io/notify.h"

namespace ght {

// The watchdog is fed by turns of the engine's loop and by nothing else: no timer of its own that
// would go on when the engine has stopped. A ledger's disk that hangs stops no turn, and shall not
// end the daemon.
class Pulse {
 public:
  // Both must outlive the engine's run().
  Pulse(const io::Notifier& manager, Engine& engine);
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  // Around a reload, which is done when reloaded() is called.
  void reloading() const;
  void reloaded();
  void stopping() const;

 private:
  void turned();
  std::string news();

  const io::Notifier& manager_;
  Engine& engine_;
  Duration every_{};
  bool ready_said_ = false;
  MonoTime next_{};
  std::optional<std::uint64_t> generation_;  // of the engine, when `status_` was made
  std::string status_;
};

}  // namespace ght
