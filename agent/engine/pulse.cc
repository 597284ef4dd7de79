#include "agent/engine/pulse.h"

#include <algorithm>
#include <chrono>

#include "agent/exposition/summary.h"
#include "agent/io/clock.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

// The status line is no faster than people read; a watchdog may ask for more.
constexpr Duration longest = 2s;

}  // namespace

// A turn comes at least every third of the watchdog's period, and feeds it when another third has
// passed: two thirds in the worst case.
Pulse::Pulse(const io::Notifier& manager, Engine& engine) : manager_(manager), engine_(engine) {
  if (!manager_.heard()) return;
  const Duration third = manager_.watchdog() / 3;
  every_ = third == Duration() ? longest : std::min(third, longest);
  engine_.tell_turns([this] { turned(); },
                     third == Duration() ? limits::heartbeat : std::max<Duration>(third, 1ms));
}

void Pulse::turned() {
  const MonoTime now = io::mono_now();
  if (ready_said_ && now < next_) return;
  next_ = now + every_;
  std::string words = "WATCHDOG=1";
  if (!ready_said_ && engine_.ready()) {
    words += "\nREADY=1";
    ready_said_ = true;
  }
  manager_.send(words + news());
}

// Nothing while the line is the one that was said.
std::string Pulse::news() {
  if (generation_ == engine_.generation()) return {};
  generation_ = engine_.generation();
  std::string line = status_line(engine_.summary(), Language::fr);
  if (line == status_) return {};
  status_ = std::move(line);
  return "\nSTATUS=" + status_;
}

// The moment is what Type=notify-reload of systemd 253 asks for; 252 does not look at it.
void Pulse::reloading() const {
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(io::mono_now().time_since_epoch());
  manager_.send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void Pulse::reloaded() {
  manager_.send("READY=1" + news());
}

void Pulse::stopping() const {
  manager_.send("STOPPING=1");
}

}  // namespace ght
