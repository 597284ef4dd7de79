// Tests wait for conditions with a deadline; they never sleep a fixed time and hope.
#pragma once

#include <chrono>
#include <thread>

namespace ght::test {

// Calls condition() every few milliseconds until it is true or the deadline has passed.
template <class Condition>
bool eventually(Condition condition,
                std::chrono::milliseconds deadline = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace ght::test
