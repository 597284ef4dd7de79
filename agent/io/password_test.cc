#include "agent/io/password.h"

#include <crypt.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <ctime>
#include <functional>
#include <optional>
#include <vector>

#include "agent/core/limits.h"
#include "agent/io/clock.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Answer = PasswordChecker::Answer;

std::string hash_of(const std::string& password, const std::string& setting) {
  crypt_data memory{};
  return crypt_rn(password.c_str(), setting.c_str(), &memory, sizeof(memory));
}

// The lowest cost there is, but in the tests that are about time.
const std::string cheap = "$2y$04$abcdefghijklmnopqrstuu";

struct PasswordTest : ::testing::Test {
  PasswordTest() {
    checker.use({{"prom", hash_of("right", cheap)}, {"anne", hash_of("autre", cheap)}});
  }

  void ask(const std::string& name, const std::string& password, const char* peer,
           std::optional<Answer>& into) {
    asio::co_spawn(context, checker.check(name, password, asio::ip::make_address(peer)),
                   [&into](const std::exception_ptr& error, Answer answer) {
                     EXPECT_EQ(error, nullptr);
                     into = answer;
                   });
  }
  std::optional<Answer> check(const std::string& name, const std::string& password,
                              const char* peer = "192.0.2.1") {
    std::optional<Answer> answer;
    ask(name, password, peer, answer);
    run();
    return answer;
  }
  void run() {
    context.restart();
    context.run_for(60s);
  }

  asio::io_context context{1};
  PasswordChecker checker{context.get_executor()};
};

TEST_F(PasswordTest, TellsRightFromWrong) {
  EXPECT_EQ(check("prom", "right"), Answer::right);
  EXPECT_EQ(check("anne", "autre"), Answer::right);
  for (const auto& [name, password] :
       std::vector<std::pair<const char*, const char*>>{{"prom", "wrong"},
                                                        {"prom", "autre"},
                                                        {"prom", ""},
                                                        {"", ""},
                                                        {"", "right"},
                                                        {"nobody", "right"},
                                                        {"Prom", "right"},
                                                        {"prom", "right "}}) {
    EXPECT_EQ(check(name, password), Answer::wrong) << name << ":" << password;
    EXPECT_FALSE(checker.known(name, password)) << name << ":" << password;
  }
}

TEST_F(PasswordTest, EveryFormOfBcryptIsUnderstood) {
  for (const std::string form : {"$2a$", "$2b$", "$2y$"}) {
    checker.use({{"x", hash_of("mot de passe é", form + cheap.substr(4))}});
    EXPECT_EQ(check("x", "mot de passe é"), Answer::right) << form;
    EXPECT_EQ(check("x", "mot de passe e"), Answer::wrong) << form;
  }
}

TEST_F(PasswordTest, ARightOneIsRememberedUntilItsHashChanges) {
  EXPECT_FALSE(checker.known("prom", "right"));
  EXPECT_EQ(check("prom", "right"), Answer::right);
  EXPECT_TRUE(checker.known("prom", "right"));
  EXPECT_FALSE(checker.known("prom", "Right"));
  EXPECT_FALSE(checker.known("anne", "right"));
  checker.use({{"prom", hash_of("right", cheap)}});
  EXPECT_TRUE(checker.known("prom", "right")) << "the same hash";
  checker.use({{"prom", hash_of("right", "$2y$04$zyxwvutsrqponmlkjihgfe")}});
  EXPECT_FALSE(checker.known("prom", "right")) << "another hash, if of the same password";
  EXPECT_EQ(check("prom", "right"), Answer::right);
  checker.use({});
  EXPECT_FALSE(checker.known("prom", "right"));
  EXPECT_EQ(check("prom", "right"), Answer::busy) << "nobody has access";
}

TEST_F(PasswordTest, AUserTakenAwayDuringTheCheckIsRefused) {
  checker.use({{"prom", hash_of("right", "$2y$12$" + cheap.substr(7))}});
  std::optional<Answer> answer;
  ask("prom", "right", "192.0.2.1", answer);
  context.restart();
  context.poll();  // the check is under way
  checker.use({{"anne", hash_of("autre", cheap)}});
  run();
  EXPECT_EQ(answer, Answer::wrong);
  EXPECT_FALSE(checker.known("prom", "right"));
}

