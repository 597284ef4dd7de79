#include "collectors/patch/pending.h"

#include <algorithm>

#include "collectors/patch/names.h"

namespace ght::collectors::patch {
namespace {

Duration allowed(const Update& update, const Rules& rules) {
  const auto found = rules.by_severity.find(update.severity);
  const Duration general =
      found == rules.by_severity.end() ? rules.max_security_age : found->second;
  if (update.exploited.empty() || !rules.max_exploited_age) return general;
  return std::min(general, *rules.max_exploited_age);
}

// The waiver among `holding` that covers this advisory.
const Waiver* waiver_of_advisory(const std::string& advisory,
                                 const std::vector<const Waiver*>& holding) {
  const auto found = std::ranges::find(holding, advisory, &Waiver::advisory);
  return found == holding.end() ? nullptr : *found;
}

// Each advisory must be waived: the others are reasons of their own to install the update. The one
// that ends first is what holds.
const Waiver* waiver_of(const Update& update, const std::vector<const Waiver*>& holding) {
  for (const Waiver* waiver : holding) {
    if (waiver->package == update.package || waiver->package == update.id) return waiver;
  }
  const Waiver* first = nullptr;
  for (const std::string& advisory : update.advisories) {
    const Waiver* const waiver = waiver_of_advisory(advisory, holding);
    if (waiver == nullptr) return nullptr;
    if (first == nullptr || waiver->end < first->end) first = waiver;
  }
  return first;
}

std::string shown(const Pending& each) {
  std::string text = each.update->id;
  if (!each.update->exploited.empty()) text += " " + each.update->exploited.front();
  if (each.waiver != nullptr) text += ": " + each.waiver->reason + " (" + each.waiver->author + ")";
  return text;
}

}  // namespace

std::vector<Pending> pending(const PatchState& state, const Rules& rules,
                             const FirstSeen& first_seen, WallTime now) {
  std::vector<const Waiver*> holding;
  for (const Waiver& waiver : rules.waivers) {
    if (now < waiver.end) holding.push_back(&waiver);
  }
  std::vector<Pending> all;
  for (const Update& update : state.updates) {
    if (!update.security) continue;
    const WallTime seen = first_seen.at(update.id);
    const auto time = std::chrono::duration_cast<WallDuration>(allowed(update, rules));
    all.push_back({.update = &update,
                   .seen = seen,
                   .due = seen + time,
                   .waiver = waiver_of(update, holding)});
  }
  std::ranges::sort(all, [](const Pending& a, const Pending& b) {
    return a.due != b.due ? a.due < b.due : a.update->id < b.update->id;
  });
  return all;
}

std::string list_of(const std::vector<Pending>& some) {
  std::vector<std::string> names;
  for (const Pending& each : some) names.push_back(shown(each));
  return counted(names);
}

}  // namespace ght::collectors::patch
