#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "agent/exposition/people.h"

namespace ght {
namespace {

std::string french(double ratio) {
  return say_ratio(ratio, Language::fr);
}

TEST(SayRatio, IsCutAndNeverRoundedUp) {
  EXPECT_EQ(french(0.99899), "99,899\u202F%");
  EXPECT_EQ(french(0.99958333), "99,9583\u202F%");
  EXPECT_EQ(french(0.99999999), "99,9999\u202F%");
  EXPECT_EQ(french(std::nextafter(1.0, 0.0)), "99,9999\u202F%");
  EXPECT_EQ(french(2.0 / 3), "66,6666\u202F%");
  EXPECT_EQ(french(0.0000009), "0\u202F%");
}

TEST(SayRatio, DecimalsOfContractsStayWhatTheyAre) {
  for (int parts = 0; parts <= 10'000; ++parts) {
    const std::string said = french(parts / 10'000.0);
    const std::string whole = std::to_string(parts / 100);
    EXPECT_TRUE(said.starts_with(whole + (parts % 100 == 0 ? "\u202F%" : ","))) << said;
    EXPECT_LE(said.size(), whole.size() + 7) << said;
  }
  EXPECT_EQ(french(0.9995), "99,95\u202F%");
  EXPECT_EQ(french(0.1), "10\u202F%");
}

TEST(SayRatio, OneHundredIsExact) {
  EXPECT_EQ(french(1), "100\u202F%");
  EXPECT_EQ(say_ratio(1, Language::en), "100%");
  EXPECT_EQ(say_ratio(0.99958333, Language::en), "99.9583%");
}

TEST(SayRatio, WhatIsNoNumberIsNotZero) {
  EXPECT_EQ(french(std::numeric_limits<double>::quiet_NaN()), "valeur inconnue");
}

}  // namespace
}  // namespace ght
