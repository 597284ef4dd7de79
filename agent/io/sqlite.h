// SQLite as the ledger needs it. The only file that knows the library; errors name the file and
// say what SQLite says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::io::sqlite {

class Statement {
 public:
  Statement() = default;

  // Parameters in their order, from the first after every reset.
  Statement& bind(std::int64_t value);
  Statement& bind(WallTime value);
  Statement& bind(std::string_view text);
  Statement& bind(const std::optional<WallTime>& value);
  Statement& bind_blob(std::string_view bytes);

  // True: there is a row. False: done, and ready to be bound again. A mistake in binding is told
  // here.
  Result<bool> step();
  // Steps a statement that returns no row.
  Result<void> run();

  std::int64_t integer(int column) const;
  WallTime time(int column) const;
  bool is_null(int column) const;
  std::string text(int column) const;  // of a blob too

  struct Handle;

 private:
  friend class Database;
  std::shared_ptr<Handle> handle_;
};

class Database {
 public:
  enum class Mode { read_only, read_write, immutable };

  // read_write makes the file when it is missing; immutable takes no lock and looks at no log: for
  // a file that nobody writes.
  static Result<Database> open(const std::string& path, Mode mode);

  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(const std::string& sql);
  // The value of the first row and column of a query; absent without a row or when it is NULL.
  Result<std::optional<std::int64_t>> scalar(const std::string& sql);
  // Ends a transaction that is under way, whatever it has done.
  void rollback();

  // The newest error was one of a damaged file.
  bool damaged() const;
  const std::string& path() const;

  struct Handle;

 private:
  std::shared_ptr<Handle> handle_;
};

}  // namespace ght::io::sqlite