TEST_F(PasswordTest, FewWaitAndFewerOfOneAddress) {
  std::vector<std::optional<Answer>> answers(40);
  for (std::size_t i = 0; i < 20; ++i) ask("prom", "wrong", "192.0.2.1", answers[i]);
  for (std::size_t i = 20; i < 40; ++i) {
    ask("prom", "wrong", ("198.51.100." + std::to_string(i)).c_str(), answers[i]);
  }
  run();
  std::size_t of_one = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(answers[i].has_value());
    if (*answers[i] == Answer::busy) continue;
    EXPECT_EQ(*answers[i], Answer::wrong);
    ++all;
    if (i < 20) ++of_one;
  }
  EXPECT_EQ(of_one, limits::passwords_of_address);
  EXPECT_EQ(all, limits::passwords_waiting);
  EXPECT_EQ(check("prom", "right"), Answer::right) << "and afterwards there is room again";
}

TEST_F(PasswordTest, WhoCameFirstIsAnsweredFirst) {
  EXPECT_EQ(check("prom", "wrong"), Answer::wrong);  // now the processor has its rest
  std::vector<int> order;
  const auto enter = [&](int which) {
    asio::co_spawn(context, checker.check("prom", "wrong", asio::ip::make_address("192.0.2.1")),
                   [&order, which](const std::exception_ptr&, Answer) { order.push_back(which); });
  };
  context.restart();
  enter(1);
  enter(2);
  context.poll();
  // The rest is over, and nobody has noticed when the next one comes.
  const MonoTime over = mono_now() + 200ms;
  while (mono_now() < over) {
  }
  enter(3);
  run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

std::chrono::nanoseconds processor_time(clockid_t whose = CLOCK_PROCESS_CPUTIME_ID) {
  std::timespec time{};
  EXPECT_EQ(::clock_gettime(whose, &time), 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

TEST_F(PasswordTest, WhatOneRequestProvedTheOthersNeedNotProve) {
  const std::string dear = "$2y$10$" + cheap.substr(7);
  checker.use({{"prom", hash_of("right", dear)}});
  std::vector<std::optional<Answer>> answers(4);
  const auto before = processor_time();
  for (auto& answer : answers) ask("prom", "right", "192.0.2.1", answer);
  run();
  const auto all = processor_time() - before;
  for (const auto& answer : answers) EXPECT_EQ(answer, Answer::right);
  const auto again = processor_time();
  hash_of("right", dear);
  EXPECT_LT(all, 2 * (processor_time() - again)) << "one check, not four";
}

TEST_F(PasswordTest, WrongPasswordsLeaveMostOfTheProcessorToOthers) {
  checker.use({{"prom", hash_of("right", "$2y$10$" + cheap.substr(7))}});
  const auto cpu = processor_time();
  const MonoTime begin = mono_now();
  std::vector<std::optional<Answer>> answers(12);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ask("prom", "wrong", ("192.0.2." + std::to_string(i / 4)).c_str(), answers[i]);
  }
  const auto loop = processor_time(CLOCK_THREAD_CPUTIME_ID);
  const auto all_told = [&] {
    return std::ranges::all_of(answers, [](const auto& answer) { return answer.has_value(); });
  };
  while (!all_told() && mono_now() - begin < 60s) {
    context.restart();
    context.run_one_for(50ms);
  }
  ASSERT_TRUE(all_told());
  const std::chrono::duration<double> all = processor_time() - cpu;
  const std::chrono::duration<double> of_loop = processor_time(CLOCK_THREAD_CPUTIME_ID) - loop;
  EXPECT_LT(all.count() / to_seconds(mono_now() - begin), 0.4) << "a quarter is what it may take";
  EXPECT_LT(of_loop.count(), all.count() / 10) << "the event loop does not compute hashes";
}

TEST_F(PasswordTest, AnUnknownNameTakesAsLongAsAKnownOne) {
  checker.use({{"prom", hash_of("right", "$2y$10$" + cheap.substr(7))}});
  const auto cost = [&](const char* name) {
    const auto before = processor_time();
    EXPECT_EQ(check(name, "wrong"), Answer::wrong);
    return std::chrono::duration<double>(processor_time() - before).count();
  };
  cost("prom");  // makes the thread
  const double known = cost("prom");
  const double unknown = cost("nobody");
  EXPECT_GT(unknown, known / 2);
  EXPECT_LT(unknown, known * 2);
}

}  // namespace
}  // namespace ght::io
