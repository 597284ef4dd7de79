// Commits simulated time to a ledger as fast as the disk takes it, and says each head that was
// acknowledged ("RECORDS:HEX" a line), until somebody kills it.
#include <unistd.h>

#include <cstdio>
#include <string>

#include "agent/io/ledger_test_support.h"
#include "agent/io/sqlite_storage.h"
#include "agent/ledger/chain.h"

namespace {

using namespace std::chrono_literals;
using ght::Result;
using ght::State;

int complain(const ght::Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
  return 1;
}

bool say(const ght::ChainHead& head) {
  const std::string line = std::to_string(head.records) + ":" + ght::to_hex(head.hash) + "\n";
  return ::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  ght::io::SqliteStorage storage(argv[1], 2);
  const Result<ght::StoredLedger> stored = storage.load();
  if (!stored.ok()) return complain(stored.error());
  if (stored.value().begun_anew) return complain({argv[1], "was taken for damaged"});
  ght::io::test::Writer writer(stored.value().heartbeat.value_or(ght::io::test::zero));
  for (const ght::StoredCheck& check : stored.value().checks) writer.row(check.name) = check;
  if (!say(stored.value().chain)) return 1;
  for (int i = 0;; ++i) {
    if (!stored.value().heartbeat && i == 0) {
      writer.event(ght::RecordKind::definition, "a", "{}");
    }
    for (const char* check : {"a", "b", "c"}) {
      writer.interval(check, i % 3 == 0 ? State::bad : State::good, 6h);
    }
    const Result<ght::ChainHead> head = storage.commit(writer.batch());
    if (!head.ok()) return complain(head.error());
    if (!say(head.value())) return 1;
  }
}
