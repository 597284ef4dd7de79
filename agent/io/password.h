// Checks passwords against bcrypt hashes. That takes a tenth of a second of processor by design,
// so it is done away from the event loop, one at a time, never for more than one part in
// limits::password_rest of a processor, and once only for a password that was right: what is
// remembered of it is a keyed digest that is worth nothing outside this process.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace ght::io {

class PasswordChecker {
 public:
  using Users = std::map<std::string, std::string, std::less<>>;  // name to bcrypt hash

  explicit PasswordChecker(boost::asio::any_io_executor executor);
  ~PasswordChecker();  // waits for the check under way
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  // From now on these users. What was remembered of those with the same hash stays.
  void use(Users users);

  // Whether it was right before. Cheap, and takes the same time for every wrong answer.
  bool known(std::string_view name, std::string_view password) const;

  enum class Answer { right, wrong, busy };
  // Few wait, and fewer of one address: `busy` is what the others get. An unknown name takes as
  // long as a known one. What another request has proved meanwhile is not checked again.
  boost::asio::awaitable<Answer> check(std::string name, std::string password,
                                       boost::asio::ip::address peer);

 private:
  using Digest = std::array<unsigned char, 32>;
  // SHA-256 of the key and the three: what it is compared with never leaves this process.
  Digest digest(std::string_view name, std::string_view password, std::string_view hash) const;
  boost::asio::awaitable<Answer> wait_and_check(std::string name, std::string password);
  boost::asio::awaitable<void> turn(const std::string& name, const std::string& password);

  boost::asio::any_io_executor executor_;
  Users users_;
  std::string decoy_;  // in place of an unknown user's hash: as costly, and nobody's
  Digest key_{};       // of this process
  std::map<std::string, Digest, std::less<>> remembered_;  // one a user at most
  std::multiset<boost::asio::ip::address> waiting_;
  std::list<boost::asio::steady_timer*> turns_;  // of those that wait, in their order
  bool checking_ = false;
  Duration took_{};                                 // the last check
  MonoTime next_{};                                 // when the next one may begin
  std::optional<boost::asio::thread_pool> worker_;  // made for the first check
};

}  // namespace ght::io
