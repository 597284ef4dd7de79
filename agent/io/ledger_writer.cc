#include "agent/io/ledger_writer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace ght::io {

namespace asio = boost::asio;

struct LedgerWriter::State {
  explicit State(std::unique_ptr<Storage> made) : storage(std::move(made)) {}

  asio::awaitable<Result<StoredLedger>> load() { co_return storage->load(); }
  asio::awaitable<Result<void>> commit(Batch batch) { co_return storage->commit(batch); }

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

asio::awaitable<Result<void>> LedgerWriter::commit(Batch batch) {
  auto operation =
      asio::co_spawn(state_->pool, state_->commit(std::move(batch)), asio::use_awaitable);
  co_return co_await std::move(operation);
}

}  // namespace ght::io
