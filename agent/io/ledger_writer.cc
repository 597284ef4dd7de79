#include "agent/io/ledger_writer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace ght::io {

namespace asio = boost::asio;

using Pasts = std::vector<std::vector<Record>>;

struct LedgerWriter::State {
  explicit State(std::unique_ptr<Storage> made) : storage(std::move(made)) {}

  asio::awaitable<Result<StoredLedger>> load() { co_return storage->load(); }
  asio::awaitable<Result<ChainHead>> commit(Batch batch) { co_return storage->commit(batch); }
  asio::awaitable<Result<ChainHead>> prune(WallTime now) { co_return storage->prune(now); }
  asio::awaitable<Result<Pasts>> past(std::vector<std::string> checks, WallTime from) {
    Pasts pasts;
    for (const std::string& check : checks) {
      Result<std::vector<Record>> records = storage->past(check, from);
      if (!records.ok()) co_return records.error();
      pasts.push_back(std::move(records).value());
    }
    co_return pasts;
  }

  static asio::awaitable<Result<std::string>> run(std::function<Result<std::string>()> work) {
    co_return work();
  }

  std::unique_ptr<Storage> storage;
  asio::thread_pool pool{1};  // joined first: storage must outlive it
};

LedgerWriter::LedgerWriter(std::unique_ptr<Storage> storage)
    : state_(std::make_unique<State>(std::move(storage))) {}

LedgerWriter::~LedgerWriter() = default;

asio::awaitable<Result<StoredLedger>> LedgerWriter::load() {
  auto operation = asio::co_spawn(state_->pool, state_->load(), asio::use_awaitable);
  co_return co_await std::move(operation);
}

asio::awaitable<Result<ChainHead>> LedgerWriter::commit(Batch batch) {
  auto operation =
      asio::co_spawn(state_->pool, state_->commit(std::move(batch)), asio::use_awaitable);
  co_return co_await std::move(operation);
}

asio::awaitable<Result<ChainHead>> LedgerWriter::prune(WallTime now) {
  auto operation = asio::co_spawn(state_->pool, state_->prune(now), asio::use_awaitable);
  co_return co_await std::move(operation);
}

asio::awaitable<Result<Pasts>> LedgerWriter::past(std::vector<std::string> checks, WallTime from) {
  auto operation =
      asio::co_spawn(state_->pool, state_->past(std::move(checks), from), asio::use_awaitable);
  co_return co_await std::move(operation);
}

asio::awaitable<Result<std::string>> LedgerWriter::run(std::function<Result<std::string>()> work) {
  auto operation = asio::co_spawn(state_->pool, State::run(std::move(work)), asio::use_awaitable);
  co_return co_await std::move(operation);
}

}  // namespace ght::io
