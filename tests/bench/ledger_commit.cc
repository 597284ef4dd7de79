// ledger_commit LEDGER: how long a heartbeat's commit takes in this file. Prints the median and the
// maximum, then the median of what the disk alone takes for as many bytes, in milliseconds. The
// ledger is changed; its agent must not run.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "agent/io/sqlite_storage.h"

namespace {

using namespace std::chrono_literals;

constexpr int commits = 200;
constexpr std::size_t changed = 3;  // checks that closed an interval since the heartbeat before

// What the ledger hands over at the next heartbeat: a few checks have changed their state.
ght::Batch next_heartbeat(ght::StoredLedger& ledger, int number) {
  const ght::WallTime now = *ledger.heartbeat + 10s;
  ght::Batch batch{.heartbeat = now,
                   .boot_id = ledger.boot_id,
                   .accounted_until = now,
                   .records = {},
                   .checks = {}};
  for (std::size_t i = 0; i < changed; ++i) {
    const std::size_t at = static_cast<std::size_t>(number) * changed + i;
    ght::StoredCheck& check = ledger.checks[at % ledger.checks.size()];
    ght::Segment closed = check.open;
    closed.to = now;
    check.closed[closed.state] += closed.to - closed.from;
    batch.records.push_back(
        {.kind = ght::RecordKind::interval, .subject = check.name, .segment = closed, .body = {}});
    const bool was_good = closed.state == ght::State::good;
    check.open = {.state = was_good ? ght::State::bad : ght::State::good,
                  .observed = was_good ? ght::Verdict::bad : ght::Verdict::good,
                  .from = now,
                  .to = now,
                  .reason = was_good ? "http_status" : ""};
    batch.checks.push_back(check);
  }
  ledger.heartbeat = now;
  return batch;
}

double milliseconds(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

// Beside the ledger: as many pages as such a commit adds to its log, written and synchronised.
double disk_alone(const std::string& path) {
  const std::string pages(std::size_t{9} * 4096, 'x');
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  std::vector<double> times;
  for (int i = 0; i < commits && file >= 0; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (::write(file, pages.data(), pages.size()) < 0 || ::fdatasync(file) != 0) break;
    times.push_back(milliseconds(begin));
  }
  ::close(file);
  return times.empty() ? 0 : median(std::move(times));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  ght::io::SqliteStorage storage(argv[1]);
  auto loaded = storage.load();
  if (!loaded.ok() || !loaded.value().heartbeat || loaded.value().checks.empty()) {
    std::fputs("the ledger cannot be read, or is empty\n", stderr);
    return 1;
  }
  ght::StoredLedger ledger = std::move(loaded).value();
  std::vector<double> times;
  for (int i = 0; i < commits; ++i) {
    const ght::Batch batch = next_heartbeat(ledger, i);
    const auto begin = std::chrono::steady_clock::now();
    const auto done = storage.commit(batch);
    times.push_back(milliseconds(begin));
    if (!done.ok()) {
      std::fprintf(stderr, "%s\n", done.error().text().c_str());
      return 1;
    }
  }
  std::printf("%.3f %.3f %.3f\n", median(times), std::ranges::max(times),
              disk_alone(std::string(argv[1]) + ".disk"));
  return 0;
}
