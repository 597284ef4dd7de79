#include "agent/io/password.h"

// As in agent/ledger/chain.cc: EVP would load OpenSSL's providers, which plain HTTP has no use for.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/result.h"
#include "agent/io/clock.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;

// To be told "busy" at once is better than to wait until the request's deadline.
constexpr Duration longest_wait = limits::server_request_deadline / 2;
constexpr std::size_t cost_bytes = 7;   // "$2y$10$"
constexpr std::size_t salt_bytes = 22;  // after it

// The hash of a password with the cost and salt of `setting`; empty when it is no setting.
std::string bcrypt(const std::string& password, const std::string& setting) {
  const auto memory = std::make_unique<crypt_data>();
  const char* made = crypt_rn(password.c_str(), setting.c_str(), memory.get(), sizeof(crypt_data));
  std::string hash = made == nullptr ? "" : made;
  OPENSSL_cleanse(memory.get(), sizeof(crypt_data));
  return hash;
}

// On the worker's thread.
asio::awaitable<bool> matches(std::string password, std::string hash) {
  const std::string made = bcrypt(password, hash);
  OPENSSL_cleanse(password.data(), password.size());
  co_return made.size() == hash.size() && CRYPTO_memcmp(made.data(), hash.data(), hash.size()) == 0;
}

}  // namespace

PasswordChecker::PasswordChecker(asio::any_io_executor executor) : executor_(std::move(executor)) {
  GHT_CHECK(::getrandom(key_.data(), key_.size(), 0) == static_cast<ssize_t>(key_.size()));
}

PasswordChecker::~PasswordChecker() = default;

void PasswordChecker::use(Users users) {
  std::erase_if(remembered_, [&](const auto& item) {
    const auto before = users_.find(item.first);
    const auto now = users.find(item.first);
    return now == users.end() || before == users_.end() || now->second != before->second;
  });
  users_ = std::move(users);
  // Its salt is nobody's, and what crypt makes of it is longer: it never matches.
  decoy_.clear();
  if (users_.empty()) return;
  decoy_ = users_.begin()->second.substr(0, cost_bytes) + std::string(salt_bytes, '.');
}

PasswordChecker::Digest PasswordChecker::digest(std::string_view name, std::string_view password,
                                                std::string_view hash) const {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, key_.data(), key_.size());
  // Each part with its length before it: no two triples run together to one text.
  for (const std::string_view part : {name, hash, password}) {
    const std::size_t size = part.size();
    SHA256_Update(&context, &size, sizeof(size));
    SHA256_Update(&context, part.data(), size);
  }
  Digest out{};
  SHA256_Final(out.data(), &context);
  OPENSSL_cleanse(&context, sizeof(context));
  return out;
}

bool PasswordChecker::known(std::string_view name, std::string_view password) const {
  const auto user = users_.find(name);
  const auto found = remembered_.find(name);
  const std::string_view hash = user == users_.end() ? std::string_view(decoy_) : user->second;
  const Digest given = digest(name, password, hash);
  const Digest wanted = found == remembered_.end() ? Digest{} : found->second;
  const bool same = CRYPTO_memcmp(given.data(), wanted.data(), given.size()) == 0;
  return same && user != users_.end() && found != remembered_.end();
}

// Returns when everybody before it is through and the processor has had its rest, or when the
// password is known by now.
asio::awaitable<void> PasswordChecker::turn(const std::string& name, const std::string& password) {
  asio::steady_timer timer(executor_);
  const auto place = turns_.insert(turns_.end(), &timer);
  const auto first = [&] { return turns_.front() == &timer && !checking_; };
  while (!known(name, password) && !(first() && mono_now() >= next_)) {
    timer.expires_at(first() ? next_ : MonoTime::max());
    boost::system::error_code woken;  // when a check has ended, or it is the first now
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await timer.async_wait(token);
  }
  turns_.erase(place);
  if (!turns_.empty()) turns_.front()->cancel();
}

asio::awaitable<PasswordChecker::Answer> PasswordChecker::wait_and_check(std::string name,
                                                                         std::string password) {
  auto waiting = turn(name, password);
  co_await std::move(waiting);
  if (known(name, password)) co_return Answer::right;
  const auto user = users_.find(name);
  const std::string hash = user == users_.end() ? decoy_ : user->second;
  checking_ = true;
  if (!worker_) worker_.emplace(1);
  const MonoTime begin = mono_now();
  auto work = asio::co_spawn(*worker_, matches(password, hash), asio::use_awaitable);
  const bool same = co_await std::move(work);
  checking_ = false;
  took_ = mono_now() - begin;
  next_ = begin + took_ * limits::password_rest;
  // The users may be others by now.
  const auto still = users_.find(name);
  const bool right = same && still != users_.end() && still->second == hash;
  if (right) remembered_.insert_or_assign(name, digest(name, password, hash));
  OPENSSL_cleanse(password.data(), password.size());
  for (asio::steady_timer* waiter : turns_) waiter->cancel();
  co_return right ? Answer::right : Answer::wrong;
}

asio::awaitable<PasswordChecker::Answer> PasswordChecker::check(std::string name,
                                                                std::string password,
                                                                asio::ip::address peer) {
  const auto before_it = static_cast<int>(waiting_.size());
  if (users_.empty() || waiting_.size() >= limits::passwords_waiting ||
      waiting_.count(peer) >= limits::passwords_of_address ||
      took_ * limits::password_rest * before_it > longest_wait) {
    co_return Answer::busy;
  }
  const auto place = waiting_.insert(peer);
  auto checking = wait_and_check(std::move(name), std::move(password));
  const Answer answer = co_await std::move(checking);
  waiting_.erase(place);
  co_return answer;
}

}  // namespace ght::io
