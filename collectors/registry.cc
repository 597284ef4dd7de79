#include "collectors/registry.h"

#include <array>

namespace ght::collectors {

#define COLLECTOR(group, name) extern const Collector name##_collector;
#include "collectors/collectors.def"
#undef COLLECTOR

namespace {

struct Row {
  std::string_view group;
  const Collector* collector;
};

// Function-local, so that no initialisation order matters.
std::span<const Row> rows() {
  static constexpr auto table = std::to_array<Row>({
#define COLLECTOR(group, name) {#group, &name##_collector},
#include "collectors/collectors.def"
#undef COLLECTOR
  });
  return table;
}

}  // namespace

std::span<const Collector* const> all() {
  static constexpr auto table = std::to_array<const Collector*>({
#define COLLECTOR(group, name) &name##_collector,
#include "collectors/collectors.def"
#undef COLLECTOR
  });
  return table;
}

const Collector* find(std::string_view name) {
  for (const Collector* collector : all()) {
    if (collector->name == name) return collector;
  }
  return nullptr;
}

std::string_view group(const Collector& collector) {
  for (const Row& row : rows()) {
    if (row.collector == &collector) return row.group;
  }
  return "";
}

}  // namespace ght::collectors
