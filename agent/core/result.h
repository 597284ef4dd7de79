// Result<T>: a value or one Error. The only error channel of the agent; library exceptions are
// caught at the one call site and turned into an Error there.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <expected>
#include <string>
#include <utility>

namespace ght {

// What went wrong, and with what. `about` names the thing (a path, an argv, an endpoint, a JSON
// pointer) and may be empty; `message` is one clear sentence without a final newline.
struct Error {
  std::string about;
  std::string message = "no result";

  std::string text() const { return about.empty() ? message : about + ": " + message; }
  bool operator==(const Error&) const = default;
};

[[noreturn]] inline void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: programmer error: %s\n", file, line, what);
  std::abort();
}

// Programmer errors abort: a wrong state must not go on to account for service levels.
#define GHT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::ght::check_failed(#condition, __FILE__, __LINE__))

// Default-constructed it is an error ("no result"), never a value. Access to the side that is not
// there aborts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result() : state_(std::unexpected(Error{})) {}
  Result(T value) : state_(std::move(value)) {}                       // NOLINT: implicit on purpose
  Result(Error error) : state_(std::unexpected(std::move(error))) {}  // NOLINT

  bool ok() const { return state_.has_value(); }
  explicit operator bool() const { return ok(); }

  T& value() & {
    GHT_CHECK(ok());
    return *state_;
  }
  const T& value() const& {
    GHT_CHECK(ok());
    return *state_;
  }
  T&& value() && {
    GHT_CHECK(ok());
    return std::move(*state_);
  }
  const Error& error() const {
    GHT_CHECK(!ok());
    return state_.error();
  }

 private:
  std::expected<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;  // success: there is no value that could be missing
  Result(Error error) : state_(std::unexpected(std::move(error))) {}  // NOLINT

  bool ok() const { return state_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    GHT_CHECK(!ok());
    return state_.error();
  }

 private:
  std::expected<void, Error> state_;
};

#define GHT_CONCAT_INNER(a, b) a##b
#define GHT_CONCAT(a, b) GHT_CONCAT_INNER(a, b)

// GHT_TRY(auto x, call()); returns the error of `call()` from this function, or declares x.
// Two statements, no statement expression: it may stand in a coroutine as GHT_CO_TRY.
#define GHT_TRY(declaration, expression)                         \
  auto GHT_CONCAT(ght_try_, __LINE__) = (expression);            \
  if (!GHT_CONCAT(ght_try_, __LINE__).ok())                      \
    return ::ght::Error(GHT_CONCAT(ght_try_, __LINE__).error()); \
  declaration = std::move(GHT_CONCAT(ght_try_, __LINE__)).value()

// The same for a Result<void>.
#define GHT_TRY_VOID(expression)                                \
  if (auto ght_try_result = (expression); !ght_try_result.ok()) \
  return ::ght::Error(ght_try_result.error())

}  // namespace ght
