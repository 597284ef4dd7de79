// Reads and writes the ledger away from the main thread. It is the one thing that has a thread of
// its own: fsync has no asynchronous form, and on a sick disk it takes seconds or for ever;
// collection and exposition must go on all the same.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/ledger/storage.h"

namespace ght::io {

// One call at a time. Must outlive the coroutines that it made.
class LedgerWriter {
 public:
  explicit LedgerWriter(std::unique_ptr<Storage> storage);
  ~LedgerWriter();  // waits for the call under way
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  boost::asio::awaitable<Result<StoredLedger>> load();
  boost::asio::awaitable<Result<ChainHead>> commit(Batch batch);
  boost::asio::awaitable<Result<ChainHead>> prune(WallTime now);
  // Storage::past of these checks, in their order.
  boost::asio::awaitable<Result<std::vector<std::vector<Record>>>> past(
      std::vector<std::string> checks, WallTime from);
  // Other work on the same disk, after what is under way.
  boost::asio::awaitable<Result<std::string>> run(std::function<Result<std::string>()> work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ght::io
